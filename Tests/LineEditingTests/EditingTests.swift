import TestSupport
import Testing

extension TerminalTests {
    @Suite("Editing")
    struct Editing {
        struct Case: CustomTestStringConvertible {
            let name: String
            let typed: String
            var keys: [Key] = []
            let line: String
            let column: Int

            var testDescription: String { name }
        }

        static let cases = [
            Case(name: "home", typed: "abc", keys: [.home], line: "abc", column: 0),
            Case(name: "end", typed: "abc", keys: [.home, .end], line: "abc", column: 3),
            Case(name: "other home", typed: "abc\u{1B}[1~", line: "abc", column: 0),
            Case(name: "delete", typed: "abc", keys: [.home, .delete], line: "bc", column: 0),
            Case(
                name: "backspace",
                typed: "abc",
                keys: [.left, .backspace],
                line: "ac",
                column: 1
            ),
            Case(
                name: "^A ^E",
                typed: "abc",
                keys: [.control("a"), .control("e")],
                line: "abc",
                column: 3
            ),
            Case(name: "^W", typed: "get users", keys: [.control("w")], line: "get", column: 4),
            Case(name: "^U", typed: "get users", keys: [.control("u")], line: "", column: 0),
            Case(
                name: "^K",
                typed: "abc",
                keys: [.left, .left, .control("k")],
                line: "a",
                column: 1
            ),
            Case(name: "^D", typed: "abc", keys: [.home, .control("d")], line: "bc", column: 0),
            Case(name: "^T", typed: "ab", keys: [.control("t")], line: "ba", column: 2),
            Case(
                name: "^Y",
                typed: "abc",
                keys: [.control("u"), .control("y")],
                line: "abc",
                column: 3
            ),
            Case(
                name: "Control-Left",
                typed: "get users",
                keys: [.controlLeft],
                line: "get users",
                column: 4
            ),
            Case(
                name: "Control-Right",
                typed: "get users",
                keys: [.home, .controlRight],
                line: "get users",
                column: 3
            ),
            Case(
                name: "M-b",
                typed: "get users",
                keys: [.alt(.character("b"))],
                line: "get users",
                column: 4
            ),
            Case(
                name: "M-d",
                typed: "get users",
                keys: [.home, .alt(.character("d"))],
                line: " users",
                column: 0
            ),
            Case(
                name: "page keys do nothing",
                typed: "a\u{1B}[5~\u{1B}[6~\u{1B}[15~b",
                line: "ab",
                column: 2
            ),
            Case(name: "Shift-arrows move", typed: "ab\u{1B}[1;2Dx", line: "axb", column: 2),
            Case(name: "completion", typed: "get de", keys: [.tab], line: "get delete", column: 11),
            Case(name: "common part", typed: "so", keys: [.tab], line: "sockets", column: 8),
            Case(
                name: "in the middle",
                typed: "se x",
                keys: [.left, .left, .tab],
                line: "session  x",
                column: 8
            ),
            Case(name: "wide completion", typed: "gr", keys: [.tab], line: "größe", column: 6),
            Case(name: "no candidate", typed: "zz", keys: [.tab], line: "zz", column: 2),
        ]

        @Test(arguments: cases)
        func `keys do what they do elsewhere`(_ example: Case) throws {
            let probe = try Probe()
            try probe.terminal.send(example.typed)
            for key in example.keys {
                try probe.terminal.press(key)
            }
            let line = example.line.isEmpty ? "host ›" : "host › \(example.line)"
            try probe.terminal.expect(screen: line, cursor: (0, 7 + example.column))
        }

        @Test
        func `candidates are listed below, and the line again`() throws {
            let probe = try Probe()
            try probe.terminal.send("get s")
            try probe.terminal.press(.left, .right, .tab)
            try probe.terminal.expect(
                screen: """
                    host › get s
                    session  sockets  stats
                    host › get s
                    """,
                cursor: (2, 12)
            )
        }

