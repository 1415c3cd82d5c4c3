import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

/// The pool's limits, over sockets: what the server sees of them.
@Suite("Limits over sockets", .timeLimit(.minutes(1)))
struct LimitTests {
    /// A server whose connections answer each request when `gate` opens, and then at once.
    private static func slowServer(_ gate: Gate) throws -> FaultServer {
        try FaultServer(
            FaultScript([.loop([.readRequest, .waitFor(gate), .send(FaultScript.response())])])
        )
    }

    /// Sends `count` requests at once, and runs `body` while they are under way.
    private static func sending(
        _ count: Int,
        _ rig: Rig,
        to server: FaultServer,
        while body: () async throws -> Void
    ) async throws -> [TransportResponse] {
        try await withThrowingTaskGroup(of: TransportResponse.self) { group in
            for index in 0..<count {
                group.addTask { try await rig.get(server.port, "/\(index)") }
            }
            try await body()
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `six requests over two connections never open a third`() async throws {
        let gate = Gate()
        let server = try Self.slowServer(gate)
        try await Rig.run(limits: PoolLimits(perOrigin: 2)) { rig in
            let responses = try await Self.sending(6, rig, to: server) {
                await rig.wait(for: 2, "request.dispatched")
                await rig.wait(for: 6, "request.queued")
                #expect(await rig.transport.snapshot().waiting.count == 4)
                gate.open()
            }
            #expect(responses.allSatisfy { $0.head.status == 200 })
            let waited = responses.compactMap(\.use.wait)
            #expect(waited.contains { $0.cause == .perOrigin(limit: 2) && $0.holders.count == 2 })
        }
        #expect(server.connections.count == 2)
        #expect(server.connections.reduce(0) { $0 + $1.requests.count } == 6)
    }

    @Test func `shrinking cuts nobody off, and ends at the new limit`() async throws {
        let gate = Gate()
        let server = try Self.slowServer(gate)
        try await Rig.run(limits: PoolLimits(perOrigin: 10)) { rig in
            let responses = try await Self.sending(8, rig, to: server) {
                await server.wait { state in
                    state.connections.count { $0.requests.count == 1 } == 8
                }
                await rig.transport.setLimits(PoolLimits(perOrigin: 3))
                #expect(await rig.transport.snapshot().count(.busy) == 8)
                gate.open()
            }
            #expect(responses.count == 8)
            await rig.wait(for: 1, "pool.converged")
            await rig.wait(for: 5, "conn.closed")
            let snapshot = await rig.transport.snapshot()
            #expect(snapshot.connections.count == 3)
            #expect(snapshot.closed.allSatisfy { $0.closeReason == .shrunk })
            await server.waitForEnds(5)
            #expect(server.openCount == 3)
        }
    }

    @Test func `growing lets waiting requests go at once`() async throws {
        let gate = Gate()
        let server = try Self.slowServer(gate)
        try await Rig.run(limits: PoolLimits(perOrigin: 1)) { rig in
            let responses = try await Self.sending(4, rig, to: server) {
                await rig.wait(for: 4, "request.queued")
                await server.wait { $0.connections.first?.requests.count == 1 }
                #expect(server.connections.count == 1)
                await rig.transport.setLimits(PoolLimits(perOrigin: 4))
                await server.wait { $0.connections.count == 4 }
                gate.open()
            }
            #expect(responses.count == 4)
        }
        #expect(server.connections.count == 4)
    }

    @Test func `the total closes an idle connection of another origin`() async throws {
        let first = try FaultServer(.answerAndKeep())
        let second = try FaultServer(.answerAndKeep())
        try await Rig.run(limits: PoolLimits(total: 1)) { rig in
            try await rig.get(first.port)
            try await rig.get(second.port)
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == .evictedForOtherOrigin)
            await first.waitForEnds()
        }
        #expect(first.connections.first?.end == .clientClosed)
    }

    @Test func `at most so many stay idle`() async throws {
        let gate = Gate()
        let server = try Self.slowServer(gate)
        try await Rig.run(limits: PoolLimits(idle: 1)) { rig in
            _ = try await Self.sending(3, rig, to: server) {
                // All three are busy: a connect still under way could be overtaken by a hand-over.
                await server.wait { server in
                    server.connections.count { !$0.requests.isEmpty } == 3
                }
                gate.open()
            }
            await rig.wait(for: 2, "conn.closed")
            await server.waitForEnds(2)
            #expect(server.openCount == 1)
            // Whichever answers last stays, so which two close is not to be foreseen.
            let snapshot = await rig.transport.snapshot()
            #expect(snapshot.closed.map(\.closeReason) == [.idleLimit, .idleLimit])
            #expect(snapshot.connections.map(\.state) == [.idle])
        }
    }

    @Test func `warm opens ahead of need, and its connections are used`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            #expect(await rig.transport.warm(server.origin, count: 3) == 3)
            await rig.wait(for: 3, "conn.parked")
            #expect(await rig.transport.warm(server.origin, count: 3) == 0)
            #expect(await rig.transport.warm(server.origin, count: 20) == 7)
            await rig.wait(for: 10, "conn.parked")
            try await rig.get(server.port)
        }
        #expect(server.connections.count == 10)
    }

    // MARK: Closing

    @Test func `one idle connection is closed by its number`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            _ = await rig.transport.warm(server.origin, count: 2)
            await rig.wait(for: 2, "conn.parked")
            let closed = await rig.transport.close(.connection(ConnectionID(1)), force: false)
            #expect(closed.map(\.id) == [ConnectionID(1)])
            #expect(await rig.epitaph()?.reason == .user)
            #expect(await rig.transport.snapshot().connections.map(\.id) == [ConnectionID(2)])
            let unknown = ConnectionID(99)
            #expect(await rig.transport.close(.connection(unknown), force: true).isEmpty)
        }
    }

    @Test(arguments: [CloseSelection.all, .connection(ConnectionID(1))])
    func `a busy connection closes when it has finished`(_ selection: CloseSelection) async throws {
        let gate = Gate()
        let server = try Self.slowServer(gate)
        try await Rig.run { rig in
            let responses = try await Self.sending(1, rig, to: server) {
                await server.wait { $0.connections.first?.requests.count == 1 }
                let concerned = await rig.transport.close(selection, force: false)
                #expect(concerned.map(\.state) == [.busy])
                gate.open()
            }
            #expect(responses.first?.head.status == 200)
            #expect(await rig.epitaph()?.reason == .user)
        }
    }

    @Test func `force cuts a busy connection off`() async throws {
        let gate = Gate()
        let server = try Self.slowServer(gate)
        try await Rig.run { rig in
            async let failure = rig.failure(of: rig.request(server.port))
            await server.wait { $0.connections.first?.requests.count == 1 }
            _ = await rig.transport.close(.all, force: true)
            #expect(await failure?.cause == .closedByUs(.user))
            #expect(await failure?.stale == nil)
            #expect(await rig.epitaph()?.reason == .user)
            gate.open()
            try await rig.get(server.port)
        }
    }

    @Test func `closing the idle ones spares the busy ones`() async throws {
        let gate = Gate()
        let server = try FaultServer(
            FaultScript(
                [.readRequest, .waitFor(gate), .send(FaultScript.response()), .waitForClose],
                FaultScript.answering()
            )
        )
        try await Rig.run { rig in
            async let slow = rig.get(server.port)
            await server.wait { $0.connections.first?.requests.count == 1 }
            try await rig.get(server.port)
            let closed = await rig.transport.close(.idle, force: false)
            #expect(closed.map(\.id) == [ConnectionID(2)])
            gate.open()
            let spared = try await slow.use.connection
            #expect(spared == ConnectionID(1))
        }
    }

    @Test func `shutdown gives busy connections their grace, and no more`() async throws {
        let server = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        try await Rig.run { rig in
            async let failure = rig.failure(of: rig.request(server.port))
            await server.wait { $0.connections.first?.requests.count == 1 }
            let start = ContinuousClock.now
            await rig.transport.shutdown()
            let took = start.duration(to: .now)
            #expect(took >= .seconds(2))
            #expect(took < .seconds(10))
            #expect(await failure?.cause == .closedByUs(.shutdown))
            #expect(await rig.failure(of: rig.request(server.port))?.cause == .shutDown)
        }
    }

    @Test func `shutdown lets a request finish in its grace`() async throws {
        let gate = Gate()
        let server = try Self.slowServer(gate)
        try await Rig.run { rig in
            async let response = rig.get(server.port)
            await server.wait { $0.connections.first?.requests.count == 1 }
            async let end: Void = rig.transport.shutdown()
            gate.open()
            let status = try await response.head.status
            #expect(status == 200)
            await end
            #expect(await rig.transport.snapshot().connections.isEmpty)
        }
    }

    @Test func `other trust closes idle connections, another time bound does not`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            try await rig.get(server.port)
            try await rig.transport.setConnectionOptions(
                ConnectionOptions(connectTimeout: .seconds(1))
            )
            #expect(try await rig.get(server.port).use.requestNumber == 2)
            try await rig.transport.setConnectionOptions(
                ConnectionOptions(
                    connectTimeout: .seconds(1),
                    tls: TLSOptions(verifiesCertificates: false)
                )
            )
            #expect(await rig.epitaph()?.reason == .configChanged)
            try await rig.get(server.port)
        }
        #expect(server.connections.count == 2)
    }
}
