import HTTPModel
import NIOSSL
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("tls.* settings, chains, client certificates", .timeLimit(.minutes(1)), .requires(.openssl))
struct TLSOptionTests {
    private static let shared = Result { try TestCertificates() }

    private let certificates: TestCertificates
    private let roots: PEMFile

    init() throws {
        self.certificates = try Self.shared.get()
        self.roots = try pemFile(self.certificates.authority)
    }

    private func send(
        to port: Int,
        _ target: String = "/",
        host: String = "localhost",
        under options: TLSOptions
    ) async throws -> Result<(text: String, facts: TLSFacts?), TransportError> {
        try await Rig.run(options: ConnectionOptions(tls: options)) { rig in
            let sink = TestSink()
            let request = rig.request(port, target, scheme: .https, host: host)
            do throws(TransportError) {
                _ = try await rig.transport.send(request, to: sink)
                let facts = await rig.transport.snapshot().connections.first?.facts.tls
                return .success((sink.text, facts))
            } catch {
                return .failure(error)
            }
        }
    }

    private func problem(
        _ leaf: TestCertificates.Leaf,
        _ options: TLSOptions? = nil
    ) async throws -> CertificateProblem? {
        let server = try await TLSServer(leaf)
        let trusting = TLSOptions(trustRoots: self.roots)
        switch try await self.send(to: server.port, under: options ?? trusting) {
        case .success: return nil
        case .failure(let error):
            guard case .certificate(let problem) = error.cause else {
                Issue.record("\(error.cause)")
                return nil
            }
            return problem
        }
    }

    // MARK: Chains

    /// A server that sends more than it must is still to be trusted.
    @Test(arguments: [TestCertificates.Chain.whole, .spare])
    func `a chain by way of an intermediate authority is trusted`(
        chain: TestCertificates.Chain
    ) async throws {
        let server = try await TLSServer(try self.certificates.makeChain(chain))
        let outcome = try await self.send(
            to: server.port,
            under: TLSOptions(trustRoots: self.roots)
        )
        #expect(try outcome.get().text == "hello")
    }

    @Test(arguments: [true, false])
    func `rule 51: the chain that was presented is known, without verification its first alone`(
        verifies: Bool
    ) async throws {
        let intermediate = try self.certificates.makeChain(.whole)
        let server = try await TLSServer(intermediate)
        var options = TLSOptions(trustRoots: self.roots)
        options.verifiesCertificates = verifies
        let facts = try #require(try await self.send(to: server.port, under: options).get().facts)
        #expect(facts.isVerified == verifies)
        let leaf = try #require(facts.certificates.first)
        #expect(leaf.subject == "CN=chain-whole")
        #expect(leaf.issuer == "CN=chain-whole-issuer")
        #expect(leaf.names == ["localhost", "127.0.0.1"])
        #expect(leaf.expiry.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil)
        guard verifies else {
            #expect(facts.certificates.count == 1)
            return
        }
        #expect(facts.certificates.count == 2)
        #expect(facts.certificates.last?.subject == "CN=chain-whole-issuer")
        #expect(facts.certificates.last?.issuer == "CN=linger test CA")
        #expect(facts.certificates.last?.names == [])
    }

    static let broken: [(TestCertificates.Chain, CertificateProblem)] = [
        (
            .withoutIssuer,
            CertificateProblem(
                .unknownIssuer(issuer: "CN=chain-withoutIssuer-issuer"),
                subject: "CN=chain-withoutIssuer",
                place: 1,
                chainLength: 1
            )
        ),
        (
            .expiredIssuer,
            CertificateProblem(
                .expired(on: "2021-01-01"),
                subject: "CN=chain-expiredIssuer-issuer",
                place: 2,
                chainLength: 2
            )
        ),
        (
            .issuerNoAuthority,
            CertificateProblem(
                .notAnAuthority,
                subject: "CN=chain-issuerNoAuthority-issuer",
                place: 2,
                chainLength: 2
            )
        ),
        (
            .foreignIssuer,
            CertificateProblem(
                .notSignedByIssuer(issuer: "CN=chain-foreignIssuer-issuer"),
                subject: "CN=chain-foreignIssuer",
                place: 1,
                chainLength: 2
            )
        ),
        (
            .unknownRoot,
            CertificateProblem(
                .selfSigned,
                subject: "CN=unknown CA",
                place: 2,
                chainLength: 2
            )
        ),
    ]

