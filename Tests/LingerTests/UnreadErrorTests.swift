import TestSupport
import Testing

/// Standard error whose reader takes its time.
@Suite("Program: a reader of standard error that does not read", .timeLimit(.minutes(2)))
struct UnreadErrorTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
        _ = try ProcessRunner.run("/usr/bin/mkfifo", ["\(self.workspace.path)/other"])
    }

    /// Runs lines, and reads their standard error with a program of the shell.
    private func run(_ lines: [String], reader: String) throws -> ProcessRunner.Output {
        let demo = try Demo(in: self.workspace)
        let words = ["base \(demo.baseURL)"] + lines
        let arguments = words.map { "-c '\($0)'" }.joined(separator: " ")
        return try ProcessRunner.run(
            "/bin/sh",
            ["-c", "\(try Workspace.program) \(arguments) 2>&1 >/dev/null | { \(reader); }"],
            environment: self.workspace.environment,
            directory: self.workspace.path,
            timeout: .seconds(60)
        )
    }

    @Test func `what it does not read holds up no connection`() throws {
        // Three thousand lines are more than a pipe holds; the other answer comes all the same.
        let output = try self.run(
            [
                "get /bytes/3000000 > other &",
                "# @expect status 404",
                "3000x2 get /status/200 > /dev/null",
            ],
            reader: "head -c 1; sleep 1; wc -c < other; grep -c FAILED"
        )
        #expect(output.standardOutput == "13000000\n3000\n", "\(output.standardOutput)")
    }

    @Test func `what waits for it is written before the end`() throws {
        let output = try self.run(
            ["# @expect status 404", "2000x2 get /status/200 > /dev/null"],
            reader: "sleep 1; grep -cE 'FAILED|requests'"
        )
        // The last line says which connections carried how many requests.
        #expect(output.standardOutput == "2001\n", "\(output.standardOutput)")
    }
}
