/// What came of replaying one session file.
package struct ReplayReport: Sendable, Hashable {
    /// The file's name as it was given.
    package var file: String
    /// The text of `@title`.
    package var title: String?
    /// The requests in order.
    package var steps: [StepOutcome]
    /// What came of the expectations of the header block.
    package var sessionChecks: [Check]
    /// The connections of the replay.
    package var totals: SessionTotals

    /// Creates a report.
    package init(
        file: String,
        title: String? = nil,
        steps: [StepOutcome] = [],
        sessionChecks: [Check] = [],
        totals: SessionTotals = SessionTotals()
    ) {
        self.file = file
        self.title = title
        self.steps = steps
        self.sessionChecks = sessionChecks
        self.totals = totals
    }

    /// An expectation and what came of it.
    package struct Check: Sendable, Hashable {
        /// The file of the tag; nil is the report's.
        package var file: String?
        /// The line of the tag.
        package var line: Int
        /// What came of it.
        package var result: ExpectationResult
        /// Which of several runs this is, from 1; nil if the request was sent once.
        package var run: Int?

        /// Creates a check.
        package init(
            file: String? = nil,
            line: Int,
            result: ExpectationResult,
            run: Int? = nil
        ) {
            self.file = file
            self.line = line
            self.result = result
            self.run = run
        }
    }

    /// What came of an expectation over several runs of one request: it must hold for each, so the
    /// first failure counts.
    ///
    /// Nil if there were no runs.
    package static func check(line: Int, results: [ExpectationResult]) -> Check? {
        guard let index = results.firstIndex(where: { !$0.passed }) else {
            return results.last.map { Check(line: line, result: $0) }
        }
        let run = results.count > 1 ? index + 1 : nil
        return Check(line: line, result: results[index], run: run)
    }

    /// What came of one step.
    package struct StepOutcome: Sendable, Hashable {
        /// What failure texts call it.
        package var label: String
        /// The file of the request; nil is the report's.
        package var file: String?
        /// The line of the request.
        package var line: Int
        /// Whether it was sent.
        package var state: State
        /// Its expectations, one check each; of several runs the first that failed.
        package var checks: [Check]
        /// How it differs from the recording: listed, not failed (FILES.md 9.5).
        package var differences: [RecordedDifference]
        /// How long it took, with all its runs.
        package var elapsed = Duration.zero

        /// Creates an outcome.
        package init(
            label: String,
            file: String? = nil,
            line: Int,
            state: State,
            checks: [Check] = [],
            differences: [RecordedDifference] = []
        ) {
            self.label = label
            self.file = file
            self.line = line
            self.state = state
            self.checks = checks
            self.differences = differences
        }
    }

    /// Whether a step was sent.
    package enum State: Sendable, Hashable {
        /// It was answered, each time.
        case answered(requests: Int)
        /// It could not be sent or was not answered; why, and how many were sent.
        case failed(reason: String, requests: Int)
        /// It was left out.
        case skipped

        /// How many requests were sent.
        package var requestCount: Int {
            switch self {
            case .answered(let requests), .failed(_, let requests): requests
            case .skipped: 0
            }
        }
    }
}

/// A difference between a response and its recording.
package enum RecordedDifference: Sendable, Hashable {
    /// Another status.
    case status(recorded: [Int], actual: Int)
    /// A new connection instead of a reused one, or the other way round.
    case use(recorded: RecordedSummary.Use, actual: RecordedSummary.Use)
    /// Content of another length.
    case bodySize(recorded: Int, actual: Int)
    /// Another protocol.
    case protocolName(recorded: String, actual: String)
    /// Other content than the stored response; a line for each place that differs.
    case content([String])

    /// Compares a response with its recording.
    ///
    /// `isAlone` is false where several requests overlap: which of them gets a new connection is
    /// then a matter of luck.
    package static func differences(
        from summary: RecordedSummary,
        in subject: ExpectationSubject,
        isAlone: Bool
    ) -> [RecordedDifference] {
        var differences: [RecordedDifference] = []
        let status = subject.status ?? 0
        if !summary.statuses.contains(status) {
            differences.append(.status(recorded: summary.statuses, actual: status))
        }
        let use: RecordedSummary.Use = subject.isReused ? .reused : .new
        if isAlone, summary.uses.count == 1, let recorded = summary.uses.first, recorded != use {
            differences.append(.use(recorded: recorded, actual: use))
        }
        if summary.bodySizes.count == 1, let recorded = summary.bodySizes.first,
            recorded != subject.contentLength
        {
            differences.append(.bodySize(recorded: recorded, actual: subject.contentLength))
        }
        if let recorded = summary.protocolName, recorded != subject.version {
            differences.append(.protocolName(recorded: recorded, actual: subject.version))
        }
        return differences
    }
}

/// The exit status of a replay (PRODUCT.md section 7); with several files the highest counts.
package enum ReplayStatus: Int, Sendable, Hashable, Comparable {
    /// All passed.
    case passed = 0
    /// The command line is wrong.
    case usage = 1
    /// A file could not be read or parsed.
    case unreadable = 2
    /// A request failed.
    case requestFailed = 3
    /// An expectation failed.
    case expectationFailed = 4

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension ReplayReport {
    /// All checks, those of the header block last, as they are made last.
    package var checks: [Check] { self.steps.flatMap(\.checks) + self.sessionChecks }

    /// The exit status; `isStrict` turns differences from the recording into failures.
    package func status(isStrict: Bool = false) -> ReplayStatus {
        let hasDifference = self.steps.contains { !$0.differences.isEmpty }
        if self.checks.contains(where: { !$0.result.passed }) || isStrict && hasDifference {
            return .expectationFailed
        }
        let hasFailure = self.steps.contains { step in
            if case .failed = step.state { true } else { false }
        }
        return hasFailure ? .requestFailed : .passed
    }

    /// The exit status of several files.
    package static func status(of statuses: [ReplayStatus]) -> ReplayStatus {
        statuses.max() ?? .passed
    }
}
