package import HTTPModel

/// What requests were, which events do not say: method and target, by exchange.
package struct RequestNames: Sendable {
    private var exchanges: [Int: Exchange] = [:]
    /// Repetitions, whose exchanges are alike and not kept: the numbers, and one of them.
    private var repetitions: [(numbers: ClosedRange<Int>, sample: Exchange)] = []

    /// Knows nothing.
    package init() {}

    /// Learns an exchange.
    package mutating func insert(_ exchange: Exchange) {
        self.exchanges[exchange.number] = exchange
    }

    /// Learns what the exchanges of a repetition have in common.
    package mutating func insert(_ numbers: ClosedRange<Int>, like sample: Exchange) {
        self.repetitions.append((numbers, sample))
    }

    /// The attempt itself; nil where it is not kept.
    package func attempt(_ request: RequestID) -> Attempt? {
        guard let attempts = self.exchanges[request.exchange]?.attempts,
            attempts.indices.contains(request.attempt - 1)
        else { return nil }
        return attempts[request.attempt - 1]
    }

    /// The attempt, or one that was meant the same.
    package func likeness(of request: RequestID) -> Attempt? {
        if let attempt = self.attempt(request) { return attempt }
        return self.repetitions.first { $0.numbers.contains(request.exchange) }?.sample
            .attempts.first
    }

    /// The name that the user gave the exchange.
    package func name(of request: RequestID) -> String? {
        self.exchanges[request.exchange]?.name
    }
}
