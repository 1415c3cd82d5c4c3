import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

/// HTTP/2 against servers that others wrote.
@Suite(
    "HTTP/2 servers",
    .timeLimit(.minutes(3)),
    .requires(.nginx, .openssl)
)
struct HTTP2ServerTests {
    private static let shared = Result { try TestCertificates() }

    private let certificates: TestCertificates
    private let trusting: TLSOptions

    init() throws {
        self.certificates = try Self.shared.get()
        self.trusting = TLSOptions(trustRoots: try pemFile(self.certificates.authority))
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
            let failures = await rig.send(32, atOnce: 32) {
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
}
