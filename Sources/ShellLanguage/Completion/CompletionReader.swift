/// Reads a line up to its cursor, and finds what is expected there.
///
/// It goes word by word as the parsers do; the word that ends at the cursor is the one that is
/// completed. An open quote is closed first, so that the lexer can read it.
struct CompletionReader {
    let parser: ShellParser
    let source: SourceText
    /// The quote that is open at the cursor.
    private let quote: Character?
    /// The length of the text as it was typed, without the quote that closes it.
    private let cursor: Int

    init(parser: ShellParser, text: String) {
        self.parser = parser
        cursor = text.utf8.count
        let quote = Self.openQuote(in: text)
        self.quote = quote
        source = SourceText(quote.map { text + String($0) } ?? text)
    }

    mutating func context() -> CompletionContext {
        let first = source.trimmed(0..<cursor).lowerBound
        switch source[first] {
        case UInt8(ascii: "!"): return nothing
        case UInt8(ascii: "#"): return comment(from: first)
        default: break
        }
        if let reference = openReference() { return reference }
        switch source[first] {
        case UInt8(ascii: "@"): return variable(from: first)
        case UInt8(ascii: "|"): return tail(WordLexer(source, from: first))
        default: break
        }
        if let field = field(from: first) { return field }
        return statement(from: first)
    }

    private var nothing: CompletionContext {
        CompletionContext(.nothing, start: cursor, prefix: "")
    }

    private func raw(_ expected: CompletionContext.Expected, from start: Int) -> CompletionContext {
        CompletionContext(expected, start: start, prefix: source.text(start..<cursor))
    }

    // MARK: Lines that are raw text

    private func comment(from start: Int) -> CompletionContext {
        let text = source.text((start + 1)..<cursor)
        if text.isEmpty || text.isAllDigits { return raw(.connection, from: start) }
        let inner = source.trimmed((start + 1)..<cursor).lowerBound
        guard source.has("@", at: inner), source.endOfRawWord(from: inner) >= cursor else {
            return nothing
        }
        return raw(.tag, from: inner + 1)
    }

    private func variable(from start: Int) -> CompletionContext {
        let isName = source.bytes[(start + 1)..<cursor].allSatisfy { !$0.isBlank && $0 != 0x3D }
        return isName ? raw(.variable, from: start + 1) : nothing
    }

    /// The value of `Name: value`.
    private func field(from start: Int) -> CompletionContext? {
        let bytes = source.bytes[start..<cursor]
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > start,
            colon + 1 < cursor, bytes[colon + 1].isBlank,
            bytes[..<colon].allSatisfy(\.isTokenCharacter)
        else { return nil }
        let value = source.trimmed((colon + 1)..<cursor).lowerBound
        return raw(.fieldValue(name: source.text(start..<colon)), from: value)
    }

    /// The inside of a `{{` that is not closed before the cursor.
    private func openReference() -> CompletionContext? {
        var open: Int?
        var offset = 0
        while offset < cursor {
            if source.has("\\{{", at: offset) {
                offset += 3
            } else if source.has("{{", at: offset) {
                open = offset + 2
                offset += 2
            } else if source.has("}}", at: offset) {
                open = nil
                offset += 2
            } else {
                offset += 1
            }
        }
        guard var start = open, !isShellText(start) else { return nil }
        if source.has("%", at: start) { start += 1 }
        return raw(.reference, from: start)
    }

    /// Whether a place stands behind a `|` that begins text for a shell.
    private func isShellText(_ offset: Int) -> Bool {
        let bytes = source.bytes[..<min(offset, cursor)]
        guard let pipe = bytes.lastIndex(of: UInt8(ascii: "|")),
            pipe == 0 || bytes[pipe - 1].isBlank
        else { return false }
        return source[source.trimmed((pipe + 1)..<cursor).lowerBound] != UInt8(ascii: "$")
    }

    // MARK: Words

    /// Reads a word, and whether it is the one at the cursor; nil at the end or where it is broken.
    private func next(
        _ lexer: inout WordLexer,
        _ place: WordLexer.Place
    ) -> WordLexer.Lexeme? {
        try? lexer.next(place)
    }

    /// Whether a word goes on to the cursor, so that it may not be whole.
    private func isCurrent(_ word: LexedWord) -> Bool { word.span.upperBound >= cursor }

