/// Finds the names that were probably meant.
package enum NearestNames {
    /// Returns the names that are close to a word, best first.
    ///
    /// Close are names at a distance of a third of the word's length at most (and at least 1), and
    /// names that start with the word. Distance counts insertions, deletions, replacements and
    /// swaps of neighbours; letters of either case are equal.
    package static func of(_ word: String, among names: some Sequence<String>, limit: Int = 3)
        -> [String]
    {
        // Longer words are no typing errors, and the table below is quadratic.
        guard word.count <= 64 else { return [] }
        let typed = Array(word.lowercased())
        let allowed = max(1, typed.count / 3)
        var found: [(name: String, distance: Int)] = []
        for name in names {
            let candidate = Array(name.lowercased())
            let isLonger = typed.count >= 2 && candidate.starts(with: typed)
            guard isLonger || abs(candidate.count - typed.count) <= allowed else { continue }
            let distance = isLonger ? 1 : distance(typed, candidate)
            if distance <= allowed, distance < typed.count,
                !found.contains(where: { $0.name == name })
            {
                found.append((name, distance))
            }
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(limit).map(\.name)
    }

    /// The optimal string alignment distance.
    static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1]
            for column in second.indices {
                let isEqual = first[row] == second[column]
                var best = min(last[column + 1] + 1, current[column] + 1)
                best = min(best, last[column] + (isEqual ? 0 : 1))
                if row > 0, column > 0, first[row] == second[column - 1],
                    first[row - 1] == second[column]
                {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[second.count]
    }
}
