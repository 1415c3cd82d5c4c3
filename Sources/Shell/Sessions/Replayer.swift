import HTTPModel
import HTTPSession
import Rendering
package import SessionFiles
import ShellLanguage

/// Replays session files into the live session (FILES.md, section 9.5).
extension Evaluator {
    /// How a file is replayed.
    package struct ReplayOptions: Sendable {
        /// Whether differences from the recording are failures: `--strict`.
        package var isStrict = false
        /// Whether a failed request does not end it: `--continue-on-error`.
        package var continuesOnError = false
        /// Whether nothing is sent, and the plan is shown: `--dry-run`.
        package var isDryRun = false
        /// Variables given from outside, which beat those of the file.
        package var variables: [String: String] = [:]
        /// Settings given from outside, which beat those of the file: `--pool-size`.
        package var settings: [String: String] = [:]
        /// Whether side files may lie outside the file's folder: `--allow-outside`.
        package var allowsOutside = false
        /// The environment variables that may be read: `--allow-env`; nil is all of them.
        package var allowedEnvironment: Set<String>?
        /// The environment of `http-client.env.json` whose variables are taken: `--env`.
        package var environment: String?
        /// Which requests are sent.
        package var selection = ReplaySelection()
        /// What beats `@pace`: `--pace`.
        package var pace: Pace?
        /// Whether the cookie jar of the file is written at the end: `--save-cookies`.
        package var savesCookies = false
        /// Whether nothing of the live session is used: `--fresh`.
        package var isFresh = false
        /// Whether recordings and literal expectations are brought up to date: `--update`.
        package var updates = false

        /// Whether it is a command of the shell, whose session goes on afterwards.
        package var isInShell = false
        /// Whether somebody will ask for the exchanges when it has ended.
        package var keepsExchanges = true
        /// Whether lines say of which file they are, because several are replayed.
        package var namesFile = false

        /// Creates the usual options.
        package init() {}
    }

    /// What came of replaying a file.
    package struct ReplayOutcome: Sendable {
        /// The status.
        package var status: ReplayStatus
        /// What happened; nil if the file could not be read.
        package var report: ReplayReport?
        /// Why the file could not be read, in lines.
        package var refusals: [String]

        init(_ status: ReplayStatus, _ report: ReplayReport? = nil, refusals: [String] = []) {
            self.status = status
            self.report = report
            self.refusals = refusals
        }
    }

    /// Replays a file, and shows what failed and a summary.
    package func replay(
        _ path: String,
        options: ReplayOptions = ReplayOptions()
    ) async -> ReplayOutcome {
        let plan: ReplayPlan
        let readable: Set<String>
        do throws(ShellProblem) {
            guard var read = try self.plan(of: path, options: options) else {
                return ReplayOutcome(.unreadable, refusals: self.refusals)
            }
            readable = try self.checkEnvironment(of: read, path: path, options: options)
            try Self.apply(options.selection, to: &read, of: path)
            plan = read
        } catch {
            self.report(error, source: "", at: nil)
            let status = Self.isUsage(error) ? ReplayStatus.usage : .unreadable
            return ReplayOutcome(status, refusals: [Self.sentence(of: error)])
        }
        self.redactions.formUnion(plan.redactions)
        if options.isInShell { self.showOrigins(of: plan, path, options) }
        if options.isDryRun {
            self.show(plan, ofFileAt: path, options)
            return ReplayOutcome(.passed)
        }
        return await self.replay(plan, ofFileAt: path, reading: readable, options)
    }

    /// Performs a plan, and puts settings, defaults and variables back as they were.
    private func replay(
        _ plan: ReplayPlan,
        ofFileAt path: String,
        reading readable: Set<String>,
        _ options: ReplayOptions
    ) async -> ReplayOutcome {
        let before = self.settings
        let (sourcesBefore, scopesBefore) = (self.settingSources, self.settingScopes)
        let variablesBefore = self.variables
        let baseBefore = self.base
        let stateBefore = await self.session.state()
        let liveBefore = self.liveDefaults
        if options.isFresh {
            await self.session.restore(SessionState())
            self.liveDefaults = LiveDefaults()
            self.variables.removeAll()
            _ = await self.session.transport.close(.idle, force: false)
        }
        var run = ReplayRun(plan: plan, path: path, options: options)
        if let count = run.exchangesInUse { await self.session.limitLog(to: count) }
        run.startedAt = self.configuration.clock()
        run.count = self.events.beginCount()
        // A replay is to be the same each time: retries are the file's to ask for, or the command
        // line's.
        if self.source(of: "retry.max") != .commandLine {
            var withoutRetries = before
            withoutRetries.session.maxRetries = 0
            await self.apply(withoutRetries)
            self.settingSources["retry.max"] = nil
        }
        let readableBefore = self.readableEnvironment
        self.readableEnvironment = readable
        let report = await self.perform(&run).hiding(self.exportSecrets())
        // What is exported later must not show what was captured now.
        self.redactions.values = self.secretValues
        self.readableEnvironment = readableBefore
        self.events.endCount(run.count)
        await self.saveJar(of: run)
        // Settings, defaults and variables are as before; cookies stay, but for those of a session
        // that was only there for the replay.
        var connections = before.connections
        try? await self.applyScopes(scopesBefore)
        try? await self.applyConnections(&connections)
        await self.apply(before)
        self.settingSources = sourcesBefore
        self.variables = variablesBefore
        self.base = baseBefore
        var state = stateBefore
        if !options.isFresh { state.cookies = await self.session.cookies() }
        await self.session.restore(state)
        self.liveDefaults = liveBefore
        if options.updates { self.write(run.updates, run) }
        let status = self.show(report, run: run)
        if options.isInShell, plan.changesSession {
            self.console.errLine(ReplaySentences.sessionIsBack)
        }
        return ReplayOutcome(status, report)
    }

