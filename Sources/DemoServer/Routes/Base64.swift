/// Base64 (RFC 4648, section 4).
enum Base64 {
    /// The bytes that `text` stands for; nil if it is no Base64, padding included.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard digits.count.isMultiple(of: 4), padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        for (index, digit) in digits.dropLast(padding).enumerated() {
            guard let value = self.value(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            // Digits 1 to 3 of each four complete a byte; 8, 4 and 2 bits … are left over.
            let place = index % 4
            if place > 0 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * place))) }
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
