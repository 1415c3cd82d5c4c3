import Testing

@testable import SessionFiles

@Suite("Inline body rule")
struct InlineBodyRuleTests {
    @Test(arguments: [
        "", "a", "{\n  \"a\": 1\n}", "a # b", "a // b", "a\tb", "text\n\nmore", "é ü 漢字 🙂",
        "GETTER x", "GET", "get /x", "<note>x</note>", "<?xml version=\"1.0\"?>", "a < b", "== x",
        "HTTP/1.1", "HTTP/1.1 600 x", "? x", "/path", "/* x", "% x", "{ {", "}}", "-- > x", "--x--",
    ])
    func `a body that every tool reads alike may stand inline`(_ body: String) {
        #expect(InlineBodyRule.allows(body, hasReferences: false))
        #expect(InlineBodyRule.allows("first\n\(body)\nlast", hasReferences: false))
    }

    @Test(arguments: [
        "# Heading", "  # x", "### x", "#", "// x", "\t// x", "/*", "/*  ", "@mention hi", "  @x",
        "%}",
        "GET /x", "  POST x", "PROPFIND x", "GRAPHQL x", "HTTP/1.1 200 OK", " HTTP/2 404",
        "?? status == 200",
        "<>", "<> x", "< file", " < file", "<@ file", "<@latin1 file", "<", "< {%", ">quoted",
        "  > x",
        "{{x}}", "a {{ b", "===", "====== x",
    ])
    func `a line that some tool takes for something else keeps a body out`(_ line: String) {
        #expect(!InlineBodyRule.allows("first\n\(line)\nlast", hasReferences: false))
    }

    @Test(arguments: [
        " a", "a ", "a\n", "\na", "a\rb", "a\r\nb", "a\u{0}b", "a\u{1B}b", "a\u{7F}b",
        "\u{A0}a", "a\u{2028}", "\u{FEFF}a", "a\u{85}b",
    ])
    func `white space at the ends and control characters keep a body out`(_ body: String) {
        #expect(!InlineBodyRule.allows(body, hasReferences: false))
    }

    @Test(arguments: [
        ("{{user}}", true), ("a {{login.response.body.$.id}} b", true), ("{{$processEnv X}}", true),
        ("{{%x}}", true), ("{{#each}}", false), ("{{}}", false), ("{{a", false),
        ("{{a}} {{", false),
        ("{{a\n}}", false),
    ])
    func `references may stay where they are meant as such`(_ row: (String, Bool)) {
        #expect(InlineBodyRule.allows(row.0, hasReferences: true) == row.1)
        #expect(!InlineBodyRule.allows(row.0, hasReferences: false))
    }
}
