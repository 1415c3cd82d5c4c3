import ShellLanguage

extension ReplayReport {
    /// The report without what secret variables hold in the end: what came before a token was
    /// captured may show it too, and so may the reason of a failure.
    package func hiding(_ secrets: ExportSecrets) -> ReplayReport {
        var report = self
        report.steps = self.steps.map { $0.hiding(secrets) }
        return report
    }
}

extension ReplayReport.StepOutcome {
    fileprivate func hiding(_ secrets: ExportSecrets) -> Self {
        var outcome = self
        // The target as it is written, with a secret in it that a file has in clear.
        let hasReference = self.label.holdsDoubleBraces
        outcome.label =
            hasReference ? secrets.shown(self.label) : secrets.shownReference(self.label)
        switch self.state {
        case .answered, .skipped: break
        case .failed(let reason, let requests):
            outcome.state = .failed(reason: secrets.shown(reason), requests: requests)
        }
        for index in self.checks.indices where !self.checks[index].result.passed {
            outcome.checks[index].result.actualText =
                secrets.shown(self.checks[index].result.actualText)
        }
        outcome.differences = self.differences.map { difference in
            switch difference {
            case .content(let lines): .content(lines.map(secrets.shown))
            case .status, .use, .bodySize, .protocolName: difference
            }
        }
        return outcome
    }
}
