import TestSupport
import Testing

/// Bytes that are no UTF-8 are the server's business.
@Suite("Program: the bytes of fields")
struct CookieBytesTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        let head = "HTTP/1.1 200 OK\r\nSet-Cookie: a=x"
        let rest = "\r\nSet-Cookie: u=\u{fc}\r\nSet-Cookie: esc=\u{9b}\r\nContent-Length: 0\r\n\r\n"
        let answer = Array(head.utf8) + [0xFF, 0x9B] + Array(rest.utf8)
        self.server = try FaultServer(.answerAndKeep(answer))
    }

    /// The values of the `Cookie` fields that the server got.
    private var received: [[UInt8]] {
        self.server.connections.flatMap(\.requests).compactMap { request in
            let lines = request.split(separator: UInt8(ascii: "\n"))
            let name = Array("Cookie: ".utf8)
            return lines.first { $0.starts(with: name) }.map { line in
                Array(line.dropFirst(name.count).filter { $0 != 0x0D })
            }
        }
    }

    private static let sent =
        Array("a=x".utf8) + [0xFF, 0x9B] + Array("; u=\u{fc}; esc=\u{9b}".utf8)

    @Test func `a cookie goes back as it came, byte for byte`() throws {
        let output = try self.workspace.run(
            lines: [
                "base \(self.server.baseURL)", "get /", "get /", "cookies save jar.txt",
                "cookies clear", "cookies load jar.txt", "get /",
            ],
            options: ["--set", "on-error=continue"]
        )
        #expect(self.received == [Self.sent, Self.sent], "\(output.standardError)")
    }

    @Test func `-s keeps the bytes`() throws {
        _ = try self.workspace.run(["-s", "./kept", "-c", "get \(self.server.baseURL)/"])
        _ = try self.workspace.run(["-s", "./kept", "-c", "get \(self.server.baseURL)/"])
        #expect(self.received == [Self.sent])
    }

    @Test func `the screen gets no control characters, and JSON is JSON`() throws {
        let terminal = try self.workspace.terminal([self.server.baseURL], columns: 140)
        try terminal.expectPrompt()
        try terminal.send("get / --verbose\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.send("cookies\r")
        try terminal.expectPrompt()
        let raw = [UInt8](terminal.transcript)
        #expect(!raw.contains(0xFF))
        #expect(raw.firstRange(of: [0xC2, 0x9B]) == nil)
        let objects = try self.workspace.json(
            lines: ["get \(self.server.baseURL)/", "cookies", "show 1"]
        )
        #expect(!objects.isEmpty)
    }
}
