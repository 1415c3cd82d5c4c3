/// Names and values of a query or a form, in order (WHATWG URL, section 5.1).
struct QueryParameters: Sendable, Hashable {
    /// A name and its value.
    struct Pair: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// All pairs in order, decoded.
    let pairs: [Pair]

    /// Decodes `a=1&b=x+y`; what is no valid encoding stays as it is.
    init(decoding text: some StringProtocol) {
        self.pairs = text.split(separator: "&").map { piece in
            let name = piece.prefix { $0 != "=" }
            let value = piece.dropFirst(name.count + 1)
            return Pair(
                name: PercentCoding.decode(name, plusIsBlank: true),
                value: PercentCoding.decode(value, plusIsBlank: true)
            )
        }
    }

    /// The first value of `name`.
    subscript(name: String) -> String? {
        self.pairs.first { $0.name == name }?.value
    }

    /// The first value of `name` as an integer in `range`; `fallback` if there is none.
    func integer(
        _ name: String,
        in range: ClosedRange<Int>,
        default fallback: Int
    ) throws(InvalidParameter) -> Int {
        guard let text = self[name] else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw InvalidParameter(
                name: name,
                value: text,
                expected: .integer(range)
            )
        }
        return value
    }

    /// The first value of `name` as a duration of up to an hour; nil if there is none.
    ///
    /// `unit` is what a bare 1 means.
    func duration(_ name: String, unit: Duration) throws(InvalidParameter) -> Duration? {
        guard let text = self[name] else { return nil }
        let longest = Duration.seconds(3600)
        guard let count = Double(text), count >= 0, count <= longest / unit else {
            throw InvalidParameter(name: name, value: text, expected: .number(upTo: longest / unit))
        }
        return unit * count
    }

    /// Whether `name` is switched on: there, and neither `0`, `false` nor `off`.
    func isOn(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        return !["0", "false", "off"].contains(value)
    }
}

/// A parameter whose value is not what the route takes.
struct InvalidParameter: Error, Hashable {
    /// Its name.
    let name: String
    /// The value that was sent.
    let value: String
    /// What would have been right.
    let expected: Expectation

    /// What a parameter may be.
    enum Expectation: Hashable {
        /// A whole number.
        case integer(ClosedRange<Int>)
        /// A number that is not negative.
        case number(upTo: Double)
        /// A field value: no control characters.
        case fieldValue
        /// The two numbers of a `Keep-Alive` field.
        case timeoutAndMaximum
    }
}

/// Percent-encoding (RFC 3986, section 2.1).
enum PercentCoding {
    /// Decodes `%41`, and `+` if it stands for a blank; repairs what is not UTF-8.
    static func decode(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "%")) || plusIsBlank else { return String(text) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(plusIsBlank && byte == UInt8(ascii: "+") ? 0x20 : byte)
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Encodes all but letters, digits, `-`, `.`, `_` and `~`.
    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
