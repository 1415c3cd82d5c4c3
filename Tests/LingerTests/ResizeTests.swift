import HTTPModel
import TestSupport
import Testing

@Suite("Program: the pool resized while requests run")
struct ResizeTests {
    private let workspace: Workspace
    /// Eight requests are answered when the gate opens; later ones, at once.
    private let gate = Gate()
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(
            FaultScript(
                [.readRequest, .waitFor(self.gate), .send(FaultScript.response())]
                    + FaultScript.answering()
            )
        )
    }

    @Test(.timeLimit(.minutes(1)))
    func `a smaller pool cuts nothing off, and a ninth request waits`() async throws {
        let terminal = try self.workspace.terminal(
            [self.server.baseURL],
            rows: 60,
            columns: 200
        )
        try terminal.expect(screenContains: "›")
        for number in 1...8 {
            try terminal.send("get /held/\(number) &\r")
            try terminal.expect(
                screenContains: "\(number) · GET /held/\(number) · in the background"
            )
        }
        await self.server.wait { $0.connections.count == 8 }
        await self.server.wait { $0.connections.allSatisfy { $0.requests.count == 1 } }
        try terminal.send("pool size 3\r")
        try terminal.expect(screenContains: "pool.size 10 → 3 · open 8: 8 busy, 0 idle")
        try terminal.send("get /ninth &\r")
        try terminal.expect(screenContains: "8 busy · 1 waiting")
        #expect(self.server.connections.count == 8)
        self.gate.open()
        try terminal.expect(screenContains: "9 · GET /ninth · 200 OK")
        try terminal.expect("eight ends") { screen in
            (1...8).allSatisfy { screen.text.contains("\($0) · GET /held/\($0) · 200 OK") }
        }
        let text = terminal.screen.lines.joined()
        let ninth = try #require(text.firstRange(of: "9 · GET /ninth · 200 OK"))
        let rest = text[ninth.upperBound...].prefix(400)
        #expect(rest.contains(" reused (2nd request) · waited "), "\(rest)")
        #expect(rest.contains(": size 3 reached, #1 busy with GET /held/1, "), "\(rest)")
        // Five were one too many; none was cut off, and linger closed them itself.
        await self.server.wait { $0.connections.count { $0.end == .clientClosed } == 5 }
        try terminal.send("pool\r")
        try terminal.expect(screenContains: "3 open")
        #expect(self.server.connections.count == 8)
        try terminal.expectPrompt()
        try terminal.press(.control("d"))
        #expect(try terminal.waitForExit() == .exited(0))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a larger pool lets waiting requests go at once`() async throws {
        let terminal = try self.workspace.terminal(
            ["--set", "pool.size=3", self.server.baseURL],
            rows: 50
        )
        try terminal.expect(screenContains: "›")
        for number in 1...8 {
            try terminal.send("get /held/\(number) &\r")
            try terminal.expect(
                screenContains: "\(number) · GET /held/\(number) · in the background"
            )
        }
        await self.server.wait { $0.connections.count { $0.requests.count == 1 } == 3 }
        try terminal.send("pool size 6\r")
        try terminal.expect(screenContains: "pool.size 3 → 6")
        // None of the three has been answered, so the next three are new connections.
        await self.server.wait { $0.connections.count { $0.requests.count == 1 } == 6 }
        #expect(!self.gate.isOpen)
        self.gate.open()
        try terminal.expect("eight ends") { screen in
            (1...8).allSatisfy { screen.text.contains("\($0) · GET /held/\($0) · 200 OK") }
        }
        #expect(self.server.connections.map(\.requests.count).reduce(0, +) == 8)
        #expect(self.server.connections.count == 6)
    }

    @Test(.timeLimit(.minutes(1)))
    func `idle connections close at once when the pool shrinks`() async throws {
        // The third connection lets the answers go, so there are three of them.
        let gate = Gate()
        let server = try FaultServer(
            FaultScript { index in
                [.readRequest] + (index == 2 ? [.open(gate)] : []) + [.waitFor(gate)]
                    + [.send(FaultScript.response()), .waitForClose]
            }
        )
        let lines = [
            "base \(server.baseURL)", "get / &", "get / &", "get / &", "wait", "pool size 1",
            "pool", "sockets --closed",
        ]
        let objects = try self.workspace.json(lines: lines)
        #expect(objects.ofType("pool").last?.text("open") == "1")
        let closed = objects.ofType("connection").filter { $0.text("state") == "closed" }
        #expect(closed.map { $0.text("closeReason") } == ["shrunk", "shrunk"])
        await server.wait { $0.connections.allSatisfy { $0.end == .clientClosed } }
        #expect(server.connections.count == 3)
    }

    @Test
    func `the example of a live resize runs to its end`() throws {
        let demo = try Demo(in: self.workspace)
        let example = try self.workspace.text(repositoryFile("examples/pool.linger"))
            .replacing("http://127.0.0.1:8080", with: demo.baseURL)
        try self.workspace.write("pool.linger", example)
        let output = try self.workspace.run(["-f", "pool.linger"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("pool.size 3 → 6"))
        #expect(output.standardError.contains("size 3 reached"))
    }
}

/// The path of a file of the repository.
func repositoryFile(_ path: String, from source: String = #filePath) -> String {
    let folder = source.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(folder)/\(path)"
}
