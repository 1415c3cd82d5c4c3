extension ReplayReport {
    /// What reports say about a request, or about the expectations of the header block.
    package struct Verdict: Sendable, Hashable {
        /// Its name, unique within the file.
        package var name: String
        /// How it went.
        package var state: State
        /// What failed, as the terminal shows it.
        package var lines: [String]
        /// How long it took.
        package var elapsed: Duration

        /// How it went.
        package enum State: String, Sendable, Hashable {
            case passed
            /// An expectation did not hold.
            case failed
            /// The request could not be sent or was not answered.
            case error
            case skipped
        }
    }

    /// The verdicts in order.
    package func verdicts(isStrict: Bool = false) -> [Verdict] {
        var names: Set<String> = []
        var verdicts: [Verdict] = []
        for (index, step) in self.steps.enumerated() {
            var name = step.label
            // Two cases of one name are one case to many consumers.
            if !names.insert(name).inserted {
                name += " (\(index + 1))"
                names.insert(name)
            }
            var part = self
            part.steps = [step]
            part.sessionChecks = []
            verdicts.append(
                Verdict(
                    name: name,
                    state: Self.state(of: step, part: part, isStrict: isStrict),
                    lines: part.failureLines(isStrict: isStrict),
                    elapsed: step.elapsed
                )
            )
        }
        guard !self.sessionChecks.isEmpty else { return verdicts }
        var part = self
        part.steps = []
        let lines = part.failureLines(isStrict: isStrict)
        verdicts.append(
            Verdict(
                name: "session",
                state: lines.isEmpty ? .passed : .failed,
                lines: lines,
                elapsed: .zero
            )
        )
        return verdicts
    }

    private static func state(
        of step: StepOutcome,
        part: ReplayReport,
        isStrict: Bool
    ) -> Verdict.State {
        switch step.state {
        case .skipped: .skipped
        case .failed: .error
        case .answered: part.status(isStrict: isStrict) == .passed ? .passed : .failed
        }
    }
}
