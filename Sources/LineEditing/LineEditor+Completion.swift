internal import CEditLine

extension LineEditor {
    /// A list of candidates of which a part is on the screen.
    struct Listing {
        /// The line and cursor that it is for.
        var line: String
        var cursor: Int
        /// The rows that are still to be shown.
        var rest: ArraySlice<String>
    }

    /// Tab: completes as far as the candidates agree, and lists them where that adds nothing.
    ///
    /// Of a list longer than the screen each further Tab shows the next page.
    func complete() -> KeyOutcome {
        guard let completer = options.completer else {
            return .beep
        }
        let (scalars, cursor) = buffer
        let line = text
        if let listing = reading?.listing, listing.line == line, listing.cursor == cursor {
            show(listing.rest)
            return .done
        }
        let before = String(String.UnicodeScalarView(scalars[..<cursor]))
        let completion = completer(line, before.utf8.count)
        guard let first = completion.candidates.first,
            let start = Self.index(completion.start, in: before)
        else {
            return .beep
        }
        // Candidates may differ in what is shown alone: parameters of a path.
        let isOnly = completion.candidates.allSatisfy { $0.text == first.text }
        let word =
            isOnly
            ? first.text + (completion.candidates.count == 1 ? first.suffix : "")
            : Self.commonPrefix(completion.candidates.map(\.text))
        let typed = String(before[start...])
        if word != typed, isOnly || word.unicodeScalars.count > typed.unicodeScalars.count {
            el_deletestr(handle, CInt(clamping: typed.unicodeScalars.count))
            return insert(word)
        }
        let columns = Int(ce_terminal_number(handle, "co"))
        show(rows(of: completion.candidates, columns: columns)[...])
        return .done
    }

    /// The place at an offset in UTF-8 bytes, if that is between two characters.
    private static func index(_ offset: Int, in text: String) -> String.Index? {
        guard offset >= 0, offset <= text.utf8.count else {
            return nil
        }
        return text.utf8.index(text.utf8.startIndex, offsetBy: offset)
            .samePosition(in: text.unicodeScalars)
    }

    /// What all the texts begin with.
    static func commonPrefix(_ texts: [String]) -> String {
        guard let first = texts.first else {
            return ""
        }
        var prefix = Substring(first)
        for text in texts.dropFirst() where !text.hasPrefix(prefix) {
            let common = zip(prefix, text).prefix { $0 == $1 }.count
            prefix = prefix.prefix(common)
        }
        return String(prefix)
    }

    /// Prints as many rows as the screen takes below the line, and the line again below them.
    private func show(_ rows: ArraySlice<String>) {
        leaveLine()
        // Room for the line itself and for the row that says there is more.
        let page = max(Int(ce_terminal_number(handle, "li")) - 3, 1)
        let isWhole = rows.count <= page + 1
        let shown = isWhole ? rows : rows.prefix(page)
        for row in shown {
            output.writeLines(row)
        }
        let rest = rows.dropFirst(shown.count)
        if !rest.isEmpty {
            output.writeLines(dim("… \(rest.count) more rows; Tab shows them"))
        }
        reading?.listing =
            rest.isEmpty ? nil : Listing(line: text, cursor: buffer.cursor, rest: rest)
        redraw()
    }

    /// The list: with summaries one candidate a row, else in columns.
    private func rows(of candidates: [LineCompletion.Candidate], columns: Int) -> [String] {
        guard candidates.contains(where: { !$0.summary.isEmpty }) else {
            return Self.rows(candidates.map(\.shown), columns: columns)
        }
        // A long candidate does not push all summaries to the right.
        let widest = candidates.map { Self.cells($0.shown) }.filter { $0 <= columns / 2 }.max() ?? 0
        return candidates.map { candidate in
            let cells = Self.cells(candidate.shown)
            let padding = String(repeating: " ", count: max(widest - cells, 0) + 2)
            let room = columns - 1 - max(cells, widest) - 2
            guard !candidate.summary.isEmpty, room > 3 else {
                return Self.cut(candidate.shown, toCells: columns - 1)
            }
            return candidate.shown + padding + dim(Self.cut(candidate.summary, toCells: room))
        }
    }

    private func dim(_ text: String) -> String {
        hasEscapes && options.isColored ? "\u{1B}[2m\(text)\u{1B}[0m" : text
    }

    private static func cells(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + max($1.cells, 0) }
    }

    /// The text, cut where it is wider than `limit` cells.
    static func cut(_ text: String, toCells limit: Int) -> String {
        guard cells(text) > limit else {
            return text
        }
        var result = String.UnicodeScalarView()
        var used = 0
        for scalar in text.unicodeScalars {
            used += max(scalar.cells, 0)
            if used > limit - 1 {
                break
            }
            result.append(scalar)
        }
        return String(result) + "…"
    }

    /// Lays texts out in columns of one width, read downwards as `ls` does.
    static func rows(_ texts: [String], columns: Int) -> [String] {
        let widths = texts.map(cells)
        let cell = (widths.max() ?? 0) + 2
        let perRow = max((columns - 1) / cell, 1)
        let rowCount = (texts.count + perRow - 1) / perRow
        return (0..<rowCount).map { row in
            var line = ""
            for index in stride(from: row, to: texts.count, by: rowCount) {
                let isLast = index + rowCount >= texts.count
                let padding = isLast ? 0 : cell - widths[index]
                line += texts[index] + String(repeating: " ", count: padding)
            }
            return line
        }
    }
}
