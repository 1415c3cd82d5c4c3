import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

/// Ten thousand requests, 64 at a time, to servers that others wrote and whose limits are low: all
/// are answered, both sides count the same, and no limit is exceeded.
@Suite(
    "Ten thousand requests",
    .timeLimit(.minutes(3)),
    .requires(.nginx, .nghttpd, .haproxy, .openssl)
)
struct ManyRequestsTests {
    private static let count = 10_000
    private static let clients = 64

    private static let shared = Result { try TestCertificates() }

    private let certificates: TestCertificates
    private let trusting: ConnectionOptions

    init() throws {
        self.certificates = try Self.shared.get()
        let roots = try pemFile(self.certificates.authority)
        self.trusting = ConnectionOptions(tls: TLSOptions(trustRoots: roots))
    }

    /// Sends them all; checks that each had an answer, or a failure that proves it was not acted on.
    ///
    /// - Returns: How many were answered.
    private func sendAll(
        _ rig: Rig,
        _ make: @escaping @Sendable () -> TransportRequest
    ) async -> Int {
        let failures = await rig.send(Self.count, atOnce: Self.clients, make)
        // A request that meets the server's close is told, with evidence (POOL.md rule 34).
        #expect(failures.allSatisfy { $0.stale != nil }, "\(failures.prefix(3))")
        #expect(failures.count < Self.count / 100)
        return Self.count - failures.count
    }

    /// How many requests nginx has seen; the question is one of them.
    private static func requestCount(_ rig: Rig, _ nginx: NginxServer) async throws -> Int {
        let sink = TestSink()
        var request = rig.request(nginx.port, "/status")
        request.version = .http1
        _ = try await rig.transport.send(request, to: sink)
        let numbers = sink.text.split(separator: "\n")[2].split(separator: " ")
        return Int(numbers[2]) ?? 0
    }

    /// The most connections to `port` that were open at a time.
    private static func mostOpen(_ events: [PoolEvent], port: Int) -> Int {
        var open: Set<ConnectionID> = []
        var most = 0
        for event in events {
            guard let id = event.connection else { continue }
            switch event.kind {
            case .connecting(let key, _) where key.origin.port == port: open.insert(id)
            case .closed: open.remove(id)
            default: continue
            }
            most = max(most, open.count)
        }
        return most
    }

    /// The most requests that were on one connection at a time.
    private static func mostStreams(_ events: [PoolEvent]) -> Int {
        var streams: [ConnectionID: Int] = [:]
        var most = 0
        for event in events {
            guard let id = event.connection else { continue }
            switch event.name {
            case "request.dispatched": streams[id, default: 0] += 1
            case "request.done", "request.failed", "request.redispatched":
                streams[id, default: 0] -= 1
            default: continue
            }
            most = max(most, streams[id, default: 0])
        }
        return most
    }

    /// POOL.md rules 6, 7 and 22.
    @Test func `nginx over HTTP 1, a hundred to a connection`() async throws {
        let nginx = try await NginxServer.start(.init(keepaliveRequests: 100))
        try await Rig.run(limits: PoolLimits(perOrigin: 6)) { rig in
            let before = try await Self.requestCount(rig, nginx)
            let answered = await self.sendAll(rig) { rig.request(nginx.port, "/small") }
            #expect(try await Self.requestCount(rig, nginx) - before - 1 == answered)
            let events = rig.events.current
            #expect(Self.mostOpen(events, port: nginx.port) == 6)
            let closed = events.compactMap { event -> CloseReason? in
                guard case .closed(let epitaph) = event.kind else { return nil }
                return epitaph.reason
            }
            // Those that were open last may be so still.
            #expect(closed.count >= Self.count / 100 - 6)
            #expect(Set(closed) == [.serverClose])
        }
    }

