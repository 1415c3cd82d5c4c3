import Testing

@testable import Rendering

@Suite("Long lines on narrow terminals")
struct LineFolderTests {
    private static let line =
        "1 · 200 OK · 61 B · 0.9 ms · #1 reused (2nd request, idle 3.2 s) · saved 1.4 ms"

    @Test
    func `a line is broken between words, and goes on two cells further in`() {
        let context = RenderingContext(width: 44)
        #expect(
            context.folded(Self.line) == [
                "1 · 200 OK · 61 B · 0.9 ms · #1 reused (2nd",
                "  request, idle 3.2 s) · saved 1.4 ms",
            ]
        )
        #expect(
            context.folded("  " + Self.line) == [
                "  1 · 200 OK · 61 B · 0.9 ms · #1 reused",
                "    (2nd request, idle 3.2 s) · saved 1.4 ms",
            ]
        )
    }

    @Test
    func `a colour ends with its row and goes on with the next`() {
        let context = RenderingContext(palette: .colored, width: 30)
        let line = context.styled("one two three four five six seven", as: .dim) + " eight"
        #expect(
            context.folded(line) == [
                "\u{1B}[2mone two three four five six\u{1B}[0m", "  \u{1B}[2mseven\u{1B}[0m eight",
            ]
        )
    }

    @Test(arguments: 30...100)
    func `no row is wider than the terminal, and no word is lost`(width: Int) {
        let rows = RenderingContext(width: width).folded(Self.line)
        #expect(rows.allSatisfy { $0.cellWidth <= width })
        let words = rows.joined(separator: " ").split(separator: " ")
        #expect(words == Self.line.split(separator: " "))
    }

    @Test
    func `what fits, has no terminal or is one word stays as it is`() {
        #expect(RenderingContext(width: 79).folded(Self.line) == [Self.line])
        #expect(RenderingContext(width: 78).folded(Self.line).count == 2)
        #expect(RenderingContext.plain.folded(Self.line) == [Self.line])
        #expect(RenderingContext(width: 20).folded(Self.line) == [Self.line])
        let word = String(repeating: "x", count: 90)
        #expect(RenderingContext(width: 40).folded(word) == [word])
        #expect(RenderingContext(width: 40).folded("") == [""])
    }
}
