package import HTTPModel
package import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// Evaluates lines of the shell language over one live session.
///
/// Lines are evaluated one after another; only what was put in the background runs beside them.
package actor Evaluator {
    /// What an evaluator is made with.
    package struct Configuration: Sendable {
        /// The session.
        package var session: Session
        /// Where network work runs, so that loops of requests never hop.
        package var networkExecutor: (any TaskExecutor)?
        /// The events of the session.
        package var events: EventLog
        /// Where text goes.
        package var console: Console
        /// Whether somebody sits at a terminal.
        package var isInteractive: Bool
        /// The environment.
        package var environment: [String: String]
        /// The version, for `User-Agent` and session files.
        package var version: String
        /// Gives standard input, for `@-`; nil where it holds commands.
        package var readStandardInput: (@Sendable () -> [UInt8]?)?
        /// Asks for a secret without echo; nil where nobody can be asked.
        package var askSecret: (@Sendable (String) async -> String?)?
        /// Lets commands draw until a key is pressed; nil where there is no terminal.
        package var watchGate: WatchGate?
        /// The clock of the session.
        package var clock: @Sendable () -> Instant
        /// Seconds since 1970, with fractions.
        package var wallClock: @Sendable () -> Double

        /// Creates a configuration.
        package init(
            session: Session,
            networkExecutor: (any TaskExecutor)? = nil,
            events: EventLog,
            console: Console,
            isInteractive: Bool,
            environment: [String: String],
            version: String,
            readStandardInput: (@Sendable () -> [UInt8]?)? = nil,
            askSecret: (@Sendable (String) async -> String?)? = nil,
            clock: @escaping @Sendable () -> Instant,
            wallClock: @escaping @Sendable () -> Double
        ) {
            self.session = session
            self.networkExecutor = networkExecutor
            self.events = events
            self.console = console
            self.isInteractive = isInteractive
            self.environment = environment
            self.version = version
            self.readStandardInput = readStandardInput
            self.askSecret = askSecret
            self.clock = clock
            self.wallClock = wallClock
        }
    }

    let configuration: Configuration
    let registry: CommandRegistry
    /// The settings in force.
    var settings: SettingsValues
    /// Settings that hold for one origin only.
    var settingScopes = SettingScopes()
    /// Where values that differ from the defaults come from.
    var settingSources: [String: SettingSource] = [:]
    /// Values that `-s` keeps though the command line has others for this run.
    var overriddenSettings: [String: String] = [:]
    /// The base; nil until `base` or an argument sets one.
    var base: URI?
    /// Variables in the order in which they were set.
    var variables = VariableTable()
    /// What of all that sticks was taken from responses, for `save`.
    var responseTemplates: [StickyState.Place: ResponseTemplate] = [:]
    /// Secrets that were asked for; never stored.
    var secrets: [String: String] = [:]
    /// `# @…` lines that wait for their request.
    var pendingTags = RequestTags()
    /// What runs in the background.
    var jobs = JobTable()
    /// Requests as they were typed, by exchange, for `save`.
    var typed = TypedRequests()
    /// The settings that the last of them went by.
    var settingsRecord: SettingsRecord?
    /// What session files that were replayed keep out of everything that is written.
    var redactions = Redactions()
    /// Why the session file that was read last cannot be replayed.
    var refusals: [String] = []
    /// Lines that an import made, to be put on the prompt one after the other.
    var proposedLines: [String] = []
    /// The lines that were entered, for `history`.
    var enteredLines: [String] = []
    /// The aliases, with what they stand for.
    var aliases: [String: String] = [:]
    /// Where `alias` and `config` keep what they write; nil under `--no-rc`.
    var rcFile: String?
    /// The default fields and query parameters that are made anew at each send.
    var liveDefaults = LiveDefaults()
    /// Where the state of the session is kept at its end, and what stood there at its beginning:
    /// `-s NAME`, until `session new`, or as `session new NAME` says.
    var keptState: (path: String, before: StateFiles)?
    /// Whether the next output goes where `once` said.
    var onceTails: Tails?
    /// Whether `quit` was entered.
    var wantsToQuit = false
    /// How deep `source` is nested.
    var sourceDepth = 0
    /// Whether responses of 3xx, 4xx and 5xx fail their line: `--check-status`.
    var checksStatus = false
    /// Whether the line under way is printed as JSON Lines: `sockets --json`.
    var lineWantsJSON = false
    /// Notes that are printed once.
    var shownNotes: Set<String> = []
    /// The repetition that a task works for, for `{{$index}}`: several can be under way.
    @TaskLocal static var repetitionIndex: Int?
    /// What a line meant when it was entered, for who makes its requests later.
    @TaskLocal static var enteredContext: LineContext?
    /// Where the line of a script stands that a task works for; a job keeps that of its own line.
    @TaskLocal static var place: ScriptPlace?
    /// Whether the lines of a task are those that `-s` has kept.
    @TaskLocal static var takesUpState = false
    /// The environment variables that the replay under way may read; nil is all of them.
    var readableEnvironment: Set<String>?
    /// The description of the service, once `openapi` has loaded one.
    var apiDescription: LoadedDescription?
    /// Chance, for dynamic variables.
    var generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()

    /// Creates an evaluator over a session.
    package init(
        _ configuration: Configuration,
        registry: CommandRegistry = .standard
    ) {
        self.configuration = configuration
        self.registry = registry
        self.settings = SettingsValues(environment: configuration.environment)
        if self.settings.connections.tls.trustRoots != nil {
            self.settingSources["tls.ca"] = .environment
        }
    }

    /// What lines depend on that other lines change.
    struct LineContext: Sendable {
        /// The base.
        var base: URI?
        /// The variables.
        var variables: VariableTable
    }

    /// The base as the line under way means it: the one of now, or of when it was entered.
    var lineBase: URI? {
        if let entered = Self.enteredContext { entered.base } else { self.base }
    }

    /// The variables as the line under way means them.
    var lineVariables: VariableTable { Self.enteredContext?.variables ?? self.variables }

    nonisolated var session: Session { self.configuration.session }
    nonisolated var console: Console { self.configuration.console }
    nonisolated var events: EventLog { self.configuration.events }

    /// What the parser must know now.
    var parser: ShellParser {
        ShellParser(
            commands: self.registry.signatures,
            aliases: self.aliases,
            isInteractive: self.configuration.isInteractive && self.sourceDepth == 0
        )
    }

    /// Whether results are printed as JSON Lines.
    var printsJSON: Bool { self.settings.format == .jsonl || self.lineWantsJSON }

    /// How data is rendered: for a terminal only where it goes there directly.
    func outputContext(for tails: Tails = .none) -> RenderingContext {
        tails.isEmpty ? self.console.outputContext : .plain
    }

    // MARK: What the outside needs to know

    /// The base, for the prompt.
    package var currentBase: URI? { self.base }

    /// Says where `alias` and `config` keep what they write.
    package func keepConfiguration(in path: String) { self.rcFile = path }

    /// Whether `quit` was entered.
    package var hasQuit: Bool { self.wantsToQuit }

    /// Makes 3xx, 4xx and 5xx fail their line.
    package func checkStatus() { self.checksStatus = true }

    /// Whether a script goes on with the next file or line, after one that failed or did not.
    package func goesOn(after problem: ShellProblem?) -> Bool {
        guard !self.wantsToQuit, !self.console.outputIsGone, !Task.isCancelled else { return false }
        return problem.map { !self.stopsScript($0) } ?? true
    }

    /// Ends what is left: waits for jobs and closes the session.
    package func finish(cancellingJobs: Bool) async -> ShellProblem? {
        if cancellingJobs { self.jobs.cancelAll() }
        let failure = await self.waitForAllJobs()
        return cancellingJobs ? nil : failure
    }
}
