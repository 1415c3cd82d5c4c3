import TestSupport
import Testing

/// Standard output whose reader takes its time.
@Suite("Program: a reader of standard output that does not read", .timeLimit(.minutes(2)))
struct UnreadOutputTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        let content = String(repeating: "x", count: Self.size)
        self.server = try FaultServer(.answerAndKeep(FaultScript.response(content: content)))
        _ = try ProcessRunner.run("/usr/bin/mkfifo", ["\(self.workspace.path)/other"])
    }

    /// More than the pipe, what waits for it and the sockets hold together.
    private static let size = 12_000_000

    /// Runs lines, and reads what they print with a program of the shell.
    private func run(_ lines: [String], reader: String) throws -> ProcessRunner.Output {
        let words = ["base \(self.server.baseURL)"] + lines
        let arguments = words.map { "-c '\($0)'" }.joined(separator: " ")
        return try ProcessRunner.run(
            "/bin/sh",
            ["-c", "\(try Workspace.program) \(arguments) | { \(reader); }"],
            environment: self.workspace.environment,
            directory: self.workspace.path,
            timeout: .seconds(60)
        )
    }

    @Test func `what it does not read holds up no other connection`() throws {
        // The first byte of one answer has come, and is not read on, before the other is.
        let output = try self.run(
            ["get /other > other &", "get /"],
            reader: "head -c 1; wc -c < other; wc -c"
        )
        #expect(
            output.standardOutput == "x\(Self.size)\n\(Self.size - 1)\n",
            "\(output.standardOutput)\(output.standardError)"
        )
    }

    @Test func `what it does not read is not gathered in memory`() throws {
        // Nobody reads until the server has been asked to end what it cannot send.
        let output = try self.run(["get / --timeout 0.5"], reader: "head -c 1; sleep 1; wc -c")
        #expect(output.standardError.contains("timed out"), "\(output.standardError)")
        let counted = output.standardOutput.split(separator: "\n").first?.dropFirst()
        let count = try #require(counted.flatMap { Int($0) }, "\(output.standardOutput)")
        #expect((65_000...1_000_000).contains(count), "\(output.standardOutput)")
    }

    @Test(arguments: [["get /"], ["get / > /dev/null", "again"]])
    func `what nobody reads any more ends, and nothing is said of it`(_ lines: [String]) throws {
        let output = try self.run(
            ["set show body"] + lines + ["get /never"],
            reader: "head -c 1"
        )
        #expect(output.standardOutput == "x")
        #expect(output.standardError.isEmpty, "\(output.standardError)")
        #expect(self.server.connections.flatMap(\.requests).count == lines.count)
    }

    @Test func `a repetition as JSON Lines holds up no other connection`() throws {
        let output = try self.run(
            ["get /other > other &", "set format jsonl", "4x1 get /", "set format auto"],
            reader: "head -c 1; wc -c < other; grep -c exchange"
        )
        #expect(output.standardOutput.hasPrefix("{\(Self.size)\n"), "\(output.standardOutput)")
        #expect(output.standardOutput.hasSuffix("\n5\n"), "\(output.standardOutput)")
    }
}
