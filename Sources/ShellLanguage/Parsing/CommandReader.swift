/// Reads what follows a command's name.
struct CommandReader: Sendable {
    private let signature: CommandSignature
    private let nameSpan: SourceSpan
    private var lexer: WordLexer
    private var words: [Word] = []
    private var rawStart: Int
    private var request: RequestLine?
    private var tails = Tails.none

    init(signature: CommandSignature, nameSpan: SourceSpan, lexer: WordLexer) {
        self.signature = signature
        self.nameSpan = nameSpan
        self.lexer = lexer
        rawStart = nameSpan.upperBound
    }

    mutating func parse() throws(Diagnostic) -> CommandInvocation {
        let rawEnd: Int
        switch signature.arguments {
        case .text: rawEnd = lexer.source.count
        case .words(let rawAfter): rawEnd = try readWords(rawAfter: rawAfter)
        case .request: rawEnd = try readWords(rawAfter: [])
        }
        let raw = lexer.source.trimmedForShell(rawStart..<max(rawStart, rawEnd))
        return CommandInvocation(
            name: signature.name,
            nameSpan: nameSpan,
            words: words,
            rawArguments: lexer.source.text(raw),
            rawSpan: SourceSpan(raw),
            request: request,
            tails: tails
        )
    }

    /// Reads words up to the tails or the end.
    ///
    /// - Returns: The offset after the arguments.
    private mutating func readWords(rawAfter: Set<String>) throws(Diagnostic) -> Int {
        while true {
            lexer.skipBlanks()
            let start = lexer.offset
            guard let lexeme = try lexer.next(.argument) else { return start }
            switch lexeme {
            case .symbol(let symbol, let span):
                try readTails(from: symbol, span)
                return start
            case .word(let word):
                if try readRequest(word) { return lexer.source.count }
                try word.checkComment(in: lexer.source)
                words.append(word.word)
                guard words.count == 1, let text = word.plainText, rawAfter.contains(text)
                else { continue }
                rawStart = word.span.upperBound
                if text == "curl" {
                    let end = lexer.source.trimmed(rawStart..<lexer.source.count).upperBound
                    try lexer.source.checkBashText(min(rawStart, end)..<end)
                } else {
                    try lexer.source.checkContinuation()
                }
                return lexer.source.count
            }
        }
    }

    /// Reads a request where one starts.
    private mutating func readRequest(_ word: LexedWord) throws(Diagnostic) -> Bool {
        guard signature.arguments == .request,
            let start = try RequestStart.read(word, &lexer, allowsPlainCount: false)
        else { return false }
        let foreign = signature.optionsAfterRequest
        let parsed = try RequestParser(start: start, lexer: lexer, foreignOptions: foreign).parse()
        request = parsed.line
        words += parsed.foreignWords
        return true
    }

    private mutating func readTails(
        from symbol: WordLexer.Symbol,
        _ span: SourceSpan
    ) throws(Diagnostic) {
        switch symbol {
        case .pipe, .output, .append:
            guard signature.acceptsTails else {
                throw Diagnostic(
                    .tail(.tailNotAccepted(command: signature.name, symbol: symbol.rawValue)),
                    span
                )
            }
        case .input, .ampersand:
            break
        }
        var start = lexer
        start.offset = span.lowerBound
        var parser = TailParser(lexer: start, owner: .command(signature.name))
        tails = try parser.parse()
    }
}

extension LexedWord {
    /// Refuses ` #`: comments stand on their own line (LANGUAGE.md section 2, rule 8).
    ///
    /// `#` and digits is a connection.
    func checkComment(in source: SourceText) throws(Diagnostic) {
        guard starts(with: "#"), plainText?.dropFirst().isAllDigits != true else { return }
        throw Diagnostic(.word(.commentAfterText(source.text(span))), span)
    }
}
