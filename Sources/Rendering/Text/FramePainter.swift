/// Draws pictures of several lines in the same place of a terminal, one over the other.
package struct FramePainter: Sendable {
    /// How many lines the picture before took.
    private var height = 0

    /// Creates a painter that has drawn nothing.
    package init() {}

    /// What the terminal must be sent to show `lines` where those before stood.
    ///
    /// Lines that do not fit below each other are left out, because a terminal that scrolls cannot
    /// be drawn over; the last one shown says how many. Lines must be no wider than the terminal.
    ///
    /// - Parameters:
    ///   - lines: The picture, safe for a terminal.
    ///   - size: The terminal's; nil where it is not known.
    ///   - clears: Whether what stands there is no longer where it was.
    /// - Returns: The text with its control sequences (ECMA-48, section 8.3).
    package mutating func paint(
        _ lines: [String],
        _ size: (columns: Int, rows: Int)?,
        clears: Bool = false
    ) -> String {
        let room = max(2, (size?.rows ?? 24) - 1)
        var shown = lines
        if lines.count > room {
            let hidden = lines.count - room + 1
            shown = lines.prefix(room - 1) + ["and \(CountText.text(hidden, "more line"))"]
        }
        var text = ""
        if clears {
            text = "\u{1B}[H\u{1B}[2J"
        } else if self.height > 0 {
            text = "\u{1B}[\(self.height)A\r"
        }
        for line in shown { text += "\(line)\u{1B}[K\n" }
        // What is left of a higher picture goes.
        text += "\u{1B}[J"
        self.height = shown.count
        return text
    }
}
