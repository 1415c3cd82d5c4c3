extension LineEditor {
    /// Up: the row above in a line of several, else the nearest older entry that begins like this.
    func up() -> KeyOutcome {
        let (scalars, cursor) = buffer
        if let target = Self.rowAbove(scalars, cursor) {
            moveCursor(to: target)
            return .moved
        }
        return walk { $0.older(in: $1, line: $2, beforeCursor: $3) }
    }

    /// Down: the row below in a line of several, else the nearest newer entry.
    func down() -> KeyOutcome {
        let (scalars, cursor) = buffer
        if let target = Self.rowBelow(scalars, cursor) {
            moveCursor(to: target)
            return .moved
        }
        return walk { $0.newer(in: $1, line: $2, beforeCursor: $3) }
    }

    private func walk(
        _ step: (inout HistoryWalk, [String], String, String) -> String?
    ) -> KeyOutcome {
        let (scalars, cursor) = buffer
        let before = String(String.UnicodeScalarView(scalars[..<cursor]))
        guard var walk = reading?.walk, let found = step(&walk, history.entries, text, before)
        else {
            return .beep
        }
        reading?.walk = walk
        return replaceLine(with: found)
    }

    /// The place in the same column of the row above, if the line has a row there.
    static func rowAbove(_ line: some RandomAccessCollection<Unicode.Scalar>, _ cursor: Int) -> Int?
    {
        let scalars = Array(line)
        guard let end = scalars[..<cursor].lastIndex(of: "\n") else {
            return nil
        }
        let start = scalars[..<end].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return min(start + cursor - end - 1, end)
    }

    /// The place in the same column of the row below, if the line has a row there.
    static func rowBelow(_ line: some RandomAccessCollection<Unicode.Scalar>, _ cursor: Int) -> Int?
    {
        let scalars = Array(line)
        guard let end = scalars[cursor...].firstIndex(of: "\n") else {
            return nil
        }
        let start = scalars[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        let nextEnd = scalars[(end + 1)...].firstIndex(of: "\n") ?? scalars.count
        return min(end + 1 + cursor - start, nextEnd)
    }
}
