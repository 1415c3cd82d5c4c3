import HTTPModel
import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// Performs the steps of a plan in order.
extension Evaluator {
    /// Performs a plan.
    func perform(_ run: inout ReplayRun) async -> ReplayReport {
        var report = ReplayReport(file: run.path, title: run.plan.title)
        do throws(ShellProblem) {
            try await self.prepare(run)
        } catch {
            let failed = ReplayReport.State.failed(reason: Self.sentence(of: error), requests: 0)
            report.steps = run.plan.steps.map { Self.outcome($0, .skipped) }
            if report.steps.isEmpty {
                // A file without requests, whose header block cannot be done.
                report.steps = [
                    .init(label: "the header block", file: run.path, line: 1, state: failed)
                ]
            } else {
                report.steps[0].state = failed
            }
            return report
        }
        report.steps.reserveCapacity(run.plan.steps.count)
        var isStopped = false
        var rest = run.plan.steps[...]
        while let step = rest.first {
            guard !isStopped, !Task.isCancelled else {
                report.steps += rest.map { Self.outcome($0, .skipped) }
                break
            }
            let stream = self.stream(of: rest, run)
            if !stream.isEmpty {
                rest = rest.dropFirst(stream.count)
                isStopped = await self.perform(stream: stream, &run, &report)
                continue
            }
            let count = step.group == nil ? 1 : rest.prefix { $0.group == step.group }.count
            let group = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            let outcomes = await self.perform(group, &run)
            report.steps += outcomes
            isStopped = !run.options.continuesOnError && outcomes.contains(where: \.hasFailed)
            self.showProgress(report, &run)
        }
        report.totals = self.totals(of: run)
        let subject = ExpectationSubject(session: report.totals)
        report.sessionChecks = run.plan.sessionExpectations.map { placed in
            ReplayReport.Check(
                file: placed.file,
                line: placed.line,
                result: placed.expectation.evaluate(subject)
            )
        }
        return report
    }

    /// Says on standard error how far a long run has come, at most twice a second.
    func showProgress(_ report: ReplayReport, _ run: inout ReplayRun) {
        guard self.console.errorIsTerminal, !self.printsJSON else { return }
        let now = self.configuration.clock()
        let isDue = run.progressShownAt.duration(to: now) >= .milliseconds(500)
        guard run.startedAt.duration(to: now) >= .seconds(1), isDue else { return }
        run.progressShownAt = now
        let requests = report.steps.reduce(0) { $0 + $1.state.requestCount }
        let failed = report.checks.count { !$0.result.passed }
        let text =
            "\(run.owner)\(report.steps.count) of \(run.plan.steps.count) steps,"
            + " \(requests) requests, \(failed) expectations failed"
        self.console.errLine(self.console.errorContext.palette.styled(text, as: .dim))
    }

    private func prepare(_ run: ReplayRun) async throws(ShellProblem) {
        try await self.applySettings(of: run, afterVariables: false)
        for (name, value) in try self.environmentVariables(run.path, run.options) {
            try await self.setVariable(SessionVariable(name: name, value: value), run)
        }
        for (name, value) in run.options.variables { self.assign(value, to: name) }
        for variable in run.plan.variables { try await self.setVariable(variable, run) }
        try await self.applySettings(of: run, afterVariables: true)
        for field in run.plan.defaultFields { try await self.setDefault(field) }
        for parameter in run.plan.defaultQuery {
            let value = try await self.resolve(text: parameter.value)
            do {
                let scope = try await self.session.setQuery(
                    parameter.name,
                    to: [value],
                    scope: .automatic(base: self.base?.origin)
                )
                self.liveDefaults.set(.query(parameter.name, scope: scope), nil)
            } catch {
                throw .field(error, nil)
            }
        }
        switch run.plan.cookieJar {
        case .file(let path): try await self.loadJar(path, run)
        case .memory, nil: break
        case .some(.none): await self.session.update { $0.usesCookies = false }
        }
    }

    /// Puts the settings of the file and of the command line in force, which beats the file.
    private func applySettings(
        of run: ReplayRun,
        afterVariables: Bool
    ) async throws(ShellProblem) {
        for setting in run.plan.settings
        where run.options.settings[setting.name] == nil
            && Self.waitsForVariables(setting.name, setting.value) == afterVariables
        {
            try await self.setting(setting.name, to: setting.value, from: .file)
        }
        for (name, value) in run.options.settings.sorted(by: { $0.key < $1.key })
        where Self.waitsForVariables(name, value) == afterVariables {
            try await self.setting(name, to: value, from: .commandLine)
        }
    }

