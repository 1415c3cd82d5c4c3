import HTTPModel
import TestSupport
import Testing

@Suite("Program: reuse of connections")
struct ReuseTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test
    func `ten requests to a server that keeps connections take exactly one`() throws {
        let server = try FaultServer(.answerAndKeep())
        let lines = (0..<10).map { _ in "get \(server.baseURL)/" }
        let exchanges = try self.workspace.json(lines: lines).ofType("exchange")
        #expect(server.connections.map(\.requests.count) == [10])
        #expect(exchanges.map { $0["reused"] } == [.bool(false)] + reused(9))
        #expect(exchanges.map { $0["requestOnConnection"]?.text } == (1...10).map { "\($0)" })
        #expect(exchanges.allSatisfy { $0["connection"] == .number("1") })
        #expect(exchanges.first?.at("why", "code") == .string("none_yet"))
        #expect(exchanges.dropFirst().allSatisfy { $0["why"] == .null })
    }

    @Test
    func `the server's own count agrees`() throws {
        let demo = try Demo(in: self.workspace)
        let lines = (0..<10).map { _ in "get \(demo.baseURL)/connection" }
        let objects = try self.workspace.json(lines: lines + ["get \(demo.baseURL)/stats"])
        let bodies = try objects.compactMap { $0.text("body") }.map(JSONValue.init(parsing:))
        #expect(bodies.prefix(10).map { $0.text("request") } == (1...10).map { "\($0)" })
        #expect(Set(bodies.prefix(10).compactMap { $0.text("connection") }) == ["1"])
        #expect(bodies.last?.at("connections", "accepted") == .number("1"))
        #expect(bodies.last?.at("requestsPerConnection", "1") == .number("11"))
    }

    @Test
    func `Connection: close from the client makes ten connections, each with its reason`() throws {
        // The server goes on answering, so it is linger that must close.
        let server = try FaultServer(.ignoreConnectionClose())
        let lines = ["Connection: close"] + (0..<10).map { _ in "get \(server.baseURL)/" }
        let exchanges = try self.workspace.json(lines: lines).ofType("exchange")
        #expect(server.connections.map(\.requests.count) == Array(repeating: 1, count: 10))
        #expect(server.connections.allSatisfy { $0.requestTexts[0].hasField("Connection: close") })
        #expect(exchanges.map { $0["reused"] } == Array(repeating: .bool(false), count: 10))
        #expect(
            exchanges.map { $0.at("why", "code")?.text }
                == ["none_yet"] + Array(repeating: "closed:client_close", count: 9)
        )
        #expect(
            exchanges.last?.at("why", "text")?.text
                == "#9 closed: the request said Connection: close"
        )
    }

    @Test
    func `Connection: close from the server makes ten connections, each with its reason`() throws {
        let server = try FaultServer(.ignoreConnectionClose(saysClose: true))
        let lines = (0..<10).flatMap { _ in ["get \(server.baseURL)/", "events"] }
        let objects = try self.workspace.json(lines: lines)
        #expect(server.connections.count == 10)
        #expect(
            objects.ofType("exchange").map { $0.at("why", "code")?.text }
                == ["none_yet"] + Array(repeating: "closed:server_close", count: 9)
        )
        // Each `events` prints the latest of them, so most come several times.
        let closed = objects.ofType("event").filter { $0.text("name") == "conn.closed" }
        #expect(Set(closed.map { $0.text("reason") }) == ["server_close"])
        #expect(Set(closed.compactMap { $0.text("conn") }) == Set((1...10).map { "\($0)" }))
    }

    struct Close {
        let name: String
        let lines: [String]
        let saysClose: Bool
        let sentence: String
    }

    @Test(arguments: [
        Close(
            name: "client",
            lines: ["Connection: close"],
            saysClose: false,
            sentence: "#2 new: #1 closed: the request said Connection: close"
        ),
        Close(
            name: "server",
            lines: [],
            saysClose: true,
            sentence: "#2 new: #1 closed: the response said Connection: close"
        ),
    ])
    func `the connection line says why there is a new one`(_ close: Close) throws {
        let server = try FaultServer(.ignoreConnectionClose(saysClose: close.saysClose))
        let request = "get \(server.baseURL)/"
        let output = try self.workspace.run(lines: close.lines + [request, request])
        #expect(output.status == .exited(0))
        #expect(output.errorLines.count == 2)
        #expect(output.errorLines.first?.contains("#1 new: first to this origin") == true)
        #expect(output.errorLines.last?.contains(close.sentence) == true)
    }

    @Test
    func `the connection line says which request on the connection it was`() throws {
        let server = try FaultServer(.answerAndKeep())
        let request = "get \(server.baseURL)/"
        let output = try self.workspace.run(lines: [request, request, request])
        let third = try #require(output.errorLines.last)
        #expect(third.hasPrefix("3 · 200 OK · 5 B · "))
        #expect(third.contains("· #1 reused (3rd request, idle "))
        #expect(third.contains(" · saved "))
    }

    @Test
    func `HTTP/1.0 without keep-alive is a reason of its own`() throws {
        let response = Array("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)
        let server = try FaultServer(FaultScript([.readRequest, .send(response)]))
        let request = "get \(server.baseURL)/"
        let exchanges = try self.workspace.json(lines: [request, request])
        #expect(exchanges.map { $0.text("version") } == ["HTTP/1.0", "HTTP/1.0"])
        #expect(exchanges.last?.at("why", "code") == .string("closed:http10"))
    }

    @Test
    func `a repetition tells new from reused`() throws {
        let server = try FaultServer(.answerAndKeep())
        let objects = try self.workspace.json(lines: ["20x4 get \(server.baseURL)/", "pool"])
        #expect(server.connections.map(\.requests.count).reduce(0, +) == 20)
        #expect((1...4).contains(server.connections.count))
        #expect(objects.ofType("repeat").count == 1)
        let open = objects.ofType("pool").last?.text("open")
        #expect(open == "\(server.connections.count)")
    }

    private func reused(_ count: Int) -> [JSONValue?] {
        Array(repeating: .bool(true), count: count)
    }
}

