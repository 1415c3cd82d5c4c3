import HTTPModel
import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import HTTPTransport

/// How connections end, between requests and after them, and what is said of it.
@Suite("Ends of connections", .timeLimit(.minutes(1)))
struct ConnectionEndTests {
    // MARK: After a response

    @Test(arguments: [false, true])
    func `our own Connection: close closes whatever the server says`(saysClose: Bool) async throws {
        let server = try FaultServer(.ignoreConnectionClose(saysClose: saysClose))
        try await Rig.run { rig in
            let close = HTTPField(name: .connection, value: "Close")
            let request = rig.request(server.port, fields: [close])
            _ = try await rig.transport.send(request, to: TestSink())
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == .clientClose)
            #expect(epitaph.closer == .us)
            #expect(epitaph.requestCount == 1)
            await server.waitForEnds()
        }
        #expect(server.connections.first?.end == .clientClosed)
    }

    struct Ending: Sendable, CustomTestStringConvertible {
        let response: String
        let reason: CloseReason?

        var testDescription: String { self.response.debugDescription }
    }

    @Test(
        arguments: [
            Ending(
                response: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
                reason: .serverClose
            ),
            Ending(
                response: "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                reason: .http10
            ),
            Ending(
                response:
                    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
                reason: nil
            ),
            Ending(
                response: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n",
                reason: .trailingData
            ),
            Ending(
                response:
                    "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 5\r\n\r\nhello",
                reason: .serverKeepAliveShort
            ),
            Ending(
                response: "HTTP/1.1 200 OK\r\nKeep-Alive: max=0\r\nContent-Length: 5\r\n\r\nhello",
                reason: .peerKeepAliveMax
            ),
        ]
    )
    func `a response decides whether its connection is kept`(_ ending: Ending) async throws {
        let answer = Array(ending.response.utf8)
        let server = try FaultServer(FaultScript([.loop([.readRequest, .send(answer)])]))
        try await Rig.run { rig in
            let sink = TestSink()
            let response = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(response.head.status == 200)
            #expect(sink.text == "hello")
            if let reason = ending.reason {
                #expect(await rig.epitaph()?.reason == reason)
            } else {
                let again = try await rig.get(server.port)
                #expect(again.use.connection == ConnectionID(1))
            }
        }
    }

    @Test(arguments: [("HTTP/1.0", CloseReason.http10), ("HTTP/1.1", .untilEOF)])
    func `content that ends with the connection comes whole`(
        version: String,
        reason: CloseReason
    ) async throws {
        let server = try FaultServer(
            FaultScript([.readRequest, .send("\(version) 200 OK\r\n\r\nuntil the end"), .close])
        )
        try await Rig.run { rig in
            let sink = TestSink()
            _ = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(sink.text == "until the end")
            #expect(await rig.epitaph()?.reason == reason)
        }
    }

    @Test func `a reset does not end such content, but cuts it off`() async throws {
        let gate = Gate()
        let server = try FaultServer(
            FaultScript([
                .readRequest, .send("HTTP/1.1 200 OK\r\n\r\nuntil"), .waitFor(gate), .reset,
            ])
        )
        try await Rig.run { rig in
            let sink = TestSink()
            async let failure = rig.failure(of: rig.request(server.port), to: sink)
            await sink.wait { $0.count == 5 }
            gate.open()
            let error = try #require(await failure)
            #expect(error.cause == .truncated(receivedBytes: 5, expectedBytes: nil))
            #expect(sink.current.hasFailed)
            #expect(!sink.current.hasEnded)
            #expect(await rig.epitaph()?.reason == .peerReset)
        }
    }

    @Test func `bytes after a response never answer the request that waits`() async throws {
        let server = try FaultServer(.twoResponsesForOne())
        try await Rig.run(limits: PoolLimits(perOrigin: 1)) { rig in
            async let first = rig.get(server.port, "/1")
            async let second = rig.get(server.port, "/2")
            let connections = try await [first, second].map(\.use.connection)
            #expect(Set(connections).count == 2)
            #expect(await rig.epitaph()?.reason == .trailingData)
        }
        #expect(server.connections.map(\.requests.count) == [1, 1])
    }

    // MARK: While idle

    struct Idle: Sendable, CustomTestStringConvertible {
        let name: String
        let steps: [FaultScript.Step]
        let reason: CloseReason
        let closer: Closer

        var testDescription: String { self.name }
    }

    @Test(
        arguments: [
            Idle(name: "FIN", steps: [.close], reason: .peerClosed, closer: .peer),
            Idle(name: "RST", steps: [.reset], reason: .peerReset, closer: .peer),
            Idle(
                name: "408",
                steps: [
                    .send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"), .close,
                ],
                reason: .peer408,
                closer: .us
            ),
            Idle(
                name: "408 and the connection kept",
                steps: [.send("HTTP/1.0 408 Timeout\r\n\r\n"), .waitForClose],
                reason: .peer408,
                closer: .us
            ),
            Idle(
                name: "garbage",
                steps: [.send("\u{1}\u{2}garbage\r\n"), .waitForClose],
                reason: .unsolicitedData,
                closer: .us
            ),
            Idle(
                name: "half a head",
                steps: [.send("HTTP/1.1 200 OK\r\nX-Evil: "), .waitForClose],
                reason: .unsolicitedData,
                closer: .us
            ),
            Idle(
                name: "a whole response",
                steps: [.send(FaultScript.response(content: "evil")), .waitForClose],
                reason: .unsolicitedData,
                closer: .us
            ),
        ]
    )
    func `what happens to an idle connection is noticed without a request`(_ idle: Idle)
        async throws
    {
        let gate = Gate()
        let script = FaultScript.onFirst(
            FaultScript.answering(times: 1) + [.waitFor(gate)] + idle.steps
        )
        let server = try FaultServer(script)
        try await Rig.run { rig in
            try await rig.get(server.port)
            gate.open()
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == idle.reason)
            #expect(epitaph.closer == idle.closer)
            #expect(epitaph.idleFor != nil)
            #expect(epitaph.requestCount == 1)
            // The next request is unharmed, and knows why it got a new connection.
            let sink = TestSink()
            let next = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(sink.text == "hello")
            guard case .new(let reason) = next.use.decision,
                case .closed(ConnectionID(1), idle.reason, _) = reason.code
            else {
                Issue.record("\(next.use.decision)")
                return
            }
            let snapshot = await rig.transport.snapshot()
            #expect(snapshot.closed.first?.closeReason == idle.reason)
            // Rule 19: what came is kept for display.
            let bytes = idle.steps.sent.prefix(256)
            #expect(epitaph.unsolicited == Array(bytes))
            #expect(snapshot.closed.first?.facts.unsolicited == Array(bytes))
        }
    }

    @Test func `an idle connection is closed at its deadline`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run(limits: PoolLimits(idleTimeout: .milliseconds(20))) { rig in
            try await rig.get(server.port)
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == .idleTimeout)
            #expect((epitaph.idleFor ?? .zero) >= .milliseconds(20))
        }
    }

    // MARK: Races

    @Test(arguments: [true, false])
    func `a request that crosses the server's close carries the evidence`(isFIN: Bool) async throws
    {
        let server = try FaultServer(isFIN ? .readSecondRequestThenClose() : .resetOnSecond())
        try await Rig.run { rig in
            try await rig.get(server.port)
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            #expect(error.phase == .receive)
            #expect(error.cause == .peerClosed(receivedBytes: 0, isReset: !isFIN))
            #expect(error.arrival == ArrivalNumber(2))
            #expect(
                error.stale
                    == StaleEvidence(
                        connection: ConnectionID(1),
                        completedExchanges: 1,
                        reason: isFIN ? .peerClosed : .peerReset
                    )
            )
            #expect(error.use?.requestNumber == 2)
        }
    }

    @Test func `a fresh connection that closes is no stale one`() async throws {
        let server = try FaultServer(FaultScript([.readRequest, .close]))
        try await Rig.run { rig in
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            #expect(error.cause == .peerClosed(receivedBytes: 0, isReset: false))
            #expect(error.stale == nil)
        }
    }

    @Test func `a request never goes to a connection that the kernel knows is closed`() async throws
    {
        let gate = Gate()
        let server = try FaultServer(.answerThenClose(when: gate))
        try await Rig.run { rig in
            try await rig.get(server.port)
            // The loop is kept from hearing of the FIN, and then meets the request first.
            let isBlocked = Gate()
            let ended = Monitor(false)
            rig.transport.executor.loop.execute {
                isBlocked.open()
                ended.block { $0 }
            }
            await isBlocked.wait()
            let posted = Task(executorPreference: rig.transport.executor) {
                let request = rig.request(server.port, method: .post)
                return try await rig.transport.send(request, to: TestSink())
            }
            gate.open()
            await server.waitForEnds()
            ended.change { $0 = true }
            let response = try await posted.value
            #expect(response.use.connection == ConnectionID(2))
            #expect(rig.count("request.redispatched") == 1)
        }
        #expect(server.connections.map(\.requests.count) == [1, 1])
    }
}
