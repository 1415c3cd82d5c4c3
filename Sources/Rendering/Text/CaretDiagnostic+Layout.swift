extension CaretDiagnostic {
    /// The lines of the diagnostic, without line feeds.
    ///
    /// Everything is sanitised. The underline is aligned by cells, so that it fits wide characters
    /// and escapes. A source line that is too long is cut to a window around the underline.
    ///
    /// - Parameters:
    ///   - width: The cells of the terminal; nil where nothing is to be cut.
    ///   - palette: The colours.
    /// - Returns: At least the line with the message.
    package func lines(width: Int? = nil, palette: Palette = .plain) -> [String] {
        let word = palette.styled("\(self.severity.rawValue):", as: self.severity.role)
        var lines = ["\(word) \(Sanitizer.line(self.message))"]
        let note = self.note.map { Sanitizer.line($0) }
        if let place = self.place {
            lines += Excerpt(place, note: note, width: width).lines(palette: palette)
        } else if let note {
            lines.append("  \(note)")
        }
        if let help {
            lines.append("\(palette.styled("help:", as: .strong)) \(Sanitizer.line(help))")
        }
        return lines
    }

    /// The diagnostic as one text, every line with its line feed.
    package func text(width: Int? = nil, palette: Palette = .plain) -> String {
        self.lines(width: width, palette: palette).map { $0 + "\n" }.joined()
    }
}

/// The source line, the underline and the note, laid out in cells.
private struct Excerpt {
    /// What stands before the line: its number and a bar.
    private let gutter: String
    /// The same for the lines below.
    private let emptyGutter: String
    /// The source, or the window of it that fits.
    private var source: String
    /// Where in `source` the underline starts, in cells from 0.
    private var start: Int
    /// The cells that are underlined.
    private var length: Int
    private let note: String?
    /// The cells beside the gutter; nil for any number.
    private let room: Int?

    /// At least so much of the source is shown, however narrow the terminal.
    private static let minimumRoom = 16

    init(_ place: CaretDiagnostic.Place, note: String?, width: Int?) {
        let number = place.line.map(String.init) ?? ""
        self.gutter = number.isEmpty ? "  | " : "  \(number) | "
        self.emptyGutter = String(repeating: " ", count: self.gutter.count - 2) + "| "
        let room = width.map { [gutter] in max(Self.minimumRoom, $0 - gutter.count) }
        self.room = room
        self.note = note
        let column = max(0, min(place.column - 1, place.source.count))
        let before = Self.shown(place.source.prefix(column))
        let marked = Self.shown(place.source.dropFirst(column).prefix(max(1, place.length)))
        let after = Self.shown(place.source.dropFirst(column).dropFirst(max(1, place.length)))
        self.source = before + marked + after
        self.start = before.cellWidth
        self.length = max(1, marked.cellWidth)
        if let room { self.cut(to: room) }
    }

    /// The text sanitised; a TAB is one blank, since there are no tab stops beside a gutter.
    private static func shown(_ text: Substring) -> String {
        Sanitizer.line(String(text.map { $0 == "\t" ? " " : $0 }))
    }

    /// Cuts the source to a window in which the underline starts.
    ///
    /// What does not fit on the right goes first. If the underline would not fit then, a third of
    /// the window shows what comes before it.
    private mutating func cut(to room: Int) {
        let total = self.source.cellWidth
        // A caret behind the end of the line needs a cell too.
        let needed = max(total, self.start + 1)
        guard needed > room else {
            self.length = min(self.length, room - self.start)
            return
        }
        if self.start + self.length >= room {
            let offset = max(0, min(self.start - room / 3, needed - room))
            if offset > 0 {
                // One cell more goes, for the ellipsis that takes its place.
                let removed = self.source.dropping(cells: offset + 1)
                self.source = "…" + removed.rest
                self.start -= removed.cells - 1
            }
        }
        self.source = self.source.truncated(toCells: room)
        self.length = max(1, min(self.length, room - self.start))
    }

    func lines(palette: Palette) -> [String] {
        let gutter = palette.styled(self.emptyGutter, as: .dim)
        let underline = "^" + String(repeating: "~", count: self.length - 1)
        var pointer = String(repeating: " ", count: self.start)
        pointer += palette.styled(underline, as: .caret)
        var below: [String] = []
        if let note {
            let used = self.start + self.length + 1
            if let room, used + note.cellWidth > room {
                below = note.wrapped(toCells: room).map { gutter + $0 }
            } else {
                pointer += " " + note
            }
        }
        let source = palette.styled(self.gutter, as: .dim) + self.source
        return [Self.withoutTrailingBlanks(source), gutter + pointer] + below
    }

    private static func withoutTrailingBlanks(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}

extension String {
    /// The string without characters of at least `cells` cells at its beginning.
    fileprivate func dropping(cells: Int) -> (rest: String, cells: Int) {
        var dropped = 0
        var rest = self[...]
        while dropped < cells, let first = rest.popFirst() {
            dropped += CellWidth.of(first)
        }
        return (String(rest), dropped)
    }
}
