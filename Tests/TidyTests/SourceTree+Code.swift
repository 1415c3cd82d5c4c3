extension SourceTree.File {
    /// The lines without comments and without what stands in string literals, by their numbers.
    var code: [(number: Int, line: String)] {
        var scanner = CodeScanner(bytes: Array(self.lines.joined(separator: "\n").utf8))
        let lines = scanner.code().split(separator: 0x0A, omittingEmptySubsequences: false)
        return lines.enumerated().map { ($0 + 1, String(decoding: $1, as: UTF8.self)) }
    }
}

/// Leaves comments and the content of string literals out of source text.
private struct CodeScanner {
    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func code() -> [UInt8] {
        var code: [UInt8] = []
        while self.offset < self.bytes.count { self.take(into: &code) }
        return code
    }

    /// Takes a byte of code, or all of a comment or literal.
    private mutating func take(into code: inout [UInt8]) {
        if self.takes("//") {
            while self.offset < self.bytes.count, self.bytes[self.offset] != 0x0A {
                self.offset += 1
            }
        } else if self.takes("#\"\"\"") {
            self.skipString(to: "\"\"\"#", hasEscapes: false, &code)
        } else if self.takes("\"\"\"") {
            self.skipString(to: "\"\"\"", hasEscapes: true, &code)
        } else if self.takes("#\"") {
            self.skipString(to: "\"#", hasEscapes: false, &code)
        } else if self.takes("\"") {
            self.skipString(to: "\"", hasEscapes: true, &code)
        } else {
            code.append(self.bytes[self.offset])
            self.offset += 1
        }
    }

    private func stands(_ text: StaticString, at offset: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset + count <= self.bytes.count else { return false }
        return (0..<count).allSatisfy { self.bytes[offset + $0] == text.utf8Start[$0] }
    }

    private mutating func takes(_ text: StaticString) -> Bool {
        guard self.stands(text, at: self.offset) else { return false }
        self.offset += text.utf8CodeUnitCount
        return true
    }

    /// Skips what is quoted; its line ends stay, so that lines keep their numbers.
    private mutating func skipString(
        to end: StaticString,
        hasEscapes: Bool,
        _ code: inout [UInt8]
    ) {
        code.append(UInt8(ascii: "\""))
        while self.offset < self.bytes.count, !self.takes(end) {
            if hasEscapes, self.takes("\\(") {
                self.takeInterpolation(into: &code)
            } else {
                let byte = self.bytes[self.offset]
                if byte == 0x0A { code.append(byte) }
                self.offset += hasEscapes && byte == UInt8(ascii: "\\") ? 2 : 1
            }
        }
        code.append(UInt8(ascii: "\""))
    }

    /// Takes the code of an interpolation, behind its bracket.
    private mutating func takeInterpolation(into code: inout [UInt8]) {
        var depth = 1
        code.append(UInt8(ascii: "("))
        while self.offset < self.bytes.count, depth > 0 {
            if self.bytes[self.offset] == UInt8(ascii: "(") { depth += 1 }
            if self.bytes[self.offset] == UInt8(ascii: ")") { depth -= 1 }
            self.take(into: &code)
        }
    }
}