        @Test
        func `M-Enter breaks the line, Enter in an open quote too`() throws {
            let probe = try Probe()
            try probe.terminal.send("a")
            try probe.terminal.press(.alt(.enter))
            try probe.terminal.send("b \"c")
            try probe.terminal.press(.enter)
            try probe.terminal.send("d\"")
            try probe.terminal.expect(screen: "host › a\nb \"c\nd\"", cursor: (2, 2))
            probe.ask("notice hello")
            try probe.terminal.expect(screen: "hello\nhost › a\nb \"c\nd\"", cursor: (3, 2))
            try probe.terminal.press(.up, .home)
            try probe.terminal.send("x")
            try probe.terminal.press(.enter)
            try probe.terminal.expect(screenContains: #"line: "xa\nb \"c\nd\"""#)
        }

        @Test
        func `an escape never reaches a dumb terminal, nor one that nobody knows`() throws {
            for name in ["dumb", "no-such-terminal"] {
                let probe = try Probe(environment: ["TERM": name, "PROBE_RIGHT": "open"])
                try probe.terminal.send("get /x")
                probe.ask("notice hello")
                try probe.terminal.expect("the notice and the line again") {
                    $0.text.contains("hello\nhost › get /x")
                }
                try probe.terminal.press(.backspace)
                try probe.terminal.send("y\r")
                try probe.terminal.expect(screenContains: #"line: "get /y""#)
                #expect(!probe.terminal.transcript.contains(0x1B), "TERM=\(name)")
            }
        }

        @Test
        func `the prompt begins on a row of its own`() throws {
            let probe = try Probe()
            try probe.terminal.send("partial\r")
            try probe.terminal.expect(
                screen: """
                    host › partial
                    no line break
                    host ›
                    """,
                cursor: (2, 7)
            )
        }

        @Test
        func `colours are drawn, and the last character has none`() throws {
            let probe = try Probe()
            let screen = probe.terminal.screen
            #expect([0, 5, 6].map { screen.style(row: 0, column: $0) } == ["1", "32", ""])
        }

        @Test
        func `~/.editrc may choose vi's keys, and ours still work`() throws {
            let folder = try TemporaryFolder()
            try writeFile(folder.path + "/editrc", "bind -v\n")
            let probe = try Probe(
                environment: ["PROBE_EDITRC": "1", "EDITRC": folder.path + "/editrc"]
            )
            try probe.type("get /users")
            try probe.terminal.press(.escape)
            try probe.terminal.send("bx")
            try probe.terminal.expect(screen: "host › get /sers")
            try probe.terminal.press(.enter)
            try probe.terminal.expect(screenContains: "line: \"get /sers\"\nhost ›")
            try probe.terminal.press(.up)
            try probe.terminal.expect("the entry") { $0.lines[2] == "host › get /sers" }
        }
    }

    @Suite("The user's own keys")
    struct UserKeys {
        private func probe(_ file: String, history: String? = nil) throws -> Probe {
            let folder = try TemporaryFolder()
            try writeFile(folder.path + "/editrc", file)
            return try Probe(
                environment: ["PROBE_EDITRC": "1", "EDITRC": folder.path + "/editrc"],
                history: history
            )
        }

        @Test
        func `a binding counts, also of a key that we bind, and for this program`() throws {
            let probe = try self.probe(
                """
                # keys
                bind "^X" ed-move-to-beg
                linger:bind "\\e[A" ed-move-to-beg
                other:bind "\\e[B" ed-move-to-beg
                bind -s "^G" "get /often"

                """,
                history: "older\n"
            )
            try probe.type("abc")
            try probe.terminal.press(.control("x"))
            try probe.terminal.expect("the start") { $0.cursorColumn == 7 }
            try probe.terminal.press(.end, .up)
            try probe.terminal.expect(screen: "host › abc", cursor: (0, 7))
            try probe.terminal.press(.end, .down)
            try probe.terminal.expect(screen: "host › abc", cursor: (0, 10))
            try probe.terminal.press(.control("u"), .control("g"))
            try probe.terminal.expect(screen: "host › get /often", cursor: (0, 17))
        }

        @Test
        func `vi's keys may have additions`() throws {
            let probe = try self.probe("bind -v\nbind \"^R\" ed-move-to-beg\n")
            try probe.type("abc")
            try probe.terminal.press(.control("r"))
            try probe.terminal.expect("the start") { $0.cursorColumn == 7 }
            try probe.terminal.press(.tab, .enter)
            try probe.terminal.expect(screenContains: "line: \"abc\"")
        }

        @Test(arguments: ["bind \"^M\" ed-ignore", "bind \"^C\" ed-ignore", "bind -r", "nonsense"])
        func `nothing in it takes Enter and ^C away`(_ line: String) throws {
            let probe = try self.probe("\(line)\n")
            try probe.terminal.send("abc\r")
            // Between prompts ^C is the probe's own.
            try probe.terminal.expect(screenContains: "line: \"abc\"\nhost ›")
            try probe.type("def")
            try probe.terminal.press(.control("c"))
            try probe.terminal.expect(screenContains: "interrupted")
        }
    }

    @Suite("Pasting")
    struct Pasting {
        @Test
        func `a paste is one text that waits for Enter`() throws {
            let probe = try Probe()
            try probe.type("x")
            try probe.terminal.paste("POST /orders\nAccept: */*\n\n{}\n")
            try probe.terminal.expect(
                screen: "host › xPOST /orders\nAccept: */*\n\n{}",
                cursor: (3, 2)
            )
            try probe.terminal.press(.enter)
            try probe.terminal.expect(screenContains: #"line: "xPOST /orders\nAccept: */*\n\n{}""#)
        }

        @Test
        func `keys behind a paste come after it`() throws {
            let probe = try Probe()
            try probe.terminal.send("\u{1B}[200~abc\u{1B}[201~d\r")
            try probe.terminal.expect(screenContains: #"line: "abcd""#)
        }

        @Test
        func `two hundred lines and a hundred kilobytes are quick`() throws {
            let probe = try Probe()
            let row = String(repeating: "0123456789", count: 50)
            let text = (0..<200).map { "\($0) \(row)" }.joined(separator: "\n")
            try probe.terminal.paste(text)
            try probe.terminal.send("!")
            try probe.terminal.expect(screenContains: "9!")
            try probe.terminal.press(.enter)
            try probe.terminal.expect(screenContains: "line: \(text.utf8.count + 1) bytes\nhost ›")
        }

        @Test
        func `marks are asked for at the prompt only`() throws {
            let probe = try Probe()
            #expect(probe.terminal.screen.marksPastes)
            try probe.terminal.send("wait\r")
            try probe.terminal.expect(screenContains: "waiting")
            #expect(!probe.terminal.screen.marksPastes)
        }
    }
}
