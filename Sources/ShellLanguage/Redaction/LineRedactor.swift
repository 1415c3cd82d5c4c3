/// Replaces the words of a line that hold secrets.
struct LineRedactor {
    let source: SourceText
    let parser: ShellParser
    let names: SensitiveNames

    private var replacements: [(range: Range<Int>, text: String)] = []
    /// The name of the command or method.
    private var firstWord: String?
    /// Whether something was found that cannot be replaced.
    private var mustBeLeftOut = false
    private var secrets: SecretText { SecretText(names: names) }
    private var suspicion: Suspicion { Suspicion(names: names) }

    init(source: SourceText, parser: ShellParser, names: SensitiveNames) {
        self.source = source
        self.parser = parser
        self.names = names
    }

    mutating func redact() -> String? {
        let content = source.trimmed(0..<source.count)
        guard let first = source[content.lowerBound], !content.isEmpty else {
            return source.text(0..<source.count)
        }
        switch first {
        case UInt8(ascii: "#"):
            let text = source.text(content)
            let isTag = text.dropFirst().drop(while: \.isWhitespace).hasPrefix("@expect")
            return isTag && suspicion.falls(onExpectation: text) ? nil : whole
        case UInt8(ascii: "!"), UInt8(ascii: "|"):
            return suspicion.falls(onShellText: source.text(content)) ? nil : whole
        case UInt8(ascii: "@"):
            redactNamed(content, separator: UInt8(ascii: "="), isField: false)
        default:
            let word = source.text(
                content.lowerBound..<source.endOfRawWord(from: content.lowerBound)
            )
            let words = source.text(content).split(maxSplits: 2, whereSeparator: \.isWhitespace)
            let isImport = words.dropFirst().first == "curl" && "import".hasPrefix(word)
            if word == "curl" || word == "$" || isImport {
                return isSuspicious(content) ? nil : whole
            }
            if word.count >= 3, "expect".hasPrefix(word) {
                return suspicion.falls(onExpectation: source.text(content)) ? nil : whole
            }
            if word.hasSuffix(":"), word.dropLast().isToken {
                redactNamed(content, separator: UInt8(ascii: ":"), isField: true)
            } else if !redactWords(content) {
                return nil
            }
        }
        return whole
    }

    /// The text with what has been replaced so far.
    private var whole: String {
        var text = ""
        var end = 0
        for replacement in replacements where replacement.range.lowerBound >= end {
            text += source.text(end..<replacement.range.lowerBound) + replacement.text
            end = replacement.range.upperBound
        }
        return text + source.text(end..<source.count)
    }

    // MARK: Raw lines

    /// Redacts `Name: value` and `@name = value`.
    private mutating func redactNamed(_ content: Range<Int>, separator: UInt8, isField: Bool) {
        guard let index = source.bytes[content].firstIndex(of: separator) else { return }
        let start = isField ? content.lowerBound : content.lowerBound + 1
        let name = source.text(source.trimmed(min(start, index)..<index))
        let range = source.trimmed((index + 1)..<content.upperBound)
        let value = Template(raw: range, in: source)
        let isSecret = isField ? names.holdsSecret(field: name) : names.holdsSecret(key: name)
        let replaced =
            isSecret
            ? secrets.replacing(value, name: name) : secrets.replacingSecrets(inText: value)
        if replaced != value { replacements.append((range, replaced.rawText)) }
    }

    // MARK: Words

    /// What the next word is.
    private enum Expected: Equatable {
        case nothing
        case credentials
        case secret(String)
        case text
        /// Every word to the end, but for a scope.
        case secrets(String)
        /// The scope behind `--for`; then as `secrets`, or the name of a field.
        case scope(String?)
        /// The field of `headers set`.
        case fieldName
        /// The value that was meant for `Name: `, which only removes the field.
        case stray
        /// `NAME=VALUE; …` to the end of the line.
        case cookie
    }

    /// Redacts a line of words.
    ///
    /// - Returns: Whether every word could be read, or what is left looks harmless.
    private mutating func redactWords(_ content: Range<Int>) -> Bool {
        var lexer = WordLexer(source, from: content.lowerBound)
        var expected = Expected.nothing
        while true {
            lexer.skipBlanks()
            let start = lexer.offset
            do throws(Diagnostic) {
                if expected == .cookie {
                    redactCookie(from: start)
                    return true
                }
                guard let lexeme = try lexer.next(place(after: expected)) else { return true }
                guard case .word(let word) = lexeme else {
                    // `<` is followed by a file; what follows other operators is no item.
                    if case .symbol(.input, _) = lexeme { continue }
                    return !suspicion.falls(onShellText: source.text(start..<source.count))
                }
                expected = redact(word, expected)
                if mustBeLeftOut { return false }
            } catch {
                guard expected == .nothing else { return false }
                return !isSuspicious(start..<source.count)
            }
        }
    }

