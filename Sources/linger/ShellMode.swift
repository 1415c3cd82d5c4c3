import ArgumentParser
import Glibc
import LineEditing
import Shell
import Synchronization
import UnixSignals

/// The shell: interactive, from `-c`, from `-f`, or from standard input.
struct ShellMode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "An HTTP shell whose connections linger.",
        usage: """
            linger [options] [URL]          the shell; URL sets the base
            linger replay [options] FILE …  replay session files, check, report
            linger demo [options]           the embedded demo API, and the shell on it
            """,
        discussion: """
            Without -c and -f it opens the shell; with no terminal on standard input it reads \
            shell lines from there. `linger replay --help` and `linger demo --help` have their \
            options; in the shell, `help` lists the commands.

            A request is METHOD TARGET [ITEM …] [OPTION …], with HTTPie's items; its options are \
            \(HelpTopics.optionNames). `linger -c 'help options'` says what each does.

            Exit status: 0 fine, 1 a request, filter or job failed, 2 usage and syntax, 3, 4, 5 \
            by the final status under --check-status, 6 too many redirects, 7 an expectation or \
            a replay failed, 130 interrupted.
            """
    )

    @Argument(help: "The base to start from.")
    var url: String?

    @Option(
        name: [.short, .customLong("command")],
        help: ArgumentHelp("Run a line; repeatable; then exit.", valueName: "line")
    )
    var commands: [OrderedArgument] = []

    @Option(
        name: [.short, .customLong("file")],
        help: ArgumentHelp(
            "Run a file of shell lines, - is standard input; repeatable, and with -c in order.",
            valueName: "file"
        )
    )
    var files: [OrderedArgument] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Keep fields, cookies, variables and settings under this name, or ./PATH.",
            valueName: "name"
        )
    )
    var session: String?

    @Flag(name: .long, help: "Exit by the class of the status: 3, 4 or 5.")
    var checkStatus = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard let url, CommandRegistry.standard.begins(with: url) else { return }
        throw ValidationError("\(url) begins a line of the shell; the host is http://\(url)")
    }

    func run() async throws {
        let hasScript = !self.commands.isEmpty || !self.files.isEmpty
        let isInteractive = !hasScript && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        let readsInput = self.scripts.contains(.file("-")) && !isInteractive
        let runtime = Runtime(isInteractive: isInteractive, inputIsData: !readsInput)
        let status = await self.run(runtime)
        await runtime.shutDown()
        throw ExitCode(Int32(status))
    }

    private func run(_ runtime: Runtime) async -> Int {
        let statePath = self.session.map {
            Evaluator.statePath($0, environment: runtime.environment)
        }
        if let problem = await runtime.apply(self.shared, base: self.url) {
            return problem.exitStatus
        }
        if let statePath {
            if let problem = await runtime.evaluator.takeUpState(in: statePath) {
                return problem.exitStatus
            }
            // The state has a base, settings and variables of its own; what was said now holds.
            if let problem = await runtime.applyCommandLine(self.shared, base: self.url) {
                return problem.exitStatus
            }
        }
        if self.checkStatus { await runtime.evaluator.checkStatus() }
        let status: Int
        if runtime.isInteractive {
            if await runtime.evaluator.currentBase == nil {
                runtime.console.errLine(
                    "try `get example.com`, `base URL` and `help`; `linger demo` brings an API"
                )
            }
            status = runtime.runInteractively()
            _ = await runtime.evaluator.finish(cancellingJobs: true)
        } else {
            status = await self.runScript(runtime)
        }
        if let problem = await runtime.evaluator.keepState() {
            return status == 0 ? problem.exitStatus : status
        }
        return status
    }

    /// A line of `-c`, or a file of `-f`.
    private enum Script: Hashable, Sendable {
        case line(String)
        case file(String)
    }

    /// What is run, in the order of the command line; standard input where it names nothing.
    private var scripts: [Script] {
        let lines = self.commands.map { ($0.place, Script.line($0.text)) }
        let files = self.files.map { ($0.place, Script.file($0.text)) }
        let all = (lines + files).sorted { $0.0 < $1.0 }.map(\.1)
        return all.isEmpty ? [.file("-")] : all
    }

    /// Runs lines and files until one fails; the status is that of the first failure.
    private func runScript(_ runtime: Runtime) async -> Int {
        let scripts = self.scripts
        let (problem, wasInterrupted) = await Runtime.interruptible { () -> ShellProblem? in
            var first: ShellProblem?
            for script in scripts {
                let failure =
                    switch script {
                    case .line(let line): await runtime.evaluator.runLines([line])
                    case .file(let path): await Scripts.run(path, with: runtime.evaluator)
                    }
                first = first ?? failure
                guard await runtime.evaluator.goesOn(after: failure) else { break }
            }
            let failedJob = await runtime.evaluator.finish(cancellingJobs: Task.isCancelled)
            return first ?? failedJob
        }
        if wasInterrupted { return 130 }
        return problem?.exitStatus ?? (runtime.console.outputIsGone ? 1 : 0)
    }
}

/// An argument that knows where it stands among those of other options.
struct OrderedArgument: ExpressibleByArgument {
    private static let count = Atomic(0)

    /// Its place: arguments are read from left to right.
    let place: Int
    /// What was given.
    let text: String

    init(argument: String) {
        self.place = Self.count.add(1, ordering: .relaxed).newValue
        self.text = argument
    }
}

extension Runtime {
    /// Runs the shell at the terminal until the user leaves.
    func runInteractively() -> Int {
        let state =
            self.environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? "\(self.environment["HOME"] ?? ".")/.local/state"
        do {
            let shell = try InteractiveShell(
                evaluator: self.evaluator,
                console: self.console,
                gauge: self.gauge,
                secrets: self.secrets,
                watchGate: self.watchGate,
                history: HistoryFile(path: "\(state)/linger/history"),
                historyLimit: 10_000
            )
            let wakeup = shell.wakeup
            // TERM and HUP end the shell in good order: the terminal is put back on the way out.
            let watcher = Task {
                for await _ in await UnixSignalsSequence(trapping: .sigterm, .sighup) {
                    wakeup.requestEnd()
                }
            }
            defer { watcher.cancel() }
            shell.run()
            return 0
        } catch {
            self.console.errLine("error: the terminal cannot be used: \(error)")
            return 1
        }
    }
}
