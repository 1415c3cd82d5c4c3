import TestSupport
import Testing

/// Where an answer goes that is no regular file.
@Suite("Program: pipes and devices to save to", .timeLimit(.minutes(2)))
struct SpecialFileTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        // More than a pipe holds.
        let content = "\"\(String(repeating: "x", count: Self.size - 2))\""
        self.server = try FaultServer(.answerAndKeep(FaultScript.response(content: content)))
        let pipes = ["pipe", "ended"].map { "\(self.workspace.path)/\($0)" }
        _ = try ProcessRunner.run("/usr/bin/mkfifo", pipes)
    }

    private static let size = 320_000

    @Test(arguments: ["get / > pipe", "get / -o pipe", "get / -d -o pipe", "get / >> pipe"])
    func `a named pipe takes what its reader takes, whenever that comes`(_ line: String) throws {
        // `ended` lets the last line wait for the reader of `pipe`.
        let lines = [
            "base \(self.server.baseURL)", "!wc -c < pipe | cat > ended &", line,
            "get / > /dev/null",
            "!cat ended",
        ]
        let output = try self.workspace.run(lines: lines)
        #expect(output.standardOutput == "\(Self.size)\n", "\(output.standardError)")
        #expect(output.standardError.contains("2 · 200 OK"), "\(output.standardError)")
        let late = try self.workspace.run(
            lines: [
                "base \(self.server.baseURL)", "\(line) &", "get / > /dev/null", "!wc -c < pipe",
                "wait",
            ]
        )
        #expect(late.standardOutput == "\(Self.size)\n", "\(late.standardError)")
        #expect(try self.workspace.run(["-c", "!test -p pipe"]).status == .exited(0))
    }

    @Test func `a reader that leaves a full pipe behind ends the wait`() throws {
        for _ in 0..<20 {
            let output = try self.workspace.run(
                lines: [
                    "base \(self.server.baseURL)", "!sleep 0.05 < pipe &", "get / > pipe",
                ]
            )
            #expect(output.status == .exited(1))
            #expect(output.standardError.contains("Broken pipe"), "\(output.standardError)")
        }
    }

    @Test(arguments: ["get / > pipe", "get / -o pipe", "3x1 get / > pipe", "get / | $ > pipe"])
    func `^C ends the wait for a reader, and the shell goes on`(_ line: String) async throws {
        let terminal = try self.workspace.terminal([self.server.baseURL], columns: 140)
        try terminal.expectPrompt()
        try terminal.send("\(line)\r")
        // A repetition waits with its first content.
        await self.server.wait { $0.connections.flatMap(\.requests).count == 1 }
        try terminal.press(.control("c"))
        try terminal.expectPrompt()
        try terminal.send("get /next > /dev/null\r")
        try terminal.expect(screenContains: "\(line.hasPrefix("3x") ? 4 : 2) · 200 OK")
    }

    @Test(arguments: ["get / > pipe", "get / -o pipe", "again > pipe", "3x1 get / > pipe"])
    func `a wait for a reader is told`(_ line: String) throws {
        let terminal = try self.workspace.terminal([self.server.baseURL], columns: 140)
        try terminal.expectPrompt()
        try terminal.send("get / > /dev/null\r")
        try terminal.expectPrompt()
        try terminal.send("\(line)\r")
        try terminal.expect(screenContains: "pipe yet, so this waits; ^C ends it")
        try terminal.press(.control("c"))
        try terminal.expectPrompt()
    }

    @Test(arguments: [
        ("/dev/full", "No space left on device"), ("folder", "Is a directory"),
        ("socket", "No such device or address"),
    ])
    func `what takes nothing says so`(_ path: String, _ words: String) throws {
        _ = try self.workspace.run([
            "-c", "!mkdir folder",
            "-c", "!python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'",
        ])
        for line in ["get / > \(path)", "get / -o \(path)", "get / | $ > \(path)"] {
            let output = try self.workspace.run(
                lines: ["base \(self.server.baseURL)", line, "get / > /dev/null"],
                options: ["--set", "on-error=continue"]
            )
            #expect(output.standardError.contains(words), "\(line): \(output.standardError)")
            #expect(output.standardError.contains("2 · 200 OK"), "\(output.standardError)")
        }
    }

    @Test func `a device is not replaced by a download or a session file`() throws {
        _ = try self.workspace.run(["-c", "!ln -s /dev/null null"])
        let output = try self.workspace.run(
            lines: [
                "base \(self.server.baseURL)", "get / -d -o null", "save null", "get / > null",
            ],
            options: ["--set", "on-error=continue"]
        )
        #expect(output.standardError.contains("it is no regular file"), "\(output.standardError)")
        #expect(try self.workspace.run(["-c", "!test -c null"]).status == .exited(0))
    }
}
