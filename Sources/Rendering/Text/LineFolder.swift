/// Breaks a line, coloured or not, into rows of a terminal between its words.
///
/// Keeps colours and runs of blanks: it is for lines that are laid out already, where
/// `wrapped(toCells:)` lays out sentences.
struct LineFolder {
    private let width: Int
    private var rows: [String] = []
    private var row = ""
    /// The cells of the row.
    private var cells = 0
    /// Whether a word stands on the row: else there is nothing to gain by another one.
    private var hasWord = false
    /// The sequence that gave the present colour; empty without.
    private var color = ""

    /// Creates a folder for rows of at most `width` cells.
    init(width: Int) {
        self.width = width
    }

    /// The rows of a line; each but the first stands two cells further in than the line.
    ///
    /// A word that is too long for a row is left for the terminal to break.
    mutating func fold(_ line: String) -> [String] {
        let text = line.drop { $0 == " " }
        let indent = line.count - text.count
        self.row = String(repeating: " ", count: indent)
        self.cells = indent
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        for (index, word) in words.enumerated() {
            let (cells, color) = self.measure(word)
            if self.hasWord, self.cells + 1 + cells > self.width {
                self.breakRow(indent: indent + 2)
            } else if index > 0 {
                self.row += " "
                self.cells += 1
            }
            self.row += word
            self.cells += cells
            self.color = color
            if cells > 0 { self.hasWord = true }
        }
        return self.rows + [self.row]
    }

    /// A colour ends with its row, and goes on with the next one.
    private mutating func breakRow(indent: Int) {
        self.rows.append(self.color.isEmpty ? self.row : "\(self.row)\(Self.reset)")
        self.row = String(repeating: " ", count: indent) + self.color
        self.cells = indent
        self.hasWord = false
    }

    private static let reset = "\u{1B}[0m"

    /// The cells of a word without its sequences of colour, and the colour behind it.
    private func measure(_ word: Substring) -> (cells: Int, color: String) {
        guard word.utf8.contains(0x1B) else { return (String(word).cellWidth, self.color) }
        var color = self.color
        var cells = 0
        var rest = word
        while let start = rest.firstIndex(of: "\u{1B}") {
            cells += String(rest[..<start]).cellWidth
            let end = rest[start...].firstIndex(of: "m").map(rest.index(after:)) ?? rest.endIndex
            let sequence = String(rest[start..<end])
            color = sequence == Self.reset ? "" : sequence
            rest = rest[end...]
        }
        return (cells + String(rest).cellWidth, color)
    }
}