    private func setVariable(
        _ variable: SessionVariable,
        _ run: ReplayRun
    ) async throws(ShellProblem) {
        // What was captured beats what a request says, and `--var` beats both.
        if run.captured.contains(variable.name) { return }
        guard run.options.variables[variable.name] == nil else {
            if variable.name == "base", let given = run.options.variables["base"] {
                try await self.setBase(given, span: nil)
            }
            return
        }
        let value = try await self.resolve(text: variable.value)
        if variable.name == "base" {
            try await self.setBase(value, span: nil)
        } else {
            self.assign(value, to: variable.name)
        }
    }

    private func setDefault(_ field: HTTPModel.FieldLine) async throws(ShellProblem) {
        let value = try await self.resolve(text: field.value)
        if let digest = try Self.digestCredentials(field.name, value) {
            guard let base = self.base else { throw .noBase }
            await self.session.setCredentials(digest, for: base.origin)
            return
        }
        do {
            if value.isEmpty {
                try await self.session.removeField(field.name)
            } else {
                let set = try await self.session.setField(
                    field.name,
                    to: Self.fieldValue(field.name, value),
                    scope: .automatic(base: self.base?.origin)
                )
                self.liveDefaults.set(.field(set.name, scope: set.scope), nil)
            }
        } catch {
            throw .field(error, nil)
        }
    }

    private func loadJar(_ path: String, _ run: ReplayRun) async throws(ShellProblem) {
        let file = try self.sideFile(path, besides: run.path, run)
        // A jar that is not there yet is an empty one.
        guard Files.size(of: file) != nil else { return }
        do {
            let contents = try await self.session.loadCookies(from: file)
            for line in CookieSentences.lines(contents.problems, of: path) {
                self.console.errLine(line)
            }
        } catch {
            throw .file(path: file, .read, detail: error.detail, nil)
        }
    }

    /// Writes the cookies to the jar of the file: `--save-cookies`.
    func saveJar(of run: ReplayRun) async {
        guard run.options.savesCookies, case .file(let path)? = run.plan.cookieJar else { return }
        do throws(ShellProblem) {
            let file = try self.sideFile(path, besides: run.path, run)
            do {
                // Also those without an expiry: what a log-in sets mostly has none.
                try await self.session.saveCookies(to: file, includingSession: true)
            } catch {
                throw .file(path: path, .write, detail: error.detail, nil)
            }
            if let warning = await self.warningOfSharing(file) { self.console.errLine(warning) }
        } catch {
            self.report(error, source: "", at: nil)
        }
    }

    /// The path of a side file of a step.
    func sideFile(
        _ path: String,
        _ step: ReplayStep,
        _ run: ReplayRun
    ) throws(ShellProblem) -> String {
        try self.sideFile(path, besides: step.file, run)
    }

    /// The path of a side file, which must not lead out of the session file's folder.
    private func sideFile(
        _ path: String,
        besides file: String,
        _ run: ReplayRun
    ) throws(ShellProblem) -> String {
        do {
            return try SideFilePath.resolve(
                path,
                besides: file,
                allowsOutside: run.options.allowsOutside
            )
        } catch {
            throw .file(
                path: path,
                .read,
                detail: "it lies outside the session file's folder",
                nil
            )
        }
    }

    // MARK: Steps that start together

    /// A step whose request is made, or what came of it instead.
    enum Prepared {
        case request(HTTPSession.SessionRequest)
        case ended(ReplayReport.State)
    }

    /// Performs one step, or a group of steps that start together; expectations are checked when
    /// all have answered.
    private func perform(
        _ steps: [ReplayStep],
        _ run: inout ReplayRun
    ) async -> [ReplayReport.StepOutcome] {
        var prepared: [Prepared] = []
        for step in steps { prepared.append(await self.prepared(step, run)) }
        let start = self.configuration.clock()
        var results: [Int: StepExchanges] = [:]
        if steps.count == 1 {
            if case .request(let request) = prepared[0] {
                results[0] = await self.exchanges(request, steps[0], run)
            }
        } else {
            results = await self.together(steps, prepared, run)
        }
        var outcomes: [ReplayReport.StepOutcome] = []
        for (index, step) in steps.enumerated() {
            switch prepared[index] {
            case .ended(let state): outcomes.append(Self.outcome(step, state))
            case .request:
                let result = results[index] ?? StepExchanges()
                let isAlone = steps.count == 1 && step.repetition.width == 1
                var outcome = await self.judge(result, step, isAlone: isAlone, &run)
                outcome.elapsed =
                    steps.count == 1
                    ? start.duration(to: self.configuration.clock()) : result.elapsed
                outcomes.append(outcome)
            }
        }
        return outcomes
    }

