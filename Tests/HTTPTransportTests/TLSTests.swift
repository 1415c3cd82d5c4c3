import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("TLS", .timeLimit(.minutes(1)), .requires(.openssl))
struct TLSTests {
    private static let shared = Result { try TestCertificates() }

    private let certificates: TestCertificates

    init() throws {
        self.certificates = try Self.shared.get()
        self.trusting = ConnectionOptions(
            tls: TLSOptions(trustRoots: try pemFile(self.certificates.authority))
        )
    }

    private let trusting: ConnectionOptions

    private func request(
        _ rig: Rig,
        _ port: Int,
        host: String = "localhost"
    ) -> TransportRequest {
        rig.request(port, scheme: .https, host: host)
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a server with a good certificate is verified, and its facts are known`(
        host: String
    ) async throws {
        let server = try await TLSServer(self.certificates.good)
        try await Rig.run(options: self.trusting) { rig in
            let sink = TestSink()
            let request = self.request(rig, server.port, host: host)
            let response = try await rig.transport.send(request, to: sink)
            #expect(sink.text == "hello")
            #expect(response.timings.tls != nil)
            let snapshot = await rig.transport.snapshot()
            let facts = try #require(snapshot.connections.first?.facts.tls)
            #expect(facts.isVerified)
            #expect(facts.version == "TLS 1.3")
            #expect(facts.alpn == "http/1.1")
            let certificate = try #require(facts.certificates.first)
            #expect(certificate.subject == "CN=good")
            #expect(certificate.issuer == "CN=linger test CA")
            #expect(certificate.names == ["localhost", "127.0.0.1"])
            #expect(certificate.expiry.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil)
            // On the wire there is more than what TLS carries.
            let bytes = snapshot.connections.first?.bytesIn ?? 0
            #expect(bytes > response.bytes.received + 500)
            #expect(rig.count("conn.tls") == 1)
            let again = try await rig.transport.send(
                self.request(rig, server.port, host: host),
                to: TestSink()
            )
            #expect(again.use.requestNumber == 2)
        }
        #expect(server.accepted.current == 1)
    }

    private func problem(
        _ leaf: TestCertificates.Leaf,
        host: String = "localhost",
        options: ConnectionOptions? = nil
    ) async throws -> CertificateProblem? {
        let server = try await TLSServer(leaf)
        return try await Rig.run(options: options ?? self.trusting) { rig in
            let request = self.request(rig, server.port, host: host)
            let error = try #require(await rig.failure(of: request))
            #expect(error.phase == .handshake)
            #expect(await rig.epitaph()?.reason == .tlsFailed)
            guard case .certificate(let problem) = error.cause else {
                Issue.record("\(error.cause)")
                return nil
            }
            return problem
        }
    }

    /// A problem with the only certificate that was sent.
    private func leaf(
        _ reason: CertificateProblem.Reason,
        _ subject: String
    ) -> CertificateProblem {
        CertificateProblem(reason, subject: subject, place: 1, chainLength: 1)
    }

    @Test func `an expired certificate is refused with its date`() async throws {
        let problem = try await self.problem(self.certificates.expired)
        #expect(problem == self.leaf(.expired(on: "2021-01-01"), "CN=expired"))
    }

    @Test func `a certificate of the future is refused with its date`() async throws {
        let problem = try await self.problem(self.certificates.notYetValid)
        #expect(problem == self.leaf(.notYetValid(until: "2049-01-01"), "CN=not-yet-valid"))
    }

    @Test func `a certificate for another name is refused with its names`() async throws {
        let problem = try await self.problem(self.certificates.wrongName)
        let reason = CertificateProblem.Reason.wrongName(
            host: "localhost",
            names: ["other.example"]
        )
        #expect(problem == self.leaf(reason, "CN=wrong-name"))
    }

    @Test func `a certificate for another address is refused with its names`() async throws {
        let problem = try await self.problem(self.certificates.wrongName, host: "127.0.0.1")
        let reason = CertificateProblem.Reason.wrongName(
            host: "127.0.0.1",
            names: ["other.example"]
        )
        #expect(problem == self.leaf(reason, "CN=wrong-name"))
    }

    @Test func `a certificate that is its own issuer is refused as that`() async throws {
        let problem = try await self.problem(self.certificates.selfSigned)
        #expect(problem == self.leaf(.selfSigned, "CN=self-signed"))
    }

    @Test func `an unknown issuer is named`() async throws {
        let problem = try await self.problem(self.certificates.unknownAuthority)
        #expect(problem == self.leaf(.unknownIssuer(issuer: "CN=unknown CA"), "CN=unknown"))
    }

    @Test func `the system's roots do not know a test's authority`() async throws {
        let problem = try await self.problem(
            self.certificates.good,
            options: ConnectionOptions()
        )
        #expect(problem == self.leaf(.unknownIssuer(issuer: "CN=linger test CA"), "CN=good"))
    }

    @Test func `without verification anyone is believed, and the facts say so`() async throws {
        let server = try await TLSServer(self.certificates.expired)
        let options = ConnectionOptions(tls: TLSOptions(verifiesCertificates: false))
        try await Rig.run(options: options) { rig in
            _ = try await rig.transport.send(self.request(rig, server.port), to: TestSink())
            let facts = await rig.transport.snapshot().connections.first?.facts.tls
            #expect(facts?.isVerified == false)
            #expect(facts?.certificates.map(\.subject) == ["CN=expired"])
        }
    }

    @Test func `a server that speaks cleartext fails the handshake with a reason`() async throws {
        let server = try FaultServer(
            FaultScript([.readBytes(1), .send("HTTP/1.1 400 Bad Request\r\n\r\n"), .waitForClose])
        )
        try await Rig.run { rig in
            let error = try #require(await rig.failure(of: self.request(rig, server.port)))
            #expect(error.phase == .handshake)
            #expect(error.cause == .tls(detail: "WRONG_VERSION_NUMBER"))
            #expect(await rig.epitaph()?.reason == .tlsFailed)
        }
    }

    @Test func `a server that closes amid the handshake fails it`() async throws {
        let server = try FaultServer(FaultScript([.readBytes(1), .finish, .waitForClose]))
        try await Rig.run { rig in
            let error = try #require(await rig.failure(of: self.request(rig, server.port)))
            #expect(error.phase == .handshake)
            guard case .tls = error.cause else {
                Issue.record("\(error.cause)")
                return
            }
        }
    }

    @Test func `a server that never shakes hands is given up in time`() async throws {
        let server = try FaultServer(FaultScript([.waitForClose]))
        let options = ConnectionOptions(connectTimeout: .seconds(1))
        try await Rig.run(options: options) { rig in
            let error = try #require(await rig.failure(of: self.request(rig, server.port)))
            #expect(error.phase == .handshake)
            #expect(
                error.cause == .timedOut(limit: .seconds(1), setting: "timeout.connect")
            )
            await server.waitForEnds()
        }
    }

    @Test func `roots that cannot be read fail the request by their path`() async throws {
        let server = try await TLSServer(self.certificates.good)
        let roots = PEMFile(path: "ca.pem", contents: Array("no PEM".utf8))
        try await Rig.run(options: ConnectionOptions(tls: TLSOptions(trustRoots: roots))) { rig in
            let error = try #require(await rig.failure(of: self.request(rig, server.port)))
            guard case .tlsOptions(.trustRoots(path: "ca.pem", _)) = error.cause else {
                Issue.record("\(error.cause)")
                return
            }
            #expect(await rig.epitaph()?.reason == .tlsFailed)
        }
    }

    // MARK: Ends

    @Test(arguments: [TLSServer.Goodbye.polite, .abrupt])
    func `an idle connection that the server closes is no error`(
        _ goodbye: TLSServer.Goodbye
    ) async throws {
        let server = try await TLSServer(self.certificates.good)
        try await Rig.run(options: self.trusting) { rig in
            _ = try await rig.transport.send(self.request(rig, server.port), to: TestSink())
            server.close(goodbye)
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == .peerClosed)
            #expect(epitaph.closer == .peer)
            _ = try await rig.transport.send(self.request(rig, server.port), to: TestSink())
        }
    }

    @Test func `content that ends with the connection needs a polite end`() async throws {
        let answer = Array("HTTP/1.1 200 OK\r\n\r\nuntil the end".utf8)
        for goodbye in [TLSServer.Goodbye.polite, .abrupt] {
            let server = try await TLSServer(self.certificates.good, answer: answer)
            try await Rig.run(options: self.trusting) { rig in
                let sink = TestSink()
                async let failure = rig.failure(of: self.request(rig, server.port), to: sink)
                await sink.wait { $0.count == 13 }
                server.close(goodbye)
                switch goodbye {
                case .polite:
                    #expect(await failure == nil)
                    #expect(await rig.epitaph()?.reason == .untilEOF)
                case .abrupt:
                    #expect(
                        await failure?.cause == .truncated(receivedBytes: 13, expectedBytes: nil)
                    )
                    #expect(await rig.epitaph()?.reason == .peerClosed)
                }
            }
        }
    }

    @Test func `other trust closes idle connections`() async throws {
        let server = try await TLSServer(self.certificates.good)
        try await Rig.run(options: self.trusting) { rig in
            _ = try await rig.transport.send(self.request(rig, server.port), to: TestSink())
            try await rig.transport.setConnectionOptions(
                ConnectionOptions(tls: TLSOptions(verifiesCertificates: false))
            )
            #expect(await rig.epitaph()?.reason == .configChanged)
            let next = try await rig.transport.send(
                self.request(rig, server.port),
                to: TestSink()
            )
            #expect(!next.use.decision.isReused)
            let facts = await rig.transport.snapshot().connections.first?.facts.tls
            #expect(facts?.isVerified == false)
        }
    }

    @Test func `equal options have one number, by content`() throws {
        func number(_ path: String, _ text: String, in contexts: inout TLSContexts) -> UInt64 {
            let roots = PEMFile(path: path, contents: Array(text.utf8))
            return contexts.number(of: TLSOptions(trustRoots: roots))
        }
        var contexts = TLSContexts()
        let first = number("a", "roots", in: &contexts)
        #expect(first > 0)
        #expect(number("a", "roots", in: &contexts) == first)
        #expect(number("b", "roots", in: &contexts) == first)
        #expect(number("a", "others", in: &contexts) != first)
        #expect(contexts.number(of: TLSOptions()) != first)
    }
}
