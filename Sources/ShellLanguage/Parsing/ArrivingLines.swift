/// Splits a script into lines while it arrives: each as soon as nothing that follows can be a part
/// of it (LANGUAGE.md section 2, rule 7).
package struct ArrivingLines: Sendable {
    private var source = SourceText("")
    private var offset = 0
    private var number = 1
    private var hasBegun = false
    private var hasEnded = false

    /// Creates one to which nothing has come yet.
    package init() {}

    /// How much has arrived that no line has taken yet, in bytes.
    package var heldCount: Int { self.source.count - self.offset }

    /// Takes more of the script; a byte order mark before all of it is dropped.
    ///
    /// Until the end, text ends where a line of the file does.
    package mutating func append(_ text: String) {
        guard !text.isEmpty else { return }
        var scalars = text.unicodeScalars[...]
        if !self.hasBegun, scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        self.hasBegun = true
        let rest = self.source.bytes[self.offset...]
        self.source = SourceText(bytes: Array(rest) + Array(Substring(scalars).utf8))
        self.offset = 0
    }

    /// Learns that no more will come: what goes on then has ended.
    package mutating func end() { self.hasEnded = true }

    /// The next line; nil if it has not arrived, or there is none.
    ///
    /// Only lines of the file count in its number, however many of them it goes on over.
    package mutating func next(for parser: ShellParser) -> LogicalLine? {
        guard self.offset < self.source.count, let end = self.endOfNext(for: parser) else {
            return nil
        }
        let line = LogicalLine(text: self.text(self.offset, end), number: self.number)
        self.number += 1
        self.number += self.source.bytes[self.offset..<end].count { $0 == UInt8(ascii: "\n") }
        self.offset = end + 1
        return line
    }

    /// Where the next line ends; nil if that has not arrived.
    private func endOfNext(for parser: ShellParser) -> Int? {
        let start = self.offset
        var end = self.endOfLine(from: start)
        while end < self.source.count {
            switch parser.completeness(of: self.text(start, end)) {
            case .complete: return end
            case .continuesAfterBackslash, .continuesInQuote:
                end = self.endOfLine(from: end + 1)
            case .continuesInBracket:
                guard let closed = self.endOfBracket(from: start, to: end, for: parser) else {
                    return self.hasEnded ? end : nil
                }
                end = self.endOfLine(from: closed)
            }
        }
        return self.hasEnded ? end : nil
    }

    private func endOfLine(from start: Int) -> Int {
        let rest = self.source.bytes[min(start, self.source.count)...]
        return rest.firstIndex(of: UInt8(ascii: "\n")) ?? self.source.count
    }

    /// The text without a CR at its end.
    private func text(_ start: Int, _ end: Int) -> String {
        let hasReturn = end > start && self.source.has("\r", at: end - 1)
        return self.source.text(start..<(hasReturn ? end - 1 : end))
    }

    /// Finds the end of the bracket that is open at the end of some lines; looks at each byte once.
    private func endOfBracket(from start: Int, to end: Int, for parser: ShellParser) -> Int? {
        let line = self.text(start, end)
        // With an alias in front, offsets are those of the expansion: count from the line's end.
        let expanded = parser.expandingAlias(in: line)
        do {
            _ = try parser.parse(expanded)
            return nil
        } catch {
            let shift = line.utf8.count - expanded.utf8.count
            let open = start + error.span.lowerBound + shift
            guard open >= start, open < end else { return nil }
            return VerbatimJSON(in: self.source, at: open)?.end
        }
    }
}
