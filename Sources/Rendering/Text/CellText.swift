/// On which side text is flush in its place.
package enum CellAlignment: Sendable, Hashable {
    /// Flush left, blanks after it.
    case left
    /// Flush right, blanks before it.
    case right
}

extension String {
    /// How many cells of a terminal the string takes; it must be sanitised and without colour.
    package var cellWidth: Int { CellWidth.of(self) }

    /// The string cut to at most `cells` cells, the last of them `…` if something was cut off.
    package func truncated(toCells cells: Int) -> String {
        guard self.cellWidth > cells else { return self }
        guard cells > 0 else { return "" }
        return self.prefix(cells: cells - 1) + "…"
    }

    /// The string with blanks up to `cells` cells; a wider one stays as it is.
    package func padded(toCells cells: Int, alignment: CellAlignment = .left) -> String {
        let missing = cells - self.cellWidth
        guard missing > 0 else { return self }
        let blanks = String(repeating: " ", count: missing)
        return switch alignment {
        case .left: self + blanks
        case .right: blanks + self
        }
    }

    /// The string broken between words into lines of at most `cells` cells.
    ///
    /// Line feeds stay line breaks, runs of blanks become one blank, and a word that is too long
    /// for a line is broken inside. Every line but the first starts with `hanging`.
    package func wrapped(toCells cells: Int, hanging: String = "") -> [String] {
        var wrapper = WordWrapper(limit: max(1, cells), hanging: hanging)
        for (index, line) in self.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if index > 0 { wrapper.breakLine() }
            for word in line.split(separator: " ") {
                wrapper.append(String(word))
            }
        }
        return wrapper.finished()
    }

    /// The longest prefix of at most `cells` cells.
    func prefix(cells: Int) -> String {
        var width = 0
        var end = self.startIndex
        for index in self.indices {
            width += CellWidth.of(self[index])
            if width > cells { break }
            end = self.index(after: index)
        }
        return String(self[..<end])
    }
}

/// Fills lines with words.
private struct WordWrapper {
    let limit: Int
    let hanging: String
    var lines: [String] = []
    var line = ""
    var width = 0
    /// Whether a word stands on the current line.
    var hasWord = false

    init(limit: Int, hanging: String) {
        self.limit = limit
        self.hanging = hanging
    }

    mutating func append(_ word: String) {
        var word = word
        let separator = self.hasWord ? 1 : 0
        if self.hasWord, self.width + separator + word.cellWidth > self.limit { self.breakLine() }
        while self.width + word.cellWidth > self.limit, !self.hasWord {
            let room = max(1, self.limit - self.width)
            var head = word.prefix(cells: room)
            // A single character wider than the line goes there anyway: there must be progress.
            if head.isEmpty { head = String(word.prefix(1)) }
            word.removeFirst(head.count)
            self.place(head)
            guard !word.isEmpty else { return }
            self.breakLine()
        }
        self.place(word)
    }

    private mutating func place(_ word: String) {
        if self.hasWord {
            self.line += " "
            self.width += 1
        }
        self.line += word
        self.width += word.cellWidth
        self.hasWord = true
    }

    mutating func breakLine() {
        self.lines.append(self.hasWord ? self.line : "")
        self.line = self.hanging
        self.width = self.hanging.cellWidth
        self.hasWord = false
    }

    func finished() -> [String] {
        self.lines + [self.hasWord || self.lines.isEmpty ? self.line : ""]
    }
}
