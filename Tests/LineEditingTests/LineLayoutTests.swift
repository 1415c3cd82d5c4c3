import Glibc
import TestSupport
import Testing

@testable import LineEditing

@Suite("Line layout")
struct LineLayoutTests {
    init() {
        // Widths depend on it, as they do in the program.
        setlocale(LC_CTYPE, "C.UTF-8")
    }

    struct Case {
        let line: String
        let row: Int
        let column: Int
    }

    @Test(
        arguments: [
            Case(line: "", row: 0, column: 2),
            Case(line: "1234567", row: 0, column: 9),
            Case(line: "12345678", row: 1, column: 0),
            Case(line: "123456789", row: 1, column: 1),
            Case(line: "1234567日", row: 1, column: 2),
            Case(line: "123456日", row: 1, column: 0),
            Case(line: "a\nb", row: 1, column: 1),
            Case(line: "12345678\n", row: 2, column: 0),
            Case(line: "\t", row: 0, column: 8),
            Case(line: "1234567\t", row: 1, column: 0),
            Case(line: "\u{1}", row: 0, column: 4),
            // libedit gives a mark without a composed form a cell of its own.
            Case(line: "x\u{302}", row: 0, column: 4),
            Case(line: "\u{7F}\u{80}", row: 0, column: 6),
            Case(line: "\u{E000}", row: 0, column: 9),
            Case(line: "\u{10FFFF}", row: 1, column: 0),
        ]
    )
    func `follows libedit after a prompt of two cells on ten columns`(_ example: Case) {
        var layout = LineLayout(columns: 10)
        layout.addPrompt("> ")
        for scalar in example.line.unicodeScalars {
            layout.add(scalar)
        }
        #expect(layout.row == example.row)
        // Private-use characters are printable to some versions of the C library.
        #expect(
            layout.column == example.column
                || example.line.unicodeScalars.contains { $0.value >= 0xE000 }
        )
    }

    @Test(arguments: 0..<50)
    func `agrees with a terminal about text that wraps`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let columns = Int.random(in: 2...30, using: &generator)
        let alphabet: [Unicode.Scalar] = ["a", "b", " ", "é", "日", "本", "\n"]
        let count = Int.random(in: 0...60, using: &generator)
        let line = (0..<count).compactMap { _ in alphabet.randomElement(using: &generator) }
        var layout = LineLayout(columns: columns)
        var screen = ScreenEmulator(rows: 130, columns: columns)
        for scalar in line {
            layout.add(scalar)
            screen.feed(scalar == "\n" ? "\r\n" : String(scalar))
            // libedit resolves a full row at once, a terminal with the next character; a row that is
            // full when a line break comes is two rows to libedit.
            if screen.cursorColumn == columns - 1, layout.column == 0 {
                screen.feed(" \u{8}")
            }
        }
        #expect(layout.row == screen.cursorRow, "seed \(seed)")
        #expect(layout.column == screen.cursorColumn, "seed \(seed)")
    }
}
