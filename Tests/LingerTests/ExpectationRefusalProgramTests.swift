import TestSupport
import Testing

@Suite("Program: a server that does not know Expect")
struct ExpectationRefusalProgramTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test func `a large upload is sent again without the question, and it is said`() throws {
        let size = 3 << 20
        let server = try FaultServer(
            FaultScript(
                [
                    .readHead, .send(FaultScript.response("417 Expectation Failed")),
                    .waitForClose,
                ],
                [
                    .readHead, .readBytes(size), .send(FaultScript.response("201 Created")),
                    .waitForClose,
                ]
            )
        )
        try self.workspace.write("big", String(repeating: "0123456789abcdef", count: size / 16))
        let output = try self.workspace.run(lines: ["put \(server.baseURL)/up < big"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(
            output.standardError.contains(
                "417 Expectation Failed · sent again once, without `Expect: 100-continue`"
            ),
            "\(output.standardError)"
        )
        #expect(output.standardError.contains("201 Created"))
        let requests: [String] = server.connections.flatMap(\.requestTexts)
        #expect(requests.map { $0.contains("Expect: 100-continue") } == [true, false])
        #expect(requests.last?.contains("Content-Length: \(size)") == true)
    }
}
