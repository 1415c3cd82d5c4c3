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
            self.report(error, source: "", at: ScriptPlace(file: run.path, line: 1))
            report.steps = run.plan.steps.map { Self.outcome($0, .skipped) }
            if !report.steps.isEmpty {
                report.steps[0].state = .failed(reason: Self.sentence(of: error), requests: 0)
            }
            return report
        }
        var isStopped = false
        for step in run.plan.steps {
            guard !isStopped, !step.isSkipped, !Task.isCancelled else {
                report.steps.append(Self.outcome(step, .skipped))
                continue
            }
            let outcome = await self.perform(step, &run)
            report.steps.append(outcome)
            if case .failed = outcome.state, !run.options.continuesOnError { isStopped = true }
        }
        report.totals = self.totals(of: run)
        let subject = ExpectationSubject(session: report.totals)
        report.sessionChecks = run.plan.sessionExpectations.map { placed in
            ReplayReport.Check(line: placed.line, result: placed.expectation.evaluate(subject))
        }
        return report
    }

    private func prepare(_ run: ReplayRun) async throws(ShellProblem) {
        for setting in run.plan.settings {
            try await self.set(setting.name, to: setting.value, from: .file)
        }
        for (name, value) in run.options.variables { self.variables[name] = value }
        for variable in run.plan.variables { try await self.setVariable(variable, run) }
        for field in run.plan.defaultFields { try await self.setDefault(field) }
        for parameter in run.plan.defaultQuery {
            let value = try await self.resolve(text: parameter.value)
            do {
                try await self.session.setQuery(
                    parameter.name,
                    to: [value],
                    scope: .automatic(base: self.base?.origin)
                )
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

    private func setVariable(
        _ variable: SessionVariable,
        _ run: ReplayRun
    ) async throws(ShellProblem) {
        // `--var` beats the file.
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
            self.variables[variable.name] = value
        }
    }

    private func setDefault(_ field: HTTPModel.FieldLine) async throws(ShellProblem) {
        let value = try await self.resolve(text: field.value)
        do {
            if value.isEmpty {
                try await self.session.removeField(field.name)
            } else {
                try await self.session.setField(
                    field.name,
                    to: value,
                    scope: .automatic(base: self.base?.origin)
                )
            }
        } catch {
            throw .field(error, nil)
        }
    }

    private func loadJar(_ path: String, _ run: ReplayRun) async throws(ShellProblem) {
        let file = try self.sideFile(path, run)
        // A jar that is not there yet is an empty one.
        guard Files.size(of: file) != nil else { return }
        do {
            _ = try await self.session.loadCookies(from: file)
        } catch {
            throw .file(path: file, .read, detail: "\(error)", nil)
        }
    }

    /// The path of a side file, which must not lead out of the session file's folder.
    func sideFile(_ path: String, _ run: ReplayRun) throws(ShellProblem) -> String {
        do {
            return try SideFilePath.resolve(
                path,
                besides: run.path,
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

    // MARK: One step

    private func perform(
        _ step: ReplayStep,
        _ run: inout ReplayRun
    ) async -> ReplayReport.StepOutcome {
        let request: HTTPSession.SessionRequest
        do throws(ShellProblem) {
            try await self.prepare(step, run)
            request = try await self.request(of: step, run)
        } catch {
            return Self.outcome(step, .failed(reason: Self.sentence(of: error), requests: 0))
        }
        if let delay = step.delay {
            do {
                try await Task.sleep(for: delay)
            } catch {
                return Self.outcome(step, .skipped)
            }
        }
        var outcome = Self.outcome(step, .answered(requests: step.repetition.count))
        var collected = StepResult(
            checks: step.expectations.map { Pending(placed: $0) }
        )
        let exchanges = await self.send(request, step)
        for (index, exchange) in exchanges.enumerated() {
            if let failure = exchange.failure {
                outcome.state = .failed(
                    reason: ErrorSentences.render(failure).message,
                    requests: index + 1
                )
                break
            }
            await self.judge(exchange, step, run, index: index, &collected)
            self.remember(exchange, step, &run)
        }
        outcome.checks = collected.checks.compactMap(\.check)
        outcome.differences = collected.differences
        return outcome
    }

    private func prepare(_ step: ReplayStep, _ run: ReplayRun) async throws(ShellProblem) {
        for variable in step.variables { try await self.setVariable(variable, run) }
        for command in step.commands { try await self.evaluate(command.text) }
        for setting in step.settings {
            try await self.set(setting.name, to: setting.value, from: .file)
        }
    }

    private func send(
        _ request: HTTPSession.SessionRequest,
        _ step: ReplayStep
    ) async -> [Exchange] {
        if step.repetition.count == 1 {
            let exchange = await self.session.perform(request)
            self.note(exchange)
            return [exchange]
        }
        let kept = ExchangeList()
        var repetition = HTTPSession.Repetition(
            request,
            count: step.repetition.count,
            parallel: step.repetition.width
        )
        repetition.inOrder = { kept.append($0) }
        _ = await self.session.perform(repetition)
        kept.all.forEach(self.note)
        return kept.all
    }

    /// Shows an exchange of a replay: its connection line.
    private func note(_ exchange: Exchange) {
        if self.printsJSON {
            self.printJSON(of: exchange)
            return
        }
        guard self.settings.show.contains(.connection) else { return }
        let context = self.console.errorContext
        ConnectionLine.lines(for: exchange, in: context).forEach(self.console.errLine)
    }

    private struct Pending {
        let placed: ReplayPlan.PlacedExpectation
        var check: ReplayReport.Check?
    }

    private struct StepResult {
        var checks: [Pending]
        var differences: [RecordedDifference] = []
    }

    private func judge(
        _ exchange: Exchange,
        _ step: ReplayStep,
        _ run: ReplayRun,
        index: Int,
        _ result: inout StepResult
    ) async {
        let subject = await self.subject(for: exchange, run)
        for place in result.checks.indices {
            // Of several runs the first that failed is told.
            if let earlier = result.checks[place].check, !earlier.result.passed { continue }
            let placed = result.checks[place].placed
            result.checks[place].check = ReplayReport.Check(
                line: placed.line,
                result: placed.expectation.evaluate(subject),
                run: step.repetition.count > 1 ? index + 1 : nil
            )
            if self.printsJSON, let check = result.checks[place].check {
                self.console.outLine(
                    ExpectationJSON.line(
                        text: check.result.expectedText,
                        passed: check.result.passed,
                        actual: check.result.actualText,
                        exchange: exchange.number,
                        name: step.name,
                        file: run.path,
                        line: check.line
                    )
                )
            }
        }
        guard let recorded = step.recorded, result.differences.isEmpty else { return }
        result.differences = RecordedDifference.differences(
            from: recorded,
            in: subject,
            isAlone: step.repetition.width == 1
        )
    }

    private func subject(for exchange: Exchange, _ run: ReplayRun) async -> ExpectationSubject {
        var subject = await self.subject(for: exchange)
        subject.session = self.totals(of: run)
        let connections = run.connections
        let lastUses = run.lastUses
        subject.connectionOfRequest = { connections[$0] }
        subject.lastUse = { lastUses[$0] }
        subject.redactions = run.plan.redactions
        return subject
    }

    private func remember(_ exchange: Exchange, _ step: ReplayStep, _ run: inout ReplayRun) {
        guard let use = exchange.attempts.last?.use else { return }
        if let name = step.name { run.connections[name] = use.connection }
        run.lastUses[use.connection] = RequestReference(
            label: step.label,
            file: run.path,
            line: step.line
        )
    }

    private func totals(of run: ReplayRun) -> SessionTotals {
        let totals = self.events.connectionTotals(since: run.firstSequence)
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
        ReplayReport.StepOutcome(label: step.label, line: step.line, state: state)
    }

    private static func sentence(of problem: ShellProblem) -> String {
        guard let words = ShellSentences.words(for: problem) else { return "it failed" }
        return words.note.map { "\(words.message) (\($0))" } ?? words.message
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
