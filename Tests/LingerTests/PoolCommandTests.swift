import HTTPModel
import TestSupport
import Testing

@Suite("Program: commands of the pool", .timeLimit(.minutes(1)))
struct PoolCommandTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    // MARK: probe

    @Test func `probe measures the demo, and says what to set`() throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: ["base \(demo.baseURL)", "pool probe /small?idle=0.3&close-after=5", "sockets"]
        )
        #expect(output.status == .exited(0))
        let lines = output.standardOutput.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("probe of \(demo.baseURL) · HEAD /small?idle=0.3"))
        #expect(lines[1].contains(/idle +(29|3\d|4\d)\d ms, then closed by peer/), "\(lines)")
        #expect(lines[2].contains("5 on one connection, then the response said Connection: close"))
        #expect(lines[3].contains(/set pool\.idle-timeout (1[4-9]|2\d)0ms · now 60 s/), "\(lines)")
        #expect(lines[4].contains("pool.max-uses need not be set"))
        // The session's own pool has not been touched.
        #expect(lines.last?.contains("no open connections") == true)
        #expect(output.standardError.contains("probing \(demo.baseURL)/small?idle=0.3"))
    }

    @Test(.requires(.nginx))
    func `probe measures nginx`() async throws {
        let nginx = try await NginxServer.start(
            .init(keepaliveTimeout: .seconds(1), keepaliveRequests: 5)
        )
        let objects = try self.workspace.json(lines: ["pool probe \(nginx.baseURL)/small"])
        let probe = try #require(objects.ofType("probe").first)
        #expect(probe.names.prefix(4) == ["type", "origin", "method", "target"])
        #expect(probe.at("idle", "outcome") == .string("closed"))
        #expect(probe.at("idle", "reason") == .string("peer_closed"))
        let milliseconds = Double(probe.at("idle", "ms")?.text ?? "") ?? 0
        #expect(milliseconds > 900 && milliseconds < 5000)
        #expect(probe.at("requests", "count") == .number("5"))
        #expect(probe.at("requests", "reason") == .string("server_close"))
        #expect(probe["set"]?.elements.map { $0.text("name") } == ["pool.idle-timeout"])
    }

    @Test func `probe ends at ^C, with what it knows`() throws {
        let server = try FaultServer(
            .answerAndKeep(Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".utf8))
        )
        let terminal = try self.workspace.terminal([server.baseURL])
        try terminal.expectPrompt()
        try terminal.send("pool probe --requests 7\r")
        try terminal.expect(screenContains: "7 requests on one connection · ^C ends it")
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "s so far (interrupted)")
        try terminal.expect(screenContains: "7 and more on one connection (--requests)")
        try terminal.expectPrompt()
        try terminal.press(.control("d"))
        #expect(try terminal.waitForExit() == .exited(0))
    }

    @Test func `probe says that nobody is there`() throws {
        let port = try LoopbackSocket.unusedPort()
        let output = try self.workspace.run(lines: ["pool probe http://127.0.0.1:\(port)"])
        #expect(output.status == .exited(1))
        #expect(output.standardError.contains("refused"), "\(output.standardError)")
    }

    // MARK: --force

    @Test func `size --force cuts off the youngest, and says so`() async throws {
        let server = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        let terminal = try self.workspace.terminal([server.baseURL], rows: 40, columns: 140)
        try terminal.expectPrompt()
        for number in 1...3 {
            try terminal.send("get /\(number) &\r")
            try terminal.expect(screenContains: "\(number) · GET /\(number) · in the background")
        }
        await server.wait { $0.connections.count { $0.requests.count == 1 } == 3 }
        try terminal.send("pool size 1 --force\r")
        try terminal.expect(screenContains: "pool.size 10 → 1 · open 3: 3 busy, 0 idle")
        await server.wait { $0.connections.count { $0.end == .clientClosed } == 2 }
        #expect(server.connections.first?.end == nil)
        try terminal.expect("two failures") { screen in
            screen.text.contains("2 · GET /2 · failed")
                && screen.text.contains("3 · GET /3 · failed")
        }
        try terminal.send("pool close all --force\r")
        try terminal.expect(screenContains: "closing #1")
        await server.wait { $0.connections.allSatisfy { $0.end == .clientClosed } }
    }

    // MARK: Scopes

    @Test func `every scope is for its origin alone`() throws {
        let first = try FaultServer(.answerAndKeep())
        let second = try FaultServer(.answerAndKeep())
        let objects = try self.workspace.json(lines: [
            "get \(first.baseURL)/", "get \(second.baseURL)/",
            "pool size 3 \(first.baseURL)", "pool warm 2 \(second.baseURL)",
            "pool --for \(second.baseURL)", "sockets --for \(first.baseURL)",
            "pool close idle --for \(first.baseURL)", "sockets --closed --for \(first.baseURL)",
            "sockets --closed --for \(second.baseURL)",
        ])
        let pools = objects.ofType("pool")
        let sizes = (pools[0]["origins"]?.elements ?? []).map {
            "\($0.text("origin") ?? "") \($0.text("size") ?? "")"
        }
        #expect(Set(sizes) == ["\(first.baseURL) 3", "\(second.baseURL) 10"])
        let scoped = try #require(pools.last?["origins"]?.elements)
        #expect(scoped.map { $0.text("origin") } == [second.baseURL])
        let connections = objects.ofType("connection")
        #expect(connections.map { $0.text("origin") } == [first.baseURL, first.baseURL])
        #expect(connections.map { $0.text("closeReason") } == ["null", "user"])
    }

    struct Bad: Sendable {
        let line: String
        let message: String
    }

    @Test(arguments: [
        Bad(line: "pool close ilde", message: "did you mean idle?"),
        Bad(line: "pool close x", message: "#ID, idle, all or an origin"),
        Bad(line: "pool warm 2 x", message: "an origin such as"),
        Bad(line: "pool size 2 x", message: "an origin such as"),
        Bad(line: "pool probe x", message: "an origin such as"),
        Bad(line: "pool close example.org", message: "nothing to close"),
        Bad(line: "pool probe --max forever", message: "a duration of up to an hour"),
        Bad(line: "pool probe --requests 0", message: "a whole number from 1 to 1000000"),
    ])
    func `a word that is no origin is no origin`(_ bad: Bad) throws {
        let output = try self.workspace.run(lines: [bad.line])
        let isFine = bad.message == "nothing to close"
        #expect(output.status == .exited(isFine ? 0 : 2))
        #expect(output.standardError.contains(bad.message), "\(output.standardError)")
        #expect(isFine || output.errorLines.last == "help: help pool")
    }

    // MARK: pause, resume, ping, dns flush

    /// POOL.md rule 10.
    @Test func `paused, requests wait until resume lets them go`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.workspace.terminal([server.baseURL], rows: 40, columns: 140)
        try terminal.expectPrompt()
        try terminal.send("get /1\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.send("pool pause\r")
        try terminal.expect(screenContains: "paused: requests wait until `pool resume`")
        try terminal.send("get /2 &\r")
        try terminal.expect(screenContains: "1 waiting")
        #expect(server.connections.map(\.requests.count) == [1])
        try terminal.send("pool resume\r")
        try terminal.expect(screenContains: "resumed: 1 waiting request can go")
        try terminal.expect(screenContains: "2 · GET /2 · 200 OK")
        // Nothing was closed.
        #expect(server.connections.map(\.requests.count) == [2])
        try terminal.expectPrompt()
        try terminal.press(.control("d"))
        #expect(try terminal.waitForExit() == .exited(0))
    }

    /// POOL.md rule 10.
    @Test func `one origin is paused by itself, and resumed`() throws {
        let held = try FaultServer(.answerAndKeep())
        let other = try FaultServer(.answerAndKeep())
        let objects = try self.workspace.json(lines: [
            "pool pause \(held.baseURL)", "get \(held.baseURL)/1 &", "get \(other.baseURL)/2",
            "pool", "pool resume \(held.baseURL)", "wait", "pool",
        ])
        let pools = objects.ofType("pool")
        let origins = pools.map { $0["pausedOrigins"] }
        #expect(origins == [.array([.string(held.baseURL)]), .array([])])
        #expect(pools.map { $0["open"] } == [.number("1"), .number("2")])
        #expect(held.connections.map(\.requests.count) == [1])
        let output = try self.workspace.run(lines: [
            "pool pause --for \(held.baseURL)", "pool pause \(held.baseURL)", "pool",
            "pool resume \(other.baseURL)", "pool resume", "pool resume",
        ])
        let told = output.standardError
        #expect(told.contains("paused for \(held.baseURL): requests wait until `pool resume`\n"))
        #expect(told.contains("paused already for \(held.baseURL)\n"))
        #expect(told.contains("not paused for \(other.baseURL)\n"))
        #expect(told.hasSuffix("resumed: 0 waiting requests can go\nnot paused\n"), "\(told)")
        #expect(
            output.standardOutput.contains(
                "0 waiting · paused for \(held.baseURL): `pool resume` lets requests go"
            )
        )
    }

    /// POOL.md rule 42.
    @Test(.requires(.nghttpd))
    func `ping measures over HTTP 2, and says why it cannot over HTTP 1`() async throws {
        let server = try await NghttpdServer.start()
        let plain = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(lines: [
            "set http.version 2", "get http://127.0.0.1:\(server.port)/small", "pool ping #1",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput.contains("#1 answered after "))
        let refused = try self.workspace.run(lines: ["get \(plain.baseURL)/", "pool ping 1"])
        #expect(refused.status == .exited(1))
        #expect(refused.standardError.contains("HTTP/1.1, which has no PING"))
    }

    @Test(.requires(.nghttpd))
    func `a port that speaks HTTP 2 only is told by its first frame, and how to reach it`()
        async throws
    {
        let server = try await NghttpdServer.start()
        let url = "http://127.0.0.1:\(server.port)/small"
        let told = try self.workspace.run(lines: ["get \(url)"]).standardError
        #expect(told.contains("hint: it speaks HTTP/2: `--http 2` on the request"), "\(told)")
        let output = try self.workspace.run(lines: ["get \(url) --http 2"])
        #expect(output.standardOutput == "hello\n", "\(output.standardError)")
    }

    /// POOL.md rule 44.
    @Test func `dns flush forgets names, and the next connection asks again`() throws {
        let server = try FaultServer(.answerAndKeep())
        let url = "http://localhost:\(server.port)/"
        let request = "get \(url) --fresh"
        let objects = try self.workspace.json(lines: [
            request, request, "dns flush", request, "events --last 400",
        ])
        let resolved = objects.ofType("event").filter { $0.text("name") == "conn.dns" }
        #expect(
            resolved.map { $0["cached"] } == [.bool(false), .bool(true), .bool(false)]
        )
        let output = try self.workspace.run(lines: [
            "get \(url)", "dns flush 127.0.0.1", "dns flush localhost", "dns flush",
        ])
        #expect(output.standardError.contains("no addresses of 127.0.0.1 are kept\n"))
        #expect(output.standardError.contains("forgot the addresses of 1 name\n"))
        #expect(output.standardError.contains("forgot the addresses of 0 names\n"))
    }

    // MARK: events

    @Test func `events of one origin are those of its requests and connections`() throws {
        let one = try FaultServer(.answerAndKeep())
        let other = try FaultServer(.answerAndKeep())
        let objects = try self.workspace.json(lines: [
            "get \(one.baseURL)/1", "get \(other.baseURL)/2", "get \(one.baseURL)/3",
            "pool size 5 \(one.baseURL)", "pool size 6", "pool close idle",
            "events --for \(other.baseURL) --last 400",
        ])
        let events = objects.ofType("event")
        let requests = Set(events.compactMap { $0["req"] })
        #expect(requests == [.number("2")])
        let connections = Set(events.compactMap { $0["conn"] })
        #expect(connections == [.number("2")])
        let names = events.compactMap { $0.text("name") }
        #expect(names.count { $0 == "request.done" } == 1)
        #expect(names.count { $0 == "conn.closed" } == 1)
        // What concerns all concerns it, what concerns the other one does not.
        #expect(names.count { $0 == "pool.resized" } == 1)
        let none = try self.workspace.run(lines: ["events --for \(one.baseURL)"])
        #expect(none.standardError.contains("no events of \(one.baseURL) yet"))
    }

    @Test func `events --follow tells of each until ^C`() async throws {
        let gate = Gate()
        let server = try FaultServer(.answerThenClose(when: gate))
        let terminal = try self.workspace.terminal([server.baseURL], rows: 40)
        try terminal.expectPrompt()
        try terminal.send("get /\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.expectPrompt()
        try terminal.send("events #1 --follow\r")
        try terminal.expect(screenContains: "conn.parked")
        #expect(!terminal.screen.text.contains("conn.closed"))
        gate.open()
        try terminal.expect(screenContains: "conn.closed")
        try terminal.press(.control("c"))
        try terminal.expectPrompt()
        try terminal.press(.control("d"))
        #expect(try terminal.waitForExit() == .exited(0))
    }

    // MARK: 421

    /// POOL.md rule 5.
    @Test func `a 421 is tried once on a fresh connection, and both lines say so`() throws {
        let server = try FaultServer(
            FaultScript { index in
                let status = index == 0 ? "421 Misdirected Request" : "200 OK"
                return FaultScript.answering(with: FaultScript.response(status))
            }
        )
        let output = try self.workspace.run(lines: ["post \(server.baseURL)/ a=1"])
        #expect(output.status == .exited(0))
        #expect(output.standardOutput == "hello")
        #expect(server.connections.map(\.requests.count) == [1, 1])
        let line =
            "  421 Misdirected Request · #1 does not lead to who answers for \(server.baseURL)"
            + " · sent again once, on a fresh connection · rule 5"
        #expect(output.errorLines.contains(line), "\(output.standardError)")
        #expect(output.errorLines.last?.contains("#2 new: fresh for the retry") == true)
        let objects = try self.workspace.json(lines: ["get \(server.baseURL)/", "events"])
        let exchange = try #require(objects.ofType("exchange").first)
        #expect(exchange["retries"]?.elements.count == 0)
    }

    @Test func `its JSON has the rule and the reason`() throws {
        let server = try FaultServer(
            FaultScript { index in
                let status = index == 0 ? "421 Misdirected Request" : "200 OK"
                return FaultScript.answering(with: FaultScript.response(status))
            }
        )
        let objects = try self.workspace.json(lines: ["get \(server.baseURL)/", "events"])
        let retry = try #require(
            objects.ofType("exchange").first?["retries"]?.elements.first
        )
        #expect(retry["rule"] == .number("5"))
        #expect(retry["reason"] == .string("status_421"))
        #expect(retry["connection"] == .number("1"))
        let event = try #require(
            objects.ofType("event").first { $0.text("name") == "request.retry" }
        )
        #expect(event.at("evidence", "conn") == .number("1"))
    }
}
