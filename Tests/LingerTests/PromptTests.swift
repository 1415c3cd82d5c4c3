import Glibc
import HTTPModel
import TestSupport
import Testing

@Suite("Program: at a terminal")
struct PromptTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Starts the shell on a server and waits for its prompt.
    private func shell(on server: FaultServer, rows: Int = 24) throws -> PseudoTerminal {
        let terminal = try self.workspace.terminal([server.baseURL], rows: rows)
        try terminal.expect(screenContains: "127.0.0.1:\(server.port) ›")
        try terminal.expectPrompt()
        return terminal
    }

    @Test
    func `the prompt names the base, and at its right the open connections`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.shell(on: server)
        try terminal.send("get /\r")
        try terminal.expect("the right prompt") { screen in
            screen.lines.contains {
                $0.hasPrefix("127.0.0.1:\(server.port) ›") && $0.hasSuffix("1 open")
            }
        }
        try terminal.send("cd api\r")
        try terminal.expect(screenContains: "127.0.0.1:\(server.port)/api ›")
    }

    @Test
    func `an answer is shown with its head, laid out, and its connection`() throws {
        let server = try FaultServer(
            .answerAndKeep(
                FaultScript.response(
                    fields: ["Content-Type: application/json"],
                    content: #"{"b":1.50,"a":[true]}"#
                )
            )
        )
        let terminal = try self.shell(on: server)
        try terminal.send("get /\r")
        try terminal.expect(screenContains: "#1 new: first to this origin")
        let expected = """
            HTTP/1.1 200 OK
            Content-Type: application/json
            Content-Length: 21

            {
              "b": 1.50,
              "a": [
                true
              ]
            }
            1 · 200 OK · 21 B · 
            """
        #expect(terminal.screen.text.contains(expected), "\(terminal.screen.text)")
    }

    @Test(.timeLimit(.minutes(1)))
    func `^C cancels a request, says what became of its connection, and the shell goes on`()
        async throws
    {
        let gate = Gate()
        let server = try FaultServer(
            .onFirst(FaultScript.answering(times: 1) + [.readRequest, .waitFor(gate)])
        )
        let terminal = try self.shell(on: server)
        try terminal.send("get /quick\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.send("get /slow\r")
        await server.wait { $0.connections[0].requests.count == 2 }
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "2 · failed · cancelled")
        try terminal.expect(screenContains: "#1 was closed: a response was still to come on it")
        gate.open()
        try terminal.send("get /after\r")
        try terminal.expect(screenContains: "3 · 200 OK")
        #expect(terminal.screen.text.contains("#2 new: #1 closed: its request was cancelled"))
        try terminal.expectPrompt()
        try terminal.press(.control("d"))
        #expect(try terminal.waitForExit() == .exited(0))
    }

    @Test
    func `^C at the prompt drops the line`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.shell(on: server)
        try terminal.send("post /drop a=1")
        try terminal.expect(screenContains: "post /drop a=1")
        try terminal.press(.control("c"))
        try terminal.expect("a new prompt") { screen in
            screen.lines.count { $0.hasPrefix("127.0.0.1:\(server.port) ›") } == 2
        }
        try terminal.send("get /kept\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        #expect(server.connections.flatMap(\.requestTexts).count == 1)
    }

    @Test(arguments: ["\u{4}", "quit\r", "exit\r"])
    func `^D, quit and exit leave`(_ keys: String) throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.shell(on: server)
        try terminal.send(keys)
        #expect(try terminal.waitForExit() == .exited(0))
    }

    @Test
    func `^Z gives the terminal to the shell around, and fg brings the session back`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try PseudoTerminal(
            "/bin/bash",
            ["--norc", "--noprofile", "-i"],
            environment: self.workspace.environment.merging(["PS1": "outside$ "]) { $1 },
            columns: 100
        )
        try terminal.expect(screenContains: "outside$")
        try terminal.send("\(try Workspace.program) \(server.baseURL)\r")
        try terminal.expect(screenContains: "127.0.0.1:\(server.port) ›")
        try terminal.send("get /before\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.expectPrompt()
        try terminal.send("get /aft")
        try terminal.expect(screenContains: "› get /aft")
        try terminal.press(.control("z"))
        try terminal.expect("the outer prompt") { screen in
            screen.text.contains("Stopped")
                && screen.lines[screen.cursorRow].hasPrefix("outside$")
        }
        try terminal.send("fg\r")
        try terminal.expect("the half-typed line") { screen in
            screen.lines[screen.cursorRow].contains("› get /aft")
        }
        try terminal.send("er\r")
        try terminal.expect(screenContains: "2 · 200 OK")
        #expect(terminal.screen.text.contains("#1 reused (2nd request"))
        #expect(server.connections.map(\.requests.count) == [2])
    }

    @Test
    func `the key of SIGQUIT means nothing, at the prompt and during a request`() async throws {
        let gate = Gate()
        let server = try FaultServer(
            FaultScript([.readRequest, .waitFor(gate), .send(FaultScript.response()), .close])
        )
        let terminal = try self.shell(on: server)
        try terminal.send("get /ha")
        try terminal.expect(screenContains: "› get /ha")
        try terminal.press(.control("\\"))
        try terminal.send("lf\r")
        await server.wait { $0.connections.first?.requests.count == 1 }
        try terminal.press(.control("\\"))
        gate.open()
        try terminal.expect(screenContains: "1 · 200 OK")
        #expect(terminal.screen.text.contains("› get /half"), "\(terminal.screen.text)")
    }

    @Test
    func `several pasted lines wait for Enter`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.shell(on: server)
        try terminal.expect("marked pastes") { $0.marksPastes }
        try terminal.paste("get /one\nget /two\n")
        try terminal.expect(screenContains: "get /two")
        #expect(server.connections.isEmpty)
        try terminal.press(.enter)
        try terminal.expect(screenContains: "2 · 200 OK")
        let targets = server.connections.flatMap(\.requestTexts).map { $0.prefix(8) }
        #expect(targets == ["GET /one", "GET /two"])
    }

    @Test
    func `an error has a caret, and the shell goes on`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.shell(on: server)
        try terminal.send("get / --folow\r")
        try terminal.expect(screenContains: "did you mean `--follow`?")
        #expect(
            terminal.screen.text.contains(
                """
                error: unknown option `--folow`
                  | get / --folow
                  |       ^~~~~~~ did you mean `--follow`?
                """
            )
        )
        try terminal.send("bogus\r")
        try terminal.expect(screenContains: "no command or method is called `bogus`")
        try terminal.send("get /\r")
        try terminal.expect(screenContains: "1 · 200 OK")
    }

    @Test
    func `a unique prefix of a command is enough at the prompt`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.shell(on: server)
        try terminal.send("hea\r")
        try terminal.expect(screenContains: "Accept-Encoding")
    }

    @Test
    func `history outlives the session, in a file of its owner alone, without secrets`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.shell(on: server)
        let lines = [
            "get /remembered", "auth bearer t0psecret", "get / -a ann:t0psecret",
            "@token = t0psecret", "Authorization: Bearer t0psecret",
            "post /login password=t0psecret",
            "Cookie: a=t0psecret", "X-Api-Key: t0psecret", " get /leading-blank",
        ]
        for line in lines {
            try terminal.send("\(line)\r")
        }
        try terminal.send("echo the end\r")
        try terminal.expect("the end") { $0.lines.contains("the end") }
        try terminal.expectPrompt()
        try terminal.press(.control("d"))
        #expect(try terminal.waitForExit() == .exited(0))
        let path = "\(self.workspace.state)/linger/history"
        let history = try self.workspace.text(path)
        #expect(Workspace.permissions(path) == 0o600)
        #expect(history.contains("get /remembered"))
        #expect(!history.contains("t0psecret"), "\(history)")
        #expect(!history.contains("leading-blank"))
        let again = try self.shell(on: server)
        try again.press(.up, .up)
        try again.expect("the line before the last") { screen in
            screen.lines[screen.cursorRow].contains("{{$secret")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the end of a background request is told above a half-typed line`() async throws {
        let gate = Gate()
        let server = try FaultServer(
            .onFirst([.readRequest, .waitFor(gate), .send(FaultScript.response()), .waitForClose])
        )
        let terminal = try self.shell(on: server)
        try terminal.send("get /slow &\r")
        try terminal.expect(screenContains: "1 · GET /slow · in the background")
        await server.wait { $0.connections.first?.requests.count == 1 }
        try terminal.expectPrompt()
        try terminal.send("get /half")
        try terminal.expect(screenContains: "› get /half")
        gate.open()
        try terminal.expect(screenContains: "1 · GET /slow · 200 OK · 5 B · ")
        try terminal.expect("the line below the notice, intact") { screen in
            let row = screen.cursorRow
            let line = screen.lines[row]
            let prompt = "127.0.0.1:\(server.port) › get /half"
            return line.hasPrefix(prompt) && screen.cursorColumn == prompt.count
                && screen.lines[..<row].contains { $0.hasPrefix("1 · GET /slow · 200 OK") }
                && screen.lines.count { $0.contains("get /half") } == 1
        }
        #expect(!terminal.screen.text.contains("hello"))
    }
}

@Suite("Program: a server that closes idle connections")
struct IdleCloseTests {
    @Test(.timeLimit(.minutes(1)))
    func `it is told above a half-typed line, and the next request says why it is new`() throws {
        let workspace = try Workspace()
        let demo = try Demo(in: workspace)
        let host = demo.baseURL.dropFirst("http://".count)
        let terminal = try workspace.terminal([demo.baseURL], rows: 20)
        try terminal.expect(screenContains: "\(host) ›")
        try terminal.send("get /small?idle=1\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        #expect(!terminal.screen.text.lowercased().contains("keep-alive"))
        try terminal.expectPrompt()
        try terminal.send("get /us")
        try terminal.expect(screenContains: "› get /us")
        try terminal.press(.left)
        let prompt = "\(host) › get /us"
        try terminal.expect("the notice, and the half-typed line below it, intact") { screen in
            let row = screen.cursorRow
            guard row > 0 else { return false }
            // A second, as far as timers keep it: `998 ms` or `1.0 s`.
            let notice = screen.lines[row - 1]
            return notice.hasPrefix("· #1 closed by peer after ") && notice.hasSuffix(" idle")
                && screen.lines[row].hasPrefix(prompt)
                && screen.cursorColumn == prompt.count - 1
                && screen.lines.count { $0.contains("get /us") } == 1
        }
        try terminal.press(.end)
        try terminal.send("ers/7\r")
        try terminal.expect(screenContains: "#2 new: #1 closed by peer after ")
        try terminal.expect("the open connections") { screen in
            screen.lines[screen.cursorRow].hasSuffix("1 open")
        }
    }
}
