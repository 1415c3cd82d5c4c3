import HTTPModel
import TestTransport
import Testing

@testable import HTTPSession

@Suite("netrc")
struct NetrcTests {
    private static let text = """
        # hosts
        machine a.org login ann password secret
        machine b.org
            login bob
            password "two words \\"x\\""
        machine incomplete.org login only
        machine a.org login second password never
        macdef init
            machine macro.org login m password m

        machine bücher.example login u password #hash
        default login anonymous password guest
        """

    private func credentials(
        _ host: String,
        usesDefault: Bool = true
    ) -> Credentials.Revealed? {
        Netrc(Self.text, path: "x").credentials(for: host, usesDefault: usesDefault)?.revealed()
    }

    @Test func `2.4.2: an entry is found by its whole host`() {
        #expect(self.credentials("a.org") == .basic(user: "ann", password: "secret"))
        #expect(self.credentials("b.org") == .basic(user: "bob", password: "two words \"x\""))
        #expect(
            self.credentials("xn--bcher-kva.example") == .basic(user: "u", password: "#hash")
        )
        #expect(self.credentials("x.a.org", usesDefault: false) == nil)
        #expect(self.credentials("macro.org", usesDefault: false) == nil)
        #expect(Netrc(Self.text, path: "x").hostCount == 5)
    }

    @Test func `an entry without a password has none, and takes none from default`() {
        // curl CVE-2024-11053, CVE-2025-0167, CVE-2026-8926
        #expect(self.credentials("incomplete.org") == nil)
        #expect(self.credentials("other.org") == .basic(user: "anonymous", password: "guest"))
        #expect(self.credentials("other.org", usesDefault: false) == nil)
    }

    @Test func `it speaks last, to the host of the request, and not for a host in disguise`()
        async throws
    {
        // Requests CVE-2024-47081: the host is what the connection goes to.
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        await session.setNetrc(Netrc("machine a.org login ann password secret", path: "x"))
        var sources: [CredentialsSource?] = []
        for target in [
            "http://a.org/", "http://a.org:81/", "http://a.org:@b.org/", "http://b.org/",
        ] {
            sources.append(await session.perform(try .make("GET", target)).attempts[0].credentials)
        }
        #expect(sources == [.netrc, .netrc, .userInformation, nil])
        #expect(transport.requests[0].value("Authorization") == "Basic YW5uOnNlY3JldA==")
        let origin = Origin(scheme: .http, host: "a.org")
        try await session.setField("Authorization", to: "default", scope: .only(origin))
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        #expect(exchange.attempts[0].credentials == .defaultField)
        await session.setNetrc(nil)
    }

    @Test func `a redirect gets the entry of its own host, never default`() async throws {
        let transport = ScriptedTransport(byTarget: [
            "http://a.org/": .init(302, [("Location", "http://b.org/")]),
            "http://b.org/": .init(302, [("Location", "http://c.org/")]),
            "http://c.org/": .init(302, [("Location", "http://a.org/back")]),
        ])
        let session = makeSession(transport)
        let text = """
            machine a.org login a password a
            machine b.org login b password b
            default login d password d
            """
        await session.setNetrc(Netrc(text, path: "x"))
        _ = await session.perform(try .make("GET", "http://a.org/"))
        let values = transport.requests.map { $0.value("Authorization") }
        #expect(values == ["Basic YTph", "Basic Yjpi", nil, nil])
    }
}
