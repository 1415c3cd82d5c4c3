import ShellLanguage

/// What a session file has run by `@do`: one of the forms of FILES.md 9.2, in literal words.
///
/// The line is read by the shell's own parser, so that what is checked is what runs: nothing that
/// stands behind a `|` or `>`, and no word that a reference decides (FILES.md 9.8).
struct FileCommand {
    /// A number that the command asks for, and the setting whose cap holds for it.
    struct Limit {
        var what: String
        var setting: String
        var value: String
    }

    /// The limit that the command changes; nil if it changes none.
    private(set) var limit: Limit?
    /// Whether it changes a setting or a default field.
    private(set) var changesSession = false

    private static let parser = ShellParser(
        commands: [
            CommandSignature("pool", acceptsTails: true),
            CommandSignature("set", acceptsTails: true),
            CommandSignature("sleep"),
            CommandSignature("cookies", acceptsTails: true),
        ],
        isInteractive: false
    )

    /// Reads a line; nil if a file may not have it run.
    init?(_ text: String) {
        switch try? Self.parser.parse(text) {
        case .field:
            self.changesSession = true
        case .command(let command):
            let words = command.words.compactMap(\.literalText)
            guard command.tails.isEmpty, words.count == command.words.count else { return nil }
            guard self.takes(command.name, words) else { return nil }
        case .blank, .comment, .connection, .tag, .variable, .query, .request, .filters, .shell,
            .curl, nil:
            return nil
        }
    }

    private mutating func takes(_ name: String, _ words: [String]) -> Bool {
        switch name {
        case "pool": return self.takesPool(words)
        case "set": return self.takesSetting(words)
        case "sleep": return words.count == 1
        case "cookies": return words == ["clear"]
        default: return false
        }
    }

    private mutating func takesPool(_ words: [String]) -> Bool {
        guard let action = words.first else { return false }
        switch action {
        case "size", "warm", "total":
            guard words.count >= 2 else { return false }
            let setting = action == "total" ? "pool.total" : "pool.size"
            self.limit = Limit(what: "pool \(action)", setting: setting, value: words[1])
            self.changesSession = action != "warm"
            return true
        case "close", "ping": return words.count >= 2
        case "pause", "resume": return words.count == 1
        default: return false
        }
    }

    private mutating func takesSetting(_ words: [String]) -> Bool {
        guard words.count == 2 || words.count == 4 && words[2] == "--for" else { return false }
        self.limit = Limit(what: words[0], setting: words[0], value: words[1])
        self.changesSession = true
        return !words[0].hasPrefix("-")
    }
}
