extension ShellLine {
    /// The line as the language would have it: one spelling for each meaning.
    ///
    /// The parser reads it back as the same line, spans and `source` aside.
    package var canonicalText: String {
        switch self {
        case .blank: ""
        case .comment(let text): "#\(text)"
        case .connection(let number): ConnectionLiteral.text(number)
        case .tag(let tag): tag.canonicalText
        case .variable(let line):
            "@\(line.name) =" + (line.value.isEmpty ? "" : " \(line.value.rawText)")
        case .field(let line):
            "\(line.name):" + (line.value.map { " \($0.rawText)" } ?? "")
        case .query(let line): line.canonicalText
        case .request(let request): request.canonicalText
        case .command(let command): command.canonicalText
        case .filters(let tails): String(tails.canonicalText.dropFirst())
        case .shell(let text): "!\(text)"
        case .curl(let text): text
        }
    }
}

extension TagLine {
    /// The tag as files have it; a value that starts with `=` has one before it.
    fileprivate var canonicalText: String {
        guard !value.isEmpty else { return "# @\(name.rawValue)" }
        return "# @\(name.rawValue) \(value.hasPrefix("=") ? "= " : "")\(value)"
    }
}

extension QueryLine {
    /// The parameter as one word; an empty value is in quotes, none removes it.
    fileprivate var canonicalText: String {
        // A `!` at the start of a line begins text for the shell; quotes before it do not.
        let key = name.keyText
        let start = key.utf8.first == UInt8(ascii: "!") ? "\"\"" : ""
        guard let value else { return "\(start)\(key)==" }
        return "\(start)\(key)==\(value.isEmpty ? "\"\"" : value.valueText)"
    }
}

extension CommandInvocation {
    /// The command with its arguments.
    package var canonicalText: String {
        var text = name
        for word in words { text += " \(word.canonicalText)" }
        if let request { return "\(text) \(request.canonicalText)" }
        // Raw text is what the words do not hold.
        if !isWordsOnly, !rawArguments.isEmpty { text += " \(rawArguments)" }
        return text + tails.canonicalText
    }

    /// Whether the words are all arguments: then they stand inside `rawArguments`.
    private var isWordsOnly: Bool {
        words.last.map { $0.span.upperBound > rawSpan.lowerBound } ?? false
    }
}

extension Word {
    /// The word, quoted if it was.
    package var canonicalText: String {
        if isQuoted { return WordWriter.quoted(template) }
        // A connection is the only word that starts with a plain `#`.
        if let text = literalText, text.hasPrefix("#"), text.dropFirst().isAllDigits { return text }
        return WordWriter.escaped(template, .withoutQuotes, isWordStart: true)
    }
}

extension Tails {
    /// The tails with a blank before each.
    package var canonicalText: String {
        var text = ""
        for filter in filters {
            switch filter {
            case .jsonPath(let path, _): text += " | \(path)"
            case .shell(let command, _): text += " | \(command)"
            }
        }
        if let redirection {
            text += redirection.appends ? " >> " : " > "
            text += redirection.path.canonicalText
        }
        return text + (isBackground ? " &" : "")
    }
}
