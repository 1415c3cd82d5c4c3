internal import CEditLine

extension Unicode.Scalar {
    /// Makes a character of one of libedit's.
    init(wide: wchar_t) {
        self = Unicode.Scalar(UInt32(bitPattern: wide)) ?? "\u{FFFD}"
    }

    /// The character as libedit has it.
    var wide: wchar_t {
        wchar_t(bitPattern: value)
    }
}

extension LineEditor {
    /// The line as libedit holds it, and the cursor's place in it, in characters.
    ///
    /// During an incremental search libedit keeps the search's own row in it too.
    var buffer: (scalars: [Unicode.Scalar], cursor: Int) {
        guard let line = el_wline(handle)?.pointee else {
            return ([], 0)
        }
        let wide = UnsafeBufferPointer(start: line.buffer, count: line.lastchar - line.buffer)
        return (wide.map(Unicode.Scalar.init(wide:)), line.cursor - line.buffer)
    }

    /// Where the cursor is, and where the line ends, in rows below the prompt's.
    func layouts() -> (cursor: LineLayout, end: LineLayout) {
        let (scalars, cursor) = buffer
        var layout = LineLayout(columns: Int(ce_terminal_number(handle, "co")))
        layout.addPrompt(reading?.prompt.text.visible ?? "")
        for scalar in scalars[..<cursor] {
            layout.add(scalar)
        }
        let cursorLayout = layout
        for scalar in scalars[cursor...] {
            layout.add(scalar)
        }
        return (cursorLayout, layout)
    }

    /// The last row that the cursor can be on.
    var lastRow: Int {
        max(Int(ce_terminal_number(handle, "li")) - 1, 0)
    }

    /// Takes prompt and line off the screen, and leaves the cursor where the prompt began.
    ///
    /// A terminal that has just become narrower is taken to have wrapped its rows anew, as most do.
    func eraseLine() {
        guard hasEscapes else {
            output.write("\r\n")
            return
        }
        let (cursor, end) = layouts()
        // Of a tall line a window fills the screen.
        let row = end.row > lastRow ? lastRow : cursor.row
        output.write(row > 0 ? "\u{1B}[\(row)A\r\u{1B}[J" : "\r\u{1B}[J")
    }

    /// Draws prompt and line from the cursor's row on.
    func redraw() {
        output.flush()
        _ = ce_refresh(handle)
    }

    /// Moves the cursor to the row below the line, as Enter does.
    ///
    /// The right prompt goes: what it told was true while the line was typed, and in the scrollback
    /// it would only be in the way of those who copy lines, or make the window narrower.
    func leaveLine(showing mark: String = "") {
        let (cursor, end) = layouts()
        if end.row > lastRow, hasEscapes {
            // The window on a tall line fills the screen.
            output.write("\u{1B}[\(lastRow + 1)B")
        } else {
            output.write(String(repeating: "\n", count: end.row - cursor.row))
        }
        let hasRightPrompt = end.row == 0 && reading?.prompt.right != nil
        if hasEscapes, hasRightPrompt || !mark.isEmpty && cursor != end {
            output.write(end.column > 0 ? "\r\u{1B}[\(end.column)C" : "\r")
        }
        if hasEscapes, hasRightPrompt {
            output.write("\u{1B}[K")
        }
        output.write(mark + "\n")
        output.flush()
    }

    /// Makes sure that the prompt begins on an empty row, whatever was written before.
    ///
    /// As many blanks as the screen is wide, less one, stay on an empty row and run over to the
    /// next from one that is not: output without a line break at its end, or keys typed ahead.
    func beginRow() {
        guard hasEscapes else {
            return
        }
        let columns = max(Int(ce_terminal_number(handle, "co")), 2)
        output.write(String(repeating: " ", count: columns - 1) + "\r\u{1B}[J")
    }

    /// Asks the terminal to mark what is pasted, or not to any more.
    func setBracketedPaste(_ isOn: Bool) {
        if hasEscapes {
            output.write(isOn ? "\u{1B}[?2004h" : "\u{1B}[?2004l")
        }
    }
}
