/// Reads the lines that start with a word: requests, commands, default query parameters
/// (LANGUAGE.md section 1).
struct StatementParser: Sendable {
    let parser: ShellParser
    let source: SourceText

    func parse(from start: Int) throws(Diagnostic) -> ShellLine {
        var lexer = WordLexer(source, from: start)
        guard let lexeme = try lexer.next(.argument) else { return .blank }
        let word: LexedWord
        switch lexeme {
        case .symbol(let symbol, let span):
            throw Diagnostic(.line(.unknownCommand(symbol.rawValue)), span)
        case .word(let first):
            word = first
        }
        if let request = try RequestStart.read(word, &lexer, allowsPlainCount: true) {
            return .request(try RequestParser(start: request, lexer: lexer).parse().line)
        }
        if let query = try parseQuery(word, &lexer) { return query }
        switch try command(for: word) {
        case .signature(let signature):
            var reader = CommandReader(
                signature: signature,
                nameSpan: word.span,
                lexer: lexer
            )
            return .command(try reader.parse())
        case .requestWord(let name):
            let request = try RequestStart.read(name, word.span, &lexer)
            return .request(try RequestParser(start: request, lexer: lexer).parse().line)
        }
    }

    /// Reads `name==value` and `name==`; `nil` if the word is something else.
    private func parseQuery(
        _ word: LexedWord,
        _ lexer: inout WordLexer
    ) throws(Diagnostic) -> ShellLine? {
        guard let split = SplitItem(word) else { return nil }
        switch split.separator {
        case .queryFile:
            throw Diagnostic(.line(.fileInDefaultQuery(source.text(split.keySpan))), word.span)
        case .query where split.key.isEmpty:
            throw Diagnostic(.item(.emptyKey(separator: "==")), word.span)
        case .query:
            break
        case .field, .fieldFile, .emptyField, .string, .stringFile, .json, .jsonFile, .upload:
            return nil
        }
        switch try lexer.next(.argument) {
        case .word(let extra):
            let text = source.text(extra.span)
            throw Diagnostic(.argument(.unexpectedWord(text)), extra.span)
        case .symbol(let symbol, let span):
            throw Diagnostic(.argument(.unexpectedWord(symbol.rawValue)), span)
        case nil:
            let value = split.valueSpan.isEmpty ? nil : split.valueTemplate
            return .query(QueryLine(name: split.keyTemplate, value: value))
        }
    }

    // MARK: Commands by name

    private enum Found {
        case signature(CommandSignature)
        case requestWord(String)
    }

    private func command(for word: LexedWord) throws(Diagnostic) -> Found {
        guard let text = word.plainText else { throw FirstWord(word, parser, source).diagnostic }
        if let found = found(name: text) { return found }
        let names = parser.commandNames.filter { $0.hasPrefix(text) }.sorted()
        guard let first = names.first else { throw FirstWord(word, parser, source).diagnostic }
        guard names.count == 1 else {
            throw Diagnostic(
                parser.isInteractive
                    ? .line(.ambiguousCommand(text, candidates: names))
                    : .line(.unknownCommand(text)),
                word.span,
                suggestions: names
            )
        }
        guard parser.isInteractive, let found = found(name: first) else {
            throw Diagnostic(
                .line(.abbreviatedCommand(text, name: first)),
                word.span,
                suggestions: [first]
            )
        }
        return found
    }

    private func found(name: String) -> Found? {
        // A signature of `send` or `repeat` is for `help`; the language reads them itself.
        if Methods.words.contains(name) { return .requestWord(name) }
        let signature = parser.commands.first { signature in
            signature.name == name || signature.alternativeNames.contains(name)
        }
        return signature.map { .signature($0) }
    }
}

/// Says what was probably meant by a first word that is no command.
struct FirstWord {
    private let word: LexedWord
    private let parser: ShellParser
    private let text: String

    init(_ word: LexedWord, _ parser: ShellParser, _ source: SourceText) {
        self.word = word
        self.parser = parser
        text = source.text(word.span)
    }

    var diagnostic: Diagnostic {
        if text.hasPrefix("$.") || text.hasPrefix("$[") || text == "$" {
            return make(.jsonPathWithoutPipe(text), ["| \(text)"])
        }
        if ["/", "./", "../", "?", ":", "{{"].contains(where: { text.hasPrefix($0) })
            || text.contains("://")
        {
            return make(.targetWithoutMethod(text), ["get \(text)"])
        }
        return item ?? name
    }

    private func make(_ problem: LineProblem, _ suggestions: [String]) -> Diagnostic {
        Diagnostic(.line(problem), word.span, suggestions: suggestions)
    }

    /// An item without a request, or a field without its blank.
    private var item: Diagnostic? {
        guard let split = SplitItem(word), !split.key.isEmpty else { return nil }
        let name = split.keyTemplate.literalText ?? ""
        let value = String(text.dropFirst(name.count + split.separator.rawValue.count))
        switch split.separator {
        case .field where name.isToken:
            return field(name, value)
        case .string where Name.problem(in: name) == nil:
            return make(.itemWithoutRequest(text), ["post \(text)", "@\(name) = \(value)"])
        case .field, .emptyField, .fieldFile:
            return make(.itemWithoutRequest(text), ["get . \(text)"])
        case .query, .queryFile:
            return make(.itemWithoutRequest(text), ["get \(text)"])
        case .string, .stringFile, .json, .jsonFile, .upload:
            return make(.itemWithoutRequest(text), ["post \(text)"])
        }
    }

    private func field(_ name: String, _ value: String) -> Diagnostic {
        let field = "\(name): \(value)"
        let request = "get \(text)"
        let problem = LineProblem.fieldWithoutBlank(name: name, value: value)
        guard TargetForm.classify(word.word.template) == .host else {
            return make(problem, [field])
        }
        let isURL = value.contains("/") || name.contains(".") || name == "localhost"
        return make(problem, isURL ? [request, field] : [field, request])
    }

    private var name: Diagnostic {
        let names =
            parser.commandNames + Methods.all + parser.aliases.keys.sorted()
            + parser.commands.flatMap(\.alternativeNames)
        let lowered = text.lowercased()
        let methods = Methods.all.filter { lowered.count >= 2 && $0.hasPrefix(lowered) }
        if let method = methods.first, methods.count == 1 {
            return make(.abbreviatedMethod(text, method: method), [method])
        }
        let near = NearestNames.of(text, among: names)
        let looksLikeTarget = near.isEmpty && text.contains { $0 == "/" || $0 == "." }
        return looksLikeTarget
            ? make(.targetWithoutMethod(text), ["get \(text)"])
            : make(.unknownCommand(text), near)
    }
}
