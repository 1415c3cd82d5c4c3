import TestSupport
import Testing

extension TerminalTests {
    @Suite("History keys")
    struct HistoryKeys {
        @Test
        func `Up and Down walk through entries that begin like the line`() throws {
            let probe = try Probe(history: "get /a\nput /b\nget /c\n")
            try probe.terminal.press(.up)
            try probe.terminal.expect(screen: "host › get /c", cursor: (0, 13))
            try probe.terminal.press(.down)
            try probe.terminal.expect(screen: "host ›", cursor: (0, 7))
            try probe.terminal.send("put")
            try probe.terminal.press(.up)
            try probe.terminal.expect(screen: "host › put /b", cursor: (0, 13))
            try probe.terminal.press(.control("u"))
            try probe.terminal.send("get")
            try probe.terminal.press(.up, .up)
            try probe.terminal.expect(screen: "host › get /a", cursor: (0, 13))
            try probe.terminal.press(.down, .down)
            try probe.terminal.expect(screen: "host › get", cursor: (0, 10))
        }

        @Test
        func `^R searches while a notice comes`() throws {
            let probe = try Probe(history: "get /users\nput /users\nsockets\n")
            try probe.terminal.press(.control("r"))
            try probe.terminal.send("get")
            try probe.terminal.expect("the entry") { $0.lines[0] == "host › get /users" }
            probe.ask("notice hello")
            try probe.terminal.expect("the notice above the entry") {
                $0.text.hasPrefix("hello\nhost › get /users\n")
            }
            try probe.terminal.press(.enter)
            try probe.terminal.expect(screenContains: #"line: "get /users""#)
        }

        @Test
        func `a search is left by ^C`() throws {
            let probe = try Probe(history: "get /users\n")
            try probe.terminal.press(.control("r"))
            try probe.terminal.send("use")
            try probe.terminal.expect(screenContains: "get /users")
            try probe.terminal.press(.control("c"))
            try probe.terminal.expect(screenContains: "interrupted\nhost ›")
        }

        @Test
        func `lines are appended to the file, those that begin with a blank are not`() throws {
            let probe = try Probe(history: "get /old\n")
            for line in ["get /1", "get /1", " secret", "put /2"] {
                try probe.terminal.send(line + "\r")
                try probe.terminal.expect(screenContains: "line: \"\(line)\"")
            }
            try probe.terminal.send("a \"b")
            try probe.terminal.press(.enter)
            try probe.terminal.send("c\"\r")
            try probe.terminal.expect(screenContains: "line: \"a")
            try probe.terminal.send("quit\r")
            #expect(try probe.terminal.waitForExit() == .exited(0))
            let content = try readFile(probe.historyPath)
            #expect(content == "get /old\nget /1\nput /2\na \"b\\nc\"\n")
            #expect(permissions(probe.historyPath) == 0o600)
        }

        @Test
        func `an entry of several lines comes back as it was`() throws {
            let probe = try Probe(history: "one\nPOST /x\\n\\n{}\n")
            try probe.terminal.press(.up)
            try probe.terminal.expect(screen: "host › POST /x\n\n{}", cursor: (2, 2))
            try probe.terminal.press(.up, .up, .up)
            try probe.terminal.expect(screen: "host › one", cursor: (0, 10))
        }

        @Test
        func `ten thousand entries are no burden`() throws {
            let history = (0..<10_000).map { "get /users/\($0)\n" }.joined()
            let probe = try Probe(history: history)
            try probe.terminal.send("get /users/1234")
            try probe.terminal.press(.up)
            try probe.terminal.send("!\r")
            try probe.terminal.expect(screenContains: "line: \"get /users/1234!\"")
            try probe.terminal.send("count\r")
            try probe.terminal.expect(screenContains: "entries: 10000")
        }
    }
}
