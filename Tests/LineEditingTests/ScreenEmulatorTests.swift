import TestSupport
import Testing

@Suite("Screen emulator")
struct ScreenEmulatorTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let input: String
        let screen: String
        let row: Int
        let column: Int

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "text", input: "ab\r\nc", screen: "ab\nc", row: 1, column: 1),
        Case(
            name: "line feed keeps the column",
            input: "ab\nc",
            screen: "ab\n  c",
            row: 1,
            column: 3
        ),
        Case(name: "a full row waits", input: "12345678", screen: "12345678", row: 0, column: 7),
        Case(name: "then wraps", input: "123456789", screen: "12345678\n9", row: 1, column: 1),
        Case(
            name: "return ends the wait",
            input: "12345678\rx",
            screen: "x2345678",
            row: 0,
            column: 1
        ),
        Case(name: "backspace", input: "abc\u{8}\u{8}X", screen: "aXc", row: 0, column: 2),
        Case(name: "tab", input: "a\tb\u{8}", screen: "a      b", row: 0, column: 6),
        Case(
            name: "cursor motion",
            input: "\u{1B}[2;3Hx\u{1B}[Ay\u{1B}[3Dz",
            screen: " z y\n  x",
            row: 0,
            column: 2
        ),
        Case(
            name: "motion stops at the edges",
            input: "\u{1B}[9A\u{1B}[99Cx",
            screen: "       x",
            row: 0,
            column: 7
        ),
        Case(name: "column", input: "abc\u{1B}[2Gx", screen: "axc", row: 0, column: 2),
        Case(
            name: "erase to the end",
            input: "abcd\u{1B}[3G\u{1B}[K",
            screen: "ab",
            row: 0,
            column: 2
        ),
        Case(
            name: "erase to the start",
            input: "abcd\u{1B}[2G\u{1B}[1K",
            screen: "  cd",
            row: 0,
            column: 1
        ),
        Case(
            name: "erase below",
            input: "a\r\nb\r\nc\u{1B}[2;1H\u{1B}[J",
            screen: "a",
            row: 1,
            column: 0
        ),
        Case(
            name: "insert characters",
            input: "abc\u{1B}[2G\u{1B}[2@x",
            screen: "ax bc",
            row: 0,
            column: 2
        ),
        Case(
            name: "insert mode",
            input: "abc\r\u{1B}[4hx\u{1B}[4l",
            screen: "xabc",
            row: 0,
            column: 1
        ),
        Case(name: "delete characters", input: "abcd\r\u{1B}[2P", screen: "cd", row: 0, column: 0),
        Case(
            name: "insert lines",
            input: "a\r\nb\u{1B}[1;1H\u{1B}[L",
            screen: "\na\nb",
            row: 0,
            column: 0
        ),
        Case(
            name: "delete lines",
            input: "a\r\nb\r\nc\u{1B}[1;1H\u{1B}[M",
            screen: "b\nc",
            row: 0,
            column: 0
        ),
        Case(
            name: "scrolls",
            input: "1\r\n2\r\n3\r\n4\r\n5",
            screen: "2\n3\n4\n5",
            row: 3,
            column: 1
        ),
        Case(
            name: "scroll region",
            input: "\u{1B}[2;3r\u{1B}[1;1Ha\r\nb\r\nc\r\nd",
            screen: "a\nc\nd",
            row: 2,
            column: 1
        ),
        Case(name: "reverse line feed", input: "a\r\u{1B}Mb", screen: "b\na", row: 0, column: 1),
        Case(name: "wide characters", input: "日本", screen: "日本", row: 0, column: 4),
        Case(
            name: "a wide one does not split",
            input: "1234567日",
            screen: "1234567\n日",
            row: 1,
            column: 2
        ),
        Case(
            name: "marks take no place",
            input: "e\u{301}x",
            screen: "e\u{301}x",
            row: 0,
            column: 2
        ),
        Case(
            name: "titles are not shown",
            input: "a\u{1B}]0;t\u{7}b\u{1B}]2;u\u{1B}\\c",
            screen: "abc",
            row: 0,
            column: 3
        ),
        Case(
            name: "modes and styles are not shown",
            input: "\u{1B}[?2004h\u{1B}[1;32ma\u{1B}[m",
            screen: "a",
            row: 0,
            column: 1
        ),
        Case(
            name: "save and restore",
            input: "a\u{1B}7bc\u{1B}8X",
            screen: "aXc",
            row: 0,
            column: 2
        ),
        Case(
            name: "alternate screen",
            input: "a\u{1B}[?1049hbbb\u{1B}[?1049lc",
            screen: "ac",
            row: 0,
            column: 2
        ),
        Case(
            name: "unknown sequences",
            input: "a\u{1B}[>4;1m\u{1B}(B\u{1B}[5zb",
            screen: "ab",
            row: 0,
            column: 2
        ),
    ]

    @Test(arguments: cases)
    func `shows what a terminal would`(_ example: Case) {
        var screen = ScreenEmulator(rows: 4, columns: 8)
        screen.feed(example.input)
        #expect(screen.text == example.screen)
        #expect(screen.cursorRow == example.row)
        #expect(screen.cursorColumn == example.column)
    }

    @Test
    func `bytes may come one at a time or all at once`() {
        var whole = ScreenEmulator(rows: 4, columns: 8)
        var parts = whole
        for example in Self.cases {
            whole.feed(example.input)
            for byte in example.input.utf8 {
                parts.feed([byte])
            }
            #expect(whole.lines == parts.lines)
        }
    }

    @Test
    func `what scrolls off is kept`() {
        var screen = ScreenEmulator(rows: 2, columns: 8)
        screen.feed("1\r\n2\r\n3\r\n4")
        #expect(screen.scrollback == ["1", "2"])
        #expect(screen.fullText == "1\n2\n3\n4")
    }

    @Test
    func `styles are kept with the characters`() {
        var screen = ScreenEmulator(rows: 2, columns: 8)
        screen.feed("\u{1B}[1;32ma\u{1B}[0mb\u{1B}[7m\u{1B}[31mc")
        #expect((0..<3).map { screen.style(row: 0, column: $0) } == ["1;32", "", "7;31"])
    }

    @Test
    func `a position report is answered once`() {
        var screen = ScreenEmulator(rows: 4, columns: 8)
        screen.feed("\r\nab\u{1B}[6n")
        #expect(screen.takeReplies() == Array("\u{1B}[2;3R".utf8))
        #expect(screen.takeReplies().isEmpty)
    }

    @Test
    func `a resize wraps rows anew and keeps the cursor on its character`() {
        var screen = ScreenEmulator(rows: 5, columns: 8)
        screen.feed("one\r\n123456789abc\u{1B}[2D")
        #expect(screen.text == "one\n12345678\n9abc")
        screen.resize(rows: 5, columns: 5)
        #expect(screen.text == "one\n12345\n6789a\nbc")
        #expect((screen.cursorRow, screen.cursorColumn) == (3, 0))
        screen.resize(rows: 3, columns: 20)
        #expect(screen.text == "one\n123456789abc")
        #expect((screen.cursorRow, screen.cursorColumn) == (1, 10))
    }
}
