import Glibc
import HTTPModel
import TestSupport
import Testing

@Suite("Program: ^C, and signals from outside", .timeLimit(.minutes(1)))
struct InterruptTests {
    private let workspace: Workspace
    /// Answers the first request of its first connection, the second never.
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(
            .onFirst(FaultScript.answering(times: 1) + [.readRequest, .waitForClose])
        )
    }

    /// Starts the shell and has one request answered.
    private func shell() throws -> PseudoTerminal {
        let terminal = try self.workspace.terminal([self.server.baseURL])
        try terminal.expect(screenContains: "›")
        try terminal.send("get /quick\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.expectPrompt()
        return terminal
    }

    @Test(arguments: [
        // With `exec`, because dash loses a signal that comes between its vfork and the exec.
        "sleep 100", "!echo ready; exec sleep 100", "| echo ready; exec sleep 100",
        "!echo ready; exec cat",
    ])
    func `^C ends a command, without another word, and the shell goes on`(
        _ line: String
    ) throws {
        let terminal = try self.shell()
        try terminal.send("\(line)\r")
        try terminal.expect(screenContains: "› \(line)")
        try terminal.expect("the child") { screen in
            screen.lines[screen.cursorRow].isEmpty
                && (!line.contains("ready") || screen.lines.contains("ready"))
        }
        try terminal.press(.control("c"))
        try terminal.expectPrompt()
        #expect(!terminal.screen.text.contains("error"), "\(terminal.screen.text)")
        try terminal.send("echo on\r")
        try terminal.expect("the answer") { $0.lines.contains("on") }
    }

    @Test
    func `a child that has the terminal decides what ^C means`() throws {
        let terminal = try self.shell()
        try self.workspace.write(
            "child",
            "trap 'echo caught' INT; echo ready; read line; echo \"line: $line\"\n"
        )
        // The shell that reads on after a trap is bash.
        try terminal.send("!bash child\r")
        try terminal.expect("the child") { $0.lines.contains("ready") }
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "caught")
        try terminal.send("typed\r")
        try terminal.expect("the rest of the child") { screen in
            screen.lines.contains("line: typed")
        }
        try terminal.expectPrompt()
    }

    @Test
    func `^C ends a repetition, which says how far it came`() async throws {
        let terminal = try self.shell()
        try terminal.send("20x1 get /held\r")
        await self.server.wait { $0.connections[0].requests.count == 2 }
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "2–21 · 0 of 20")
        try terminal.expectPrompt()
    }

    @Test
    func `^C ends waiting for a job, not the job`() async throws {
        let terminal = try self.shell()
        try terminal.send("get /held &\r")
        await self.server.wait { $0.connections[0].requests.count == 2 }
        try terminal.expectPrompt()
        try terminal.send("wait\r")
        try terminal.expect("a line below") { $0.lines[$0.cursorRow].isEmpty }
        try terminal.press(.control("c"))
        try terminal.expectPrompt()
        #expect(self.server.connections[0].end == nil)
        try terminal.send("cancel 2\r")
        try terminal.expect(screenContains: "2 · GET /held · failed · cancelled")
        await self.server.wait { $0.connections[0].end == .clientClosed }
    }

    @Test
    func `^C where a secret is asked for sends nothing`() throws {
        let terminal = try self.shell()
        try terminal.send("get /x X-Api-Key:{{$secret key}}\r")
        try terminal.expect(screenContains: "\nkey:")
        try terminal.send("s3cr")
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "the secret key was not entered")
        try terminal.expectPrompt()
        #expect(!terminal.screen.fullText.contains("s3cr"))
        #expect(self.server.connections.flatMap(\.requests).count == 1)
    }

    @Test
    func `a secret is asked for once, and is never shown`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.workspace.terminal([server.baseURL])
        try terminal.expect(screenContains: "›")
        for number in 1...2 {
            try terminal.send("get /x X-Api-Key:{{$secret key}}\r")
            if number == 1 {
                try terminal.expect(screenContains: "\nkey:")
                try terminal.send("s3cret\r")
            }
            try terminal.expect(screenContains: "\(number) · 200 OK")
        }
        #expect(!String(decoding: terminal.transcript, as: UTF8.self).contains("s3cret"))
        let requests = server.connections.flatMap(\.requestTexts)
        #expect(requests.count == 2)
        #expect(requests.allSatisfy { $0.hasField("X-Api-Key: s3cret") })
    }

    @Test(arguments: ["quit\r", "\u{4}"])
    func `leaving cancels the jobs`(_ keys: String) async throws {
        let terminal = try self.shell()
        try terminal.send("get /held &\r")
        await self.server.wait { $0.connections[0].requests.count == 2 }
        try terminal.expectPrompt()
        // The terminal loses a ^D that comes just before the prompt reads keys: a person presses it
        // again.
        var status: TestSupport.ExitStatus?
        for _ in 0..<5 where status == nil {
            try? terminal.send(keys)
            status = try? terminal.waitForExit(within: .seconds(4))
        }
        #expect(status == .exited(0))
        await self.server.wait { $0.connections[0].end != nil }
    }

    @Test(arguments: [SIGHUP, SIGTERM])
    func `a terminal that goes away ends the shell, also during a request`(
        _ signal: CInt
    ) async throws {
        let terminal = try self.shell()
        try terminal.send("get /held\r")
        await self.server.wait { $0.connections[0].requests.count == 2 }
        terminal.signal(signal)
        _ = try terminal.waitForExit()
        await self.server.wait { $0.connections[0].end != nil }
        let history = try self.workspace.text("\(self.workspace.state)/linger/history")
        #expect(history.contains("get /held"))
    }
}
