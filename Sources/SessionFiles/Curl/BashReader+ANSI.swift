import HTTPModel

extension BashReader {
    /// Reads `'…'` after a `$`, in which a backslash begins an escape as in C.
    mutating func ansiQuoted() throws(CurlProblem) -> [UInt8] {
        let start = self.offset - 1
        self.offset += 1
        var result: [UInt8] = []
        while let byte = self.peek {
            switch byte {
            case UInt8(ascii: "'"):
                self.offset += 1
                return result
            case UInt8(ascii: "\\"):
                self.offset += 1
                result += try self.ansiEscape()
            default:
                result.append(byte)
                self.offset += 1
            }
        }
        throw CurlProblem(.unclosedQuote("'"), start..<start + 2)
    }

    /// Reads what stands behind the backslash.
    private mutating func ansiEscape() throws(CurlProblem) -> [UInt8] {
        guard let letter = self.peek else { return [] }
        if (0x30...0x37).contains(letter) { return [try self.octal()] }
        self.offset += 1
        switch letter {
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "e"), UInt8(ascii: "E"): return [0x1B]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"):
            return [letter]
        case UInt8(ascii: "x"):
            guard let value = self.hexadecimal(digits: 2) else { return Array("\\x".utf8) }
            return [UInt8(truncatingIfNeeded: try self.nonZero(value))]
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            return try self.scalar(letter)
        case UInt8(ascii: "c"):
            guard let control = self.peek else { return Array("\\c".utf8) }
            self.offset += 1
            return [control & 0x1F]
        default: return [UInt8(ascii: "\\"), letter]
        }
    }

    private mutating func octal() throws(CurlProblem) -> UInt8 {
        var value: UInt32 = 0
        for _ in 0..<3 {
            guard let digit = self.peek, (0x30...0x37).contains(digit) else { break }
            value = value << 3 | UInt32(digit - 0x30)
            self.offset += 1
        }
        return UInt8(truncatingIfNeeded: try self.nonZero(value))
    }

    private mutating func scalar(_ letter: UInt8) throws(CurlProblem) -> [UInt8] {
        let isShort = letter == UInt8(ascii: "u")
        guard var value = self.hexadecimal(digits: isShort ? 4 : 8) else {
            return [UInt8(ascii: "\\"), letter]
        }
        value = try self.nonZero(value)
        // Browsers write a character beyond U+FFFF as two escapes, which Bash itself would spoil.
        if isShort, (0xD800..<0xDC00).contains(value), self.peek == UInt8(ascii: "\\"),
            self.peek(1) == UInt8(ascii: "u")
        {
            let before = self.offset
            self.offset += 2
            if let low = self.hexadecimal(digits: 4), (0xDC00...0xDFFF).contains(low) {
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            } else {
                self.offset = before
            }
        }
        return Array(String(Character(Unicode.Scalar(value) ?? "\u{FFFD}")).utf8)
    }

    private mutating func hexadecimal(digits: Int) -> UInt32? {
        var value: UInt32?
        for _ in 0..<digits {
            guard let digit = self.peek?.hexDigitValue else { break }
            value = (value ?? 0) << 4 | UInt32(digit)
            self.offset += 1
        }
        return value
    }

    /// Bash would end the word at a NUL; that is nobody's intention.
    private func nonZero(_ value: UInt32) throws(CurlProblem) -> UInt32 {
        guard value & 0xFF != 0 || value > 0xFF else { throw self.problem(.null) }
        return value
    }
}
