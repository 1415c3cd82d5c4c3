/// What a backslash and what follows it stand for (RFC 8259, section 7).
package enum JSONEscape: Hashable {
    /// A character, and how many bytes after the backslash spell it.
    case scalar(Unicode.Scalar, length: Int)
    /// The text ends inside the escape.
    case incomplete
    /// No escape; how many bytes after the backslash could be the beginning of one.
    case invalid(offset: Int)

    /// Reads what follows a backslash.
    ///
    /// Two escapes that make a surrogate pair are one character; a lone surrogate is U+FFFD.
    ///
    /// - Parameters:
    ///   - bytes: What follows the backslash.
    ///   - quote: A further character that may be escaped, in notations with other quotes.
    package init(_ bytes: ArraySlice<UInt8>, quote: UInt8 = UInt8(ascii: "\"")) {
        guard let first = bytes.first else {
            self = .incomplete
            return
        }
        switch first {
        case UInt8(ascii: "u"): self = Self.unicode(bytes)
        case UInt8(ascii: "b"): self = .scalar("\u{08}", length: 1)
        case UInt8(ascii: "f"): self = .scalar("\u{0C}", length: 1)
        case UInt8(ascii: "n"): self = .scalar("\n", length: 1)
        case UInt8(ascii: "r"): self = .scalar("\r", length: 1)
        case UInt8(ascii: "t"): self = .scalar("\t", length: 1)
        case quote, UInt8(ascii: "\\"), UInt8(ascii: "/"):
            self = .scalar(Unicode.Scalar(first), length: 1)
        default: self = .invalid(offset: 0)
        }
    }

    private static func unicode(_ bytes: ArraySlice<UInt8>) -> JSONEscape {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let high = Self.fourDigits(bytes.dropFirst()) else {
            let digits = bytes.dropFirst().prefix { $0.hexDigitValue != nil }
            return digits.endIndex == bytes.endIndex
                ? .incomplete : .invalid(offset: 1 + digits.count)
        }
        if let scalar = Unicode.Scalar(high) { return .scalar(scalar, length: 5) }
        let rest = bytes.dropFirst(5)
        guard high < 0xDC00, rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]),
            let low = Self.fourDigits(rest.dropFirst(2)), (0xDC00...0xDFFF).contains(low)
        else { return .scalar(replacement, length: 5) }
        let value = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
        return .scalar(Unicode.Scalar(value) ?? replacement, length: 11)
    }

    private static func fourDigits(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let digits = bytes.prefix(4)
        guard digits.count == 4 else { return nil }
        var value: UInt32 = 0
        for byte in digits {
            guard let digit = byte.hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

extension UInt8 {
    /// The value of an ASCII hexadecimal digit.
    package var hexDigitValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
