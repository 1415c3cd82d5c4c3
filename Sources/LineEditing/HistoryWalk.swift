/// Up and Down: a walk through the entries that begin with what was typed.
struct HistoryWalk {
    /// What was typed when the walk began; Down comes back to it.
    private var typed = ""
    /// What the entries must begin with: the part of it before the cursor.
    private var prefix = ""
    /// Where the walk stands; the count of entries when it stands on what was typed.
    private var position = 0
    /// What the walk put on the line; anything else means that a new walk begins.
    private var shown: String?

    /// Gives the nearest older entry that fits, and is not what the line shows already.
    mutating func older(in entries: [String], line: String, beforeCursor: String) -> String? {
        begin(in: entries, line: line, beforeCursor: beforeCursor)
        let found = entries[..<position].lastIndex { $0.hasPrefix(prefix) && $0 != line }
        return found.map { show(at: $0, in: entries) }
    }

    /// Gives the nearest newer entry that fits, and at the end what was typed.
    mutating func newer(in entries: [String], line: String, beforeCursor: String) -> String? {
        begin(in: entries, line: line, beforeCursor: beforeCursor)
        guard position < entries.count else {
            return nil
        }
        let found = entries[(position + 1)...].firstIndex { $0.hasPrefix(prefix) && $0 != line }
        return show(at: found ?? entries.count, in: entries)
    }

    private mutating func begin(in entries: [String], line: String, beforeCursor: String) {
        guard shown != line || position > entries.count else {
            return
        }
        typed = line
        prefix = beforeCursor
        position = entries.count
        shown = nil
    }

    private mutating func show(at index: Int, in entries: [String]) -> String {
        position = index
        let text = index < entries.count ? entries[index] : typed
        shown = text
        return text
    }
}
