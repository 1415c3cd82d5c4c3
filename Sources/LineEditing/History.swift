/// The entries in memory, oldest first.
struct History {
    /// The entries; at most `limit`.
    private(set) var entries: [String] = []
    private let limit: Int

    /// Makes a history of the newest of some entries.
    init(limit: Int, entries: [String] = []) {
        self.limit = max(limit, 0)
        self.entries = entries.suffix(self.limit)
    }

    /// Adds an entry, unless it is empty, begins with a blank, or repeats the one before.
    ///
    /// - Returns: Whether it was added.
    mutating func add(_ entry: String) -> Bool {
        guard limit > 0, let first = entry.first, !first.isWhitespace, entry != entries.last else {
            return false
        }
        if entries.count == limit {
            entries.removeFirst()
        }
        entries.append(entry)
        return true
    }
}
