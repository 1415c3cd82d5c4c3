import TestSupport
import Testing

/// One at a time: each has a program that runs, and the machine may have few cores.
@Suite("At a terminal", .serialized)
enum TerminalTests {}

extension TerminalTests {
    @Suite("Notices above the prompt")
    struct Notices {
        @Test
        func `a notice is printed above the half-typed line, and typing goes on`() throws {
            let probe = try Probe()
            try probe.type("get /users")
            probe.ask("notice · #1 closed by peer")
            try probe.terminal.expect(
                screen: """
                    · #1 closed by peer
                    host › get /users
                    """,
                cursor: (1, 17)
            )
            try probe.terminal.send("/7")
            try probe.terminal.expect(
                screen: """
                    · #1 closed by peer
                    host › get /users/7
                    """,
                cursor: (1, 19)
            )
            try probe.terminal.press(.enter)
            try probe.terminal.expect(screenContains: #"line: "get /users/7""#)
        }

        @Test
        func `the cursor stays in the middle of the line`() throws {
            let probe = try Probe()
            try probe.type("get /users")
            try probe.terminal.press(.left, .left, .left)
            probe.ask("notice one")
            probe.ask("notice two")
            try probe.terminal.expect(
                screen: """
                    one
                    two
                    host › get /users
                    """,
                cursor: (2, 14)
            )
            try probe.terminal.send("X")
            try probe.terminal.expect(screenContains: "get /usXers")
        }

        @Test
        func `a line over three rows is drawn again as a whole`() throws {
            let probe = try Probe(columns: 20)
            try probe.type("0123456789abcdefghijklmnopqrstuvwxyz")
            try probe.terminal.press(.left, .left, .left, .left, .left)
            probe.ask("notice hello")
            try probe.terminal.expect(
                screen: """
                    hello
                    host › 0123456789abc
                    defghijklmnopqrstuvw
                    xyz
                    """,
                cursor: (2, 18)
            )
            try probe.terminal.press(.home)
            probe.ask("notice again")
            try probe.terminal.expect(
                screen: """
                    hello
                    again
                    host › 0123456789abc
                    defghijklmnopqrstuvw
                    xyz
                    """,
                cursor: (2, 7)
            )
        }

        @Test
        func `a row that is just full counts as two`() throws {
            let probe = try Probe(columns: 20)
            try probe.type("0123456789abc")
            probe.ask("notice hello")
            try probe.terminal.expect(
                screen: """
                    hello
                    host › 0123456789abc
                    """,
                cursor: (2, 0)
            )
        }

        @Test
        func `wide characters are counted by cells`() throws {
            let probe = try Probe(columns: 20)
            try probe.type("日本語日本語日本語")
            try probe.terminal.press(.left)
            probe.ask("notice 日本")
            try probe.terminal.expect(
                screen: """
                    日本
                    host › 日本語日本語
                    日本語
                    """,
                cursor: (2, 4)
            )
            try probe.terminal.press(.backspace, .enter)
            try probe.terminal.expect("the line without one") {
                $0.lines.joined().contains("line: \"日本語日本語日語\"")
            }
        }

        @Test
        func `a letter with its mark is one character`() throws {
            let probe = try Probe()
            try probe.terminal.send("cafe\u{301}s")
            try probe.terminal.expect(screen: "host › cafés", cursor: (0, 12))
            try probe.terminal.press(.left)
            probe.ask("notice hello")
            try probe.terminal.expect(
                screen: """
                    hello
                    host › cafés
                    """,
                cursor: (1, 11)
            )
        }

        @Test
        func `a notice may have several lines, and the screen may scroll`() throws {
            let probe = try Probe(rows: 4)
            try probe.type("get /")
            for number in 1...5 {
                probe.ask("notice \(number)")
                try probe.terminal.expect("notice \(number)") {
                    $0.fullText.contains("\n\(number)\n") || $0.text.hasPrefix("\(number)\n")
                }
            }
            try probe.terminal.expect(
                screen: """
                    3
                    4
                    5
                    host › get /
                    """,
                cursor: (3, 12)
            )
            #expect(probe.terminal.screen.scrollback == ["1", "2"])
        }

        @Test
        func `the right prompt is asked anew, and hidden where it has no room`() throws {
            let probe = try Probe(environment: ["PROBE_RIGHT": "open"], columns: 30)
            try probe.terminal.expect(screen: "host ›                 open 0", cursor: (0, 7))
            try probe.terminal.send("a\r")
            // What was told while the line was typed does not stay in the scrollback.
            try probe.terminal.expect(screenContains: "open 1")
            try probe.type("0123456789abcdef")
            try probe.terminal.expect(
                screen: """
                    host › a
                    line: "a"
                    host › 0123456789abcdef
                    """
            )
            probe.ask("notice hello")
            try probe.terminal.press(.backspace, .backspace, .backspace)
            try probe.terminal.expect(
                screen: """
                    host › a
                    line: "a"
                    hello
                    host › 0123456789abc   open 1
                    """,
                cursor: (3, 20)
            )
        }

        @Test
        func `more notices than the queue holds are counted`() throws {
            let probe = try Probe(rows: 4)
            try probe.terminal.send("secret\r")
            try probe.terminal.expect(screenContains: "Token:")
            probe.ask("flood 1000")
            try probe.terminal.expect(screenContains: "flooded")
            try probe.terminal.send("abc\r")
            try probe.terminal.expect(screenContains: "flood 999\nhost ›")
            let shown = probe.terminal.screen.fullText
            #expect(shown.contains("secret: line(\"abc\")\n… 900 notices dropped\nflood 900\n"))
        }

        @Test
        func `notices from a time without a prompt come before the next`() throws {
            let probe = try Probe()
            try probe.terminal.send("secret\r")
            try probe.terminal.expect(screenContains: "Token:")
            probe.ask("notice meanwhile")
            probe.ask("wake")
            try probe.terminal.send("abc\r")
            try probe.terminal.expect(
                screen: """
                    host › secret
                    Token:
                    secret: line("abc")
                    meanwhile
                    host ›
                    """
            )
        }
    }
}
