/// Makes characters of bytes that come one at a time; what is no UTF-8 becomes U+FFFD.
struct UTF8Decoder {
    private var bytes: [UInt8] = []
    private var expected = 0

    /// What a byte led to.
    enum Step: Hashable {
        /// More bytes are needed.
        case more
        /// A character is complete.
        case scalar(Unicode.Scalar)
        /// The bytes before were cut off by this one, which must be given again.
        case broken
    }

    /// Takes the next byte.
    mutating func next(_ byte: UInt8) -> Step {
        guard bytes.isEmpty else {
            guard byte & 0xC0 == 0x80 else {
                bytes = []
                return .broken
            }
            bytes.append(byte)
            return bytes.count == expected ? finish() : .more
        }
        switch byte {
        case 0x00..<0x80: return .scalar(Unicode.Scalar(byte))
        case 0xC2..<0xE0: expected = 2
        case 0xE0..<0xF0: expected = 3
        case 0xF0..<0xF5: expected = 4
        default: return .scalar("\u{FFFD}")
        }
        bytes.append(byte)
        return .more
    }

    /// Turns the collected bytes into a character; overlong forms and surrogates do not pass.
    private mutating func finish() -> Step {
        defer { bytes = [] }
        let text = String(validating: bytes, as: UTF8.self)
        return .scalar(text?.unicodeScalars.first ?? "\u{FFFD}")
    }
}
