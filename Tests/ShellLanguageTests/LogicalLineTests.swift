import ShellLanguage
import Testing

@Suite("Lines that go on, and scripts")
struct LogicalLineTests {
    @Test(arguments: [
        ("get /x", Completeness.complete),
        ("get /x \\", .continuesAfterBackslash),
        ("get /x \\\n", .complete),
        ("get /x \\\\", .complete),
        ("post /x a:={", .continuesInBracket("{")),
        ("post /x a:={\"b\": [1,\n2]", .continuesInBracket("{")),
        ("post /x a:={\"b\": [1,\n2]}", .complete),
        ("post /x --raw [", .continuesInBracket("[")),
        ("post /x a=[", .complete),
        ("get /x | jq \\", .continuesAfterBackslash),
        ("!ls \\", .continuesAfterBackslash),
        ("curl -H \\", .continuesAfterBackslash),
        ("# comment \\", .complete),
        ("X: a\\", .complete),
        ("@a = b\\", .complete),
        ("nonsense", .complete),
    ])
    func `a line goes on after a backslash and in a bracket`(
        _ text: String,
        _ expected: Completeness
    ) {
        #expect(Parsers.script.completeness(of: text) == expected)
        #expect(Parsers.terminal.completeness(of: text) == expected)
    }

    @Test(
        arguments: [
            ("get 'a", "'"), ("echo \"a\nb", "\""),
        ]
            as [(String, Character)]
    )
    func `an open quote goes on at a terminal only`(_ text: String, _ quote: Character) {
        #expect(Parsers.terminal.completeness(of: text) == .continuesInQuote(quote))
        #expect(Parsers.script.completeness(of: text) == .complete)
    }

    @Test(arguments: [
        "curl 'a", "curl \"\\\"", "$ curl $'a\\'", "import curl -d 'a", "import curl 'curl a",
    ])
    func `an open quote of a curl line goes on in scripts too`(_ text: String) {
        let quote: Character = text.contains("\"") ? "\"" : "'"
        #expect(Parsers.terminal.completeness(of: text) == .continuesInQuote(quote))
        #expect(Parsers.script.completeness(of: text) == .continuesInQuote(quote))
        let script = "\(text)\nb\(quote)\nget /"
        #expect(lines(script) == ["1‹\(text)\nb\(quote)›", "3‹get /›"])
    }

    @Test(arguments: ["curl ^\"a^\"", "import curl ^\"a\\^\"b^\""])
    func `quotes of cmd are left to who reads them`(_ text: String) {
        #expect(Parsers.terminal.completeness(of: text) == .complete)
    }

    @Test(arguments: ["curl 'a'", "curl \"'\"", "curl \\'", "curl $'a\\'b'", "curl '\\'"])
    func `a curl line is read by Bash's rules`(_ text: String) {
        #expect(Parsers.terminal.completeness(of: text) == .complete)
    }

    private func lines(_ script: String) -> [String] {
        Parsers.script.logicalLines(of: script).map { "\($0.number)‹\($0.text)›" }
    }

    @Test func `a script is split at line breaks`() {
        #expect(lines("") == [])
        #expect(lines("\n") == ["1‹›"])
        #expect(lines("a") == ["1‹a›"])
        #expect(lines("a\nb\n") == ["1‹a›", "2‹b›"])
        #expect(lines("\u{FEFF}a\r\nb\r\n\r\nc") == ["1‹a›", "2‹b›", "3‹›", "4‹c›"])
    }

    @Test func `lines that go on are joined, and numbers stay right`() {
        let script = """
            get /a \\
              q==1 \\
              r==2
            post /b u:={
              "a": "}"
            } v=1 w:=[
              1
            ]
            get /c
            """
        #expect(
            lines(script) == [
                "1‹get /a \\\n  q==1 \\\n  r==2›",
                "4‹post /b u:={\n  \"a\": \"}\"\n} v=1 w:=[\n  1\n]›",
                "9‹get /c›",
            ]
        )
    }

    @Test func `a bracket that is never closed does not swallow the script`() {
        #expect(lines("post /a b:={\nget /c\n") == ["1‹post /a b:={›", "2‹get /c›"])
        #expect(lines("get /a \\") == ["1‹get /a \\›"])
        #expect(lines("get 'a\nget /b") == ["1‹get 'a›", "2‹get /b›"])
    }

    @Test func `an alias before a bracket is seen through`() {
        let parser = ShellParser(
            commands: [],
            aliases: ["p": "post /long/path"],
            isInteractive: false
        )
        let lines = parser.logicalLines(of: "p a:={\n\"b\": 1\n}\np")
        #expect(lines.map(\.number) == [1, 4])
    }

    @Test func `a large body over many lines is split in one go`() {
        let members = (0..<2000).map { "\"k\($0)\": \($0)" }.joined(separator: ",\n")
        let script = "post /x a:={\n\(members)\n}\nget /y\n"
        #expect(Parsers.script.logicalLines(of: script).map(\.number) == [1, 2003])
    }

    @Test(
        arguments: [
            ("get /x\n### a\n", 2), ("# @session 1\n", 1), ("a\nb\n#@session", 3), ("####", 1),
            ("# @sessions", nil), (" ### a", nil), ("# a", nil), ("", nil), ("##\n", nil),
            ("X: ###", nil), ("\r\n###\r\n", 2),
        ] as [(String, Int?)]
    )
    func `a session file has a mark that no shell line has`(_ text: String, _ line: Int?) {
        #expect(SessionFileText.firstMark(in: text) == line)
    }

    @Test(arguments: [
        "a\nb\n", "\u{FEFF}a\r\nb\r\n\r\nc", "get /a \\\n  q==1 \\\n  r==2\n\nget /b",
        "post /x a:={\"b\":\n[1,\n2]} c=d\nget /y\n", "post /x a:={\nget /y\nget /z",
        "curl 'a\nb'\nget /", "get \\\n", "curl 'a\nb",
    ])
    func `a script that arrives line by line is split as one that is there`(_ script: String) {
        let whole = script.hasSuffix("\n") ? script : script + "\n"
        var arriving = ArrivingLines()
        var found: [LogicalLine] = []
        let pieces = whole.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for piece in pieces.dropLast() {
            arriving.append("\(String(piece))\n")
            while let line = arriving.next(for: Parsers.script) { found.append(line) }
        }
        arriving.end()
        while let line = arriving.next(for: Parsers.script) { found.append(line) }
        #expect(found == Parsers.script.logicalLines(of: whole))
    }

    @Test func `a line is there as soon as nothing that follows can belong to it`() {
        var arriving = ArrivingLines()
        arriving.append("get /a\npost /x a:={\n")
        #expect(arriving.next(for: Parsers.script)?.text == "get /a")
        #expect(arriving.next(for: Parsers.script) == nil)
        #expect(arriving.heldCount == 13)
        arriving.append("}\n")
        #expect(arriving.next(for: Parsers.script)?.text == "post /x a:={\n}")
        #expect(arriving.next(for: Parsers.script) == nil)
        #expect(arriving.heldCount == 0)
    }
}
