/// A terminal's screen as a value: bytes in, rows of text out.
///
/// It knows what xterm's terminfo entry uses, as far as line editors, shells and pagers need it:
/// cursor motion, erasing, insertion and deletion, scroll regions, the pending wrap at the right
/// margin, wide and combining characters, the alternate screen. A resize wraps rows anew.
package struct ScreenEmulator: Sendable {
    /// The size of the screen.
    package private(set) var rows: Int
    package private(set) var columns: Int
    /// Where the cursor is, from 0; at the last column it may be about to wrap.
    package internal(set) var cursorRow = 0
    package internal(set) var cursorColumn = 0
    /// Whether the cursor is shown.
    package internal(set) var showsCursor = true
    /// The rows that have left the screen at its top, oldest first.
    package internal(set) var scrollback: [String] = []
    /// Whether the program asked that pastes be marked (DECSET 2004).
    package internal(set) var marksPastes = false
    /// The window's title, if the program set one.
    package internal(set) var title = ""
    /// How often the bell rang.
    package internal(set) var bellCount = 0
    /// What the terminal answers to the program; whoever feeds the screen sends it.
    package internal(set) var replies: [UInt8] = []

    var grid: [ScreenRow]
    var style = ""
    /// Whether the next character goes to the next row first.
    var isWrapPending = false
    var isInserting = false
    var scrollRegion: ClosedRange<Int>
    var savedCursor = (row: 0, column: 0)
    /// The main screen while the alternate one is shown.
    var mainScreen: (grid: [ScreenRow], row: Int, column: Int)?
    private var parser = EscapeParser()

    /// Makes an empty screen.
    package init(rows: Int = 24, columns: Int = 80) {
        self.rows = rows
        self.columns = columns
        grid = Array(repeating: ScreenRow(columns: columns), count: rows)
        scrollRegion = 0...rows - 1
    }

    /// What is seen: a text for each row, without blanks at its end.
    package var lines: [String] {
        grid.map(\.text)
    }

    /// What is seen, without the empty rows at the bottom.
    package var text: String {
        var lines = lines
        while lines.last == "" {
            lines.removeLast()
        }
        return lines.joined(separator: "\n")
    }

    /// The same with what has left the screen at its top.
    package var fullText: String {
        (scrollback + [text]).joined(separator: "\n")
    }

    /// The style of a character on the screen: its SGR parameters.
    package func style(row: Int, column: Int) -> String {
        grid[row].cells[column].style
    }

    /// Takes what a program has written.
    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if let element = parser.next(byte) {
                apply(element)
            }
        }
    }

    /// Takes what a program has written.
    package mutating func feed(_ text: String) {
        feed(text.utf8)
    }

    /// Gives the answers to the program, once.
    package mutating func takeReplies() -> [UInt8] {
        defer { replies = [] }
        return replies
    }

    private mutating func apply(_ element: EscapeParser.Element) {
        switch element {
        case .print(let scalar): put(scalar)
        case .control(let byte): control(byte)
        case .escape("", let final): escape(final)
        case .escape: break
        case .csi(let marker, let parameters, let final):
            controlSequence(marker, parameters, final)
        case .osc(let text):
            let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0] == "0" || parts[0] == "2" {
                title = String(parts[1])
            }
        }
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case 0x07: bellCount += 1
        case 0x08: move(toColumn: cursorColumn - 1)
        case 0x09: move(toColumn: (cursorColumn / 8 + 1) * 8)
        case 0x0A, 0x0B, 0x0C: lineFeed()
        case 0x0D: move(toColumn: 0)
        default: break
        }
    }

    private mutating func escape(_ final: Character) {
        switch final {
        case "7": savedCursor = (cursorRow, cursorColumn)
        case "8": move(toRow: savedCursor.row, column: savedCursor.column)
        case "D": lineFeed()
        case "E":
            move(toColumn: 0)
            lineFeed()
        case "M": reverseLineFeed()
        case "c":
            let cleared = ScreenEmulator(rows: rows, columns: columns)
            let kept = scrollback
            self = cleared
            scrollback = kept
        default: break
        }
    }

    /// Writes a character where the cursor is.
    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = scalar.cellCount
        guard width > 0 else {
            addMark(scalar)
            return
        }
        if isWrapPending || cursorColumn + width > columns {
            grid[cursorRow].isContinued = true
            move(toColumn: 0)
            lineFeed()
        }
        if isInserting {
            insertBlanks(width)
        }
        grid[cursorRow].cells[cursorColumn] = ScreenCell(
            text: String(scalar),
            style: style,
            isWritten: true
        )
        if width == 2 {
            grid[cursorRow].cells[cursorColumn + 1] = ScreenCell(
                text: "",
                style: style,
                isWritten: true
            )
        }
        isWrapPending = cursorColumn + width == columns
        cursorColumn = min(cursorColumn + width, columns - 1)
    }

    /// Puts a combining mark on the character before the cursor.
    private mutating func addMark(_ scalar: Unicode.Scalar) {
        var column = isWrapPending ? cursorColumn : cursorColumn - 1
        while column > 0, grid[cursorRow].cells[column].text.isEmpty {
            column -= 1
        }
        if column >= 0 {
            grid[cursorRow].cells[column].text.unicodeScalars.append(scalar)
        }
    }

    /// Gives the screen another size, and wraps the rows anew, as most terminals do.
    package mutating func resize(rows newRows: Int, columns newColumns: Int) {
        let reflowed = reflow(columns: newColumns)
        var grid = reflowed.grid
        var row = reflowed.row
        while grid.count > newRows, row < grid.count - 1, grid.last?.content.isEmpty == true {
            grid.removeLast()
        }
        while grid.count > newRows {
            scrollback.append(grid.removeFirst().text)
            row -= 1
        }
        while grid.count < newRows {
            grid.append(ScreenRow(columns: newColumns))
        }
        self.grid = grid
        (rows, columns) = (newRows, newColumns)
        scrollRegion = 0...newRows - 1
        move(toRow: max(row, 0), column: reflowed.column)
    }

    /// The rows at another width, and where the cursor is in them.
    private func reflow(columns: Int) -> (grid: [ScreenRow], row: Int, column: Int) {
        var result: [ScreenRow] = []
        var cursor = (row: 0, column: 0)
        var line: [ScreenCell] = []
        var cursorOffset: Int?
        for (index, row) in grid.enumerated() {
            if index == cursorRow {
                cursorOffset = line.count + cursorColumn
            }
            line += row.isContinued ? row.cells[...] : row.content
            guard !row.isContinued else {
                continue
            }
            let first = result.count
            result += Self.wrap(line, columns: columns)
            if let offset = cursorOffset {
                while result.count <= first + offset / columns {
                    result.append(ScreenRow(columns: columns))
                }
                cursor = (first + offset / columns, offset % columns)
                cursorOffset = nil
            }
            line = []
        }
        return (result, cursor.row, cursor.column)
    }

    private static func wrap(_ cells: [ScreenCell], columns: Int) -> [ScreenRow] {
        var rows = [ScreenRow(columns: columns)]
        var column = 0
        for (index, cell) in cells.enumerated() {
            let isWide = index + 1 < cells.count && cells[index + 1].text.isEmpty
            if column + (isWide ? 2 : 1) > columns, !cell.text.isEmpty {
                rows[rows.count - 1].isContinued = true
                rows.append(ScreenRow(columns: columns))
                column = 0
            }
            if column < columns {
                rows[rows.count - 1].cells[column] = cell
                column += 1
            }
        }
        return rows
    }
}
