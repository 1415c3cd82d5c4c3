import HTTPModel

/// Reads the commands of a text by Bash's rules, and runs nothing.
///
///     text    = command *( ( ";" / "&" / "&&" / "||" / LF ) command )
///     command = *( word / "<" word / "<<<" word / "<<" word / ">" word )
///     word    = 1*( '…' / "…" / $'…' / $"…" / "\" char / "$" name / "${" name "}" / char )
///
/// Variables get their values from `environment`; whatever only a shell can do is a problem.
struct BashReader {
    let bytes: [UInt8]
    private let environment: (String) -> String?
    var offset = 0
    /// What should be said about variables.
    private(set) var notes: [CurlNote] = []
    private var documents: [Document] = []

    /// A here-document that begins on the next line.
    private struct Document {
        let command: Int
        let delimiter: [UInt8]
        let stripsTabs: Bool
        let expands: Bool
        let range: Range<Int>
    }

    init(_ text: String, environment: @escaping (String) -> String?) {
        self.bytes = Array(text.utf8)
        self.environment = environment
    }

    /// Reads all commands.
    mutating func commands() throws(CurlProblem) -> [SimpleCommand] {
        var commands = [SimpleCommand()]
        while let byte = self.peek {
            switch byte {
            case 0x20, 0x09, 0x0D: self.offset += 1
            case UInt8(ascii: "\\") where self.skipLineContinuation(): continue
            case 0x0A:
                self.offset += 1
                try self.readDocuments(&commands)
                commands.append(SimpleCommand())
            case UInt8(ascii: "#"): self.skip { $0 != 0x0A }
            case UInt8(ascii: ";"), UInt8(ascii: "&"):
                self.skip { $0 == byte }
                if byte == UInt8(ascii: "&"), self.peek == UInt8(ascii: ">") { self.offset += 1 }
                commands.append(SimpleCommand())
            case UInt8(ascii: "|"):
                let start = self.offset
                self.skipPipeline()
                let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
                commands[commands.count - 1].leftOut.append(text.trimmed)
            case UInt8(ascii: "<"): try self.readInput(&commands)
            case UInt8(ascii: ">"): try self.readOutput(&commands[commands.count - 1])
            case UInt8(ascii: "("), UInt8(ascii: ")"):
                throw self.problem(.shellSyntax(String(Character(Unicode.Scalar(byte)))))
            default:
                if self.skipNumberedRedirection() { continue }
                commands[commands.count - 1].words.append(try self.word())
            }
        }
        if let open = self.documents.first {
            let delimiter = String(decoding: open.delimiter, as: UTF8.self)
            throw CurlProblem(.unclosedDocument(delimiter: delimiter), open.range)
        }
        return commands.filter { !$0.isEmpty || !$0.leftOut.isEmpty }
    }

    // MARK: Words

    mutating func word() throws(CurlProblem) -> CommandWord {
        let start = self.offset
        var result: [UInt8] = []
        scan: while let byte = self.peek {
            switch byte {
            case 0x20, 0x09, 0x0A, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"),
                UInt8(ascii: "<"), UInt8(ascii: ">"):
                break scan
            case 0x0D where self.peek(1) == 0x0A || self.peek(1) == nil: break scan
            case UInt8(ascii: "("), UInt8(ascii: ")"):
                throw self.problem(.shellSyntax(String(Character(Unicode.Scalar(byte)))))
            case UInt8(ascii: "'"): result += try self.singleQuoted()
            case UInt8(ascii: "\""): result += try self.doubleQuoted()
            case UInt8(ascii: "$"): result += try self.dollar(isQuoted: false)
            case UInt8(ascii: "`"): throw self.problem(.substitution("`…`"))
            case UInt8(ascii: "\\"):
                if self.skipLineContinuation() { continue }
                self.offset += 1
                if let next = self.peek { result.append(next) }
                self.offset += 1
            default:
                result.append(byte)
                self.offset += 1
            }
        }
        self.offset = min(self.offset, self.bytes.count)
        return CommandWord(result, range: start..<self.offset)
    }

