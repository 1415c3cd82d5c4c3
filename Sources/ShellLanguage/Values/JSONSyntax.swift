/// Checks text against the grammar of JSON (RFC 8259) without making values of it.
package struct JSONSyntax {
    private let source: SourceText
    private var offset = 0

    /// Whether a text is one JSON value, with blanks around it allowed.
    package static func isValid(_ text: String) -> Bool {
        var syntax = JSONSyntax(source: SourceText(text))
        return syntax.readDocument()
    }

    private init(source: SourceText) {
        self.source = source
    }

    /// Reads one value and the end; containers are kept on a list, so depth is no danger.
    private mutating func readDocument() -> Bool {
        var closers: [UInt8] = []
        repeat {
            skipBlanks()
            guard var isDone = readValueStart(&closers) else { return false }
            // A value has ended: close what it ends, up to the next value.
            while isDone, let closer = closers.last {
                skipBlanks()
                if take(closer) {
                    closers.removeLast()
                } else if take(UInt8(ascii: ",")) {
                    guard closer == UInt8(ascii: "]") || readKey() else { return false }
                    isDone = false
                } else {
                    return false
                }
            }
            if isDone {
                skipBlanks()
                return offset == source.count
            }
        } while true
    }

    /// Reads a scalar, an empty container or the start of one; `nil` if there is none of those.
    ///
    /// - Returns: Whether a whole value was read.
    private mutating func readValueStart(_ closers: inout [UInt8]) -> Bool? {
        if take(UInt8(ascii: "[")) {
            skipBlanks()
            if take(UInt8(ascii: "]")) { return true }
            closers.append(UInt8(ascii: "]"))
            return false
        }
        if take(UInt8(ascii: "{")) {
            skipBlanks()
            if take(UInt8(ascii: "}")) { return true }
            closers.append(UInt8(ascii: "}"))
            return readKey() ? false : nil
        }
        for literal in ["true", "false", "null"] as [StaticString]
        where source.has(literal, at: offset) {
            offset += literal.utf8CodeUnitCount
            return true
        }
        return readString() || readNumber() ? true : nil
    }

    private mutating func readKey() -> Bool {
        skipBlanks()
        guard readString() else { return false }
        skipBlanks()
        return take(UInt8(ascii: ":"))
    }

    private mutating func readString() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while let byte = source[offset] {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"):
                guard let escape = source[offset] else { return false }
                offset += 1
                if escape == UInt8(ascii: "u") {
                    guard count(where: \.isHexadecimalDigit, limit: 4) == 4 else { return false }
                } else if !"\"\\/bfnrt".utf8.contains(escape) {
                    return false
                }
            case 0..<0x20: return false
            default: continue
            }
        }
        return false
    }

    private mutating func readNumber() -> Bool {
        _ = take(UInt8(ascii: "-"))
        let startsWithZero = source[offset] == UInt8(ascii: "0")
        let digits = count(where: \.isDigit)
        guard digits == 1 || digits > 1 && !startsWithZero else { return false }
        if take(UInt8(ascii: ".")), count(where: \.isDigit) == 0 { return false }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "-")) || take(UInt8(ascii: "+"))
            return count(where: \.isDigit) > 0
        }
        return true
    }

    private mutating func skipBlanks() {
        while source[offset]?.isBlank == true { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard source[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Passes bytes of a class and counts them.
    private mutating func count(where matches: (UInt8) -> Bool, limit: Int = .max) -> Int {
        var count = 0
        while count < limit, let byte = source[offset], matches(byte) {
            offset += 1
            count += 1
        }
        return count
    }
}

extension UInt8 {
    var isHexadecimalDigit: Bool {
        isDigit || (self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "f")
    }
}
