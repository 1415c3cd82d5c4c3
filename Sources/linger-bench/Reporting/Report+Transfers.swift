import TestSupport

extension Report {
    /// Adds what transfers of one large content took: rows, linger's peak memory, and its rate by
    /// curl's, which is missing where curl is.
    mutating func add(
        transfers linger: [ProcessRunner.Measurement],
        besides curl: [ProcessRunner.Measurement]
    ) {
        self.add(row: "linger", linger)
        self.add(
            "linger, peak memory",
            Distribution(linger.map(\.megabytes)),
            decimals: 1,
            unit: " MB",
            target: .below(40)
        )
        guard !curl.isEmpty else { return }
        self.add(row: "curl", curl)
        self.add(
            "linger/curl, rate",
            Distribution(curl.map(\.elapsed.seconds), by: linger.map(\.elapsed.seconds)),
            target: .atLeast(0.8)
        )
    }

    /// Adds a row of what runs of a program took.
    private mutating func add(row name: String, _ runs: [ProcessRunner.Measurement]) {
        self.add(
            row: name,
            "\(Distribution(runs.map(\.elapsed.seconds)).text(decimals: 2)) s",
            "\(Distribution(runs.map(\.processorSeconds)).text(decimals: 2)) s CPU",
            "\(Distribution(runs.map(\.megabytes)).text(decimals: 1)) MB"
        )
    }
}