    private func statement(from start: Int) -> CompletionContext {
        var lexer = WordLexer(source, from: start)
        guard case .word(let word)? = next(&lexer, .argument) else {
            return start >= cursor ? raw(.lineStart, from: cursor) : nothing
        }
        guard !isCurrent(word) else { return raw(.lineStart, from: word.span.lowerBound) }
        guard let name = word.plainText, name != "curl", name != "$" else { return nothing }
        if name == "repeat" { return count(&lexer) }
        if name == "send" { return method(&lexer, isToken: true) }
        if Self.isCount(name) { return method(&lexer, isToken: false) }
        if Methods.all.contains(name.lowercased()) {
            return request(&lexer, PartialRequest(method: name.uppercased()))
        }
        return command(name, &lexer)
    }

    private static func isCount(_ text: String) -> Bool {
        text.first?.isNumber == true && text.allSatisfy { $0.isNumber || $0 == "x" }
    }

    private func count(_ lexer: inout WordLexer) -> CompletionContext {
        guard case .word(let word)? = next(&lexer, .argument), !isCurrent(word) else {
            return nothing
        }
        return method(&lexer, isToken: false)
    }

    private func method(_ lexer: inout WordLexer, isToken: Bool) -> CompletionContext {
        guard case .word(let word)? = next(&lexer, .argument) else {
            return raw(.method, from: cursor)
        }
        guard !isCurrent(word) else { return raw(.method, from: word.span.lowerBound) }
        guard let name = word.plainText else { return nothing }
        if name == "send", !isToken { return method(&lexer, isToken: true) }
        let isKnown = Methods.all.contains(name.lowercased())
        return request(&lexer, PartialRequest(method: isKnown ? name.uppercased() : name))
    }

    // MARK: Commands

    private func command(_ name: String, _ lexer: inout WordLexer) -> CompletionContext {
        let names = parser.commandNames.filter { $0.hasPrefix(name) }
        let whole =
            parser.commands.first { $0.name == name || $0.alternativeNames.contains(name) }?.name
            ?? (names.count == 1 ? names[0] : name)
        let signature = parser.commands.first { $0.name == whole }
        var words: [String] = []
        while true {
            guard let lexeme = next(&lexer, .argument) else { break }
            switch lexeme {
            case .symbol(_, let span):
                var rest = lexer
                rest.offset = span.lowerBound
                return tail(rest)
            case .word(let word):
                let text = word.word.template.literalText ?? "{{}}"
                guard !isCurrent(word) else {
                    return self.word(word, .argument(command: whole, words: words))
                }
                if signature?.arguments == .request, Methods.all.contains(text.lowercased()) {
                    return request(&lexer, PartialRequest(method: text.uppercased()))
                }
                words.append(text)
            }
        }
        return CompletionContext(
            .argument(command: whole, words: words),
            start: cursor,
            prefix: "",
            quoting: .plain
        )
    }

    // MARK: Requests

    private func request(
        _ lexer: inout WordLexer,
        _ begun: PartialRequest
    ) -> CompletionContext {
        var request = begun
        var hasFirstWord = false
        while true {
            guard let lexeme = next(&lexer, hasFirstWord ? .item : .target) else { break }
            switch lexeme {
            case .symbol(.input, _):
                let rest = lexer
                guard case .word(let word)? = next(&lexer, .argument), !isCurrent(word) else {
                    return file(rest)
                }
            case .symbol(_, let span):
                var rest = lexer
                rest.offset = span.lowerBound
                return tail(rest)
            case .word(let word):
                if word.starts(with: "-"), word.pieces.count > 1 || isCurrent(word) {
                    if isCurrent(word) { return self.word(word, .item(request)) }
                    let option = source.text(word.span)
                    request.options.insert(option)
                    if let found = optionValue(option, &lexer) { return found }
                    continue
                }
                let isTarget = !hasFirstWord && !word.isItemInPlaceOfTarget
                hasFirstWord = true
                if isCurrent(word) {
                    return isTarget ? target(word, request) : item(word, request)
                }
                if isTarget {
                    request.target = source.text(word.span)
                } else if let split = SplitItem(word), let key = split.keyTemplate.literalText {
                    request.keys.insert(key)
                }
            }
        }
        let expected: CompletionContext.Expected = hasFirstWord ? .item(request) : .target(request)
        // Broken text before the cursor, such as an open bracket of JSON.
        guard source.trimmed(lexer.offset..<max(cursor, lexer.offset)).isEmpty else {
            return nothing
        }
        return CompletionContext(expected, start: cursor, prefix: "", quoting: .plain)
    }

    /// The value of an option, if the cursor is in it; else the value is skipped.
    private func optionValue(_ option: String, _ lexer: inout WordLexer) -> CompletionContext? {
        guard let name = RequestOptionName(option: option), name.takesValue else { return nil }
        let place: WordLexer.Place = name == .raw ? .rawValue : .argument
        guard case .word(let value)? = next(&lexer, place) else {
            return CompletionContext(
                .optionValue(option: name.long),
                start: cursor,
                prefix: "",
                quoting: .plain
            )
        }
        return isCurrent(value) ? word(value, .optionValue(option: name.long)) : nil
    }

