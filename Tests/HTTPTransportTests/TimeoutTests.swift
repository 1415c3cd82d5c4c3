import Glibc
import HTTPModel
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPTransport

/// Bounds on time, and connections that cannot be opened.
@Suite("Time bounds and failed connects", .timeLimit(.minutes(1)))
struct TimeoutTests {
    private static let short = Duration.milliseconds(30)

    @Test func `a response that does not begin in time fails`() async throws {
        let server = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        try await Rig.run { rig in
            var request = rig.request(server.port)
            request.responseTimeout = Self.short
            let error = try #require(await rig.failure(of: request))
            #expect(error.cause == .timedOut(limit: Self.short, setting: "timeout.response"))
            #expect(error.phase == .receive)
            #expect(error.elapsed >= Self.short)
            #expect(error.timings.wait != nil)
            #expect(await rig.epitaph()?.reason == .timeout)
        }
    }

    @Test(arguments: [HTTPVersionPolicy.http1, .http2])
    func `content that is not taken in time fails`(version: HTTPVersionPolicy) async throws {
        let gate = Gate()
        let server = try FaultServer(
            version == .http2
                ? .http2([.readStreams(1, answersPings: true), .waitFor(gate)])
                : FaultScript([.readHead, .send("HTTP/1.1 100 Continue\r\n\r\n"), .waitFor(gate)])
        )
        let options = ConnectionOptions(version: version)
        try await Rig.run(options: options) { rig in
            let content = [UInt8](repeating: 1, count: 64 << 20)
            var request = rig.request(server.port, method: .put, body: .bytes(content))
            request.responseTimeout = .milliseconds(300)
            let error = try #require(await rig.failure(of: request))
            let cause = TransportError.Cause.timedOut(
                limit: .milliseconds(300),
                setting: "timeout.response"
            )
            #expect(error.cause == cause)
            #expect(error.phase == .send)
        }
        gate.open()
    }

