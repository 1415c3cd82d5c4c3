/// Durations as people write them: `250ms`, `5s`, `2m`, `1.5h`; a bare number is seconds.
package enum DurationLiteral {
    /// The units, largest first, with their length in nanoseconds.
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    /// Other spellings that are read.
    private static let spellings = ["min": "m", "sec": "s", "µs": "us", "μs": "us"]

    /// Reads a duration; a blank may stand before the unit, as session files have it.
    ///
    /// - Returns: `nil` for anything else, for fractions of a nanosecond, and for more than 292
    ///   years.
    package static func parse(_ text: String) -> Duration? {
        guard let number = DecimalNumber(prefixOf: text) else { return nil }
        let unit = number.rest.isEmpty ? "s" : spellings[number.rest] ?? number.rest
        guard let scale = units.first(where: { $0.name == unit })?.nanoseconds,
            let nanoseconds = number.multiplied(by: scale)
        else { return nil }
        return .nanoseconds(nanoseconds)
    }

    /// The shortest text that reads back as the duration, with the largest unit that fits.
    ///
    /// Parts below a nanosecond and signs are dropped.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard seconds > 0 || attoseconds > 0 else { return "0s" }
        let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (nanoseconds, overflows) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !isTooLong, !overflows else { return "\(seconds)s" }
        for unit in units where nanoseconds.isMultiple(of: unit.nanoseconds) && nanoseconds > 0 {
            return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
        }
        return "0s"
    }
}