    private mutating func singleQuoted() throws(CurlProblem) -> [UInt8] {
        let start = self.offset
        self.offset += 1
        self.skip { $0 != UInt8(ascii: "'") }
        guard self.peek != nil else {
            throw CurlProblem(.unclosedQuote("'"), start..<start + 1)
        }
        self.offset += 1
        return Array(self.bytes[start + 1..<self.offset - 1])
    }

    private mutating func doubleQuoted() throws(CurlProblem) -> [UInt8] {
        let start = self.offset
        self.offset += 1
        var result: [UInt8] = []
        while let byte = self.peek {
            switch byte {
            case UInt8(ascii: "\""):
                self.offset += 1
                return result
            case UInt8(ascii: "$"): result += try self.dollar(isQuoted: true)
            case UInt8(ascii: "`"): throw self.problem(.substitution("`…`"))
            case UInt8(ascii: "\\"):
                if self.skipLineContinuation() { continue }
                self.offset += 1
                guard let next = self.peek else { continue }
                // Elsewhere a backslash inside double quotes is a plain character.
                let isEscape = "$`\"\\".utf8.contains(next)
                result += isEscape ? [next] : [UInt8(ascii: "\\"), next]
                self.offset += 1
            default:
                result.append(byte)
                self.offset += 1
            }
        }
        throw CurlProblem(.unclosedQuote("\""), start..<start + 1)
    }

    // MARK: Expansions

    /// Reads what begins with `$`.
    private mutating func dollar(isQuoted: Bool) throws(CurlProblem) -> [UInt8] {
        let start = self.offset
        self.offset += 1
        guard let next = self.peek else { return [UInt8(ascii: "$")] }
        switch next {
        case UInt8(ascii: "'") where !isQuoted: return try self.ansiQuoted()
        case UInt8(ascii: "\"") where !isQuoted: return try self.doubleQuoted()
        case UInt8(ascii: "("):
            throw CurlProblem(.substitution("$(…)"), start..<start + 2)
        case UInt8(ascii: "{"):
            let nameStart = self.offset + 1
            self.skip { $0 != UInt8(ascii: "}") }
            let name = String(
                decoding: self.bytes[min(nameStart, self.offset)..<self.offset],
                as: UTF8.self
            )
            self.offset = min(self.offset + 1, self.bytes.count)
            guard name.isIdentifier else {
                throw CurlProblem(.expansion("${\(name)}"), start..<self.offset)
            }
            return self.value(of: name)
        case _ where next.isASCIILetter || next == UInt8(ascii: "_"):
            let nameStart = self.offset
            self.skip { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
            return self.value(
                of: String(decoding: self.bytes[nameStart..<self.offset], as: UTF8.self)
            )
        case _ where next.isASCIIDigit || "?@*#!-$".utf8.contains(next):
            let text = "$\(Character(Unicode.Scalar(next)))"
            throw CurlProblem(.expansion(text), start..<start + 2)
        default: return [UInt8(ascii: "$")]
        }
    }

    private mutating func value(of name: String) -> [UInt8] {
        let value = self.environment(name)
        self.notes.append(CurlNote("$\(name)", value == nil ? .emptyVariable : .variable))
        return Array((value ?? "").utf8)
    }

    // MARK: Redirections

    private mutating func readInput(_ commands: inout [SimpleCommand]) throws(CurlProblem) {
        let start = self.offset
        let last = commands.count - 1
        self.skip { $0 == UInt8(ascii: "<") }
        switch self.offset - start {
        case 1:
            guard self.peek != UInt8(ascii: "(") else {
                throw CurlProblem(.substitution("<(…)"), start..<start + 2)
            }
            commands[last].input = .file(try self.wordAfterBlanks("<", start))
        case 3:
            let word = try self.wordAfterBlanks("<<<", start)
            commands[last].input = .bytes(word.bytes + [0x0A])
        case 2:
            let strips = self.peek == UInt8(ascii: "-")
            if strips { self.offset += 1 }
            let word = try self.wordAfterBlanks("<<", start)
            let isQuoted = self.bytes[word.range].contains { "'\"\\".utf8.contains($0) }
            self.documents.append(
                Document(
                    command: last,
                    delimiter: word.bytes,
                    stripsTabs: strips,
                    expands: !isQuoted,
                    range: start..<self.offset
                )
            )
        default: throw CurlProblem(.shellSyntax("<<<<"), start..<self.offset)
        }
    }

    private mutating func readOutput(_ command: inout SimpleCommand) throws(CurlProblem) {
        let start = self.offset
        self.skip { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "|") }
        guard self.peek != UInt8(ascii: "&") else {
            self.skip { !$0.isShellBlank }
            return
        }
        command.output = try self.wordAfterBlanks(">", start)
    }

