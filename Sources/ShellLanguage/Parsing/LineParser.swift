/// Decides what a line is, and reads the lines that are no request and no command
/// (LANGUAGE.md section 1).
struct LineParser: Sendable {
    let parser: ShellParser
    let source: SourceText

    func parse() throws(Diagnostic) -> ShellLine {
        let content = source.trimmed(0..<source.count)
        guard let first = source[content.lowerBound], !content.isEmpty else { return .blank }
        switch first {
        case UInt8(ascii: "#"): return try parseComment(content)
        case UInt8(ascii: "@"): return try parseVariable(content)
        case UInt8(ascii: "!"): return try parseShell(content)
        case UInt8(ascii: "|"): return try parseFilters(content)
        default: break
        }
        if let curl = try parseCurl(content) { return curl }
        if let field = try parseField(content) { return field }
        return try StatementParser(parser: parser, source: source).parse(from: content.lowerBound)
    }

    // MARK: Comments and tags

    private func parseComment(_ content: Range<Int>) throws(Diagnostic) -> ShellLine {
        let text = source.text((content.lowerBound + 1)..<content.upperBound)
        if text.isAllDigits, let number = Int(text) { return .connection(number) }
        let inner = source.trimmed((content.lowerBound + 1)..<content.upperBound)
        guard source.has("@", at: inner.lowerBound), source[inner.lowerBound + 1]?.isLetter == true
        else { return .comment(text) }
        return .tag(try parseTag(inner))
    }

    private func parseTag(_ content: Range<Int>) throws(Diagnostic) -> TagLine {
        let nameStart = content.lowerBound + 1
        let nameEnd =
            source.bytes[nameStart..<content.upperBound]
            .firstIndex { $0.isBlank || $0 == UInt8(ascii: "=") } ?? content.upperBound
        let nameSpan = SourceSpan(nameStart, nameEnd)
        guard let name = TagName(rawValue: source.text(nameSpan)) else {
            let names = TagName.allCases.map(\.rawValue)
            let near = NearestNames.of(source.text(nameSpan), among: names)
            throw Diagnostic(
                .line(.unknownTag(source.text(nameSpan))),
                nameSpan,
                suggestions: near.isEmpty ? names : near
            )
        }
        var value = source.trimmed(nameEnd..<content.upperBound)
        if source.has("=", at: value.lowerBound) {
            value = source.trimmed((value.lowerBound + 1)..<value.upperBound)
        }
        let valueSpan = SourceSpan(value.lowerBound, value.upperBound)
        guard name == .noRedirect || !value.isEmpty else {
            throw Diagnostic(
                .argument(.missingWord(.noun("value of `@\(name.rawValue)`"))),
                valueSpan
            )
        }
        return TagLine(name: name, value: source.text(value), valueSpan: valueSpan)
    }

    // MARK: Variables

    private func parseVariable(_ content: Range<Int>) throws(Diagnostic) -> ShellLine {
        let start = content.lowerBound + 1
        let wordEnd =
            source.bytes[start..<content.upperBound]
            .firstIndex { $0.isBlank || $0 == UInt8(ascii: "=") } ?? content.upperBound
        let nameSpan = SourceSpan(start, wordEnd)
        let name = source.text(nameSpan)
        let rest = source.trimmed(wordEnd..<content.upperBound)
        guard source.has("=", at: rest.lowerBound), !rest.isEmpty else {
            throw variableWithoutEquals(name, nameSpan, rest: source.text(rest))
        }
        if let problem = Name.problem(in: name) {
            throw Diagnostic(.line(.invalidName(name, problem)), nameSpan)
        }
        let value = source.trimmed((rest.lowerBound + 1)..<rest.upperBound)
        return .variable(
            VariableLine(
                name: name,
                nameSpan: nameSpan,
                value: Template(raw: value, in: source)
            )
        )
    }

    private func variableWithoutEquals(
        _ name: String,
        _ span: SourceSpan,
        rest: String
    ) -> Diagnostic {
        let suggestion =
            TagName(rawValue: name) == nil
            ? "@\(name.isEmpty ? "name" : name) = \(rest.isEmpty ? "value" : rest)"
            : "# @\(name)\(rest.isEmpty ? "" : " \(rest)")"
        let place = SourceSpan(span.lowerBound - 1, span.upperBound)
        return Diagnostic(.line(.variableWithoutEquals(name)), place, suggestions: [suggestion])
    }

