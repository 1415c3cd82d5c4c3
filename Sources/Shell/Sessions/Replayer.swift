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
        /// Variables given from outside, which beat those of the file.
        package var variables: [String: String] = [:]
        /// Whether side files may lie outside the file's folder: `--allow-outside`.
        package var allowsOutside = false
        /// Whether the environment may be read: `--allow-env`; nil is everything.
        package var showsAnswers = false

        /// Creates the usual options.
        package init() {}
    }

    /// Replays a file, shows what failed and a summary, and returns the status.
    package func replay(
        _ path: String,
        options: ReplayOptions = ReplayOptions()
    ) async -> ReplayStatus {
        let plan: ReplayPlan
        do throws(ShellProblem) {
            guard let read = try self.plan(of: path) else { return .unreadable }
            plan = read
        } catch {
            self.report(error, source: "", at: nil)
            return .unreadable
        }
        let before = self.settings
        let sourcesBefore = self.settingSources
        let variablesBefore = self.variables
        let baseBefore = self.base
        let stateBefore = await self.session.state()
        var run = ReplayRun(plan: plan, path: path, options: options)
        run.startedAt = self.configuration.clock()
        run.firstSequence = self.events.latestSequence
        let report = await self.perform(&run)
        // Settings, defaults and variables are as before; cookies stay.
        // What has been in force can be again.
        var connections = before.connections
        try? await self.applyConnections(&connections)
        await self.apply(before)
        self.settingSources = sourcesBefore
        self.variables = variablesBefore
        self.base = baseBefore
        var state = stateBefore
        state.cookies = await self.session.cookies()
        await self.session.restore(state)
        return self.show(report, run: run)
    }

    /// Reads a file and plans its replay; nil after saying what is wrong with it.
    private func plan(of path: String) throws(ShellProblem) -> ReplayPlan? {
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path)
        } catch {
            throw .file(path: path, .read, detail: error.detail, nil)
        }
        let reading = SessionFileReader.read(bytes, file: path)
        do {
            let plan = try ReplayPlan(reading)
            let text = String(decoding: bytes, as: UTF8.self)
            return self.acceptsSettings(of: plan, text: text, path: path) ? plan : nil
        } catch {
            for problem in error.problems { self.console.errLine(Sanitizer.line("\(problem)")) }
            if self.printsJSON {
                for problem in error.problems {
                    self.console.outLine(
                        ErrorJSON.line(
                            kind: "session_file",
                            message: "\(problem)",
                            line: problem.line,
                            column: problem.column
                        )
                    )
                }
            }
            return nil
        }
    }

    /// Whether all settings of a plan exist and take their values; says which do not.
    ///
    /// Before anything is sent: a misspelt setting is a mistake of the file, like one of syntax.
    private func acceptsSettings(of plan: ReplayPlan, text: String, path: String) -> Bool {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var values = self.settings
        var isAccepted = true
        for setting in plan.settings + plan.steps.flatMap(\.settings) {
            let line = lines.indices.contains(setting.line - 1) ? lines[setting.line - 1] : ""
            let span = Self.span(of: setting.name, in: line)
            do throws(ShellProblem) {
                try Self.change(setting.name, to: setting.value, in: &values, span, nil)
            } catch {
                let place = ScriptPlace(file: path, line: setting.line)
                self.report(error, source: String(line), at: place)
                isAccepted = false
            }
        }
        return isAccepted
    }

    private static func span(of word: String, in line: Substring) -> SourceSpan? {
        let range = Array(line.utf8).firstRange(of: Array(word.utf8))
        return range.map { SourceSpan($0.lowerBound, $0.upperBound) }
    }

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
        let failed = report.steps.count { if case .failed = $0.state { true } else { false } }
        let passed = report.checks.count { $0.result.passed }
        return ReplayJSON.line(
            for: ReplayJSON.Summary(
                file: report.file,
                requests: report.steps.reduce(0) { $0 + $1.state.requestCount },
                failed: failed,
                skipped: report.steps.count { $0.state == .skipped },
                passedExpectations: passed,
                failedExpectations: report.checks.count - passed,
                opened: report.totals.opened,
                reused: report.totals.reused,
                elapsed: run.startedAt.duration(to: self.configuration.clock()),
                exitStatus: status.rawValue
            )
        )
    }
}

/// What a replay knows while it runs.
struct ReplayRun {
    let plan: ReplayPlan
    let path: String
    let options: Evaluator.ReplayOptions
    var startedAt = Instant.start
    var firstSequence: UInt64 = 0
    /// The connection that carried the latest request of a name.
    var connections: [String: ConnectionID] = [:]
    /// The latest request that a connection carried.
    var lastUses: [ConnectionID: RequestReference] = [:]

    init(plan: ReplayPlan, path: String, options: Evaluator.ReplayOptions) {
        self.plan = plan
        self.path = path
        self.options = options
    }
}
