import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

/// HTTP/2 against servers that others wrote.
@Suite(
    "HTTP/2 servers",
    .timeLimit(.minutes(3)),
    .requires(.nginx, .nghttpd, .openssl)
)
struct HTTP2ServerTests {
    private static let shared = Result { try TestCertificates() }

    private let certificates: TestCertificates
    private let trusting: TLSOptions

    init() throws {
        self.certificates = try Self.shared.get()
        self.trusting = TLSOptions(trustRoots: try pemFile(self.certificates.authority))
    }

    /// Sends `count` requests, so many at a time; returns the failures.
    private static func send(
        _ count: Int,
        atOnce clients: Int,
        _ rig: Rig,
        _ make: @escaping @Sendable () -> TransportRequest
    ) async -> [TransportError] {
        await withTaskGroup(of: [TransportError].self) { group in
            for client in 0..<clients {
                group.addTask {
                    var failures: [TransportError] = []
                    for _ in stride(from: client, to: count, by: clients) {
                        if let error = await rig.failure(of: make(), to: TestSink(.drain)) {
                            failures.append(error)
                        }
                    }
                    return failures
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// How many requests nginx has seen; the question is one of them.
    private static func requestCount(_ rig: Rig, _ nginx: NginxServer) async throws -> Int {
        let sink = TestSink()
        _ = try await rig.transport.send(rig.request(nginx.port, "/status"), to: sink)
        let numbers = sink.text.split(separator: "\n")[2].split(separator: " ")
        return Int(numbers[2]) ?? 0
    }

    /// POOL.md rules 38 to 41.
    @Test func `nginx gets every request once, with few streams and short-lived connections`()
        async throws
    {
        let nginx = try await NginxServer.start(
            .init(keepaliveRequests: 500, certificate: self.certificates.good, http2Streams: 8)
        )
        let port = try #require(nginx.tlsPort)
        let count = 10_000
        try await Rig.run(options: ConnectionOptions(tls: self.trusting)) { rig in
            let before = try await Self.requestCount(rig, nginx)
            let failures = await Self.send(count, atOnce: 64, rig) {
                rig.request(port, "/small", scheme: .https, host: "localhost")
            }
            #expect(failures.isEmpty, "\(failures.prefix(3))")
            #expect(try await Self.requestCount(rig, nginx) - before - 1 == count)
            let events = rig.events.current
            #expect(events.count { $0.name == "request.done" } == count + 2)
            // Streams in use at any time, by connection.
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
            #expect(most == 8)
        }
    }

    @Test(arguments: [HTTPVersionPolicy.auto, .http1, .http2])
    func `ALPN agrees on what both sides want`(policy: HTTPVersionPolicy) async throws {
        let nginx = try await NginxServer.start(
            .init(certificate: self.certificates.good, http2Streams: 16)
        )
        let port = try #require(nginx.tlsPort)
        let options = ConnectionOptions(tls: self.trusting, version: policy)
        try await Rig.run(options: options) { rig in
            let sink = TestSink()
            let request = rig.request(port, "/text", scheme: .https, host: "localhost")
            let response = try await rig.transport.send(request, to: sink)
            #expect(response.head.version == (policy == .http1 ? "HTTP/1.1" : "HTTP/2"))
            #expect(sink.current.count == 10_250)
            let connection = try #require(await rig.transport.snapshot().connections.first)
            #expect(connection.facts.tls?.alpn == (policy == .http1 ? "http/1.1" : "h2"))
            #expect(connection.facts.tls?.isVerified == true)
        }
    }

    /// POOL.md rule 38.
    @Test func `many first requests open one connection of HTTP 2`() async throws {
        let nginx = try await NginxServer.start(
            .init(certificate: self.certificates.good, http2Streams: 64)
        )
        let port = try #require(nginx.tlsPort)
        try await Rig.run(options: ConnectionOptions(tls: self.trusting)) { rig in
            let failures = await Self.send(32, atOnce: 32, rig) {
                rig.request(port, "/small", scheme: .https, host: "localhost")
            }
            #expect(failures.isEmpty)
            #expect(rig.count("conn.connecting") == 1)
        }
    }

    @Test func `a server that speaks no HTTP 2 says so when it is demanded`() async throws {
        let nginx = try await NginxServer.start(.init(certificate: self.certificates.good))
        let port = try #require(nginx.tlsPort)
        let options = ConnectionOptions(tls: self.trusting, version: .http2)
        try await Rig.run(options: options) { rig in
            let failure = await rig.failure(
                of: rig.request(port, scheme: .https, host: "localhost")
            )
            #expect(failure?.phase == .handshake)
        }
    }

    @Test func `nghttpd gets every request with prior knowledge`() async throws {
        let server = try await NghttpdServer.start(streams: 4)
        try await Rig.run(options: Rig.http2) { rig in
            let failures = await Self.send(2_000, atOnce: 64, rig) {
                rig.request(server.port, "/small")
            }
            #expect(failures.isEmpty, "\(failures.prefix(3))")
            #expect(rig.count("conn.connecting") == 1)
            let roundTrip = try await rig.transport.ping(ConnectionID(1))
            #expect(roundTrip > .zero)
        }
    }
}
