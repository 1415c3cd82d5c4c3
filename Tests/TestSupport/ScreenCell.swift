/// One place on an emulated screen.
package struct ScreenCell: Hashable, Sendable {
    /// The character with the marks upon it; empty in the right half of a wide one.
    package var text = " "
    /// The SGR parameters in force when it was written, such as `1;32`; empty for none.
    package var style = ""
    /// Whether a program wrote here; a blank that was never written ends no row.
    package var isWritten = false
}

/// A row of an emulated screen.
struct ScreenRow: Hashable {
    var cells: [ScreenCell]
    /// Whether the text goes on in the next row because it met the margin here.
    var isContinued = false

    init(columns: Int) {
        cells = Array(repeating: ScreenCell(), count: columns)
    }

    /// The text, without the blanks at its end.
    var text: String {
        var text = cells.map(\.text).joined()
        while text.last == " " {
            text.removeLast()
        }
        return text
    }

    /// The cells up to the last that was written.
    var content: ArraySlice<ScreenCell> {
        guard let last = cells.lastIndex(where: \.isWritten) else {
            return []
        }
        return cells[...last]
    }
}

extension Unicode.Scalar {
    /// How many cells the character takes on a terminal: 0, 1 or 2.
    ///
    /// Enough for tests: the blocks that East Asian text and emoji come from.
    var cellCount: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let wide: [ClosedRange<UInt32>] = [
            0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD,
        ]
        return wide.contains { $0.contains(value) } ? 2 : 1
    }
}
