import TestSupport
import Testing

@Suite("Program: watch")
struct WatchTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test func `it redraws in place, ends on a key, and the key is not typed`() throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(["--no-rc", demo.baseURL], rows: 30)
        try terminal.expectPrompt()
        try terminal.send("get /slow?ms=60000 &\r")
        try terminal.expect(screenContains: "in the background")
        try terminal.expectPrompt()
        try terminal.send("watch 50ms pool\r")
        try terminal.expect(screenContains: "1 open: 1 busy")
        // Another connection appears in the same picture: it is drawn over, not below.
        try terminal.expect(screenContains: "GET /slow?ms=60000")
        try terminal.send("q")
        try terminal.expectPrompt()
        #expect(terminal.screen.lines.filter { $0.contains("1 open: 1 busy") }.count == 1)
        #expect(!terminal.screen.lines.contains { $0.hasSuffix("› q") })
        try terminal.send("quit\r")
    }

    @Test func `without a terminal pictures follow each other`() throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: ["base \(demo.baseURL)", "get /small > /dev/null", "watch --count 3 20ms pool"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let lines = output.standardOutput.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("1 open: 1 idle") }.count == 3)
    }

    @Test(arguments: ["sockets", "stats", "lanes", "pool"])
    func `as JSON it is one object a time`(subject: String) throws {
        let demo = try Demo(in: self.workspace)
        let lines = try self.workspace.json(
            lines: ["base \(demo.baseURL)", "get /small", "watch --count 2 20ms \(subject)"]
        )
        #expect(lines.count == 3)
    }

    @Test(arguments: ["watch", "watch nothing", "watch 1ms pool", "watch --count 0 pool"])
    func `what cannot be watched is refused`(line: String) throws {
        #expect(try self.workspace.run(lines: [line]).status == .exited(2))
    }
}