    // MARK: Shell text, filters, curl

    private func parseShell(_ content: Range<Int>) throws(Diagnostic) -> ShellLine {
        let text = source.trimmedForShell((content.lowerBound + 1)..<source.count)
        guard !text.isEmpty else {
            throw Diagnostic(
                .line(.missingShellText),
                SourceSpan(content.lowerBound, content.upperBound)
            )
        }
        try source.checkContinuation()
        return .shell(source.text(text))
    }

    private func parseFilters(_ content: Range<Int>) throws(Diagnostic) -> ShellLine {
        var tails = TailParser(lexer: WordLexer(source, from: content.lowerBound), owner: .none)
        return .filters(try tails.parse())
    }

    /// Reads a line whose first word is `curl`, after an optional `$ ` (section 8).
    private func parseCurl(_ content: Range<Int>) throws(Diagnostic) -> ShellLine? {
        var start = content.lowerBound
        if source.has("$ ", at: start) {
            start = source.trimmed((start + 2)..<content.upperBound).lowerBound
        }
        guard source.text(start..<source.endOfRawWord(from: start)) == "curl" else { return nil }
        try source.checkBashText(start..<content.upperBound)
        return .curl(source.text(source.trimmedForShell(start..<source.count)))
    }

    // MARK: Fields

    /// Reads `Name: value` and `Name:`; `nil` if the line is something else.
    private func parseField(_ content: Range<Int>) throws(Diagnostic) -> ShellLine? {
        let bytes = source.bytes[content]
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > content.lowerBound,
            bytes[..<colon].allSatisfy(\.isTokenCharacter),
            colon + 1 == content.upperBound || bytes[colon + 1].isBlank
        else { return nil }
        let nameSpan = SourceSpan(content.lowerBound, colon)
        let name = source.text(nameSpan)
        let range = source.trimmed((colon + 1)..<content.upperBound)
        let value = range.isEmpty ? nil : Template(raw: range, in: source)
        let whole = SourceSpan(content.lowerBound, content.upperBound)
        switch (name.lowercased(), value) {
        case ("host", nil):
            throw Diagnostic(.line(.hostRemoved), whole)
        case ("cookie", .some):
            throw Diagnostic(
                .line(.cookieAsField),
                whole,
                suggestions: ["cookies set \(source.text(range))"]
            )
        default:
            try value?.checkControlCharacters(in: .field)
            return .field(FieldLine(name: name, nameSpan: nameSpan, value: value))
        }
    }
}

extension SourceText {
    /// Checks that a command line for another shell is whole: it goes on after a last `\` or `^`,
    /// and in an open quote.
    func checkBashText(_ range: Range<Int>) throws(Diagnostic) {
        try checkContinuation()
        if has("^", at: range.upperBound - 1) {
            let place = SourceSpan(range.upperBound - 1, range.upperBound)
            throw Diagnostic(.word(.trailingBackslash), place)
        }
        // Quotes that are written `^"` are cmd's, and count for the program only.
        guard !text(range).contains("^\"") else { return }
        if let open = BashQuotes.openQuote(in: self, range: range) {
            let place = SourceSpan(open.offset, open.offset + 1)
            throw Diagnostic(.word(.unclosedQuote(open.quote)), place)
        }
    }

    /// Checks that text for a shell does not end in a `\`, after which the line goes on.
    func checkContinuation() throws(Diagnostic) {
        guard endsInOddRun(of: UInt8(ascii: "\\")) else { return }
        throw Diagnostic(.word(.trailingBackslash), SourceSpan(count - 1, count))
    }
}

extension Template {
    /// Checks that no literal text holds CR, LF or NUL (LANGUAGE.md section 3).
    func checkControlCharacters(in place: TextPlace) throws(Diagnostic) {
        for case .literal(let text) in parts {
            guard let character = ControlCharacter.first(in: text) else { continue }
            throw Diagnostic(.item(.controlCharacter(character, place)), span)
        }
    }
}

extension ControlCharacter {
    /// Finds the first CR, LF or NUL in text; what was substituted is checked with it too.
    package static func first(in text: String) -> ControlCharacter? {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r": return .carriageReturn
            case "\n": return .lineFeed
            case "\0": return .null
            default: continue
            }
        }
        return nil
    }
}