    private func target(_ word: LexedWord, _ request: PartialRequest) -> CompletionContext {
        let text = source.text(word.span.lowerBound..<cursor)
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return self.word(word, .target(request))
        }
        var request = request
        request.target = String(text[..<mark])
        let separators = [UInt8(ascii: "?"), UInt8(ascii: "&")]
        let last = text.utf8.lastIndex { separators.contains($0) } ?? mark
        let nameStart = text.utf8.index(after: last)
        let offset = word.span.lowerBound + text.utf8.distance(from: text.startIndex, to: nameStart)
        let parameter = text[nameStart...]
        guard let equals = parameter.firstIndex(of: "=") else {
            return raw(.targetQuery(request), from: offset)
        }
        let valueStart = offset + parameter[...equals].utf8.count
        return raw(
            .queryValue(request, name: String(parameter[..<equals])),
            from: valueStart
        )
    }

    private func item(_ word: LexedWord, _ request: PartialRequest) -> CompletionContext {
        if word.starts(with: "@") {
            return value(.file, from: word.pieces.dropFirst(), of: word)
        }
        guard let split = SplitItem(word), let key = split.keyTemplate.literalText else {
            return self.word(word, .item(request))
        }
        let expected: CompletionContext.Expected
        switch split.separator {
        case .query: expected = .queryValue(request, name: key)
        case .field: expected = .fieldValue(name: key)
        case .string: expected = .dataValue(request, key: key, isJSON: false)
        case .json: expected = .dataValue(request, key: key, isJSON: true)
        case .jsonFile, .queryFile, .fieldFile, .stringFile, .upload: expected = .file
        case .emptyField: return nothing
        }
        return value(expected, from: split.value, of: word)
    }

    // MARK: Tails

    /// What is expected in filters and redirections.
    private func tail(_ lexer: WordLexer) -> CompletionContext {
        var offset = lexer.offset
        var last = offset
        // A pipe within a path's brackets or quotes is rare, and only Tab would be wrong.
        while offset < cursor {
            let isStart = offset == 0 || source.bytes[offset - 1].isBlank
            if isStart, "|>".utf8.contains(source.bytes[offset]) { last = offset }
            offset += 1
        }
        if source.has(">", at: last) {
            let length = source.has(">>", at: last) ? 2 : 1
            return file(WordLexer(source, from: last + length))
        }
        guard source.has("|", at: last) else { return nothing }
        let text = source.trimmed((last + 1)..<cursor).lowerBound
        guard text >= cursor || source.has("$", at: text) else { return nothing }
        return raw(.jsonPath, from: min(text, cursor))
    }

    /// The name of a file, from a place behind an operator on.
    private func file(_ lexer: WordLexer) -> CompletionContext {
        var lexer = lexer
        guard case .word(let word)? = next(&lexer, .argument) else {
            return CompletionContext(.file, start: cursor, prefix: "", quoting: .plain)
        }
        return isCurrent(word) ? self.word(word, .file) : nothing
    }

    // MARK: Places in words

    /// The whole of the word at the cursor.
    private func word(
        _ word: LexedWord,
        _ expected: CompletionContext.Expected
    ) -> CompletionContext {
        value(expected, from: word.pieces[...], of: word)
    }

    /// A part of the word at the cursor, up to its end.
    private func value(
        _ expected: CompletionContext.Expected,
        from pieces: LexedWord.Pieces,
        of word: LexedWord
    ) -> CompletionContext {
        let span = word.span
        let template = word.template(pieces, escapes: .kept, span: span)
        // What a reference yields is not known: the text as typed stands for it.
        var start = pieces.first?.offset ?? cursor
        if pieces.isEmpty, quote != nil { start = cursor }
        let text = template.literalText ?? source.text(start..<cursor)
        guard let quote else {
            let isWhole = pieces.count == word.pieces.count
            return CompletionContext(
                expected,
                start: isWhole ? span.lowerBound : start,
                prefix: text,
                quoting: .plain
            )
        }
        return CompletionContext(
            expected,
            start: start,
            prefix: text,
            quoting: quote == "'" ? .single : .double
        )
    }

    /// The quote that is open at the end of a line; nil if none is.
    private static func openQuote(in text: String) -> Character? {
        var lexer = WordLexer(SourceText(text))
        while true {
            do {
                guard try lexer.next(.argument) != nil else { return nil }
            } catch {
                guard case .word(.unclosedQuote(let quote)) = error.kind else { return nil }
                return quote
            }
        }
    }
}
