/// A point on the monotonic clock, in nanoseconds since the program started.
///
/// State machines take instants as arguments and never read a clock themselves.
package struct Instant: Sendable, Hashable, Comparable, InstantProtocol {
    /// Nanoseconds since the program started.
    package var nanoseconds: Int64

    /// Creates an instant that lies `nanoseconds` after the start of the program.
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The start of the program.
    package static let start = Self(nanoseconds: 0)

    package func advanced(by duration: Duration) -> Self {
        // Saturates, since a limit that is switched off may be a duration without end.
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        guard overflow else { return Self(nanoseconds: sum) }
        return Self(nanoseconds: self.nanoseconds < 0 ? .min : .max)
    }

    package func duration(to other: Self) -> Duration {
        .nanoseconds(other.nanoseconds) - .nanoseconds(self.nanoseconds)
    }

    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }
}

extension Duration {
    /// The duration in nanoseconds, saturating at about 292 years.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflowed ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in milliseconds, with fractions down to the nanosecond.
    package var milliseconds: Double {
        Double(self.wholeNanoseconds) / 1_000_000
    }
}
