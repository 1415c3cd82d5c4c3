import HTTPModel
import HTTPSession
import Rendering
import SessionFiles

/// Holds what came of a step against what was expected and recorded.
extension Evaluator {
    /// What came of sending the request of a step.
    struct StepExchanges {
        var all: [Exchange] = []
        /// How many were sent before these, by `@retry`.
        var earlier = 0
        /// The condition of `@retry` that never held.
        var unmet: ExpectationResult?
        var elapsed = Duration.zero
    }

    /// Holds what came of a step against what was expected and recorded, and takes variables.
    func judge(
        _ result: StepExchanges,
        _ step: ReplayStep,
        isAlone: Bool,
        _ run: inout ReplayRun
    ) async -> ReplayReport.StepOutcome {
        let count = result.earlier + result.all.count
        var outcome = Self.outcome(step, .answered(requests: count))
        var checks: [ReplayReport.Check?] = step.expectations.map { _ in nil }
        for (index, exchange) in result.all.enumerated() {
            if let failure = exchange.failure {
                outcome.state = .failed(
                    reason: ErrorSentences.render(failure).message,
                    requests: result.earlier + index + 1
                )
                break
            }
            self.learnSecrets(from: exchange)
            defer {
                if let use = exchange.attempts.last?.use {
                    self.remember(use.connection, of: step, &run)
                }
            }
            // To gather the facts takes about as long as a small request.
            guard step.isJudged || run.options.updates else { continue }
            let subject = self.subject(for: exchange, run)
            for place in checks.indices {
                // Of several runs the first that failed is told.
                if let earlier = checks[place], !earlier.result.passed { continue }
                let check = await self.check(step, place, subject, run: index)
                checks[place] = check
                self.tell(check, exchange, step)
            }
            if let recorded = step.recorded, outcome.differences.isEmpty {
                // One that was open before the replay says nothing of how the file's requests
                // use connections: the first of them on it would have opened one.
                let use = subject.isReused ? exchange.attempts.last?.use : nil
                let wasOpenBefore = use.map { run.lastUses[$0.connection] == nil } ?? false
                outcome.differences = RecordedDifference.differences(
                    from: recorded,
                    in: subject,
                    isAlone: isAlone && !wasOpenBefore
                )
            }
            if run.options.updates { run.updates.add(step, subject, inWhole: run.isWhole) }
            guard index == result.all.count - 1 else { continue }
            self.finish(exchange, subject, step, &outcome, &run)
        }
        outcome.checks = checks.compactMap(\.self)
        // Where the expectations themselves are the condition, they have been told.
        if let unmet = result.unmet, step.retry?.until.isEmpty == false,
            case .answered = outcome.state
        {
            let check = ReplayReport.Check(file: step.file, line: step.line, result: unmet)
            outcome.checks.append(check)
        }
        return outcome
    }

    private func check(
        _ step: ReplayStep,
        _ place: Int,
        _ subject: ExpectationSubject,
        run: Int
    ) async -> ReplayReport.Check {
        let placed = step.expectations[place]
        return ReplayReport.Check(
            file: placed.file,
            line: placed.line,
            result: await self.evaluate(placed.expectation, subject),
            run: step.repetition.count > 1 ? run + 1 : nil
        )
    }

    private func tell(_ check: ReplayReport.Check, _ exchange: Exchange, _ step: ReplayStep) {
        guard self.printsJSON else { return }
        self.console.outLine(
            ExpectationJSON.line(
                text: check.result.expectedText,
                passed: check.result.passed,
                actual: check.result.actualText,
                exchange: exchange.number,
                name: step.name,
                file: check.file ?? step.file,
                line: check.line
            )
        )
    }

    /// Takes variables from the last response of a step, and compares it with a stored one.
    private func finish(
        _ exchange: Exchange,
        _ subject: ExpectationSubject,
        _ step: ReplayStep,
        _ outcome: inout ReplayReport.StepOutcome,
        _ run: inout ReplayRun
    ) {
        for capture in step.captures {
            // `--var` beats what is captured.
            guard run.options.variables[capture.name] == nil else { continue }
            guard let value = capture.query.captured(from: subject) else {
                outcome.state = .failed(
                    reason: "line \(capture.line): nothing to capture: \(capture.text)",
                    requests: outcome.state.requestCount
                )
                return
            }
            self.assign(value, to: capture.name)
            self.remember(capture, value: value, of: exchange.number)
            run.captured.insert(capture.name)
        }
        guard let reference = step.responseReference else { return }
        do throws(ShellProblem) {
            let path = try self.sideFile(reference.path, step, run)
            guard Files.size(of: path) != nil else {
                outcome.differences.append(.content(["\(reference.path) is not there"]))
                return
            }
            guard let stored = try? Files.read(path), let actual = subject.content() else { return }
            let secrets = self.exportSecrets().hiding(sentBy: exchange)
            let lines = ResponseComparison.differences(
                stored: stored,
                actual: actual,
                ignoring: run.plan.ignored,
                secrets: secrets
            )
            if lines.isEmpty { return }
            outcome.differences.append(.content(lines))
            guard run.options.updates else { return }
            let type = exchange.response?.head.first("content-type") ?? ""
            let kept = secrets.shown(content: actual, mediaType: type)
            run.updates.bodies.append((path, kept))
        } catch {
            outcome.differences.append(.content([Self.sentence(of: error)]))
        }
    }

    func subject(for exchange: Exchange, _ run: ReplayRun) -> ExpectationSubject {
        var subject = self.subjectAlone(for: exchange)
        // Counting the session's connections takes a walk over its events.
        if run.needsTotals { subject.session = self.totals(of: run) }
        let connections = run.connections
        let lastUses = run.lastUses
        subject.connectionOfRequest = { connections[$0] }
        let steps = run.plan.steps
        subject.lastUse = { connection in
            lastUses[connection].map { RequestReference(steps[$0 - 1]) }
        }
        subject.secrets = { self.exportSecrets().hiding(sentBy: exchange) }
        subject.tellsWhatPassed = self.printsJSON
        return subject
    }
}

extension ReplayStep {
    /// Whether a response to it is held against anything, or anything is taken from it.
    var isJudged: Bool {
        !self.expectations.isEmpty || self.recorded != nil || !self.captures.isEmpty
            || self.responseReference != nil
    }
}

extension RequestReference {
    /// What failure texts call a step.
    fileprivate init(_ step: ReplayStep) {
        self.init(label: step.label, file: step.file, line: step.line)
    }
}