    private func place(after expected: Expected) -> WordLexer.Place {
        expected == .text ? .rawValue : .item
    }

    /// Redacts one word, and says what the next one is.
    private mutating func redact(_ word: LexedWord, _ expected: Expected) -> Expected {
        if isJoinedCredentials(source.text(word.span)) { mustBeLeftOut = true }
        switch expected {
        case .credentials:
            redactCredentials(word)
            return .nothing
        case .secret(let name):
            replace(word, with: secrets.replacing(word.word.template, name: name))
            return .nothing
        case .text:
            let value = word.word.template
            let replaced = secrets.replacingMembers(in: value)
            if replaced != value {
                replacements.append((word.range, replaced.rawOptionText))
            }
            return .nothing
        case .secrets(let name):
            if word.plainText == "--for" { return .scope(name) }
            replace(word, with: secrets.replacing(word.word.template, name: name))
            return expected
        case .scope(let name):
            return name.map { .secrets($0) } ?? .fieldName
        case .stray:
            // What is no option is no item either, whatever it looks like.
            guard let text = word.plainText, text.hasPrefix("-") else {
                mustBeLeftOut = true
                return .nothing
            }
            if let next = meaning(of: text), next != .nothing { return next }
            return .stray
        case .fieldName:
            if word.plainText == "--for" { return .scope(nil) }
            if let name = word.word.literalText,
                names.holdsSecret(field: name) || names.holdsSecret(key: name)
            {
                return .secrets(name)
            }
        case .nothing, .cookie:
            if let text = word.plainText, let next = meaning(of: text) { return next }
        }
        redactItem(word)
        return isRemovedSecret(word) ? .stray : .nothing
    }

    /// What a word without quotes makes of the next one; nil if it says nothing of it.
    private mutating func meaning(of text: String) -> Expected? {
        if let option = RequestOptionName(option: text) { return Self.value(of: option) }
        // `headers set Authorization VALUE`: a name on its own, and its value after it.
        let command = firstWord
        firstWord = command ?? text
        switch text.lowercased() {
        case "set":
            let isCookie = command.map { $0.count > 1 && "cookies".hasPrefix($0) } ?? false
            return isCookie ? .cookie : .fieldName
        case "bearer": return .secret("token")
        case "basic", "digest": return .credentials
        default: return nil
        }
    }

    /// Whether an option and its value were joined, which no line may: `--bearer=…`, `-aann:…`.
    private func isJoinedCredentials(_ text: String) -> Bool {
        if text.hasPrefix("-a"), text.contains(":") { return true }
        guard let equals = text.firstIndex(of: "="),
            let option = RequestOptionName(option: String(text[..<equals]))
        else { return false }
        return switch Self.value(of: option) {
        case .credentials, .secret, .text: true
        case .nothing, .secrets, .scope, .fieldName, .stray, .cookie: false
        }
    }

    /// Whether a word is `Authorization:`, which leaves the field out.
    private func isRemovedSecret(_ word: LexedWord) -> Bool {
        guard let split = SplitItem(word), split.separator == .field, split.value.isEmpty else {
            return false
        }
        return names.holdsSecret(field: split.keyTemplate.literalText ?? "")
    }

