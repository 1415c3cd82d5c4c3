extension Table {
    /// The lines of the table.
    ///
    /// - Parameters:
    ///   - width: The cells of the terminal; nil where nothing is to be cut.
    ///   - palette: The colours.
    /// - Returns: The header and the rows, without line feeds.
    package func lines(width: Int? = nil, palette: Palette = .plain) -> [String] {
        let header = self.columns.map { Cell($0.title, role: .tableHeader) }
        let grid = (self.hasHeader ? [header] + self.rows : self.rows).map { row in
            row.map { Cell(Sanitizer.line($0.text), role: $0.role) }
        }
        var natural = Array(repeating: 0, count: self.columns.count)
        for row in grid {
            for (index, cell) in row.enumerated() {
                natural[index] = max(natural[index], cell.text.cellWidth)
            }
        }
        let widths = width.map { self.fitted(natural, to: $0) } ?? natural.map { $0 }
        return grid.map { self.line($0, widths: widths, palette: palette) }
    }

    /// The table as one text, every line with its line feed.
    package func text(width: Int? = nil, palette: Palette = .plain) -> String {
        self.lines(width: width, palette: palette).map { $0 + "\n" }.joined()
    }

    /// The widths of the columns on a terminal of `width` cells; nil for columns that are dropped.
    ///
    /// Column by column, the one with the lowest priority first and of equal ones the last, is
    /// truncated, then dropped, until the rest fits. What was dropped comes back where room is
    /// left. If nothing more may be dropped, the right edge cuts.
    private func fitted(_ natural: [Int], to width: Int) -> [Int?] {
        var widths = natural.map(Optional.some)
        let order = self.columns.indices.sorted {
            (self.columns[$0].priority ?? .max, -$0) < (self.columns[$1].priority ?? .max, -$1)
        }
        for index in order {
            let excess = self.totalWidth(widths) - width
            guard excess > 0 else { break }
            if let minimum = self.columns[index].minimumWidth, natural[index] > minimum {
                widths[index] = max(minimum, natural[index] - excess)
            }
            if self.columns[index].priority != nil, self.totalWidth(widths) > width {
                widths[index] = nil
            }
        }
        for index in order.reversed() where widths[index] == nil {
            widths[index] = natural[index]
            if self.totalWidth(widths) > width { widths[index] = nil }
        }
        return self.totalWidth(widths) > width ? self.cut(widths, to: width) : widths
    }

    /// The widths with whatever is beyond the edge taken off, from the right.
    private func cut(_ widths: [Int?], to width: Int) -> [Int?] {
        var widths = widths
        for index in widths.indices.reversed() {
            let excess = self.totalWidth(widths) - width
            guard excess > 0, let current = widths[index] else { continue }
            widths[index] = current > excess ? current - excess : nil
        }
        return widths
    }

    private func totalWidth(_ widths: [Int?]) -> Int {
        let kept = widths.compactMap { $0 }
        return self.indent + kept.reduce(0, +) + 2 * max(0, kept.count - 1)
    }

    private func line(_ cells: [Cell], widths: [Int?], palette: Palette) -> String {
        var line = ""
        // Blanks are written only when something follows them.
        var blanks = self.indent
        for (index, column) in self.columns.enumerated() {
            guard let width = widths[index] else { continue }
            let cell = index < cells.count ? cells[index] : Cell("")
            let text = cell.text.truncated(toCells: width)
            let padding = width - text.cellWidth
            if !text.isEmpty {
                if column.alignment == .right { blanks += padding }
                line += String(repeating: " ", count: blanks)
                line += palette.styled(text, as: cell.role)
                blanks = column.alignment == .left ? padding : 0
            } else {
                blanks += padding
            }
            blanks += 2
        }
        return line
    }
}
