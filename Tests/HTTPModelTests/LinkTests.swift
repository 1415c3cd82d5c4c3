import HTTPModel
import TestSupport
import Testing

@Suite("Link fields")
struct LinkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let links: [Link]
        var testDescription: String { self.text }
    }

    private static let cases = [
        Case(
            text: "</users?page=2>; rel=\"next\", </users?page=9>; rel=last",
            links: [
                Link(target: "/users?page=2", relations: ["next"]),
                Link(target: "/users?page=9", relations: ["last"]),
            ]
        ),
        // Commas, semicolons and quotes in quotes; two relations; a later rel counts for nothing.
        Case(
            text: "<a>;title=\"x, y; \\\"z\\\"\" ; REL=\"Next  prev\"; rel=last; flag",
            links: [
                Link(
                    target: "a",
                    relations: ["next", "prev"],
                    parameters: [FieldLine("title", "x, y; \"z\""), FieldLine("flag", "")]
                )
            ]
        ),
        Case(text: "<>", links: [Link(target: "", relations: [])]),
        Case(text: " ,, <b> ,", links: [Link(target: "b", relations: [])]),
        Case(text: "", links: []),
        Case(text: "no link", links: []),
        Case(text: "<a", links: []),
        Case(
            text: "<a>; rel=\"open",
            links: [Link(target: "a", relations: ["open"])]
        ),
        Case(text: "<a> junk, <b>", links: [Link(target: "a", relations: [])]),
    ]

    @Test(arguments: Self.cases)
    func `2.7.4: links are read by RFC 8288`(_ row: Case) {
        #expect(Link.links(in: [row.text]) == row.links)
    }

    @Test func `fields in a row are one list`() {
        let links = Link.links(in: ["<a>; rel=next", "<b>; rel=prev"])
        #expect(links.map(\.target) == ["a", "b"])
    }

    @Test(arguments: 0..<50)
    func `no text traps`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let letters = Array("<>;,=\"\\ ab\trel")
        for _ in 0..<100 {
            let text = String((0..<20).map { _ in letters.randomElement(using: &generator) ?? "a" })
            #expect(Link.links(in: [text]).count <= 10, "seed \(seed): \(text)")
        }
    }
}