    /// POOL.md rules 38 to 41.
    @Test func `nginx over HTTP 2, eight streams and five hundred to a connection`() async throws {
        let nginx = try await NginxServer.start(
            .init(keepaliveRequests: 500, certificate: self.certificates.good, http2Streams: 8)
        )
        let port = try #require(nginx.tlsPort)
        try await Rig.run(options: self.trusting) { rig in
            let before = try await Self.requestCount(rig, nginx)
            let answered = await self.sendAll(rig) {
                rig.request(port, "/small", scheme: .https, host: "localhost")
            }
            #expect(try await Self.requestCount(rig, nginx) - before - 1 == answered)
            #expect(answered == Self.count)
            #expect(Self.mostStreams(rig.events.current) == 8)
        }
    }

    @Test func `nghttpd over HTTP 2 with prior knowledge, four streams`() async throws {
        let server = try await NghttpdServer.start(streams: 4, logsFrames: true)
        try await Rig.run(options: Rig.http2) { rig in
            let answered = await self.sendAll(rig) { rig.request(server.port, "/small") }
            #expect(answered == Self.count)
            #expect(rig.count("conn.connecting") == 1)
            #expect(Self.mostStreams(rig.events.current) == 4)
            let roundTrip = try await rig.transport.ping(ConnectionID(1))
            #expect(roundTrip > .zero)
        }
        #expect(try NghttpdServer.requestCount(of: server) == Self.count)
    }

    @Test(arguments: [HTTPVersionPolicy.http1, .http2])
    func `haproxy in front of nginx`(version: HTTPVersionPolicy) async throws {
        let nginx = try await NginxServer.start(.init(keepaliveRequests: 200))
        let haproxy = try await HAProxyServer.start(
            before: nginx.port,
            self.certificates.good,
            streams: 8
        )
        var options = self.trusting
        options.version = version
        try await Rig.run(limits: PoolLimits(perOrigin: 6), options: options) { rig in
            let before = try await Self.requestCount(rig, nginx)
            let answered = await self.sendAll(rig) {
                rig.request(haproxy.port, "/small", scheme: .https, host: "localhost")
            }
            let after = try await Self.requestCount(rig, nginx)
            #expect(after - before - 1 == answered)
            #expect(answered == Self.count)
            let events = rig.events.current
            if version == .http2 {
                #expect(Self.mostOpen(events, port: haproxy.port) == 1)
                #expect(Self.mostStreams(events) == 8)
            } else {
                #expect(Self.mostOpen(events, port: haproxy.port) == 6)
                #expect(Self.mostStreams(events) == 1)
            }
        }
    }
}

/// How long nginx keeps an idle connection, by its own clock.
@Suite("nginx's keepalive_timeout", .timeLimit(.minutes(1)), .requires(.nginx))
struct KeepAliveTimeoutTests {
    @Test func `a timeout that is not announced is seen when it ends`() async throws {
        let nginx = try await NginxServer.start(.init(keepaliveTimeout: .milliseconds(300)))
        try await Rig.run { rig in
            try await rig.get(nginx.port, "/small")
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == .peerClosed)
            #expect((epitaph.idleFor ?? .zero) > .milliseconds(200))
            let next = try await rig.get(nginx.port, "/small")
            guard case .new(let reason) = next.use.decision,
                case .closed(ConnectionID(1), .peerClosed, _) = reason.code
            else {
                Issue.record("\(next.use.decision)")
                return
            }
        }
    }

    /// POOL.md rule 17.
    @Test func `a timeout that is announced is not waited for`() async throws {
        let nginx = try await NginxServer.start(
            .init(keepaliveTimeout: .seconds(2), announcesTimeout: true)
        )
        try await Rig.run { rig in
            try await rig.get(nginx.port, "/small")
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == .serverKeepAlive)
            #expect(epitaph.closer == .us)
            let idle = epitaph.idleFor ?? .zero
            #expect(idle > .milliseconds(900) && idle < .milliseconds(1900))
        }
    }
}
