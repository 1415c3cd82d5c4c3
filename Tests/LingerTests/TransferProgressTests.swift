import Glibc
import HTTPModel
import TestSupport
import Testing

@Suite("Program: progress of uploads and downloads", .timeLimit(.minutes(1)))
struct TransferProgressTests {
    private static let length = 64 << 20
    private static let chunk = [UInt8](repeating: 0x61, count: 1 << 20)

    private let workspace: Workspace
    private let gate = Gate()

    init() throws {
        self.workspace = try Workspace()
    }

    /// A server that takes a second over the first bytes, some more, and the rest when the gate
    /// opens.
    private func receiver() throws -> FaultServer {
        try FaultServer(
            .onFirst([
                .readHead, .send("HTTP/1.1 100 Continue\r\n\r\n"), .discardBytes(1 << 20),
                .pause(.milliseconds(1_200)), .discardBytes(31 << 20), .waitFor(self.gate),
                .discardBytes(Self.length - (32 << 20)), .send(FaultScript.response()),
                .waitForClose,
            ])
        )
    }

    /// The same the other way.
    private func sender() throws -> FaultServer {
        try FaultServer(
            .onFirst([
                .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: \(4 << 20)\r\n\r\n"),
                .send(Self.chunk), .pause(.milliseconds(1_200)), .send(Self.chunk),
                .waitFor(self.gate), .send(Self.chunk), .send(Self.chunk), .waitForClose,
            ])
        )
    }

    private func makeFile() throws {
        let path = try self.workspace.write("big", "")
        #expect(truncate(path, Self.length) == 0)
    }

    @Test func `an upload of more than a second shows how far it is`() throws {
        try self.makeFile()
        let server = try self.receiver()
        let terminal = try self.workspace.terminal([server.baseURL])
        try terminal.expect(screenContains: "›")
        try terminal.send("put / < big\r")
        try terminal.expect("the bar") { screen in
            let line = screen.lines[screen.cursorRow]
            return line.hasPrefix("↑ ━") && line.contains(" of 67.1 MB · ")
                && line.contains("/s · ") && line.hasSuffix("left")
        }
        self.gate.open()
        try terminal.expect(screenContains: "1 · 200 OK")
        #expect(!terminal.screen.text.contains("↑"))
    }

    @Test func `a download of more than a second shows how far it is`() throws {
        let server = try self.sender()
        let terminal = try self.workspace.terminal([server.baseURL])
        try terminal.expect(screenContains: "›")
        try terminal.send("get / > big\r")
        try terminal.expect("the bar") { screen in
            let line = screen.lines[screen.cursorRow]
            return line.hasPrefix("↓ ━") && line.contains(" of 4.2 MB · ")
                && line.contains("/s · ") && line.hasSuffix("left")
        }
        self.gate.open()
        try terminal.expect(screenContains: "1 · 200 OK")
        #expect(!terminal.screen.text.contains("↓"))
        #expect(try self.workspace.read("big").count == 4 << 20)
    }

    @Test(arguments: ["put / < big", "get / > got"])
    func `^C ends a transfer and takes its bar away, and the shell goes on`(
        _ line: String
    ) async throws {
        try self.makeFile()
        let server = line.hasPrefix("put") ? try self.receiver() : try self.sender()
        let terminal = try self.workspace.terminal([server.baseURL])
        try terminal.expect(screenContains: "›")
        try terminal.send("\(line)\r")
        try terminal.expect("the bar") { $0.lines[$0.cursorRow].contains(" · ") }
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "cancelled")
        try terminal.expectPrompt()
        self.gate.open()
        await server.wait { $0.connections[0].end != nil }
        try terminal.send("get /next\r")
        try terminal.expect(screenContains: "2 · 200 OK")
        #expect(!terminal.screen.text.contains("━"))
        #expect(!self.workspace.exists("got"))
    }

    @Test(arguments: ["put / < big", "get / > got"])
    func `without a terminal there is no bar`(_ line: String) throws {
        try self.makeFile()
        self.gate.open()
        let server = line.hasPrefix("put") ? try self.receiver() : try self.sender()
        let output = try self.workspace.run(lines: ["base \(server.baseURL)", line])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(!output.standardError.contains("━") && !output.standardError.contains("\r"))
    }
}