@Suite("Program: stale connections")
struct StaleTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test
    func `a GET that met a closing connection is sent again once, and says so`() throws {
        let server = try FaultServer(.readSecondRequestThenClose())
        let request = "get \(server.baseURL)/"
        let output = try self.workspace.run(lines: [request, request])
        #expect(output.status == .exited(0))
        #expect(output.standardOutput == "hellohello")
        #expect(server.connections.map(\.requests.count) == [2, 1])
        #expect(
            output.errorLines.contains {
                $0 == "  #1 closed by peer before a byte of the response, after 1 exchange"
                    + " · sent again once, on a fresh connection: GET is idempotent · rule 34"
            },
            "\(output.standardError)"
        )
        #expect(output.errorLines.last?.contains("#2 new: fresh for the retry") == true)
    }

    @Test
    func `its JSON has the retry with rule and evidence`() throws {
        let server = try FaultServer(.readSecondRequestThenClose())
        let request = "get \(server.baseURL)/"
        let exchanges = try self.workspace.json(lines: [request, request])
        let retry = try #require(exchanges.last?["retries"]?.elements.first)
        #expect(exchanges.last?["retries"]?.elements.count == 1)
        #expect(retry["rule"] == .number("34"))
        #expect(retry["reason"] == .string("peer_closed"))
        #expect(retry["connection"] == .number("1"))
        #expect(exchanges.last?["connection"] == .number("2"))
    }

    @Test
    func `a POST is not sent again: the error says so, and the script fails`() throws {
        let server = try FaultServer(.readSecondRequestThenClose())
        let request = "post \(server.baseURL)/ a=1"
        let output = try self.workspace.run(lines: [request, request])
        #expect(output.status == .exited(1))
        #expect(server.connections.map(\.requests.count) == [2])
        #expect(output.standardError.contains("2 · failed"))
        #expect(output.standardError.contains("not sent again"), "\(output.standardError)")
        #expect(output.standardError.contains("POST"), "\(output.standardError)")
    }

    @Test(arguments: ["y", "n", "^C"])
    func `at the prompt a POST without an answer is asked about`(answer: String) throws {
        let server = try FaultServer(.readSecondRequestThenClose())
        let terminal = try self.workspace.terminal([server.baseURL], columns: 140)
        try terminal.expect(screenContains: "›")
        try terminal.send("post / a=1\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.expectPrompt()
        try terminal.send("post / a=1\r")
        try terminal.expect(screenContains: "send it again? y/N")
        #expect(terminal.screen.text.contains("POST / was not answered (#1 closed by peer)"))
        if answer == "^C" {
            try terminal.press(.control("c"))
        } else {
            try terminal.send("\(answer)\r")
        }
        try terminal.expect(screenContains: answer == "y" ? "2 · 200 OK" : "2 · failed")
        try terminal.expectPrompt()
        if answer == "y" { #expect(terminal.screen.text.contains("as you said · rule 34")) }
        let counts = server.connections.map(\.requests.count)
        #expect(counts == (answer == "y" ? [2, 1] : [2]))
    }

    @Test
    func `a GET that fails on a fresh connection is sent again by the policy only`() throws {
        for limit in [0, 1, 2] {
            let server = try FaultServer(FaultScript([.readRequest, .close]))
            let output = try self.workspace.run(
                lines: [
                    "set retry.max \(limit)", "set retry.backoff 1ms", "get \(server.baseURL)/",
                ]
            )
            #expect(output.status == .exited(1))
            #expect(server.connections.count == limit + 1)
        }
    }

    @Test
    func `a response that breaks off is an error, whatever the method`() throws {
        let server = try FaultServer(.halfBody())
        let output = try self.workspace.run(lines: ["get \(server.baseURL)/"])
        #expect(output.status == .exited(1))
        #expect(output.standardError.contains("1 · failed"))
        #expect(server.connections.count == 1)
    }
}

extension String {
    /// Whether a raw request has this field line, whatever the case of its name.
    func hasField(_ line: String) -> Bool {
        self.lowercased().contains("\r\n\(line.lowercased())\r\n")
    }
}
