extension String {
    /// Appends the string as a JSON string with its quotes (RFC 8259, section 7).
    ///
    /// Escaped are, beyond what JSON asks for, all characters that could drive a terminal or
    /// reorder its text, and U+2028 and U+2029, which end lines in older JavaScript: so one value
    /// stays on one line, whatever reads it.
    package func appendJSON(to bytes: inout [UInt8]) {
        var text = self
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { buffer in
            var run = 0
            var index = 0
            while index < buffer.count {
                let byte = buffer[index]
                if byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C {
                    index += 1
                    continue
                }
                let (value, length) = Self.scalar(in: buffer, at: index)
                if value < 0x80 || Unicode.Scalar.isUnsafeToShow(beyondASCII: value) {
                    bytes.append(contentsOf: buffer[run..<index])
                    Self.appendJSONEscape(of: value, to: &bytes)
                    run = index + length
                }
                index += length
            }
            bytes.append(contentsOf: buffer[run...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The string as a JSON string with its quotes.
    package var jsonQuoted: String {
        var bytes: [UInt8] = []
        self.appendJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes the sequence of at most three bytes at `index`; longer ones need no escape.
    private static func scalar(
        in buffer: UnsafeBufferPointer<UInt8>,
        at index: Int
    ) -> (value: UInt32, length: Int) {
        let lead = UInt32(buffer[index])
        switch lead {
        case 0xC0...0xDF: return ((lead & 0x1F) << 6 | UInt32(buffer[index + 1] & 0x3F), 2)
        case 0xE0...0xEF:
            let middle = UInt32(buffer[index + 1] & 0x3F) << 6
            return ((lead & 0x0F) << 12 | middle | UInt32(buffer[index + 2] & 0x3F), 3)
        case 0xF0...0xF7: return (0x10000, 4)
        default: return (lead, 1)
        }
    }

    private static func appendJSONEscape(of value: UInt32, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch value {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x22, 0x5C: bytes.append(UInt8(value))
        default:
            bytes.append(UInt8(ascii: "u"))
            for shift in [UInt32(12), 8, 4, 0] {
                let digit = UInt8(value >> shift & 15)
                bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
            }
        }
    }
}
