/// The number of a connection, shown as `#7`; never used twice in a session.
package struct ConnectionID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number, from 1.
    package var number: Int

    /// Creates the ID with this number.
    package init(_ number: Int) {
        self.number = number
    }

    package var description: String { "#\(self.number)" }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.number < rhs.number }
}

/// Names one attempt of one exchange: redirects and retries are further attempts.
package struct RequestID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number of the exchange, from 1.
    package var exchange: Int
    /// The attempt within the exchange, from 1.
    package var attempt: Int

    /// Creates the ID of an attempt.
    package init(exchange: Int, attempt: Int = 1) {
        self.exchange = exchange
        self.attempt = attempt
    }

    package var description: String {
        self.attempt == 1 ? "\(self.exchange)" : "\(self.exchange).\(self.attempt)"
    }

    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.exchange, lhs.attempt) < (rhs.exchange, rhs.attempt)
    }
}

/// A request's place in the one queue over all keys; retries keep their first one (POOL.md rule
/// 15).
package struct ArrivalNumber: Sendable, Hashable, Comparable {
    /// The number, counted up by the pool's driver.
    package var value: UInt64

    /// Creates the arrival number with this value.
    package init(_ value: UInt64) {
        self.value = value
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}

/// Method and request target of a request, for sentences such as "busy with GET /slow".
package struct RequestLabel: Sendable, Hashable, CustomStringConvertible {
    /// The method.
    package var method: String
    /// The request target.
    package var target: String

    /// Creates a label.
    package init(method: String, target: String) {
        self.method = method
        self.target = target
    }

    package var description: String { "\(self.method) \(self.target)" }
}
