/// Reads filters, `>` and `&` (LANGUAGE.md section 6).
struct TailParser: Sendable {
    /// What the tails follow.
    enum Owner: Hashable, Sendable {
        case request
        case command(String)
        /// Nothing: the line starts with `|`.
        case none
    }

    private(set) var lexer: WordLexer
    private let owner: Owner
    private var tails = Tails()

    /// Starts at the first operator.
    init(lexer: WordLexer, owner: Owner) {
        self.lexer = lexer
        self.owner = owner
    }

    /// Reads to the end of the line.
    mutating func parse() throws(Diagnostic) -> Tails {
        while let lexeme = try lexer.next(.argument) {
            switch lexeme {
            case .symbol(let symbol, let span): try read(symbol, span)
            case .word(let word): throw misplaced(word)
            }
        }
        return tails
    }

    private func misplaced(_ word: LexedWord) -> Diagnostic {
        let text = lexer.source.text(word.span)
        return tails.redirection == nil
            ? Diagnostic(.argument(.unexpectedWord(text)), word.span)
            : Diagnostic(.tail(.wordAfterRedirection(text)), word.span)
    }

    private mutating func read(
        _ symbol: WordLexer.Symbol,
        _ span: SourceSpan
    ) throws(Diagnostic) {
        switch symbol {
        case .pipe:
            guard tails.redirection == nil else {
                throw Diagnostic(.tail(.filterAfterRedirection), span)
            }
            try readFilter(after: span)
        case .output, .append:
            guard tails.redirection == nil else {
                throw Diagnostic(.tail(.wordAfterRedirection(symbol.rawValue)), span)
            }
            guard case .word(let path) = try lexer.next(.argument) else {
                throw Diagnostic(.tail(.missingFile(after: symbol.rawValue)), span)
            }
            tails.redirection = Tails.Redirection(path: path.word, appends: symbol == .append)
        case .input:
            throw Diagnostic(.tail(.inputNotAccepted), span)
        case .ampersand:
            guard try lexer.next(.argument) == nil else {
                throw Diagnostic(.tail(.misplacedAmpersand), span)
            }
            try setBackground(span)
        }
    }

    private mutating func setBackground(_ span: SourceSpan) throws(Diagnostic) {
        guard owner == .request else {
            throw Diagnostic(.tail(.backgroundWithoutRequest), span)
        }
        tails.isBackground = true
    }

    // MARK: Filters

    private mutating func readFilter(after pipe: SourceSpan) throws(Diagnostic) {
        lexer.skipBlanks()
        let source = lexer.source
        let rest = source.trimmed(lexer.offset..<source.count)
        if let end = jsonPathEnd(rest) {
            let range = source.trimmed(rest.lowerBound..<end)
            tails.filters.append(.jsonPath(source.text(range), span: SourceSpan(range)))
            lexer.offset = end
        } else {
            try readShellText(rest, after: pipe)
        }
    }

    /// Where the JSONPath ends that starts a range; `nil` if none does.
    private func jsonPathEnd(_ range: Range<Int>) -> Int? {
        let source = lexer.source
        let start = range.lowerBound
        guard source.has("$", at: start), !range.isEmpty else { return nil }
        if !source.has(".", at: start + 1), !source.has("[", at: start + 1) {
            let next = source.trimmed((start + 1)..<range.upperBound).lowerBound
            return next == range.upperBound || isOperator(at: next) ? next : nil
        }
        var depth = 0
        var quote: UInt8?
        var offset = start + 1
        while offset < range.upperBound {
            let byte = source.bytes[offset]
            if let open = quote {
                if byte == UInt8(ascii: "\\") {
                    offset += 1
                } else if byte == open {
                    quote = nil
                }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if "[(".utf8.contains(byte) {
                depth += 1
            } else if "])".utf8.contains(byte) {
                depth -= 1
            } else if depth <= 0, isOperator(at: offset) {
                return offset
            }
            offset += 1
        }
        return range.upperBound
    }

    private func isOperator(at offset: Int) -> Bool {
        lexer.source[offset].map { "|><&".utf8.contains($0) } ?? false
    }

    /// Takes the rest of the line as shell text, but for a last ` &`.
    private mutating func readShellText(
        _ rest: Range<Int>,
        after pipe: SourceSpan
    ) throws(Diagnostic) {
        let source = lexer.source
        try source.checkContinuation()
        var range = source.trimmedForShell(rest.lowerBound..<source.count)
        let last = range.upperBound - 1
        if !range.isEmpty, source.has("&", at: last),
            last == range.lowerBound || source.bytes[last - 1].isBlank
        {
            range = source.trimmedForShell(range.lowerBound..<last)
            try setBackground(SourceSpan(last, last + 1))
        }
        guard !range.isEmpty else { throw Diagnostic(.line(.missingFilter), pipe) }
        tails.filters.append(.shell(source.text(range), span: SourceSpan(range)))
        lexer.offset = source.count
    }
}

extension SourceSpan {
    init(_ range: Range<Int>) {
        self.init(range.lowerBound, range.upperBound)
    }
}
