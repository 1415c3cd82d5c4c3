import HTTPModel
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPTransport

@Suite(
    "Proxies (SESSION.md 2.6)",
    .timeLimit(.minutes(1)),
    .requires(.microsocks, .tinyproxy, .openssl)
)
struct ProxyTransportTests {
    private static let certificates = Result { try TestCertificates() }

    private func options(
        _ proxy: String,
        trusting authority: String? = nil
    ) throws -> ConnectionOptions {
        var options = ConnectionOptions(proxy: .always(try Proxy(proxy)))
        options.tls.trustRoots = try authority.map { try pemFile($0) }
        return options
    }

    private func failure(
        _ proxy: String,
        to request: (Rig) -> TransportRequest
    ) async throws -> ProxyFailure.Reason? {
        try await Rig.run(options: try self.options(proxy)) { rig in
            let error = try #require(await rig.failure(of: request(rig)))
            guard case .proxy(let failure) = error.cause else {
                Issue.record("\(error.cause)")
                return nil
            }
            #expect(error.phase == .connect || error.phase == .resolve)
            #expect(!failure.proxy.contains("secret"))
            return failure.reason
        }
    }

    // MARK: HTTP

    @Test func `requests for http are forwarded, and origins share the connection`() async throws {
        let first = try FaultServer(FaultScript(FaultScript.answering()))
        let second = try FaultServer(FaultScript(FaultScript.answering()))
        let proxy = try FaultServer(FaultScript(FaultScript.answering()))
        let options = try self.options("http://ann:secret@127.0.0.1:\(proxy.port)")
        try await Rig.run(options: options) { rig in
            let one = try await rig.get(first.port, "/a?b")
            #expect(one.use.route == .forward(try Proxy("ann:secret@127.0.0.1:\(proxy.port)")))
            let two = try await rig.get(second.port, "/c")
            #expect(two.use.connection == one.use.connection)
            #expect(two.use.requestNumber == 2)
            let snapshot = await rig.transport.snapshot()
            #expect(snapshot.connections.first?.key.origin == proxy.origin)
        }
        let requests = proxy.connections.flatMap(\.requestTexts)
        #expect(
            requests.first?.hasPrefix("GET http://127.0.0.1:\(first.port)/a?b HTTP/1.1") == true
        )
        #expect(requests.last?.hasPrefix("GET http://127.0.0.1:\(second.port)/c HTTP/1.1") == true)
        #expect(requests.allSatisfy { $0.contains("Proxy-Authorization: Basic YW5uOnNlY3JldA==") })
        #expect(first.connections.isEmpty)
    }

    @Test func `OPTIONS * is forwarded without a path`() async throws {
        let proxy = try FaultServer(FaultScript(FaultScript.answering()))
        try await Rig.run(options: try self.options("127.0.0.1:\(proxy.port)")) { rig in
            let request = rig.request(8080, "*", method: .options, host: "a.test")
            _ = try await rig.transport.send(request, to: TestSink())
        }
        let request = try #require(proxy.connections.first?.requestTexts.first)
        #expect(request.hasPrefix("OPTIONS http://a.test:8080 HTTP/1.1\r\n"))
        #expect(!request.contains("Proxy-Authorization"))
    }

    @Test func `a real proxy forwards, and keeps its credentials from the origin`() async throws {
        let origin = try FaultServer(FaultScript(FaultScript.answering()))
        let proxy = try await ProxyServer.http(user: "ann", password: "secret")
        let sink = TestSink()
        try await Rig.run(options: try self.options("ann:secret@127.0.0.1:\(proxy.port)")) { rig in
            let response = try await rig.transport.send(rig.request(origin.port), to: sink)
            #expect(response.head.status == 200)
        }
        #expect(sink.text == "hello")
        let request = try #require(origin.connections.first?.requestTexts.first)
        #expect(request.hasPrefix("GET / HTTP/1.1\r\n"))
        #expect(!request.contains("YW5uOnNlY3JldA=="))
    }

    @Test func `2.6.4: a tunnel leads to the origin, and nothing of the proxy's goes in`()
        async throws
    {
        let certificates = try Self.certificates.get()
        let origin = try await TLSServer(certificates.good)
        let proxy = try await ProxyServer.http(user: "ann", password: "secret")
        let options = try self.options(
            "http://ann:secret@127.0.0.1:\(proxy.port)",
            trusting: certificates.authority
        )
        try await Rig.run(options: options) { rig in
            let request = rig.request(origin.port, scheme: .https, host: "localhost")
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.use.route.code == "tunnel")
            #expect(response.use.handshake?.proxy != nil)
            let again = rig.request(origin.port, scheme: .https, host: "localhost")
            let second = try await rig.transport.send(again, to: TestSink())
            #expect(second.use.requestNumber == 2)
            let facts = await rig.transport.snapshot().connections.first
            #expect(facts?.facts.tls?.isVerified == true)
            #expect(facts?.facts.remoteAddress == "127.0.0.1:\(proxy.port)")
            #expect(rig.count("conn.proxy") == 1)
        }
        #expect(origin.received.current.allSatisfy { !$0.contains("Proxy-Authorization") })
        #expect(origin.received.current.count == 2)
    }

    @Test func `a tunnel that is refused says by what`() async throws {
        let proxy = try await ProxyServer.http(
            user: "ann",
            password: "secret",
            connectPorts: [1]
        )
        func request(_ rig: Rig) -> TransportRequest {
            rig.request(9, scheme: .https, host: "127.0.0.1")
        }
        let wanted = try await self.failure("127.0.0.1:\(proxy.port)", to: request)
        #expect(wanted == .credentialsWanted(schemes: ["Basic"]))
        let refused = try await self.failure("ann:no@127.0.0.1:\(proxy.port)", to: request)
        guard case .credentialsRefused? = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        let rules = try await self.failure("ann:secret@127.0.0.1:\(proxy.port)", to: request)
        #expect(rules == .status(403, reason: "Access violation"))
    }

    @Test func `a certificate behind a tunnel is still verified for the origin`() async throws {
        let certificates = try Self.certificates.get()
        let origin = try await TLSServer(certificates.wrongName)
        let proxy = try await ProxyServer.http()
        let options = try self.options(
            "127.0.0.1:\(proxy.port)",
            trusting: certificates.authority
        )
        try await Rig.run(options: options) { rig in
            let request = rig.request(origin.port, scheme: .https, host: "localhost")
            let error = try #require(await rig.failure(of: request))
            guard case .certificate(let problem) = error.cause else {
                Issue.record("\(error.cause)")
                return
            }
            #expect(problem.reason == .wrongName(host: "localhost", names: ["other.example"]))
        }
    }

    // MARK: SOCKS

    @Test(arguments: ["socks5", "socks5h"])
    func `a real SOCKS proxy leads to the origin, with name and password`(
        kind: String
    ) async throws {
        let certificates = try Self.certificates.get()
        let origin = try await TLSServer(certificates.good)
        let plain = try FaultServer(FaultScript(FaultScript.answering()))
        let proxy = try await ProxyServer.socks(user: "ann", password: "secret")
        let options = try self.options(
            "\(kind)://ann:secret@127.0.0.1:\(proxy.port)",
            trusting: certificates.authority
        )
        try await Rig.run(options: options) { rig in
            let secure = rig.request(origin.port, scheme: .https, host: "localhost")
            let response = try await rig.transport.send(secure, to: TestSink())
            #expect(response.use.route.code == "socks")
            try await rig.get(plain.port, "/x")
            let snapshot = await rig.transport.snapshot()
            #expect(snapshot.connections.count == 2)
        }
        #expect(plain.connections.first?.requestTexts.first?.hasPrefix("GET /x HTTP/1.1") == true)
    }

    @Test func `a SOCKS proxy that refuses says why`() async throws {
        let proxy = try await ProxyServer.socks(user: "ann", password: "secret")
        let port = try FaultServer(FaultScript([.close])).port
        func request(_ rig: Rig) -> TransportRequest { rig.request(port) }
        let wanted = try await self.failure("socks5://127.0.0.1:\(proxy.port)", to: request)
        #expect(wanted == .credentialsWanted(schemes: []))
        let refused = try await self.failure(
            "socks5://ann:no@127.0.0.1:\(proxy.port)",
            to: request
        )
        #expect(refused == .credentialsRefused(schemes: []))
        let unreachable = try await self.failure(
            "socks5://ann:secret@127.0.0.1:\(proxy.port)"
        ) { rig in
            rig.request(1)
        }
        #expect(unreachable == .reply(5))
    }

    // MARK: Ways to fail

    @Test func `a proxy that does not run is told apart from the origin`() async throws {
        let origin = try FaultServer(FaultScript(FaultScript.answering()))
        for proxy in ["http://127.0.0.1:1", "socks5://127.0.0.1:1"] {
            let reason = try await self.failure(proxy) { $0.request(origin.port) }
            #expect(reason == .refused)
        }
        let missing = try await self.failure("http://proxy.invalid:1") { $0.request(origin.port) }
        #expect(missing == .nameNotFound(host: "proxy.invalid"))
        #expect(origin.connections.isEmpty)
    }

    @Test func `a proxy that closes, or never answers, is told`() async throws {
        let closing = try FaultServer(FaultScript([.readBytes(1), .close]))
        let closed = try await self.failure("socks5://127.0.0.1:\(closing.port)") {
            $0.request(80, host: "127.0.0.1")
        }
        #expect(closed == .closed)
        let silent = try FaultServer(FaultScript([.waitForClose]))
        var options = try self.options("http://127.0.0.1:\(silent.port)")
        options.connectTimeout = .seconds(1)
        try await Rig.run(options: options) { rig in
            let request = rig.request(443, scheme: .https, host: "a.test")
            let error = try #require(await rig.failure(of: request))
            guard case .proxy(let failure) = error.cause else {
                Issue.record("\(error.cause)")
                return
            }
            #expect(failure.reason == .timedOut(limit: .seconds(1)))
            await silent.waitForEnds()
        }
    }

    @Test func `a variable that names an unusable proxy fails requests by its name`() async throws {
        let origin = try FaultServer(FaultScript(FaultScript.answering()))
        let environment = ProxyEnvironment(["http_proxy": "socks4://127.0.0.1:1"])
        let options = ConnectionOptions(proxy: .environment(environment))
        try await Rig.run(options: options) { rig in
            let error = try #require(await rig.failure(of: rig.request(origin.port)))
            #expect(
                error.cause == .proxy(ProxyFailure(proxy: "http_proxy", reason: .unusable))
            )
        }
        #expect(origin.connections.isEmpty)
    }

    // MARK: Keys

    @Test func `another proxy closes idle connections, and other credentials do`() async throws {
        let proxy = try FaultServer(FaultScript(FaultScript.answering()))
        let url = "127.0.0.1:\(proxy.port)"
        try await Rig.run(options: try self.options("ann:one@\(url)")) { rig in
            try await rig.get(80)
            try await rig.transport.setConnectionOptions(try self.options("ann:two@\(url)"))
            #expect(await rig.epitaph()?.reason == .configChanged)
            let next = try await rig.get(80)
            #expect(!next.use.decision.isReused)
        }
        let second = try #require(proxy.connections.last?.requestTexts.first)
        #expect(second.contains("Basic YW5uOnR3bw=="))
    }
}
