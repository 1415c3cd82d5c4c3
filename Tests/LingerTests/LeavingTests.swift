import Glibc
import TestSupport
import Testing

@Suite("Program: leaving while jobs run", .timeLimit(.minutes(1)))
struct LeavingTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Starts the shell with a job that is under way.
    private func shell(on server: FaultServer) async throws -> PseudoTerminal {
        let terminal = try self.workspace.terminal([server.baseURL])
        try terminal.expect(screenContains: "›")
        try terminal.send("get /job > answer &\r")
        try terminal.expect(screenContains: "1 · GET /job · in the background")
        await server.wait { $0.connections.first?.requests.count == 1 }
        try terminal.expectPrompt()
        return terminal
    }

    @Test(arguments: ["quit", "TERM", "HUP"])
    func `a job that ends within its 2 s has its answer`(_ how: String) async throws {
        let gate = Gate()
        let server = try FaultServer(
            FaultScript([.readRequest, .waitFor(gate), .send(FaultScript.response()), .close])
        )
        let terminal = try await self.shell(on: server)
        switch how {
        case "TERM": terminal.signal(SIGTERM)
        case "HUP": terminal.signal(SIGHUP)
        default: try terminal.send("quit\r")
        }
        try terminal.expect(screenContains: "1 job has 2 s to end")
        gate.open()
        #expect(try terminal.waitForExit() == .exited(0))
        #expect(terminal.screen.text.contains("1 · GET /job · 200 OK"), "\(terminal.screen.text)")
        #expect(!terminal.screen.text.contains("aborted"))
        #expect(try self.workspace.text("answer") == "hello")
    }

    @Test
    func `one that does not is aborted, which is said`() async throws {
        let server = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        let terminal = try await self.shell(on: server)
        try terminal.send("quit\r")
        #expect(try terminal.waitForExit() == .exited(0))
        #expect(terminal.screen.text.contains("aborted: 1 · GET /job"), "\(terminal.screen.text)")
        await server.wait { $0.connections[0].end != nil }
    }

    @Test(arguments: ["\u{3}", "\u{4}", "quit\r", "TERM"])
    func `a second word aborts it at once`(_ keys: String) async throws {
        let server = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        let terminal = try await self.shell(on: server)
        let started = ContinuousClock.now
        try terminal.send("quit\r")
        try terminal.expect(screenContains: "a key aborts it now")
        if keys == "TERM" { terminal.signal(SIGTERM) } else { try terminal.send(keys) }
        try terminal.expect(screenContains: "aborted: 1 · GET /job")
        // Two seconds and more are what it would have had.
        #expect(started.duration(to: .now) < .seconds(2))
        #expect(try terminal.waitForExit() == .exited(0))
    }
}

@Suite("Program: in the background of another shell", .timeLimit(.minutes(1)))
struct BackgroundTests {
    private let workspace: Workspace
    private let server: FaultServer
    private let terminal: PseudoTerminal

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(.answerAndKeep())
        self.terminal = try PseudoTerminal(
            "/bin/bash",
            ["--norc", "--noprofile", "-i"],
            environment: self.workspace.environment.merging(["PS1": "outside$ "]) { $1 },
            columns: 100
        )
        try self.terminal.expect(screenContains: "outside$")
    }

    private func expectOuterPrompt() throws {
        try self.terminal.expect("the outer prompt") { screen in
            screen.text.contains("Stopped")
                && screen.lines[screen.cursorRow].hasPrefix("outside$")
        }
    }

    @Test(arguments: ["bg", "kill -CONT %1"])
    func `a shell that is continued there stops again, and fg has its line`(
        _ command: String
    ) throws {
        try self.terminal.send("\(try Workspace.program) \(self.server.baseURL)\r")
        try self.terminal.expect(screenContains: "127.0.0.1:\(self.server.port) ›")
        try self.terminal.send("get /aft")
        try self.terminal.expect(screenContains: "› get /aft")
        try self.terminal.press(.control("z"))
        try self.expectOuterPrompt()
        try self.terminal.send("clear; \(command); wait; jobs; echo still here\r")
        try self.terminal.expect(screenContains: "still here")
        try self.expectOuterPrompt()
        try self.terminal.send("fg\r")
        try self.terminal.expect("the half-typed line") { screen in
            screen.lines[screen.cursorRow].contains("› get /aft")
        }
        try self.terminal.send("er\r")
        try self.terminal.expect(screenContains: "1 · 200 OK")
    }

    @Test
    func `one that is started there waits for fg`() throws {
        try self.terminal.send("clear; \(try Workspace.program) \(self.server.baseURL) &\r")
        try self.terminal.send("wait; jobs; echo still here\r")
        try self.terminal.expect(screenContains: "still here")
        try self.expectOuterPrompt()
        try self.terminal.send("fg\r")
        try self.terminal.expect("the prompt") { screen in
            screen.lines[screen.cursorRow].hasPrefix("127.0.0.1:\(self.server.port) ›")
        }
        try self.terminal.send("get /\r")
        try self.terminal.expect(screenContains: "1 · 200 OK")
    }
}
