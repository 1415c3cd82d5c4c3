import HTTPModel

/// Byte counts as people read them: `61 B`, `4.1 kB`, `52.4 MB`, `100 MB`.
///
/// Units are decimal (SI): 1 kB is 1000 bytes. One decimal below a hundred units, none from there;
/// plain bytes are always whole.
package enum ByteText {
    private static let units = ["kB", "MB", "GB", "TB", "PB", "EB"]

    /// The text of a byte count; negative counts are shown as zero.
    package static func text(_ count: Int) -> String {
        guard count >= 1000 else { return "\(max(0, count)) B" }
        var scale = 1000
        for (index, unit) in Self.units.enumerated() {
            let tenths = Self.rounded(count, by: scale / 10)
            if tenths < 1000 { return "\(tenths / 10).\(tenths % 10) \(unit)" }
            let whole = Self.rounded(count, by: scale)
            if whole < 1000 || index == Self.units.count - 1 { return "\(whole) \(unit)" }
            scale *= 1000
        }
        return "\(count) B"
    }

    /// The text of a rate, such as `12.3 MB/s`; `–` for no time at all.
    package static func rate(_ count: Int, over duration: Duration) -> String {
        let seconds = duration.milliseconds / 1000
        guard seconds > 0 else { return DurationText.absent }
        let rate = Double(max(0, count)) / seconds
        return "\(Self.text(rate < Double(Int.max) ? Int(rate) : Int.max))/s"
    }

    /// Divides, rounding half up, without overflow at the upper end.
    private static func rounded(_ value: Int, by divisor: Int) -> Int {
        value / divisor + (value % divisor >= divisor / 2 ? 1 : 0)
    }
}
