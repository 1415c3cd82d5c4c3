internal import CEditLine

extension Unicode.Scalar {
    /// How many cells of the screen the character takes; -1 if it cannot be printed.
    var cells: Int {
        Int(ce_width(CInt(bitPattern: value)))
    }
}

/// Where characters come to stand on the screen, by the rules that libedit draws them by.
///
/// libedit tells nobody where it put the cursor, so what must be erased before a notice is worked
/// out here, from the same text, with the same arithmetic (refresh.c, `re_addc`).
struct LineLayout: Hashable {
    /// The width of the screen in cells; at least 2, as libedit has it.
    let columns: Int
    /// The row of the next character, counted from the prompt's.
    private(set) var row = 0
    /// The column of the next character; always less than `columns`.
    private(set) var column = 0

    /// Begins at the left of an empty row.
    init(columns: Int) {
        self.columns = max(columns, 2)
    }

    /// Places the characters of a prompt, which has no control characters.
    mutating func addPrompt(_ text: String) {
        for scalar in text.unicodeScalars {
            place(cells: scalar.cells)
        }
    }

    /// Places a character of the line.
    mutating func add(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\t":
            // Blanks up to the next tab stop, or the margin.
            repeat { place(cells: 1) } while column % 8 != 0
        case "\n":
            row += 1
            column = 0
        case "\0"..<" ", "\u{7F}"..<"\u{A0}":
            // Shown as ^X.
            place(cells: 1)
            place(cells: 1)
        default:
            let width = scalar.cells
            guard width < 0 else {
                place(cells: width)
                return
            }
            // Shown as \U+nnnn.
            for _ in 0..<(scalar.value > 0xFFFF ? 8 : 7) {
                place(cells: 1)
            }
        }
    }

    private mutating func place(cells: Int) {
        while column + cells > columns {
            place(cells: 1)
        }
        // A combining character gets a cell of its own in libedit's book.
        column += max(cells, 1)
        if column >= columns {
            row += 1
            column = 0
        }
    }
}
