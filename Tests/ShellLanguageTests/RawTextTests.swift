import TestSupport
import Testing

@testable import ShellLanguage

@Suite("Raw text")
struct RawTextTests {
    private static let pieces = [
        "{", "{{", "}}", "}", "\\", "x", "{{x}}", "$", "'", "\"", "\n", "#", "é", " ", "{{#each}}",
    ]

    @Test(arguments: 0..<20)
    func `a whole text is read run by run as it is byte by byte`(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<200 {
            let count = Int.random(in: 0...12, using: &generator)
            let text = (0..<count).map { _ in
                Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)]
            }.joined()
            let source = SourceText(text)
            let expected = Template(raw: 0..<source.count, in: source)
            #expect(Template.parse(text) == expected, "seed \(seed): \(text.debugDescription)")
        }
    }

    @Test func `a text of many megabytes takes no piece for each byte`() {
        let text = String(repeating: "{{#}} {{x}} \\{{ ", count: 1 << 16)
        let template = Template.parse(text)
        #expect(template.placeholders.count == 1 << 16)
    }
}
