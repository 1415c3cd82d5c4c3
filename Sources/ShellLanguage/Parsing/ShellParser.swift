/// Reads lines of the shell language (LANGUAGE.md).
///
/// A value of settings: parsing has no state, so the same text always gives the same line.
package struct ShellParser: Sendable {
    /// The commands that exist.
    ///
    /// `send` and `repeat` are read as requests whether they are listed or not.
    package var commands: [CommandSignature]
    /// The names of aliases and the text that each stands for.
    package var aliases: [String: String]
    /// Whether a person types the lines: then unique prefixes of commands work, and a line goes on
    /// in an open quote.
    package var isInteractive: Bool

    /// Makes a parser.
    package init(
        commands: [CommandSignature],
        aliases: [String: String] = [:],
        isInteractive: Bool
    ) {
        self.commands = commands
        self.aliases = aliases
        self.isInteractive = isInteractive
    }

    /// Reads one line, which may hold line breaks where rule 7 of section 2 lets it go on.
    ///
    /// Aliases are not expanded here: `expandingAlias(in:)` comes before, so that spans fit the
    /// text that was parsed.
    ///
    /// - Throws: What is wrong first; its span lies inside the text.
    package func parse(_ text: String) throws(Diagnostic) -> ShellLine {
        try LineParser(parser: self, source: SourceText(text)).parse()
    }

    /// Returns the text with an alias in place of its first word replaced by what it stands for.
    ///
    /// An alias that starts with another is replaced too, each once; methods and commands are never
    /// replaced.
    package func expandingAlias(in text: String) -> String {
        var text = text
        var used: Set<String> = []
        while true {
            let source = SourceText(text)
            let start = source.trimmed(0..<source.count).lowerBound
            let end = source.endOfRawWord(from: start)
            let word = source.text(start..<end)
            guard let meaning = aliases[word], !isReserved(word), used.insert(word).inserted else {
                return text
            }
            text = source.text(0..<start) + meaning + source.text(end..<source.count)
        }
    }

    /// Whether a word is a method or a command, which an alias may not shadow.
    package func isReserved(_ word: String) -> Bool {
        Methods.all.contains(word.lowercased()) || commandNames.contains(word)
            || commands.contains { $0.alternativeNames.contains(word) } || word == "curl"
    }

    /// The names of all commands, with those that the language itself knows.
    var commandNames: [String] {
        let names = commands.map(\.name)
        return names + Methods.words.filter { !names.contains($0) }
    }
}

/// The methods that are commands of their own (LANGUAGE.md section 1).
enum Methods {
    static let all = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]

    /// The other words that start a request.
    static let words = ["send", "repeat"]

    /// The methods whose requests have no body unless an option says so (section 5).
    static let withoutBody: Set<String> = ["GET", "HEAD", "OPTIONS", "TRACE", "DELETE"]
}