    /// Sends the requests of a group, all at once.
    private func together(
        _ steps: [ReplayStep],
        _ prepared: [Prepared],
        _ run: ReplayRun
    ) async -> [Int: StepExchanges] {
        let session = self.session
        let clock = self.configuration.clock
        let results = await withTaskGroup(of: (Int, StepExchanges).self) { group in
            for (index, step) in steps.enumerated() {
                guard case .request(let request) = prepared[index] else { continue }
                let repetition = self.repetition(of: request, step, run)
                group.addTask {
                    let start = clock()
                    let exchanges = await Self.send(repetition, over: session)
                    let elapsed = start.duration(to: clock())
                    return (index, StepExchanges(all: exchanges, elapsed: elapsed))
                }
            }
            var results: [Int: StepExchanges] = [:]
            for await (index, result) in group { results[index] = result }
            return results
        }
        for (index, step) in steps.enumerated() {
            guard case .request(let request) = prepared[index] else { continue }
            let exchanges = results[index]?.all ?? []
            await self.keep(step, request, exchanges, run)
            for exchange in exchanges { self.note(exchange, run) }
        }
        return results
    }

    func prepared(_ step: ReplayStep, _ run: ReplayRun) async -> Prepared {
        do throws(ShellProblem) {
            if step.isSkipped { return .ended(.skipped) }
            for variable in step.variables { try await self.setVariable(variable, run) }
            if let condition = step.skipCondition {
                let left = try await self.resolve(text: condition.left)
                let right = try await self.resolve(text: condition.right)
                if condition.holds(left: left, right: right) { return .ended(.skipped) }
            }
            try await self.prepare(step, run)
            let request =
                step.repetition.count == 1
                ? try await self.wholeRequest(of: step, run)
                : try await self.asRepetition(0) { () async throws(ShellProblem) in
                    try await self.wholeRequest(of: step, run)
                }
            guard await self.pause(before: step, run) else { return .ended(.skipped) }
            return .request(request)
        } catch {
            return .ended(.failed(reason: Self.sentence(of: error), requests: 0))
        }
    }

    /// Waits as the step and the pace ask; false when that was cancelled.
    private func pause(before step: ReplayStep, _ run: ReplayRun) async -> Bool {
        var delay = step.delay ?? .zero
        let pace = run.options.pace ?? run.plan.pace
        if let due = pace.due(at: step.offset) {
            delay += max(.zero, due - run.startedAt.duration(to: self.configuration.clock()))
        }
        guard delay > .zero else { return true }
        do {
            try await Task.sleep(for: delay)
            return true
        } catch {
            return false
        }
    }

    /// Sends the request of a step, again and again if it says so.
    private func exchanges(
        _ request: HTTPSession.SessionRequest,
        _ step: ReplayStep,
        _ run: ReplayRun
    ) async -> StepExchanges {
        // Settings are many; they are only copied where a step changes them.
        var settings: SettingsValues?
        if let bound = step.connectionTimeout {
            settings = self.settings
            var bounded = self.settings
            bounded.connections.connectTimeout = bound
            await self.apply(bounded)
        }
        let repetition = self.repetition(of: request, step, run)
        var result = StepExchanges()
        result.all = await Self.send(repetition, over: self.session)
        await self.keep(step, request, result.all, run)
        for exchange in result.all { self.note(exchange, run) }
        if let rule = step.retry {
            let conditions = rule.until.isEmpty ? step.expectations.map(\.expectation) : rule.until
            for _ in 1..<rule.count {
                if await self.isFulfilled(conditions, by: result.all, run) { break }
                guard (try? await Task.sleep(for: rule.interval)) != nil else { break }
                result.all = await Self.send(repetition, over: self.session)
                await self.keep(step, request, result.all, run)
                result.earlier += step.repetition.count
                for exchange in result.all { self.note(exchange, run) }
            }
            result.unmet = await self.unmet(conditions, by: result.all, run)
        }
        if let settings { await self.apply(settings) }
        return result
    }

    private func isFulfilled(
        _ conditions: [Expectation],
        by exchanges: [Exchange],
        _ run: ReplayRun
    ) async -> Bool {
        if exchanges.contains(where: { $0.failure != nil }) { return false }
        return await self.unmet(conditions, by: exchanges, run) == nil
    }

    /// The first condition that does not hold.
    private func unmet(
        _ conditions: [Expectation],
        by exchanges: [Exchange],
        _ run: ReplayRun
    ) async -> ExpectationResult? {
        for exchange in exchanges {
            let subject = self.subject(for: exchange, run)
            for condition in conditions {
                let result = await self.evaluate(condition, subject)
                if !result.passed { return result }
            }
        }
        return nil
    }

