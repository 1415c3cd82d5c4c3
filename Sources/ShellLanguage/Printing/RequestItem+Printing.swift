extension RequestItem {
    /// The item as one word that reads back as the same item.
    package var canonicalText: String { content.canonicalText }
}

extension RequestItem.Content {
    /// The item as one word that reads back as the same item.
    package var canonicalText: String {
        switch self {
        case .field(let name, let value):
            name.keyText + ":" + value.valueText
        case .fieldFromFile(let name, let path): name.keyText + ":@" + WordWriter.value(path)
        case .removedField(let name): name.keyText + ":"
        case .emptyField(let name): name.keyText + ";"
        case .query(let name, let value): name.keyText + "==" + value.valueText
        case .queryFromFile(let name, let path): name.keyText + "==@" + WordWriter.value(path)
        case .string(let key, let value): key.canonicalText + "=" + value.valueText
        case .stringFromFile(let key, let path): key.canonicalText + "=@" + WordWriter.value(path)
        case .json(let key, let value): key.canonicalText + ":=" + value.jsonText
        case .jsonFromFile(let key, let path): key.canonicalText + ":=@" + WordWriter.value(path)
        case .upload(let name, let path, let type):
            name.keyText + "@" + path.uploadPathText
                + (type.map { ";type=" + WordWriter.value($0) } ?? "")
        case .bodyFromFile(let path): "@" + WordWriter.value(path)
        case .bodyFromStandardInput: "@-"
        }
    }
}

extension DataKey {
    /// The key with its brackets, escaped where it has to be.
    var canonicalText: String {
        let escapes: WordWriter.Escapes = [.separators, .brackets]
        var text = root.map { WordWriter.escaped($0, escapes, isWordStart: true) } ?? ""
        for step in steps {
            switch step {
            case .append: text += "[]"
            case .element(let index): text += "[\(index)]"
            case .member(let name):
                // Digits after `[\` are a member's name, as in HTTPie.
                let isDigits = name.literalText?.isAllDigits == true
                let inner = WordWriter.escaped(name, escapes, isWordStart: false)
                text += isDigits ? "[\\\(inner)]" : "[\(inner)]"
            }
        }
        return text
    }
}

extension Template {
    /// The text before a separator.
    var keyText: String {
        WordWriter.escaped(self, .separators, isWordStart: true)
    }

    /// The text after a separator; a `\` keeps a first `@` or `=` out of it.
    var valueText: String {
        guard case .literal(let literal) = parts.first, let first = literal.unicodeScalars.first,
            first == "@" || first == "="
        else { return WordWriter.value(self) }
        let rest = [.literal(String(literal.dropFirst()))] + parts.dropFirst()
        return "\\\(first)" + WordWriter.value(Template(parts: rest, span: span))
    }

    /// The text after `:=`: verbatim JSON if that reads back the same.
    fileprivate var jsonText: String {
        verbatimText ?? (startsWithBracket ? WordWriter.quoted(self) : valueText)
    }

    /// The text after `--raw`, in the same way.
    var rawOptionText: String {
        if let verbatimText { return verbatimText }
        return startsWithBracket
            ? WordWriter.quoted(self) : WordWriter.value(self, isWordStart: true)
    }

    /// Whether bare text would be read as verbatim JSON.
    private var startsWithBracket: Bool {
        guard case .literal(let text) = parts.first else { return false }
        return text.hasPrefix("{") || text.hasPrefix("[")
    }

    /// The text of a file to upload: `;` would start its type.
    fileprivate var uploadPathText: String {
        let hasSemicolon = parts.contains { part in
            if case .literal(let text) = part { text.contains(";") } else { false }
        }
        return hasSemicolon
            ? WordWriter.escaped(self, .semicolons, isWordStart: false) : WordWriter.value(self)
    }

    /// The text as verbatim JSON; `nil` if that would read back differently.
    var verbatimText: String? {
        guard startsWithBracket else { return nil }
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += Self.markingBraces(literal)
            case .placeholder(let placeholder): text += placeholder.text
            }
        }
        let source = SourceText(text)
        guard let verbatim = VerbatimJSON(in: source, at: 0), verbatim.end == source.count else {
            return nil
        }
        let word = LexedWord(pieces: verbatim.pieces, span: span, isQuoted: false)
        let read = word.template(word.pieces[...], escapes: .kept, span: span)
        return read.hasSameText(as: self) ? text : nil
    }

    /// Whether the parts are the same, wherever they stand.
    private func hasSameText(as other: Template) -> Bool {
        guard parts.count == other.parts.count else { return false }
        return zip(parts, other.parts).allSatisfy { pair in
            switch pair {
            case (.literal(let first), .literal(let second)): first == second
            case (.placeholder(let first), .placeholder(let second)):
                first.reference == second.reference && first.isEncoded == second.isEncoded
            case (.literal, .placeholder), (.placeholder, .literal): false
            }
        }
    }

    private static func markingBraces(_ literal: String) -> String {
        var text = ""
        var isAfterBrace = false
        for character in literal {
            if character == "{", isAfterBrace {
                text.removeLast()
                text += "\\{{"
                isAfterBrace = false
            } else {
                text.append(character)
                isAfterBrace = character == "{"
            }
        }
        return text
    }
}
