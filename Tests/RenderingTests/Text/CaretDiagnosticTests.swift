import Rendering
import TestSupport
import Testing

@Suite("Caret diagnostics")
struct CaretDiagnosticTests {
    private static let source = "get example.org --folow"

    @Test
    func `the place is underlined under its line`() {
        let diagnostic = CaretDiagnostic(
            "unknown option --folow",
            at: .init(source: Self.source, line: 1, column: 17, length: 7),
            note: "did you mean --follow?",
            help: "help get"
        )
        #expect(
            diagnostic.text() == """
                error: unknown option --folow
                  1 | get example.org --folow
                    |                 ^~~~~~~ did you mean --follow?
                help: help get

                """
        )
    }

    @Test
    func `at a prompt there is no line number`() {
        let diagnostic = CaretDiagnostic(
            "odd",
            severity: .warning,
            at: .init(source: "abc", column: 2)
        )
        #expect(
            diagnostic.text() == """
                warning: odd
                  | abc
                  |  ^

                """
        )
    }

    @Test
    func `without a place message, note and help remain`() {
        #expect(CaretDiagnostic("m", severity: .notice).lines() == ["notice: m"])
        #expect(
            CaretDiagnostic("m", note: "n", help: "h").lines() == ["error: m", "  n", "help: h"]
        )
    }

    @Test(arguments: [
        (1, 1, "^"), (1, 0, "^"), (3, 1, "  ^"), (3, 9, "  ^"), (4, 1, "   ^"), (99, 1, "   ^"),
        (0, 1, "^"),
    ])
    func `columns and lengths outside the line are moved into it`(
        _ column: Int,
        _ length: Int,
        _ expected: String
    ) {
        let place = CaretDiagnostic.Place(source: "abc", column: column, length: length)
        #expect(
            CaretDiagnostic("m", at: place).lines() == ["error: m", "  | abc", "  | \(expected)"]
        )
    }

    @Test
    func `an empty line can be pointed at`() {
        let place = CaretDiagnostic.Place(source: "", line: 7, column: 1)
        #expect(CaretDiagnostic("m", at: place).lines() == ["error: m", "  7 |", "    | ^"])
    }

    @Test
    func `wide characters, tabs and escapes keep the underline aligned`() {
        let source = "東\t\u{1B}é👩‍👩‍👧x"
        let place = CaretDiagnostic.Place(source: source, line: 12, column: 5, length: 2)
        #expect(
            CaretDiagnostic("m\u{1B}", at: place, note: "n\n").text() == #"""
                error: m\x1b
                  12 | 東 \x1bé👩‍👩‍👧x
                     |         ^~~ n\x0a

                """#
        )
    }

    @Test
    func `a long line is cut to a window around the underline`() {
        let source = String(repeating: "abcdefghij", count: 10)
        func lines(_ column: Int, _ length: Int = 3, note: String? = nil) -> [String] {
            CaretDiagnostic(
                "m",
                at: .init(source: source, line: 1, column: column, length: length),
                note: note
            ).lines(width: 36)
        }
        #expect(
            lines(5) == ["error: m", "  1 | abcdefghijabcdefghijabcdefghi…", "    |     ^~~"]
        )
        #expect(
            lines(51) == [
                "error: m", "  1 | …bcdefghijabcdefghijabcdefghi…", "    |           ^~~",
            ]
        )
        #expect(
            lines(98) == [
                "error: m", "  1 | …bcdefghijabcdefghijabcdefghij",
                "    |                            ^~~",
            ]
        )
        #expect(
            lines(51, 90, note: "a note too long for the rest") == [
                "error: m", "  1 | …bcdefghijabcdefghijabcdefghi…",
                "    |           ^~~~~~~~~~~~~~~~~~~~",
                "    | a note too long for the rest",
            ]
        )
    }

    @Test
    func `no width is exceeded, and the caret stays in the line`() {
        let source = "get /東京/\u{1B}" + String(repeating: "wide幅 text ", count: 12)
        for width in 24...120 {
            for column in stride(from: 1, through: source.count + 1, by: 3) {
                let place = CaretDiagnostic.Place(
                    source: source,
                    line: 3,
                    column: column,
                    length: 5
                )
                let lines = CaretDiagnostic("m", at: place, note: "a note").lines(width: width)
                #expect(lines.allSatisfy { $0.cellWidth <= width }, "\(width) \(column)")
                #expect(lines[2].contains("^"), "\(width) \(column)")
            }
        }
    }

    @Test
    func `colour marks the word, the gutter and the underline`() {
        let place = CaretDiagnostic.Place(source: "ab", column: 2)
        #expect(
            CaretDiagnostic("m", at: place, note: "n", help: "h").lines(palette: .colored) == [
                "\u{1B}[1;31merror:\u{1B}[0m m", "\u{1B}[2m  | \u{1B}[0mab",
                "\u{1B}[2m  | \u{1B}[0m \u{1B}[1;31m^\u{1B}[0m n", "\u{1B}[1mhelp:\u{1B}[0m h",
            ]
        )
    }

    @Test(arguments: [
        (0..<1, 1, 1, "äb", 1), (0..<3, 1, 1, "äb", 2), (2..<3, 1, 2, "äb", 1),
        (3..<3, 1, 3, "äb", 1),
        (4..<6, 2, 1, "cd", 2), (5..<9, 2, 2, "cd", 1), (7..<7, 3, 1, "", 1), (8..<9, 4, 1, "e", 1),
        (9..<9, 4, 2, "e", 1), (99..<120, 4, 2, "e", 1), (2..<9, 1, 2, "äb", 1),
        (1..<2, 1, 2, "äb", 1),
    ])
    func `a range of UTF-8 offsets becomes line, column and length`(
        _ range: Range<Int>,
        _ line: Int,
        _ column: Int,
        _ source: String,
        _ length: Int
    ) {
        let place = CaretDiagnostic.Place(utf8: range, in: "äb\ncd\n\ne", firstLine: 1)
        #expect(
            place
                == CaretDiagnostic.Place(source: source, line: line, column: column, length: length)
        )
    }

    @Test
    func `a line loses its CR too`() {
        let place = CaretDiagnostic.Place(utf8: 4..<5, in: "ab\r\ncd\r\n")
        #expect(place == .init(source: "cd", column: 1, length: 1))
    }

    @Test
    func `scripts get one line`() {
        let place = CaretDiagnostic.Place(source: Self.source, line: 3, column: 17, length: 7)
        let diagnostic = CaretDiagnostic(
            "unknown option --folow",
            at: place,
            note: "did you mean --follow?"
        )
        #expect(
            diagnostic.oneLine(file: "a.linger")
                == "a.linger:3:17: unknown option --folow; did you mean --follow?"
        )
        #expect(diagnostic.oneLine() == "3:17: unknown option --folow; did you mean --follow?")
        #expect(
            CaretDiagnostic("m\n", severity: .warning).oneLine(file: "f\n")
                == "f\\x0a: warning: m\\x0a"
        )
        #expect(CaretDiagnostic("m").oneLine() == "m")
    }
}
