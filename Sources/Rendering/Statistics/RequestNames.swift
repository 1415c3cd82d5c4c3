package import HTTPModel

/// What requests were, which events do not say: method and target, by exchange.
package struct RequestNames: Sendable {
    private var exchanges: [Int: Exchange] = [:]
    /// Repetitions, whose exchanges are alike and not kept: the numbers, and one of them.
    private var repetitions: [(numbers: ClosedRange<Int>, sample: Exchange)] = []

    /// Whether a parameter of a query, by its name, holds a secret.
    private let isSecret: @Sendable (String) -> Bool

    /// Text without what is secret wherever it stands.
    private let hiding: @Sendable (String) -> String

    /// Knows nothing; values of parameters that `isSecret` names are never told, nor what `hiding`
    /// leaves out.
    package init(
        isSecret: @escaping @Sendable (String) -> Bool = { _ in false },
        hiding: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.isSecret = isSecret
        self.hiding = hiding
    }

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

    /// Where a request went, without user information and without the secrets in its query.
    package func target(of request: RequestID) -> String? {
        guard var target = self.likeness(of: request)?.target else { return nil }
        target.query = target.query.map { query in
            query.split(separator: "&", omittingEmptySubsequences: false).map { part in
                guard let mark = part.firstIndex(of: "="), self.isSecret(String(part[..<mark]))
                else { return String(part) }
                return part[...mark] + "(redacted)"
            }.joined(separator: "&")
        }
        return self.hiding(target.description)
    }

    /// The name that the user gave the exchange.
    package func name(of request: RequestID) -> String? {
        self.exchanges[request.exchange]?.name
    }
}