    private mutating func wordAfterBlanks(
        _ operation: String,
        _ start: Int
    ) throws(CurlProblem) -> CommandWord {
        self.skip { $0 == 0x20 || $0 == 0x09 }
        let word = try self.word()
        guard !word.range.isEmpty else {
            throw CurlProblem(.missingValue(option: operation), start..<self.offset)
        }
        return word
    }

    /// Passes over `2>/dev/null` and `2>&1`.
    private mutating func skipNumberedRedirection() -> Bool {
        guard let digit = self.peek, digit.isASCIIDigit, self.peek(1) == UInt8(ascii: ">") else {
            return false
        }
        self.offset += 1
        self.skip { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "&") }
        self.skip { $0 == 0x20 || $0 == 0x09 }
        self.skip { !$0.isShellBlank && $0 != UInt8(ascii: ";") }
        return true
    }

    /// Passes over a pipe and what stands behind it on the line.
    private mutating func skipPipeline() {
        var quote: UInt8?
        while let byte = self.peek {
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == 0x0A || byte == UInt8(ascii: ";") {
                return
            } else if byte == UInt8(ascii: "\\") {
                self.offset += 1
            }
            self.offset += 1
        }
        self.offset = self.bytes.count
    }

    private mutating func readDocuments(
        _ commands: inout [SimpleCommand]
    ) throws(CurlProblem) {
        while let document = self.documents.first {
            var content: [UInt8] = []
            var isClosed = false
            while self.offset < self.bytes.count, !isClosed {
                let start = self.offset
                self.skip { $0 != 0x0A }
                var line = self.bytes[start..<self.offset]
                self.offset = min(self.offset + 1, self.bytes.count)
                if document.stripsTabs { line = line.drop { $0 == 0x09 } }
                if line.last == 0x0D { line.removeLast() }
                isClosed = line.elementsEqual(document.delimiter)
                guard !isClosed else { break }
                if document.expands, line.contains(where: { "$`\\".utf8.contains($0) }) {
                    throw CurlProblem(.expansion("$, ` or \\ in <<"), start..<self.offset)
                }
                content += line
                content.append(0x0A)
            }
            guard isClosed else { return }
            commands[document.command].input = .bytes(content)
            self.documents.removeFirst()
        }
    }

    // MARK: Bytes

    var peek: UInt8? { self.offset < self.bytes.count ? self.bytes[self.offset] : nil }

    func peek(_ distance: Int) -> UInt8? {
        let place = self.offset + distance
        return place < self.bytes.count ? self.bytes[place] : nil
    }

    mutating func skip(while isSkipped: (UInt8) -> Bool) {
        while let byte = self.peek, isSkipped(byte) { self.offset += 1 }
    }

    private mutating func skipLineContinuation() -> Bool {
        guard self.peek == UInt8(ascii: "\\") else { return false }
        if self.peek(1) == 0x0A {
            self.offset += 2
            return true
        }
        guard self.peek(1) == 0x0D, self.peek(2) == 0x0A else { return false }
        self.offset += 3
        return true
    }

    func problem(_ kind: CurlProblem.Kind) -> CurlProblem {
        CurlProblem(kind, self.offset..<min(self.offset + 1, self.bytes.count))
    }
}

extension UInt8 {
    /// Whether this ends a word of a shell.
    var isShellBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