    /// Whether the command line is wrong, and not the file.
    private static func isUsage(_ problem: ShellProblem) -> Bool {
        if case .noSuchStep = problem { return true }
        if case .usage = problem { return true }
        return false
    }

    // MARK: Results

    private func show(_ report: ReplayReport, run: ReplayRun) -> ReplayStatus {
        let status = report.status(isStrict: run.options.isStrict)
        let context = self.console.errorContext
        for line in report.failureLines(isStrict: run.options.isStrict) {
            let isHead = !line.hasPrefix(" ")
            self.console.errLine(
                context.palette.styled(Sanitizer.line(line), as: isHead ? .error : .dim)
            )
        }
        if self.printsJSON {
            self.console.outLine(self.json(of: report, run: run, status: status))
        } else {
            let text = Sanitizer.line("\(report.file): \(report.summaryLine)")
            if self.console.outputIsTerminal {
                self.console.outLine(text)
            } else {
                self.console.errLine(text)
            }
        }
        return status
    }

    private func json(of report: ReplayReport, run: ReplayRun, status: ReplayStatus) -> String {
        var summary = ReplayJSON.Summary(report, exitStatus: status.rawValue)
        summary.elapsed = run.startedAt.duration(to: self.configuration.clock())
        return ReplayJSON.line(for: summary)
    }
}

extension ReplayJSON.Summary {
    /// The counts of a report.
    init(_ report: ReplayReport, exitStatus: Int) {
        let failed = report.steps.count { if case .failed = $0.state { true } else { false } }
        let passed = report.checks.count { $0.result.passed }
        self.init(
            file: report.file,
            requests: report.steps.reduce(0) { $0 + $1.state.requestCount },
            failed: failed,
            skipped: report.steps.count { $0.state == .skipped },
            passedExpectations: passed,
            failedExpectations: report.checks.count - passed,
            opened: report.totals.opened,
            reused: report.totals.reused,
            elapsed: report.steps.reduce(.zero) { $0 + $1.elapsed },
            exitStatus: exitStatus
        )
    }
}

/// What a replay knows while it runs.
struct ReplayRun {
    let plan: ReplayPlan
    let path: String
    let options: Evaluator.ReplayOptions
    var startedAt = Instant.start
    /// The count of connections that belongs to this replay.
    var count = 0
    /// The connection that carried the latest request of a name.
    var connections: [String: ConnectionID] = [:]
    /// The latest step that a connection carried, by its ordinal.
    var lastUses: [ConnectionID: Int] = [:]
    /// Variables that were captured: they beat those of requests.
    var captured: Set<String> = []
    /// What `--update` will write.
    var updates = ReplayUpdates()
    /// When a progress line was last shown.
    var progressShownAt = Instant.start

    /// What lines begin with, so that it is known whose they are.
    var owner: String { self.options.namesFile ? Sanitizer.line("\(self.path): ") : "" }

    /// Whether an expectation at a request is about the session so far.
    let needsTotals: Bool
    /// Whether no request of the file is left out.
    let isWhole: Bool
    /// How many exchanges need be kept at a time; nil is all of them.
    let exchangesInUse: Int?
    /// The names whose connections expectations ask for; others are not remembered.
    let referencedNames: Set<String>

    init(plan: ReplayPlan, path: String, options: Evaluator.ReplayOptions) {
        let expectations = plan.requestExpectations
        self.isWhole = !plan.steps.contains(where: \.isSkipped)
        self.referencedNames = Set(expectations.compactMap(\.referencedName))
        self.needsTotals = expectations.contains(where: \.isAboutSession)
        self.exchangesInUse = options.keepsExchanges ? nil : plan.exchangesInUse
        self.plan = plan
        self.path = path
        self.options = options
    }
}
