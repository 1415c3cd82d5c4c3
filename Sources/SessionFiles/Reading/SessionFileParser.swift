/// Splits a file into its header and blocks, and collects problems on the way.
struct SessionFileParser {
    let file: String
    let limits: SessionFileReader.Limits
    var lines: SourceLines
    private var problems = ProblemList()
    private var linesLeft: Int
    private var document = SessionDocument()

    /// Creates a parser for the content of a file.
    init(bytes: [UInt8], file: String, limits: SessionFileReader.Limits) {
        self.file = file
        self.limits = limits
        self.linesLeft = limits.lineCount
        if let problem = TextCheck.firstProblem(in: bytes, file: file) {
            // What is not text is not looked at further: guesses about it would only be noise.
            self.problems.append(problem)
            self.lines = SourceLines([])
        } else {
            self.lines = SourceLines(bytes)
        }
    }

    /// Reads the whole file.
    mutating func run() -> SessionFileReading {
        if let line = self.lines.current, !line.isSeparator { self.readBlock(separator: nil) }
        while let line = self.lines.current {
            if self.problems.isFull {
                self.report(.text(.tooManyProblems(limit: ProblemList.limit)), line: line.number)
                break
            }
            self.lines.advance()
            self.readBlock(separator: line)
        }
        if self.problems.all.isEmpty, self.document.requestCount == 0 {
            self.report(.text(.noRequests), line: 1)
        }
        var check = DocumentCheck(file: self.file)
        check.run(self.document)
        self.problems.append(contentsOf: check.problems.all)
        let problems = self.problems.all.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return SessionFileReading(
            file: self.file,
            document: self.document,
            problems: problems
        )
    }

    /// Remembers a problem.
    mutating func report(_ kind: SessionFileProblem.Kind, line: Int, column: Int = 1) {
        self.problems.append(
            SessionFileProblem(file: self.file, line: line, column: column, kind: kind)
        )
    }

    private mutating func readBlock(separator: SourceLine?) {
        var parser = BlockParser(
            file: self.file,
            limits: self.limits,
            lines: self.lines,
            linesLeft: self.linesLeft
        )
        parser.run()
        self.lines = parser.lines
        self.linesLeft = parser.linesLeft - 1
        self.problems.append(contentsOf: parser.problems.all)
        var block = parser.block
        block.title = separator.map { line in
            let title = line.bytes.drop { $0 == UInt8(ascii: "#") }
            return String(decoding: title, as: UTF8.self).trimmed
        }
        block.place = SourcePlace(line: separator?.number ?? 1)
        if separator == nil {
            self.takeHeader(from: block)
        } else if block.leading.allSatisfy({ $0.content == .blank }), block.request == nil,
            let response = block.recordedResponse, !self.document.blocks.isEmpty
        {
            // A block that is only a response belongs to the request before it (row 10b).
            self.document.blocks[self.document.blocks.count - 1].recordedResponse = response
        } else {
            self.document.blocks.append(block)
            if block.request == nil, parser.problems.all.isEmpty { self.reportLostTags(of: block) }
        }
    }

    /// A tag in a block without a request would be lost: the first one is reported.
    private mutating func reportLostTags(of block: SessionBlock) {
        guard let (tag, place) = block.tags.first(where: { $0.tag.needsRequest }) else { return }
        self.report(.tag(.misplacedTag(tag: tag.name, belongsInHeader: false)), line: place.line)
    }

    /// Takes the lines before the first `###`: all of them if no request follows, else those up to
    /// the last tag that only a file can have.
    private mutating func takeHeader(from block: SessionBlock) {
        guard block.request != nil else {
            self.document.header = block.leading.droppingOuterBlanks
            return
        }
        let end = block.leading.lastIndex { entry in
            if case .tag(let tag) = entry.content { tag.scope == .file } else { false }
        }
        let count = end.map { $0 + 1 } ?? 0
        self.document.header = Array(block.leading.prefix(count)).droppingOuterBlanks
        var rest = block
        rest.leading = Array(block.leading.dropFirst(count)).droppingOuterBlanks
        self.document.blocks.append(rest)
    }
}

extension [SessionEntry] {
    /// The entries without blank lines at the ends.
    var droppingOuterBlanks: [SessionEntry] {
        let start = self.firstIndex { $0.content != .blank } ?? self.endIndex
        let end = self.lastIndex { $0.content != .blank } ?? self.startIndex
        return start <= end && start < self.endIndex ? Array(self[start...end]) : []
    }
}
