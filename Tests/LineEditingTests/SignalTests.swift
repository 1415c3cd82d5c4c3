import Glibc
import TestSupport
import Testing

extension TerminalTests {
    @Suite("Signals at the prompt")
    struct PromptSignals {
        @Test
        func `^C drops the line, wherever the cursor is`() throws {
            let probe = try Probe(columns: 20)
            try probe.type("0123456789abcdefgh")
            try probe.terminal.press(.home)
            try probe.terminal.expect("the cursor at the start") { $0.cursorColumn == 7 }
            try probe.terminal.press(.control("c"))
            try probe.terminal.expect(
                screen: """
                    host › 0123456789abc
                    defgh^C
                    interrupted
                    host ›
                    """,
                cursor: (3, 7)
            )
            try probe.terminal.send("x\r")
            try probe.terminal.expect(screenContains: #"line: "x""#)
        }

        @Test
        func `^D ends an empty line only`() throws {
            let probe = try Probe()
            try probe.type("ab")
            try probe.terminal.press(.control("d"), .backspace, .backspace, .control("d"))
            #expect(try probe.terminal.waitForExit() == .exited(0))
            #expect(probe.terminal.screen.text == "host › ^D\nend")
        }

        @Test
        func `^Z suspends, fg brings the half-typed line back`() throws {
            let probe = try Probe(columns: 60, shell: true)
            try probe.type("get /users")
            try probe.terminal.press(.left, .left)
            // ^Z throws keys away that are not yet read.
            try probe.terminal.expect("the cursor in the line") { $0.cursorColumn == 15 }
            try probe.terminal.press(.control("z"))
            try probe.terminal.expect(screenContains: "Stopped")
            try probe.terminal.send("stty -a | grep -o ' -\\?icanon'; echo visible\r")
            try probe.terminal.expect(screenContains: "icanon\nvisible")
            #expect(!probe.terminal.screen.text.contains("-icanon"))
            try probe.terminal.send("fg\r")
            try probe.terminal.expect("the line and the cursor in it") { screen in
                screen.lines[screen.cursorRow] == "host › get /users" && screen.cursorColumn == 15
            }
            try probe.terminal.send("X\r")
            try probe.terminal.expect(screenContains: #"line: "get /useXrs""#)
        }

        @Test
        func `a program that was stopped from outside draws its line again`() throws {
            let probe = try Probe(columns: 60, shell: true)
            try probe.type("get /users")
            probe.ask("stop")
            try probe.terminal.expect(screenContains: "Stopped")
            try probe.terminal.send("clear; fg\r")
            try probe.terminal.expect("the line again") { screen in
                !screen.text.contains("Stopped")
                    && screen.lines[screen.cursorRow] == "host › get /users"
            }
            try probe.terminal.send("!\r")
            try probe.terminal.expect(screenContains: #"line: "get /users!""#)
        }

        @Test
        func `^Z where nobody could continue is ignored`() throws {
            let probe = try Probe()
            try probe.type("abc")
            try probe.terminal.press(.control("z"))
            try probe.terminal.expect(screen: "host › abc\nhost › abc", cursor: (1, 10))
        }

        @Test
        func `the line is drawn anew as soon as the window has another size`() throws {
            let probe = try Probe(environment: ["PROBE_RIGHT": "open"], columns: 40)
            try probe.type("get /")
            try probe.terminal.expect(screen: "host › get /                     open 0")
            try probe.terminal.resize(rows: 12, columns: 30)
            try probe.terminal.expect(screen: "host › get /           open 0", cursor: (0, 12))
            try probe.terminal.resize(rows: 6, columns: 50)
            try probe.terminal.expect(
                screen: "host › get /                               open 0",
                cursor: (0, 12)
            )
            try probe.terminal.resize(rows: 6, columns: 18)
            try probe.terminal.expect(screen: "host › get /", cursor: (0, 12))
        }

        @Test
        func `a line that wraps otherwise in another window is still one line`() throws {
            let probe = try Probe(columns: 40)
            try probe.terminal.send("one\r")
            try probe.terminal.expect(screenContains: "line: \"one\"\nhost ›")
            try probe.type("0123456789abcdefghijklmnop")
            try probe.terminal.resize(rows: 12, columns: 20)
            probe.ask("notice narrow")
            try probe.terminal.expect(
                screen: """
                    host › one
                    line: "one"
                    narrow
                    host › 0123456789abc
                    defghijklmnop
                    """,
                cursor: (4, 13)
            )
            try probe.terminal.resize(rows: 8, columns: 60)
            probe.ask("notice wide")
            try probe.terminal.expect(
                screen: """
                    host › one
                    line: "one"
                    narrow
                    wide
                    host › 0123456789abcdefghijklmnop
                    """,
                cursor: (4, 33)
            )
        }

        @Test
        func `a request to end puts the terminal back`() throws {
            let probe = try Probe()
            try probe.type("half")
            probe.ask("end")
            #expect(try probe.terminal.waitForExit() == .exited(0))
            #expect(probe.terminal.screen.text.hasSuffix("end"))
            #expect(!probe.terminal.screen.marksPastes)
        }
    }

    @Suite("Waiting")
    struct Waiting {
        private func waitingProbe(shell: Bool = false, keys: Bool = false) throws -> Probe {
            let probe = try Probe(columns: 60, shell: shell)
            try probe.terminal.send(keys ? "keys\r" : "wait\r")
            try probe.terminal.expect(screenContains: "waiting")
            return probe
        }

        @Test(
            arguments: [
                ("open", "event: finished"), ("notice hi", #"event: notices(["hi"])"#),
                ("wake", "event: woken"), ("end", "event: endRequested"),
            ]
        )
        func `other threads wake the wait`(_ request: String, _ event: String) throws {
            let probe = try waitingProbe()
            probe.ask(request)
            try probe.terminal.expect(screenContains: event)
        }

        @Test
        func `^C interrupts the wait and not the program`() throws {
            let probe = try waitingProbe()
            try probe.terminal.press(.control("c"))
            try probe.terminal.expect(screenContains: "event: interrupted\nhost ›")
        }

        @Test
        func `a new size is told`() throws {
            let probe = try waitingProbe()
            try probe.terminal.resize(rows: 10, columns: 50)
            try probe.terminal.expect(screenContains: "event: resized")
        }

        @Test
        func `keys typed ahead come to the next prompt`() throws {
            let probe = try waitingProbe()
            try probe.terminal.send("get /next")
            try probe.terminal.expect(screenContains: "get /next")
            probe.ask("open")
            try probe.terminal.expect(screenContains: "event: finished\nhost › get /next")
        }

        @Test
        func `^Z suspends the wait, fg tells that it is resumed`() throws {
            let probe = try waitingProbe(shell: true)
            try probe.terminal.press(.control("z"))
            try probe.terminal.expect(screenContains: "Stopped")
            try probe.terminal.send("fg\r")
            try probe.terminal.expect(screenContains: "event: resumed")
            probe.ask("open")
            try probe.terminal.expect(screenContains: "event: finished")
        }

        @Test
        func `a key ends the wait where keys are asked for, unseen`() throws {
            let probe = try waitingProbe(keys: true)
            try probe.terminal.expectNoEcho()
            try probe.terminal.send("q")
            try probe.terminal.expect(screenContains: "event: key(113)\nhost ›")
            #expect(!probe.terminal.screen.lines.contains { $0.hasPrefix("q") })
        }

        @Test
        func `a secret is not shown, and ^C forgets it`() throws {
            let probe = try Probe()
            try probe.terminal.send("secret\r")
            try probe.terminal.expect(screenContains: "Token:")
            try probe.terminal.send("hunter2")
            try probe.terminal.press(.control("c"))
            try probe.terminal.expect(screenContains: "secret: interrupted")
            #expect(!String(decoding: probe.terminal.transcript, as: UTF8.self).contains("hunter"))
        }
    }
}
