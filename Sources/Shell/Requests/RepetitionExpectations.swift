import HTTPModel
import HTTPSession
import Rendering
import SessionFiles

/// `expect …` behind a repetition, where it must hold for each request (LANGUAGE.md, section 7).
extension Evaluator {
    /// Holds an expectation against what is kept of a repetition: statuses, how long requests took,
    /// and how many of them went out on new connections.
    ///
    /// Whatever else could be expected is asked of answers, which are not kept.
    func check(
        _ repetition: RepeatRecord,
        _ expectation: Expectation
    ) async throws(ShellProblem) {
        guard let sample = repetition.sample else {
            throw .answersNotChecked(repetition.numbers)
        }
        var subject = await self.subject(for: sample)
        var results: [ExpectationResult] = []
        if repetition.failed > 0 { results.append(expectation.failed(repetition)) }
        switch expectation.claim {
        case .value(.status, _, _):
            for (status, count) in repetition.statuses.sorted(by: { $0.key < $1.key }) {
                subject.status = status
                subject.reason = ""
                results.append(expectation.evaluate(subject).told(of: count, in: repetition))
            }
        case .value(.duration, _, _):
            let latencies = (repetition.newLatencies + repetition.reusedLatencies).map { ($0, 1) }
            let counts = Dictionary(latencies, uniquingKeysWith: +)
            var told: [Bool: (result: ExpectationResult, count: Int)] = [:]
            for (latency, count) in counts.sorted(by: { $0.key < $1.key }) {
                subject.duration = .microseconds(Int64(latency))
                let result = expectation.evaluate(subject)
                let known = told[result.passed] ?? (result, 0)
                told[result.passed] = (known.result, known.count + count)
            }
            results += told.values.map { $0.result.told(of: $0.count, in: repetition) }
        case .connection(.reused):
            results.append(
                expectation.held(against: repetition.newLatencies.count, "new", repetition)
            )
        case .connection(.new):
            let count = repetition.reusedLatencies.count
            results.append(expectation.held(against: count, "reused", repetition))
        // It is about the session, whatever became of the requests.
        case .connections: results = [expectation.evaluate(subject)]
        case .connection, .value: throw .answersNotChecked(repetition.numbers)
        }
        // One line says how it is, by the first of those that fail.
        guard let told = results.first(where: { !$0.passed }) ?? results.first else {
            throw .answersNotChecked(repetition.numbers)
        }
        self.tell(told, of: sample)
        if !told.passed { throw .expectationFailed }
    }
}

extension ExpectationResult {
    /// The same with for how many requests of a repetition it is so.
    fileprivate func told(of count: Int, in repetition: RepeatRecord) -> ExpectationResult {
        var result = self
        result.actualText += " (\(count) of \(repetition.planned))"
        result.notes = []
        return result
    }
}

extension Expectation {
    /// The result where some requests got no answer, of which nothing can be expected.
    fileprivate func failed(_ repetition: RepeatRecord) -> ExpectationResult {
        let requests = CountText.text(repetition.planned, "request")
        return ExpectationResult(
            passed: false,
            expectedText: self.text,
            actualText: "\(repetition.failed) of \(requests) failed"
        )
    }

    /// The result where no connection of a kind may have been used, and `count` requests used one.
    fileprivate func held(
        against count: Int,
        _ kind: String,
        _ repetition: RepeatRecord
    ) -> ExpectationResult {
        ExpectationResult(
            passed: count == 0,
            expectedText: self.text,
            actualText: "\(count) of \(repetition.planned) went out on \(kind) connections"
        )
    }
}
