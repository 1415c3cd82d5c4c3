/// Finds the word that was probably meant.
enum Nearest {
    /// The word among `candidates` that differs least from `word`; nil if none is near.
    static func word(to word: String, among candidates: [String]) -> String? {
        let limit = word.count <= 4 ? 1 : 2
        // A long word cannot be near, and comparing it would be slow.
        guard word.count > 2, word.count < 32 else { return nil }
        let scored = candidates.map { ($0, Self.distance(word, $0)) }
        return scored.filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
    }

    /// The number of characters to insert, remove, replace or swap with a neighbour.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = last[column] + (byte == other ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
