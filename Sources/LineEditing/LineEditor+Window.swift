internal import CEditLine

/// A line that needs more rows than the screen has: a window on it.
///
/// libedit shows the last rows of such a line, and reckons where the cursor is as if none had been
/// left out, so that with the cursor further up, what is seen is not where the cursor is. So
/// before each wait for a key it is made to draw a part that fits, with the cursor in it.
extension LineEditor {
    /// Draws the rows around the cursor, if not all of the line fits.
    func drawWindow() {
        // Every row has a character in it, if only its line break. In vi's maps each of the changes
        // below would be one to undo.
        guard hasEscapes, buffer.scalars.count > lastRow, ce_uses_vi_keys(handle) == 0 else {
            return
        }
        let (cursor, end) = layouts()
        let (scalars, place) = buffer
        guard end.row > lastRow, !scalars.contains("\0") else {
            reading?.windowTop = nil
            return
        }
        let last = end.row - lastRow
        let top = min(max(reading?.windowTop ?? last, cursor.row - lastRow), cursor.row, last)
        reading?.windowTop = top
        eraseLine()
        let part = windowRange(from: top)
        replace(scalars.count, with: scalars[part], cursor: place - part.lowerBound)
        reading?.hidesPrompt = top > 0
        redraw()
        reading?.hidesPrompt = false
        replace(part.count, with: scalars[...], cursor: place)
    }

    /// The characters that stand on the screen's rows from `top` on.
    private func windowRange(from top: Int) -> Range<Int> {
        let scalars = buffer.scalars
        var layout = LineLayout(columns: Int(ce_terminal_number(handle, "co")))
        layout.addPrompt(reading?.prompt.text.visible ?? "")
        var start = top == 0 ? 0 : nil as Int?
        for (index, scalar) in scalars.enumerated() {
            if start == nil, layout.row == top {
                start = index
            }
            layout.add(scalar)
            // The last character of a full row would begin another one.
            if layout.row > top + lastRow {
                return (start ?? index)..<index
            }
        }
        return (start ?? scalars.count)..<scalars.count
    }

    /// Puts other text in the place of the first `count` characters, and draws nothing.
    private func replace(_ count: Int, with text: ArraySlice<Unicode.Scalar>, cursor: Int) {
        moveCursor(to: count)
        el_deletestr(handle, CInt(clamping: count))
        _ = insert(Array(text))
        moveCursor(to: cursor)
    }
}
