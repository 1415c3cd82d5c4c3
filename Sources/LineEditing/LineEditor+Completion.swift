internal import CEditLine

extension LineEditor {
    /// How many candidates are listed.
    static let listedCandidates = 200

    /// Tab: completes as far as the candidates agree, and lists them where that adds nothing.
    func complete() -> KeyOutcome {
        guard let completer = options.completer else {
            return .beep
        }
        let (scalars, cursor) = buffer
        let before = String(String.UnicodeScalarView(scalars[..<cursor]))
        let completion = completer(text, before.utf8.count)
        guard let first = completion.candidates.first,
            let start = Self.index(completion.start, in: before)
        else {
            return .beep
        }
        let isOnly = completion.candidates.count == 1
        let word = isOnly ? first + completion.suffix : Self.commonPrefix(completion.candidates)
        let typed = String(before[start...])
        if word != typed, isOnly || word.count > typed.count {
            el_deletestr(handle, CInt(clamping: typed.unicodeScalars.count))
            return insert(word)
        }
        list(completion.candidates)
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
        guard var prefix = texts.first else {
            return ""
        }
        for text in texts.dropFirst() {
            while !text.hasPrefix(prefix) {
                prefix.removeLast()
            }
        }
        return prefix
    }

    /// Prints the candidates below the line, in columns, and the line again below them.
    private func list(_ candidates: [String]) {
        leaveLine()
        let shown = candidates.prefix(Self.listedCandidates)
        let columns = Int(ce_terminal_number(handle, "co"))
        for row in Self.rows(Array(shown), columns: columns) {
            output.writeLines(row)
        }
        if candidates.count > shown.count {
            output.writeLines("… \(candidates.count - shown.count) more")
        }
        redraw()
    }

    /// Lays texts out in columns of one width, read downwards as `ls` does.
    static func rows(_ texts: [String], columns: Int) -> [String] {
        let widths = texts.map { text in
            text.unicodeScalars.reduce(0) { $0 + max($1.cells, 0) }
        }
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
