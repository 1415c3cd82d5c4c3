import HTTPModel

/// Reads what stands between two `###` lines.
///
/// ```
/// block   = { blank | comment | tag | variable } [ request ]
/// request = request-line { query-line | path-line } { field } [ blank body ]
/// ```
struct BlockParser {
    let file: String
    let limits: SessionFileReader.Limits
    var lines: SourceLines
    var block = SessionBlock()
    var problems = ProblemList()
    /// How many more lines outside bodies are read.
    var linesLeft: Int

    /// Creates a parser that starts at the current line of `lines`.
    init(
        file: String,
        limits: SessionFileReader.Limits,
        lines: SourceLines,
        linesLeft: Int
    ) {
        self.file = file
        self.limits = limits
        self.lines = lines
        self.linesLeft = linesLeft
    }

    /// Reads up to the next `###` line or the end.
    mutating func run() {
        while let line = self.lines.current, !line.isSeparator {
            guard self.mayKeep(line) else { break }
            guard self.isUsable(line) else {
                self.lines.advance()
                continue
            }
            if line.isBlank {
                // Blank lines at the start belong to no entry.
                if !self.block.leading.isEmpty { self.add(.blank, line) }
            } else if line.isComment {
                self.readComment(line)
            } else if line.firstVisible == UInt8(ascii: "@") {
                self.readVariable(line)
            } else {
                self.readOther(line)
                continue
            }
            self.lines.advance()
        }
        self.block.leading = self.block.leading.droppingOuterBlanks
    }

    /// Remembers a problem.
    mutating func report(_ kind: SessionFileProblem.Kind, _ line: SourceLine, column: Int = 1) {
        self.report(kind, line: line.number, column: column)
    }

    /// Remembers a problem.
    mutating func report(_ kind: SessionFileProblem.Kind, line: Int, column: Int = 1) {
        self.problems.append(
            SessionFileProblem(file: self.file, line: line, column: column, kind: kind)
        )
    }

    /// Whether one more line can be kept; if not, reading ends here, and says so.
    mutating func mayKeep(_ line: SourceLine) -> Bool {
        self.linesLeft -= 1
        if self.problems.isFull {
            self.report(.text(.tooManyProblems(limit: ProblemList.limit)), line)
        } else if self.linesLeft < 0 {
            self.report(.text(.tooManyLines(limit: self.limits.lineCount)), line)
        } else {
            return true
        }
        self.lines.finish()
        return false
    }

    /// Adds an entry before the request.
    mutating func add(_ content: SessionEntry.Content, _ line: SourceLine) {
        self.block.leading.append(SessionEntry(content, place: SourcePlace(line: line.number)))
    }

    /// Reads a comment, which may be a tag.
    mutating func readComment(_ line: SourceLine) {
        let result = TagParser.parse(line.text)
        self.add(result.content, line)
        if let problem = result.problem {
            self.report(problem.kind, line, column: problem.column)
        }
    }

    /// Whether a line outside bodies can be looked at.
    mutating func isUsable(_ line: SourceLine) -> Bool {
        if line.bytes.count > self.limits.lineLength {
            self.report(.text(.lineTooLong(limit: self.limits.lineLength)), line)
            return false
        }
        if let index = line.bytes.firstIndex(of: 0x0D) {
            let before = String(decoding: line.bytes[..<index], as: UTF8.self)
            self.report(.text(.controlCharacter(0x0D)), line, column: before.count + 1)
            return false
        }
        return true
    }

    /// Goes to the next `###` line or the end.
    mutating func skipBlock() {
        while let line = self.lines.current, !line.isSeparator { self.lines.advance() }
    }

    private mutating func readVariable(_ line: SourceLine) {
        let text = line.text.trimmed.dropFirst()
        guard let equals = text.firstIndex(of: "=") else {
            return self.report(.tag(.badVariable(text.firstWord.word)), line)
        }
        var name = text[..<equals].trimmed
        // httpYac's lazy assignment; a value that is resolved when it is used is what we do anyway.
        if name.hasSuffix(":") { name = name.dropLast().trimmed }
        guard !name.isEmpty, name.utf8.allSatisfy(\.isVariableNameByte) else {
            return self.report(.tag(.badVariable(name)), line)
        }
        let value = text[text.index(after: equals)...].trimmed
        self.add(.variable(SessionVariable(name: name, value: value)), line)
    }

