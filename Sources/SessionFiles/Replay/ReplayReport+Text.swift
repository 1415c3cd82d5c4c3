extension ReplayReport {
    /// What failed and what differs, for people (FILES.md 9.6); empty if there is nothing to say.
    ///
    /// Each failure is a line `FILE:LINE: expect …: FAILED` and indented lines with what was got
    /// and why.
    package func failureLines(isStrict: Bool = false) -> [String] {
        var lines: [String] = []
        for step in self.steps {
            if case .failed(let reason, _) = step.state {
                lines.append("\(self.file(of: step)):\(step.line): \(step.label): FAILED")
                lines += reason.split(separator: "\n").map { "   \($0)" }
            }
            for check in step.checks where !check.result.passed {
                lines += self.lines(of: check, label: step.label)
            }
            for difference in step.differences {
                let verdict = isStrict ? "FAILED" : "differs"
                let text = "\(difference.name): \(verdict)"
                lines.append("\(self.file(of: step)):\(step.line): recorded \(text)")
                lines += difference.texts.map { "   \(step.label): \($0)" }
            }
        }
        for check in self.sessionChecks where !check.result.passed {
            lines += self.lines(of: check, label: nil)
        }
        return lines
    }

    /// The last line: `5 requests, 12 expectations: 11 passed, 1 failed; …` and the connections.
    package var summaryLine: String {
        let requests = self.steps.reduce(0) { $0 + $1.state.requestCount }
        let checks = self.checks
        let passed = checks.count { $0.result.passed }
        let skipped = self.steps.count { $0.state == .skipped }
        let failed = self.steps.count { step in
            if case .failed = step.state { true } else { false }
        }
        var text = Self.count(requests, "request")
        if failed > 0 { text += " (\(failed) failed)" }
        if skipped > 0 { text += ", \(skipped) skipped" }
        text += ", \(Self.count(checks.count, "expectation"))"
        text += ": \(passed) passed, \(checks.count - passed) failed"
        text += "; \(Self.count(self.totals.opened, "connection")) opened"
        text += ", \(Self.count(self.totals.reused, "request")) reused one"
        return text
    }

    private func lines(of check: Check, label: String?) -> [String] {
        let result = check.result
        let run = check.run.map { " (run \($0))" } ?? ""
        let who = label.map { "\($0)\(run): " } ?? ""
        return ["\(check.file ?? self.file):\(check.line): expect \(result.expectedText): FAILED"]
            + ["   \(who)\(result.actualText)"]
            + result.notes.map { "   \($0)" }
    }

    private func file(of step: StepOutcome) -> String { step.file ?? self.file }

    private static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }
}

extension RecordedDifference {
    /// What differs.
    var name: String {
        switch self {
        case .status: "status"
        case .use: "connection"
        case .bodySize: "body"
        case .protocolName: "protocol"
        case .content: "content"
        }
    }

    /// What it was and what was recorded, a line each.
    var texts: [String] {
        if case .content(let lines) = self { return lines }
        return [self.text]
    }

    private var text: String {
        switch self {
        case .content(let lines): lines.joined(separator: "; ")
        case .status(let recorded, let actual):
            "status was \(actual), recorded \(recorded.map(String.init).joined(separator: ","))"
        case .use(let recorded, let actual):
            "connection was \(actual.rawValue), recorded \(recorded.rawValue)"
        case .bodySize(let recorded, let actual):
            "body had \(actual) bytes, recorded \(recorded)"
        case .protocolName(let recorded, let actual):
            "protocol was \(actual.escapedForDisplay), recorded \(recorded)"
        }
    }
}