    /// Replaces the value in `NAME=VALUE; Path=/`, which stands raw to the end of the line.
    private mutating func redactCookie(from start: Int) {
        let content = source.trimmed(start..<source.count)
        let bytes = source.bytes[content]
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return }
        let end = bytes[equals...].firstIndex(of: UInt8(ascii: ";")) ?? content.upperBound
        let range = source.trimmed((equals + 1)..<end)
        let name = source.text(source.trimmed(content.lowerBound..<equals))
        let value = Template(raw: range, in: source)
        let replaced = secrets.replacing(value, name: name)
        if replaced != value { replacements.append((range, replaced.rawText)) }
    }

    private static func value(of option: RequestOptionName) -> Expected {
        switch option {
        case .auth, .digest: .credentials
        case .bearer: .secret("token")
        case .raw: .text
        case .json, .form, .multipart, .name, .fresh, .via, .follow, .timeout, .http, .compress,
            .chunked, .download, .output, .resume, .verbose, .noFollow, .noCookies, .dryRun:
            .nothing
        }
    }

    private mutating func replace(_ word: LexedWord, with template: Template) {
        guard template != word.word.template else { return }
        replacements.append((word.range, WordWriter.value(template, isWordStart: true)))
    }

    private mutating func redactCredentials(_ word: LexedWord) {
        let pieces = word.pieces
        guard let colon = pieces.firstIndex(where: { $0.syntaxByte == UInt8(ascii: ":") }) else {
            return
        }
        let user = word.template(pieces[..<colon], escapes: .removed, span: word.span)
        let password = word.template(pieces[(colon + 1)...], escapes: .kept, span: word.span)
        let replaced = secrets.replacing(password, name: "password")
        guard replaced != password else { return }
        let credentials = TypedCredentials(user: user, password: replaced)
        replacements.append((word.range, credentials.canonicalText))
    }

    /// Redacts an item or a target.
    private mutating func redactItem(_ word: LexedWord) {
        guard let split = SplitItem(word), !isURL(split) else {
            let target = word.template(word.pieces[...], escapes: .removed, span: word.span)
            let replaced = secrets.replacingSecrets(inTarget: target)
            guard replaced != target else { return }
            replacements.append((word.range, WordWriter.value(replaced, isWordStart: true)))
            return
        }
        guard !split.separator.takesFile else { return }
        let name = split.keyTemplate.literalText ?? source.text(split.keySpan)
        let value = split.valueTemplate
        let isSecret =
            split.separator == .field
            ? names.holdsSecret(field: name) || names.holdsSecret(key: name)
            : names.holdsSecret(key: name)
        let text =
            split.separator == .json
            ? jsonText(value, name: name, isSecret: isSecret)
            : changed(
                value,
                isSecret
                    ? secrets.replacing(value, name: name) : secrets.replacingSecrets(inText: value)
            )?.valueText
        guard let text else { return }
        let key = split.keyTemplate
        let keyText = key.literalText == source.text(split.keySpan) ? name : key.keyText
        replacements.append((word.range, keyText + split.separator.rawValue + text))
    }

    private func changed(_ old: Template, _ new: Template) -> Template? {
        old == new ? nil : new
    }

    /// The value of `:=` with secrets replaced: of a string only the inside.
    private func jsonText(_ value: Template, name: String, isSecret: Bool) -> String? {
        guard isSecret else {
            return changed(value, secrets.replacingMembers(in: value))?.rawOptionText
        }
        let inside = value.withoutQuotes
        let replaced = secrets.replacing(inside ?? value, name: name)
        guard let inside else { return changed(value, replaced)?.valueText }
        guard replaced != inside else { return nil }
        let quoted = [.literal("\"")] + replaced.parts + [.literal("\"")]
        return Template(parts: quoted, span: value.span).valueText
    }

    /// Whether the first separator is one of a URL: `http://…`, `/path?a=b`, `?a=b`.
    private func isURL(_ split: SplitItem) -> Bool {
        let key = source.text(split.keySpan)
        let isScheme = split.separator == .field && source.has("//", at: split.valueSpan.lowerBound)
        return isScheme || key.contains("/") || key.contains("?")
    }

    /// Whether text that is not read may hold a secret.
    private func isSuspicious(_ range: Range<Int>) -> Bool {
        let text = source.text(range).lowercased()
        let signs = [
            "authorization", "cookie", "passw", "secret", "token", "key", "otp", "pin", "--auth",
            "-a ", "--bearer", "--digest", "-u", "-b", "--user", "@", "basic", "bearer",
        ]
        return signs.contains { text.contains($0) }
    }
}

extension LexedWord {
    fileprivate var range: Range<Int> { span.lowerBound..<span.upperBound }
}

extension Template {
    /// The inside of a JSON string; `nil` if the text is none.
    fileprivate var withoutQuotes: Template? {
        guard case .literal(let first) = parts.first, first.hasPrefix("\""),
            case .literal(let last) = parts.last, last.hasSuffix("\""),
            parts.count > 1 || first.count > 1
        else { return nil }
        var inside = parts
        inside[0] = .literal(String(first.dropFirst()))
        if case .literal(let text) = inside[inside.count - 1] {
            inside[inside.count - 1] = .literal(String(text.dropLast()))
        }
        return Template(parts: inside, span: span)
    }
}