    @Test func `content that is taken slowly has its time`() async throws {
        let pieces = (0..<8).flatMap { _ -> [FaultScript.Step] in
            [.pause(.milliseconds(60)), .discardBytes(2 << 20)]
        }
        let server = try FaultServer(
            FaultScript(
                [.readHead, .send("HTTP/1.1 100 Continue\r\n\r\n")] + pieces
                    + [.send(FaultScript.response()), .waitForClose]
            )
        )
        try await Rig.run { rig in
            let content = [UInt8](repeating: 1, count: 16 << 20)
            var request = rig.request(server.port, method: .put, body: .bytes(content))
            request.responseTimeout = .milliseconds(400)
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.head.status == 200)
        }
    }

    @Test func `the response's bound ends with its head`() async throws {
        let gate = Gate()
        let server = try FaultServer(
            FaultScript([
                .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
                .pause(.milliseconds(1_700)), .send("hello"), .waitFor(gate),
            ])
        )
        try await Rig.run { rig in
            var request = rig.request(server.port)
            request.responseTimeout = .milliseconds(1_500)
            let sink = TestSink()
            _ = try await rig.transport.send(request, to: sink)
            #expect(sink.text == "hello")
        }
    }

    @Test func `the bound on the whole ends a running request`() async throws {
        let half: [FaultScript.Step] = [
            .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), .waitForClose,
        ]
        let server = try FaultServer(FaultScript(FaultScript.answering(times: 1) + half))
        try await Rig.run { rig in
            // So that no connection has to be opened in that time.
            try await rig.get(server.port)
            var request = rig.request(server.port)
            request.totalTimeout = Self.short
            let error = try #require(await rig.failure(of: request))
            #expect(error.cause == .timedOut(limit: Self.short, setting: "timeout.total"))
            #expect(error.connection == ConnectionID(1))
            #expect(await rig.epitaph()?.reason == .timeout)
        }
    }

    @Test func `the bound on the whole ends a waiting request and spares the connection`()
        async throws
    {
        let gate = Gate()
        let server = try FaultServer(
            FaultScript([
                .readRequest, .waitFor(gate), .send(FaultScript.response()),
                .loop([.readRequest, .send(FaultScript.response())]),
            ])
        )
        try await Rig.run(limits: PoolLimits(perOrigin: 1)) { rig in
            async let first = rig.get(server.port)
            await server.wait { $0.connections.first?.requests.count == 1 }
            var request = rig.request(server.port)
            request.totalTimeout = Self.short
            let error = try #require(await rig.failure(of: request))
            #expect(error.phase == .queue)
            #expect(error.cause == .timedOut(limit: Self.short, setting: "timeout.total"))
            #expect(error.connection == nil)
            gate.open()
            _ = try await first
            let third = try await rig.get(server.port)
            #expect(third.use.requestNumber == 2)
        }
    }

    @Test func `the queue's bound names the limit and its holders`() async throws {
        let server = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        try await Rig.run(limits: PoolLimits(perOrigin: 1)) { rig in
            async let first = rig.failure(of: rig.request(server.port, "/slow"))
            await server.wait { $0.connections.first?.requests.count == 1 }
            await rig.transport.setLimits(PoolLimits(perOrigin: 1, queueTimeout: Self.short))
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            guard case .queueTimedOut(let limit, let cause, let holders) = error.cause else {
                Issue.record("\(error.cause)")
                return
            }
            #expect(limit == Self.short)
            #expect(cause == .perOrigin(limit: 1))
            #expect(holders.map(\.request) == [RequestLabel(method: "GET", target: "/slow")])
            _ = await rig.transport.close(.all, force: true)
            #expect(await first?.cause == .closedByUs(.user))
        }
    }

    // MARK: Connecting

    @Test func `a refused connection names the address`() async throws {
        let port = try LoopbackSocket.unusedPort()
        try await Rig.run { rig in
            let error = try #require(await rig.failure(of: rig.request(port)))
            #expect(error.phase == .connect)
            #expect(error.cause == .refused(addresses: ["127.0.0.1:\(port)"]))
            #expect(error.arrival == ArrivalNumber(1))
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == .connectFailed)
            #expect(epitaph.requestCount == 0)
        }
    }

    @Test func `a name with several addresses is refused at each`() async throws {
        let port = try LoopbackSocket.unusedPort()
        try await Rig.run { rig in
            let request = rig.request(port, host: "localhost")
            let error = try #require(await rig.failure(of: request))
            guard case .refused(let addresses) = error.cause else {
                Issue.record("\(error.cause)")
                return
            }
            #expect(addresses.contains("127.0.0.1:\(port)"))
        }
    }

    @Test func `a name that does not exist is said to`() async throws {
        try await Rig.run { rig in
            let host = "does-not-exist.invalid"
            let error = try #require(await rig.failure(of: rig.request(80, host: host)))
            #expect(error.phase == .resolve)
            switch error.cause {
            // Without a network the resolver says so instead.
            case .nameNotFound(host), .resolverFailed(host, _): break
            default: Issue.record("\(error.cause)")
            }
            #expect(await rig.epitaph()?.reason == .connectFailed)
        }
    }

    @Test func `a connection that nobody accepts is given up in time`() async throws {
        let backlog = try FullBacklog()
        let options = ConnectionOptions(connectTimeout: .milliseconds(80))
        try await Rig.run(options: options) { rig in
            let error = try #require(await rig.failure(of: rig.request(backlog.port)))
            #expect(error.phase == .connect)
            #expect(
                error.cause == .timedOut(limit: .milliseconds(80), setting: "timeout.connect")
            )
            await rig.wait(for: 1, "conn.closed")
            #expect(rig.count("conn.closed") == 1)
            #expect(await rig.epitaph()?.reason == .connectFailed)
        }
    }

    @Test func `a connection that nobody waits for any more is given up and reported once`()
        async throws
    {
        let backlog = try FullBacklog()
        try await Rig.run { rig in
            var request = rig.request(backlog.port)
            request.totalTimeout = Self.short
            let error = try #require(await rig.failure(of: request))
            #expect(error.cause == .timedOut(limit: Self.short, setting: "timeout.total"))
            _ = await rig.transport.close(.all, force: true)
            await rig.wait(for: 1, "conn.closed")
            #expect(await rig.transport.snapshot().connections.isEmpty)
        }
    }
}

/// A listener that takes no more connections: the kernel drops every SYN.
private final class FullBacklog {
    let port: Int
    private let listener: Int32
    private var clients: [Int32] = []

    init() throws {
        let (listener, port) = try LoopbackSocket.listen()
        self.listener = listener
        self.port = port
        // Listening again makes the backlog short.
        Glibc.listen(listener, 0)
        while self.clients.count < 8 {
            let client = socket(
                AF_INET,
                Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue),
                0
            )
            self.clients.append(client)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            withUnsafeBytes(of: &address) { bytes in
                bytes.withMemoryRebound(to: sockaddr.self) { rebound in
                    if let base = rebound.baseAddress {
                        _ = connect(client, base, socklen_t(bytes.count))
                    }
                }
            }
        }
    }

    deinit {
        for client in self.clients { close(client) }
        close(self.listener)
    }
}
