import HTTPModel

extension Duration {
    /// Reads a duration: a number and `us`, `ms`, `s`, `m` or `h`; a bare number is seconds.
    ///
    /// A blank may stand before the unit: `5000 ms`.
    package init?(fileText text: String) {
        let text = text.trimmed
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit: Int64
        switch text[number.endIndex...].trimmed {
        case "us", "µs": unit = 1_000
        case "ms": unit = 1_000_000
        case "s", "": unit = 1_000_000_000
        case "m", "min": unit = 60_000_000_000
        case "h": unit = 3_600_000_000_000
        default: return nil
        }
        guard let first = number.utf8.first, first != UInt8(ascii: "."),
            let value = Double(String(number)), value.isFinite,
            value * Double(unit) < 9e18
        else { return nil }
        self = .nanoseconds(Int64((value * Double(unit)).rounded()))
    }

    /// The duration as files write it, always in milliseconds: `5000 ms`, `0.5 ms`.
    package var fileText: String {
        let nanoseconds = self.wholeNanoseconds
        guard nanoseconds % 1_000_000 != 0 else { return "\(nanoseconds / 1_000_000) ms" }
        return "\(self.milliseconds) ms"
    }

    /// The duration for people: `251 ms`, `1.2 s`.
    var spokenText: String {
        let milliseconds = self.milliseconds
        if milliseconds >= 1_000 { return "\(Self.tenths(milliseconds / 1_000)) s" }
        if milliseconds >= 10 { return "\(Int(milliseconds.rounded())) ms" }
        return "\(Self.tenths(milliseconds)) ms"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