    @Test(arguments: broken)
    func `a broken chain is refused for what is broken, and where`(
        chain: TestCertificates.Chain,
        expected: CertificateProblem
    ) async throws {
        #expect(try await self.problem(try self.certificates.makeChain(chain)) == expected)
    }

    // MARK: Purposes

    @Test(arguments: [
        "serverAuth", "critical,serverAuth", "clientAuth,serverAuth", "anyExtendedKeyUsage",
    ])
    func `a certificate for servers, among other purposes, is trusted`(usage: String) async throws {
        let name = "for-\(usage.count)"
        let leaf = try self.certificates.makeServer(name, usage: usage)
        #expect(try await self.problem(leaf) == nil)
    }

    @Test(arguments: ["clientAuth", "critical,emailProtection"])
    func `a certificate for other purposes is refused`(usage: String) async throws {
        let name = "against-\(usage.count)"
        let leaf = try self.certificates.makeServer(name, usage: usage)
        let expected = CertificateProblem(
            .wrongPurpose,
            subject: "CN=\(name)",
            place: 1,
            chainLength: 1
        )
        #expect(try await self.problem(leaf) == expected)
    }

    /// Names must be critical where the subject is empty (RFC 5280, section 4.2.1.6).
    @Test func `names that are critical are understood`() async throws {
        let leaf = try self.certificates.makeServer(
            "critical-names",
            names: "critical,DNS:localhost",
            usage: "serverAuth"
        )
        #expect(try await self.problem(leaf) == nil)
        let other = try self.certificates.makeServer(
            "critical-other",
            names: "critical,DNS:other.example",
            usage: "serverAuth"
        )
        let refused = try await self.problem(other)
        #expect(
            refused?.reason == .wrongName(host: "localhost", names: ["other.example"])
        )
    }

    // MARK: Names and versions

    @Test func `tls.sni asks for another name, which the certificate must have`() async throws {
        var options = TLSOptions(trustRoots: self.roots, serverName: .name("other.example"))
        #expect(try await self.problem(self.certificates.wrongName, options) == nil)
        let refused = try await self.problem(self.certificates.good, options)
        guard case .wrongName(host: "other.example", _)? = refused?.reason else {
            Issue.record("\(String(describing: refused))")
            return
        }
        options.serverName = .none
        #expect(try await self.problem(self.certificates.good, options) == nil)
    }

    static let names: [(TLSServerName, String, String)] = [
        (.host, "localhost", "localhost"), (.host, "127.0.0.1", ""), (.none, "localhost", ""),
        (.name("other.example"), "127.0.0.1", "other.example"),
    ]

    @Test(.requires(.nginx), arguments: names)
    func `the name on the wire is the one that is set`(
        name: TLSServerName,
        host: String,
        expected: String
    ) async throws {
        let nginx = try await NginxServer.start(.init(certificate: self.certificates.good))
        let port = try #require(nginx.tlsPort)
        let options = TLSOptions(verifiesCertificates: false, serverName: name)
        let outcome = try await self.send(to: port, "/sni", host: host, under: options).get()
        #expect(outcome.text == "\(expected)\n")
    }

    @Test func `below tls.min there is no connection`() async throws {
        let server = try await TLSServer(self.certificates.good, maximumVersion: .tlsv12)
        let fine = TLSOptions(trustRoots: self.roots, minimumVersion: .tls12)
        #expect(try await self.send(to: server.port, under: fine).get().facts?.version == "TLS 1.2")
        let strict = TLSOptions(trustRoots: self.roots, minimumVersion: .tls13)
        switch try await self.send(to: server.port, under: strict) {
        case .success: Issue.record("it was answered")
        case .failure(let error):
            #expect(error.phase == .handshake)
            guard case .tls(let detail) = error.cause else {
                Issue.record("\(error.cause)")
                return
            }
            #expect(detail.contains("PROTOCOL_VERSION"))
        }
    }

    // MARK: Client certificates

    @Test(.requires(.nginx))
    func `nginx takes our certificate, with its key clear, encrypted or in one file`() async throws
    {
        let nginx = try await NginxServer.start(
            .init(
                certificate: self.certificates.good,
                clientAuthority: self.certificates.authority
            )
        )
        let port = try #require(nginx.tlsPort)
        let client = try self.certificates.makeClient()
        let certificate = try pemFile(client.certificate)
        let clear = try pemFile(client.key)
        let phrase = "open sesame"
        let encrypted = try [false, true].map {
            try pemFile(
                self.certificates.encryptedKey(of: client, passphrase: phrase, inOlderForm: $0)
            )
        }
        #expect(encrypted.allSatisfy(\.holdsEncryptedKey) && !clear.holdsEncryptedKey)
        let both = PEMFile(path: "both", contents: certificate.contents + clear.contents)
        let identities: [(PEMFile, PEMFile?, String?)] = [
            (certificate, clear, nil), (certificate, encrypted[0], phrase),
            (certificate, encrypted[1], phrase), (both, nil, nil),
        ]
        for (certificate, key, passphrase) in identities {
            let options = TLSOptions(
                trustRoots: self.roots,
                certificate: certificate,
                key: key,
                revealedPassphrase: passphrase
            )
            let outcome = try await self.send(to: port, "/client", under: options).get()
            #expect(outcome.text == "CN=client\n")
        }
        let anonymous = try await self.send(to: port, under: TLSOptions(trustRoots: self.roots))
            .get()
        #expect(anonymous.text.contains("No required SSL certificate was sent"))
    }

    @Test func `what cannot be used is refused when it is set, and changes nothing`() async throws {
        let client = try self.certificates.makeClient("first")
        let other = try self.certificates.makeClient("second")
        let certificate = try pemFile(client.certificate)
        let encrypted = try pemFile(
            try self.certificates.encryptedKey(of: client, passphrase: "right")
        )
        let cases: [(TLSOptions, ConnectionOptionsError)] = [
            (
                TLSOptions(certificate: certificate, key: try pemFile(other.key)),
                .keyMismatch(certificate: client.certificate, key: other.key)
            ),
            (
                TLSOptions(certificate: certificate, key: encrypted),
                .passphrase(path: encrypted.path)
            ),
            (
                TLSOptions(
                    certificate: certificate,
                    key: encrypted,
                    revealedPassphrase: "wrong"
                ),
                .passphrase(path: encrypted.path)
            ),
        ]
        try await Rig.run { rig in
            for (options, expected) in cases {
                await #expect(throws: expected) {
                    try await rig.transport.setConnectionOptions(ConnectionOptions(tls: options))
                }
                #expect(await rig.transport.options == ConnectionOptions())
            }
            let damaged = PEMFile(path: "damaged", contents: Array("-----BEGIN".utf8))
            for options in [TLSOptions(trustRoots: damaged), TLSOptions(certificate: damaged)] {
                // A certificate without a key is not looked at before its key is there.
                guard !options.isIncomplete else { continue }
                await #expect(throws: ConnectionOptionsError.self) {
                    try await rig.transport.setConnectionOptions(ConnectionOptions(tls: options))
                }
            }
        }
    }

    @Test func `a certificate that still lacks its key fails requests, not the setting`()
        async throws
    {
        let server = try await TLSServer(self.certificates.good)
        let client = try self.certificates.makeClient("third")
        let options = TLSOptions(
            trustRoots: self.roots,
            certificate: try pemFile(client.certificate)
        )
        try await Rig.run { rig in
            try await rig.transport.setConnectionOptions(ConnectionOptions(tls: options))
            let request = rig.request(server.port, scheme: .https, host: "localhost")
            let error = try #require(await rig.failure(of: request))
            let expected = ConnectionOptionsError.incomplete(
                certificate: client.certificate,
                key: nil
            )
            #expect(error.cause == .tlsOptions(expected))
        }
    }

    @Test func `2.8.3: another client certificate never shares a connection`() async throws {
        let server = try await TLSServer(self.certificates.good)
        let client = try self.certificates.makeClient("fourth")
        var options = TLSOptions(trustRoots: self.roots)
        try await Rig.run(options: ConnectionOptions(tls: options)) { rig in
            let first = rig.request(server.port, scheme: .https, host: "localhost")
            _ = try await rig.transport.send(first, to: TestSink())
            options.certificate = try pemFile(client.certificate)
            options.key = try pemFile(client.key)
            try await rig.transport.setConnectionOptions(ConnectionOptions(tls: options))
            let second = rig.request(server.port, scheme: .https, host: "localhost")
            let response = try await rig.transport.send(second, to: TestSink())
            #expect(!response.use.decision.isReused)
        }
    }
}
