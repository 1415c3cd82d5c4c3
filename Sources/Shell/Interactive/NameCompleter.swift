import LineEditing
import ShellLanguage

/// Completes the first word of a line, sub-commands' topics and settings: a pure function of text
/// and cursor.
enum NameCompleter {
    private static let methods = [
        "get", "head", "post", "put", "patch", "delete", "options", "trace", "send", "repeat",
    ]

    /// What Tab offers.
    static func complete(_ line: String, cursor: Int) -> LineCompletion {
        let before = String(decoding: Array(line.utf8.prefix(cursor)), as: UTF8.self)
        let words = before.split(separator: " ", omittingEmptySubsequences: false)
        let word = String(words.last ?? "")
        let start = before.utf8.count - word.utf8.count
        let candidates = Self.names(before: words.dropLast().map(String.init))
            .filter { $0.hasPrefix(word) }.sorted()
        return LineCompletion(start: start, candidates: candidates)
    }

    private static func names(before words: [String]) -> [String] {
        let commands = CommandRegistry.standard.commands
        guard let first = words.first else {
            return Self.methods + commands.map(\.signature.name)
        }
        switch first {
        case "set", "unset": return words.count == 1 ? SettingsTable.all.map(\.name) : []
        case "help": return commands.map(\.signature.name) + HelpTopics.names
        case "pool": return words.count == 1 ? ["size", "total", "warm", "close"] : []
        case "cookies":
            return words.count == 1 ? ["set", "rm", "clear", "load", "save", "why"] : []
        case "auth": return words.count == 1 ? ["basic", "bearer", "none"] : []
        default: return []
        }
    }
}
