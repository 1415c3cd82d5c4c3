import HTTPModel
import TestSupport
import Testing

@Suite("Program: retries")
struct RetryProgramTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    private static func busy(_ fields: String...) -> [UInt8] {
        FaultScript.response("503 Service Unavailable", fields: fields, content: "busy")
    }

    @Test func `each retry has a line with its setting and evidence`() throws {
        let server = try FaultServer(
            FaultScript([
                .readRequest, .send(Self.busy("Retry-After: 0")), .readRequest, .send(Self.busy()),
                .readRequest, .send(FaultScript.response()),
            ])
        )
        let output = try self.workspace.run(
            lines: ["set retry.status 503", "set retry.backoff 1ms", "put \(server.baseURL)/ a=1"]
        )
        #expect(output.status == .exited(0))
        #expect(output.standardOutput == "hello")
        let lines = output.errorLines.filter { $0.contains("sent again") }
        try #require(lines.count == 2, "\(output.standardError)")
        #expect(lines[0].contains("503 Service Unavailable"))
        #expect(
            lines[0].contains(
                "sent again (1 of 2) after 0 ms as Retry-After says, by retry.status:"
                    + " PUT is idempotent · rule 37"
            ),
            "\(lines[0])"
        )
        let contents = server.connections.flatMap(\.requestTexts)
        #expect(contents.count == 3)
        #expect(contents.allSatisfy { $0.hasField("Content-Length: 9") })
    }

    @Test func `a POST that met a 503 is not sent again, and says why`() throws {
        let server = try FaultServer(.answerAndKeep(Self.busy()))
        let output = try self.workspace.run(
            lines: ["set retry.status 503", "post \(server.baseURL)/ a=1"]
        )
        #expect(server.connections.flatMap(\.requestTexts).count == 1)
        #expect(
            output.standardError.contains("not sent again: POST is not idempotent"),
            "\(output.standardError)"
        )
    }

    @Test func `5.7: JSON has what a retry went by`() throws {
        let port = try LoopbackSocket.unusedPort()
        let objects = try self.workspace.json(
            lines: ["set retry.backoff 1ms", "get http://127.0.0.1:\(port)/"],
            status: 1
        )
        let retries = try #require(objects.ofType("exchange").first?["retries"]?.elements)
        #expect(retries.map { $0.text("reason") } == ["not_connected", "not_connected"])
        #expect(retries.map { $0.text("rule") } == ["37", "37"])
    }

    @Test func `5.13: a long wait counts down, and control-C ends it, not the shell`() throws {
        let server = try FaultServer(.answerAndKeep(Self.busy("Retry-After: 600")))
        let terminal = try self.workspace.terminal([server.baseURL])
        try terminal.expect(screenContains: "›")
        try terminal.send("set retry.status 503\r")
        try terminal.send("get /\r")
        try terminal.expect(screenContains: "503: retry 1 of 2 in 600 s, as Retry-After says")
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "cancelled")
        try terminal.send("echo still here\r")
        try terminal.expect("the shell goes on") { $0.lines.contains("still here") }
        #expect(!terminal.screen.lines.contains { $0.contains("retry 1 of 2 in") })
    }
}
