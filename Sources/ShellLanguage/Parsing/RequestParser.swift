/// Reads a request from its target on (LANGUAGE.md sections 1, 4, 5).
struct RequestParser: Sendable {
    private let start: RequestStart
    private let source: SourceText
    private var lexer: WordLexer
    private var target: Target?
    /// Whether the first word has been seen: later words are items.
    private var hasFirstWord = false
    private var allowsOptions = true
    private var items: [RequestItem] = []
    private var options: [RequestOption] = []
    private var version: (choice: HTTPVersionChoice, span: SourceSpan)?
    private var tails = Tails.none
    /// The offset after the last word that is no tail.
    private var upperBound: Int

    /// Options that are not the request's but of the command that it stands behind, each with the
    /// word that follows it.
    private let foreignOptions: Set<String>
    private var foreignWords: [Word] = []

    init(start: RequestStart, lexer: WordLexer, foreignOptions: Set<String> = []) {
        self.start = start
        self.foreignOptions = foreignOptions
        self.lexer = lexer
        source = lexer.source
        upperBound = lexer.offset
    }

    /// Reads it; the second value are the options of another command that stood in it.
    consuming func parse() throws(Diagnostic) -> (line: RequestLine, foreignWords: [Word]) {
        try readWords()
        let span = SourceSpan(start.lowerBound, upperBound)
        let line = RequestLine(
            count: start.count,
            parallel: start.parallel,
            method: start.method,
            methodSpan: start.methodSpan,
            target: target,
            items: items,
            options: options,
            httpVersion: version?.choice,
            tails: tails,
            source: source.text(span),
            span: span
        )
        try RequestChecks(line: line, source: source).check()
        return (line, foreignWords)
    }

    private mutating func readWords() throws(Diagnostic) {
        while let lexeme = try lexer.next(hasFirstWord ? .item : .target) {
            switch lexeme {
            case .symbol(.input, let span):
                try readInput(span)
            case .symbol(_, let span):
                var rest = lexer
                rest.offset = span.lowerBound
                var parser = TailParser(lexer: rest, owner: .request)
                tails = try parser.parse()
                return
            case .word(let word):
                if let version { throw bareWord(version.span) }
                try read(word)
            }
            upperBound = lexer.offset
        }
    }

    /// Reads `< FILE`.
    private mutating func readInput(_ span: SourceSpan) throws(Diagnostic) {
        guard case .word(let word) = try lexer.next(.argument) else {
            throw Diagnostic(.tail(.missingFile(after: "<")), span)
        }
        let path = word.word.template
        guard !path.isEmpty else { throw Diagnostic(.tail(.missingFile(after: "<")), span) }
        items.append(RequestItem(content: .wholeBody(path), span: span.union(word.span)))
    }

    private mutating func read(_ word: LexedWord) throws(Diagnostic) {
        if allowsOptions, word.starts(with: "-"), word.pieces.count > 1 {
            if word.plainText == "--" {
                allowsOptions = false
            } else if let option = word.plainText, foreignOptions.contains(option) {
                foreignWords.append(word.word)
                // What is no word, such as a tail, is not its value and is read after it.
                var ahead = lexer
                if case .word(let value) = try ahead.next(.argument) {
                    lexer = ahead
                    foreignWords.append(value.word)
                }
            } else {
                options.append(try RequestOptionParser(source: source).parse(word, &lexer))
            }
            return
        }
        if try readVersion(word) { return }
        try word.checkComment(in: source)
        let isTarget = !hasFirstWord && !word.isItemInPlaceOfTarget
        hasFirstWord = true
        if isTarget {
            target = try TargetParser(source: source, word: word).parse()
        } else if let split = SplitItem(word) {
            items.append(try ItemParser(source: source, split: split).parse())
        } else {
            throw bareWord(word.span)
        }
    }

    /// A word that is no item, perhaps meant as the value of the field name before it.
    private func bareWord(_ span: SourceSpan) -> Diagnostic {
        let text = source.text(span)
        guard let last = items.last, case .removedField(let name) = last.content,
            last.span.upperBound <= span.lowerBound,
            source.trimmed(last.span.upperBound..<span.lowerBound).isEmpty
        else { return Diagnostic(.item(.bareWord(text)), span) }
        let field = source.text(last.span)
        return Diagnostic(
            .item(.wordAfterFieldName(name: name.literalText ?? field, word: text)),
            last.span.union(span),
            suggestions: [field + text]
        )
    }

    /// Reads `HTTP/1.1` and `HTTP/2`.
    private mutating func readVersion(_ word: LexedWord) throws(Diagnostic) -> Bool {
        let prefix = "HTTP/"
        guard let text = word.plainText, text.hasPrefix(prefix),
            text.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
                .allSatisfy(\.isAllDigits)
        else { return false }
        guard let choice = HTTPVersionChoice(rawValue: String(text.dropFirst(prefix.count))) else {
            throw Diagnostic(
                .request(.unsupportedVersion(text)),
                word.span,
                suggestions: HTTPVersionChoice.allCases.map { prefix + $0.rawValue }
            )
        }
        version = (choice, word.span)
        return true
    }
}

extension LexedWord {
    /// Whether a word that was written would be read as an item where a target could stand.
    static func isItemInPlaceOfTarget(_ text: String) -> Bool {
        var lexer = WordLexer(SourceText(text))
        guard case .word(let word) = try? lexer.next(.target) else { return false }
        return word.isItemInPlaceOfTarget
    }

    /// Whether `=` or `@` stands before any `/` and `?`: then the first word is an item.
    var isItemInPlaceOfTarget: Bool {
        for case let byte? in pieces.map(\.syntaxByte) {
            if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") { return false }
            if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "@") { return true }
        }
        return false
    }
}
