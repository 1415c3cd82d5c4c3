import Testing

@testable import SessionFiles

@Suite("Bash words")
struct BashReaderTests {
    struct Row: Sendable {
        let text: String
        let words: [String]
    }

    private static func words(
        _ text: String,
        _ environment: [String: String] = [:]
    ) throws(CurlProblem) -> [[String]] {
        var reader = BashReader(text) { environment[$0] }
        return try reader.commands().map { command in
            command.words.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
    }

    @Test(arguments: [
        Row(text: "curl a  b\tc", words: ["curl", "a", "b", "c"]),
        Row(text: "'a b' \"c d\" e\\ f", words: ["a b", "c d", "e f"]),
        Row(text: "a'b'\"c\"d", words: ["abcd"]),
        Row(
            text: "'a\\nb' \"a\\nb\" \"\\\"\\\\\\$\\`\\'\"",
            words: ["a\\nb", "a\\nb", "\"\\$`\\'"]
        ),
        Row(text: "$'a\\nb\\t\\'\\x41\\101\\u00e9\\U0001F600'", words: ["a\nb\t'AAé😀"]),
        Row(text: "$'\\ud83d\\ude00' $'\\q' $'\\cA'", words: ["😀", "\\q", "\u{01}"]),
        Row(text: "$\"a b\" $ a$", words: ["a b", "$", "a$"]),
        Row(text: "a \\\n b \\\r\n c", words: ["a", "b", "c"]),
        Row(text: "'' \"\"", words: ["", ""]),
        Row(text: "a#b # c", words: ["a#b"]),
        Row(text: "'it'\\''s'", words: ["it's"]),
        Row(text: "a 2>/dev/null 2>&1 b", words: ["a", "b"]),
        Row(text: "a | jq . | less", words: ["a"]),
        Row(text: "\"a\nb\" 'c\nd'", words: ["a\nb", "c\nd"]),
    ])
    func `words come out as Bash hands them on`(_ row: Row) throws {
        #expect(try Self.words(row.text) == [row.words])
    }

    @Test
    func `commands end at semicolons, ampersands and line ends`() throws {
        let commands = try Self.words("a; b && c & e\nf\n\n# g\n")
        #expect(commands == [["a"], ["b"], ["c"], ["e"], ["f"]])
    }

    @Test
    func `variables are replaced, and one that is not set is empty`() throws {
        let words = try Self.words("\"x$A-${B}$C\" $A", ["A": "1", "B": "2 3"])
        #expect(words == [["x1-2 3", "1"]])
    }

    @Test(arguments: [
        ("a `b`", "`…`"), ("a $(b)", "$(…)"), ("a <(b)", "<(…)"), ("\"`b`\"", "`…`"),
    ])
    func `what runs a command is refused`(_ text: String, _ what: String) {
        #expect {
            _ = try Self.words(text)
        } throws: { error in
            (error as? CurlProblem)?.kind == .substitution(what)
        }
    }

    @Test(arguments: [
        ("a 'b", CurlProblem.Kind.unclosedQuote("'"), 2), ("\"b\\\"", .unclosedQuote("\""), 0),
        ("a $'b\\'", .unclosedQuote("'"), 2), ("a ${B:-c}", .expansion("${B:-c}"), 2),
        ("a $1", .expansion("$1"), 2), ("a (b)", .shellSyntax("("), 2),
        ("$'\\0'", .null, 4), ("$'\\x00'", .null, 6),
        ("a << E\nb", .unclosedDocument(delimiter: "E"), 2),
    ])
    func `problems have a place`(_ text: String, _ kind: CurlProblem.Kind, _ offset: Int) {
        #expect {
            _ = try Self.words(text)
        } throws: { error in
            let problem = error as? CurlProblem
            return problem?.kind == kind && problem?.range.lowerBound == offset
        }
    }

    @Test
    func `standard input is known where the text says it`() throws {
        var reader = BashReader("a < f\nb <<< \"x y\"\nc <<'E' -d\n1 $x\n2\nE\nd > out") { _ in nil
        }
        let commands = try reader.commands()
        #expect(commands.count == 4)
        guard case .file(let word) = commands[0].input else {
            Issue.record("no file: \(commands[0])")
            return
        }
        #expect(word.text == "f")
        #expect(commands[1].input == .bytes(Array("x y\n".utf8)))
        #expect(commands[2].input == .bytes(Array("1 $x\n2\n".utf8)))
        #expect(commands[2].words.map(\.text) == ["c", "-d"])
        #expect(commands[3].output?.text == "out")
    }
}

@Suite("Words of cmd.exe")
struct CmdReaderTests {
    struct Row: Sendable {
        let text: String
        let words: [String]
    }

    @Test(arguments: [
        Row(
            text: "curl ^\"http://h/^\" ^\n  -H ^\"a: b^\"",
            words: ["curl", "http://h/", "-H", "a: b"]
        ),
        Row(
            text: "curl \"http://h/?a=1&b=2\" ^\r\n  -d \"x\"",
            words: ["curl", "http://h/?a=1&b=2", "-d", "x"]
        ),
        Row(
            text: "curl ^\"h^\" -d ^\"^{^\\^\"a^\\^\":1^}^\"",
            words: ["curl", "h", "-d", "{\"a\":1}"]
        ),
        Row(text: "curl ^\"h^\" -d ^\"a^\n\nb^\"", words: ["curl", "h", "-d", "a\nb"]),
        Row(text: "curl ^\"h^\" -d ^\"a^\r\n\r\nb^\"", words: ["curl", "h", "-d", "a\nb"]),
        Row(
            text: "curl \"h\" ^\n -d \"say \"\"hi\"\"\"",
            words: ["curl", "h", "-d", "say \"hi\""]
        ),
        Row(text: "curl ^\"h?a=^%^20b^&c^\"", words: ["curl", "h?a=%20b&c"]),
        Row(text: "curl ^\"C:\\\\dir\\x^\"", words: ["curl", "C:\\\\dir\\x"]),
    ])
    func `words come out as Windows hands them on`(_ row: Row) throws {
        #expect(CommandDialect(of: row.text) == .cmd)
        let commands = try CmdReader(row.text).commands()
        #expect(commands.count == 1)
        #expect(
            commands.first?.words.map { String(decoding: $0.bytes, as: UTF8.self) } == row.words
        )
    }

    @Test(arguments: ["curl 'a^' ^\n", "curl h", "curl \"a^b\"", "curl $'^\"'"])
    func `other texts are Bash's`(_ text: String) {
        #expect(CommandDialect(of: text) == .bash)
    }
}