    private func prepare(_ step: ReplayStep, _ run: ReplayRun) async throws(ShellProblem) {
        for command in step.commands { try await self.evaluate(command.text) }
        for setting in step.settings where run.options.settings[setting.name] == nil {
            try await self.setting(setting.name, to: setting.value, from: .file)
        }
    }

    /// How a step is sent; what is dynamic in it is made anew each time.
    private func repetition(
        of request: HTTPSession.SessionRequest,
        _ step: ReplayStep,
        _ run: ReplayRun
    ) -> HTTPSession.Repetition {
        var repetition = HTTPSession.Repetition(
            request,
            count: step.repetition.count,
            parallel: step.repetition.width
        )
        guard repetition.count > 1, step.isDynamic || self.liveDefaults.areDynamic else {
            return repetition
        }
        repetition.remake = { index in await self.request(of: step, run, repetition: index) }
        return repetition
    }

    private func request(
        of step: ReplayStep,
        _ run: ReplayRun,
        repetition index: Int
    ) async -> HTTPSession.SessionRequest? {
        try? await self.asRepetition(index) { () async throws(ShellProblem) in
            try await self.wholeRequest(of: step, run)
        }
    }

    /// The request of a step, and the user's defaults as they are made for it.
    private func wholeRequest(
        of step: ReplayStep,
        _ run: ReplayRun
    ) async throws(ShellProblem) -> HTTPSession.SessionRequest {
        var request = try await self.request(of: step, run)
        try await self.makeDefaults(for: &request, isKept: false)
        return request
    }

    private static func send(
        _ wanted: HTTPSession.Repetition,
        over session: Session
    ) async -> [Exchange] {
        if wanted.count == 1 { return [await session.perform(wanted.request)] }
        let kept = ExchangeList()
        var repetition = wanted
        repetition.inOrder = {
            kept.append($0)
            return true
        }
        _ = await session.perform(repetition)
        return kept.all
    }

    /// Whether exchanges of a replay are shown.
    var notesExchanges: Bool { self.printsJSON || self.settings.show.contains(.connection) }

    /// Shows an exchange of a replay: its connection line.
    func note(_ exchange: Exchange, _ run: ReplayRun) {
        if self.printsJSON {
            self.printJSON(of: exchange)
            return
        }
        guard self.settings.show.contains(.connection) else { return }
        let context = self.console.errorContext
        for line in ConnectionLine.lines(for: exchange, in: context) {
            self.console.errLine(run.owner + line)
        }
    }

    /// Remembers that a connection carried the request of a step.
    func remember(_ connection: ConnectionID, of step: ReplayStep, _ run: inout ReplayRun) {
        if let name = step.name, run.referencedNames.contains(name) {
            run.connections[name] = connection
        }
        run.lastUses[connection] = step.ordinal
    }

    func totals(of run: ReplayRun) -> SessionTotals {
        let totals = self.events.totals(ofCount: run.count)
        return SessionTotals(
            opened: totals.opened,
            reused: totals.reused,
            maxOpen: totals.mostOpen,
            open: totals.open
        )
    }

    static func outcome(
        _ step: ReplayStep,
        _ state: ReplayReport.State
    ) -> ReplayReport.StepOutcome {
        ReplayReport.StepOutcome(
            label: step.label,
            file: step.file,
            line: step.line,
            state: state
        )
    }

    static func sentence(of problem: ShellProblem) -> String {
        // Who replays a file gives a value without changing it.
        if case .unresolved(let reference, .unknownVariable(nearest: let nearest), _) = problem,
            nearest.isEmpty
        {
            let name = reference.drop { $0 == "%" }
            return "no variable \(name) (`--var \(name)=…` gives it)"
        }
        guard let words = ShellSentences.words(for: problem) else { return "it failed" }
        return words.note.map { "\(words.message) (\($0))" } ?? words.message
    }
}

extension ReplayStep {
    /// Whether something in the request is new each time that it is sent.
    fileprivate var isDynamic: Bool {
        self.substitutesInSideFile
            || self.requestTemplates.contains { Template.parse($0).isDynamic }
    }
}

/// Exchanges of a repetition; appended to by one task at a time.
private final class ExchangeList: @unchecked Sendable {
    // `@unchecked Sendable`: `inOrder` is called by one task after another, and the list is read
    // when the repetition has ended.
    private(set) var all: [Exchange] = []

    func append(_ exchange: Exchange) {
        self.all.append(exchange)
    }
}
