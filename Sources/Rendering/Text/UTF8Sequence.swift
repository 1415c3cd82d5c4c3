/// What stands at a place outside ASCII in bytes that may be UTF-8 (RFC 3629, section 4).
enum UTF8Sequence: Hashable {
    /// A scalar value, and how many bytes it takes.
    case scalar(UInt32, length: Int)
    /// The beginning of a sequence that the bytes end in.
    case incomplete
    /// A byte that cannot stand here.
    case invalid

    /// Decodes the sequence that starts at `index`.
    ///
    /// - Precondition: `index` is within the bytes, and the byte there is above 0x7F.
    init(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
        let lead = bytes[index]
        let length: Int
        // The second byte's range refuses overlong forms, surrogates and values above U+10FFFF.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default:
            self = .invalid
            return
        }
        var value = UInt32(lead) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length {
            guard index + offset < bytes.count else {
                self = .incomplete
                return
            }
            let byte = bytes[index + offset]
            guard offset == 1 ? second.contains(byte) : (0x80...0xBF).contains(byte) else {
                self = .invalid
                return
            }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        self = .scalar(value, length: length)
    }
}