    /// Reads a line that is no comment: mostly a request line, with all that belongs to it.
    private mutating func readOther(_ line: SourceLine) {
        if let status = line.responseStatus {
            return self.readRecordedResponse(status: status)
        }
        let text = line.text
        switch RequestLineParser.parse(text) {
        case .request(let request):
            var request = request
            request.place = SourcePlace(line: line.number)
            self.lines.advance()
            self.readTargetAndFields(into: &request)
            self.readBody(into: &request)
            self.block.request = request
        case .include(let path):
            self.add(.tag(.include(path: path)), line)
            self.lines.advance()
        case .requestScript:
            self.report(.unsupported(.requestScript), line)
            self.skipScript()
        case .curl: self.readCurl(from: line)
        case .problem(let kind, let column):
            self.report(kind, line, column: column + line.bytes.count - line.visible.count)
            self.skipBlock()
        }
    }

    /// Skips a script up to the line that holds `%}`.
    mutating func skipScript() {
        while let line = self.lines.current, !line.isSeparator {
            self.lines.advance()
            if line.text.contains("%}") { return }
        }
    }

    private mutating func readTargetAndFields(into request: inout WrittenRequest) {
        while let line = self.lines.current, !line.isSeparator, !line.isBlank {
            if line.startsTrailer { return }
            guard self.mayKeep(line) else { return }
            guard self.isUsable(line) else {
                self.lines.advance()
                continue
            }
            if line.isComment {
                self.readComment(line)
            } else if request.fields.isEmpty, line.continuesTarget {
                self.continueTarget(of: &request, with: line)
            } else if line.isIndented {
                self.report(.request(.indentedField), line)
            } else {
                self.readField(line, into: &request)
            }
            self.lines.advance()
        }
    }

    private mutating func continueTarget(of request: inout WrittenRequest, with line: SourceLine) {
        let (text, version) = RequestLineParser.splitVersion(line.text.trimmed)
        if let column = RequestLineParser.commentColumn(in: text) {
            let indent = line.bytes.count - line.visible.count
            return self.report(.request(.commentInTarget), line, column: column + indent)
        }
        if line.firstVisible != UInt8(ascii: "/") { request.hasQueryLines = true }
        request.target += text
        request.version = version ?? request.version
    }

    private mutating func readField(_ line: SourceLine, into request: inout WrittenRequest) {
        let text = line.text
        guard let colon = text.firstIndex(of: ":"), text[..<colon].isFieldName else {
            return self.report(.request(.badField(text)), line)
        }
        let value = text[text.index(after: colon)...].trimmed
        request.fields.append(
            SessionField(String(text[..<colon]), value, place: SourcePlace(line: line.number))
        )
    }
}

extension SourceLine {
    /// The status code if this is a status line: a saved response (FILES.md 2.4, row 10).
    var responseStatus: Int? {
        let visible = self.visible
        guard visible.starts(with: Array("HTTP/".utf8)) else { return nil }
        let words = String(decoding: visible.prefix(64), as: UTF8.self).split(separator: " ")
        guard words.count >= 2, words[1].utf8.count == 3, let status = Int(words[1]),
            (100...599).contains(status)
        else { return nil }
        return status
    }

    /// Whether this is a query line or a path line.
    fileprivate var continuesTarget: Bool {
        switch self.firstVisible {
        case UInt8(ascii: "?"), UInt8(ascii: "&"): true
        case UInt8(ascii: "/"): self.isIndented
        default: false
        }
    }

    /// Whether this ends the fields without a blank line: a handler, a reference, a response.
    fileprivate var startsTrailer: Bool {
        switch self.bytes.first {
        case UInt8(ascii: ">"), UInt8(ascii: "<"): true
        case UInt8(ascii: "H"): self.responseStatus != nil
        default: false
        }
    }
}

extension StringProtocol {
    /// Whether this is a token (RFC 9110, section 5.6.2), in which `{{…}}` may stand.
    fileprivate var isFieldName: Bool {
        var isInside = false
        var rest = self.utf8[...]
        guard !rest.isEmpty else { return false }
        while let byte = rest.first {
            if rest.starts(with: "{{".utf8) {
                isInside = true
                rest = rest.dropFirst(2)
            } else if rest.starts(with: "}}".utf8) {
                isInside = false
                rest = rest.dropFirst(2)
            } else {
                guard isInside || byte.isTokenByte else { return false }
                rest = rest.dropFirst()
            }
        }
        return !isInside
    }
}

extension UInt8 {
    /// Whether this may stand in the name of a variable as other tools spell them.
    var isVariableNameByte: Bool {
        self.isASCIILetter || self.isASCIIDigit || self == UInt8(ascii: "_")
            || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
    }
}
