import HTTPModel

/// Durations as people read them: `40 µs`, `0.9 ms`, `801 ms`, `3.2 s`, `13 s`, `2 min 5 s`.
///
/// Two digits that matter are enough to compare by eye: one decimal below ten, none from there.
/// Microseconds are for less than 0.1 ms, seconds go up to two minutes, so that `60 s` reads as the
/// setting was written.
package enum DurationText {
    /// What stands for a phase that did not happen; never `0`.
    package static let absent = "–"

    /// The text of a duration.
    ///
    /// For none it is `–`; negative durations are shown as zero.
    package static func text(_ duration: Duration?) -> String {
        guard let duration else { return Self.absent }
        let nanoseconds = max(0, duration.wholeNanoseconds)
        let microseconds = Self.rounded(nanoseconds, by: 1000)
        if microseconds == 0 { return nanoseconds == 0 ? "0 ms" : "<1 µs" }
        if microseconds < 100 { return "\(microseconds) µs" }
        let tenthsOfMilliseconds = Self.rounded(nanoseconds, by: 100_000)
        if tenthsOfMilliseconds < 100 { return "\(Self.tenths(tenthsOfMilliseconds)) ms" }
        let milliseconds = Self.rounded(nanoseconds, by: 1_000_000)
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        let tenthsOfSeconds = Self.rounded(nanoseconds, by: 100_000_000)
        if tenthsOfSeconds < 100 { return "\(Self.tenths(tenthsOfSeconds)) s" }
        return Self.long(seconds: Self.rounded(nanoseconds, by: 1_000_000_000))
    }

    private static func long(seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<3600: Self.pair(seconds / 60, "min", seconds % 60, "s")
        case ..<86_400: Self.pair(seconds / 3600, "h", seconds / 60 % 60, "min")
        default: Self.pair(seconds / 86_400, "d", seconds / 3600 % 24, "h")
        }
    }

    /// A value in two units; the smaller one is left out when it is zero.
    private static func pair(_ large: Int64, _ unit: String, _ small: Int64, _ part: String)
        -> String
    {
        small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(part)"
    }

    private static func tenths(_ value: Int64) -> String {
        "\(value / 10).\(value % 10)"
    }

    /// Divides, rounding half up, without overflow at the upper end.
    private static func rounded(_ value: Int64, by divisor: Int64) -> Int64 {
        value / divisor + (value % divisor >= divisor / 2 ? 1 : 0)
    }
}
