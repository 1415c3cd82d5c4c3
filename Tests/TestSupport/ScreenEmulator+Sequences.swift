extension ScreenEmulator {
    /// Obeys `ESC [ … final`.
    mutating func controlSequence(_ marker: String, _ parameters: [Int?], _ final: Character) {
        let first = parameters.first.flatMap(\.self) ?? 0
        let count = max(first, 1)
        guard marker.isEmpty else {
            if marker == "?", final == "h" || final == "l" {
                for mode in parameters.compactMap(\.self) {
                    setPrivateMode(mode, final == "h")
                }
            }
            return
        }
        switch final {
        case "A": move(toRow: cursorRow - count, column: cursorColumn)
        case "B", "e": move(toRow: cursorRow + count, column: cursorColumn)
        case "C", "a": move(toColumn: cursorColumn + count)
        case "D": move(toColumn: cursorColumn - count)
        case "E": move(toRow: cursorRow + count, column: 0)
        case "F": move(toRow: cursorRow - count, column: 0)
        case "G", "`": move(toColumn: count - 1)
        case "d": move(toRow: count - 1, column: cursorColumn)
        case "H", "f":
            let second = parameters.count > 1 ? parameters[1] ?? 1 : 1
            move(toRow: count - 1, column: max(second, 1) - 1)
        case "J", "K", "X", "@", "P", "L", "M", "S", "T":
            edit(final, first, count)
        case "m": setStyle(parameters)
        case "r": setScrollRegion(parameters)
        case "s": savedCursor = (cursorRow, cursorColumn)
        case "u": move(toRow: savedCursor.row, column: savedCursor.column)
        case "h" where first == 4: isInserting = true
        case "l" where first == 4: isInserting = false
        case "n" where first == 6:
            replies += Array("\u{1B}[\(cursorRow + 1);\(cursorColumn + 1)R".utf8)
        case "c": replies += Array("\u{1B}[?1;2c".utf8)
        default: break
        }
    }

    /// Moves the cursor, as far as the screen goes.
    mutating func move(toRow row: Int, column: Int) {
        cursorRow = min(max(row, 0), rows - 1)
        cursorColumn = min(max(column, 0), columns - 1)
        isWrapPending = false
    }

    /// Moves the cursor within its row.
    mutating func move(toColumn column: Int) {
        move(toRow: cursorRow, column: column)
    }

    /// Moves the cursor down, and scrolls at the end of the scroll region.
    mutating func lineFeed() {
        isWrapPending = false
        if cursorRow == scrollRegion.upperBound {
            scroll(up: 1, from: scrollRegion.lowerBound)
        } else if cursorRow < rows - 1 {
            cursorRow += 1
        }
    }

    /// Moves the cursor up, and scrolls at the start of the scroll region.
    mutating func reverseLineFeed() {
        isWrapPending = false
        if cursorRow == scrollRegion.lowerBound {
            scroll(down: 1, from: scrollRegion.lowerBound)
        } else if cursorRow > 0 {
            cursorRow -= 1
        }
    }

    /// Moves the rest of the row right.
    mutating func insertBlanks(_ count: Int) {
        let count = min(count, columns - cursorColumn)
        grid[cursorRow].cells.insert(
            contentsOf: Array(repeating: ScreenCell(), count: count),
            at: cursorColumn
        )
        grid[cursorRow].cells.removeLast(count)
    }

    private mutating func edit(_ final: Character, _ first: Int, _ count: Int) {
        isWrapPending = false
        switch final {
        case "J": eraseDisplay(first)
        case "K": eraseRow(first)
        case "X": erase(cursorRow, cursorColumn..<min(cursorColumn + count, columns))
        case "@": insertBlanks(count)
        case "P":
            let count = min(count, columns - cursorColumn)
            grid[cursorRow].cells.removeSubrange(cursorColumn..<cursorColumn + count)
            grid[cursorRow].cells += Array(repeating: ScreenCell(), count: count)
        case "L" where scrollRegion.contains(cursorRow): scroll(down: count, from: cursorRow)
        case "M" where scrollRegion.contains(cursorRow): scroll(up: count, from: cursorRow)
        case "S": scroll(up: count, from: scrollRegion.lowerBound)
        case "T": scroll(down: count, from: scrollRegion.lowerBound)
        default: break
        }
    }

    private mutating func scroll(up count: Int, from top: Int) {
        for _ in 0..<min(count, scrollRegion.upperBound - top + 1) {
            let row = grid.remove(at: top)
            if top == 0, mainScreen == nil {
                scrollback.append(row.text)
            }
            grid.insert(ScreenRow(columns: columns), at: scrollRegion.upperBound)
        }
    }

    private mutating func scroll(down count: Int, from top: Int) {
        for _ in 0..<min(count, scrollRegion.upperBound - top + 1) {
            grid.remove(at: scrollRegion.upperBound)
            grid.insert(ScreenRow(columns: columns), at: top)
        }
    }

    private mutating func erase(_ row: Int, _ range: Range<Int>) {
        for column in range {
            grid[row].cells[column] = ScreenCell()
        }
        if range.upperBound == columns {
            grid[row].isContinued = false
        }
    }

    private mutating func eraseRow(_ mode: Int) {
        switch mode {
        case 0: erase(cursorRow, cursorColumn..<columns)
        case 1: erase(cursorRow, 0..<cursorColumn + 1)
        default: erase(cursorRow, 0..<columns)
        }
    }

    private mutating func eraseDisplay(_ mode: Int) {
        if mode == 3 {
            scrollback = []
            return
        }
        eraseRow(mode)
        let others = mode == 0 ? cursorRow + 1..<rows : mode == 1 ? 0..<cursorRow : 0..<rows
        for row in others {
            erase(row, 0..<columns)
        }
    }

    private mutating func setStyle(_ parameters: [Int?]) {
        let numbers = parameters.map { $0 ?? 0 }
        let kept = numbers.lastIndex(of: 0).map { numbers[($0 + 1)...] } ?? numbers[...]
        let added = kept.map(String.init).joined(separator: ";")
        let base = numbers.isEmpty || numbers.contains(0) ? "" : style
        style = [base, added].filter { !$0.isEmpty }.joined(separator: ";")
    }

    private mutating func setScrollRegion(_ parameters: [Int?]) {
        let top = max((parameters.first.flatMap(\.self) ?? 1) - 1, 0)
        let bottom = min((parameters.count > 1 ? parameters[1] ?? rows : rows) - 1, rows - 1)
        scrollRegion = top < bottom ? top...bottom : 0...rows - 1
        move(toRow: 0, column: 0)
    }

    private mutating func setPrivateMode(_ mode: Int, _ isOn: Bool) {
        switch mode {
        case 25: showsCursor = isOn
        case 2004: marksPastes = isOn
        case 47, 1047, 1049: showAlternateScreen(isOn)
        default: break
        }
    }

    private mutating func showAlternateScreen(_ isShown: Bool) {
        if isShown, mainScreen == nil {
            mainScreen = (grid, cursorRow, cursorColumn)
            grid = Array(repeating: ScreenRow(columns: columns), count: rows)
        } else if !isShown, let main = mainScreen {
            mainScreen = nil
            grid = main.grid
            move(toRow: main.row, column: main.column)
        }
    }
}
