import HTTPModel
import Testing
import TestTransport

@testable import HTTPSession

@Suite("Cookie store: what is sent")
struct CookieSendingTests {
    struct Case: CustomTestStringConvertible {
        let text: String
        let from: String
        let to: String
        let exclusion: CookieExclusion?
        init(_ text: String, from: String, to: String, _ exclusion: CookieExclusion?) {
            self.text = text
            self.from = from
            self.to = to
            self.exclusion = exclusion
        }
        var testDescription: String { "\(self.text) from \(self.from) to \(self.to)" }
    }

    @Test(arguments: [
        // Host-only: this host, no other.
        Case("a=b", from: "http://a.org/", to: "http://a.org/", nil),
        Case("a=b", from: "http://a.org/", to: "http://A.ORG:81/x", nil),
        Case("a=b", from: "http://a.org/", to: "http://x.a.org/", .otherHost(host: "x.a.org")),
        Case("a=b", from: "http://a.org/", to: "http://a.org./", .otherHost(host: "a.org.")),
        // A domain: what lies in it.
        Case("a=b; Domain=a.org", from: "http://a.org/", to: "http://x.y.a.org/", nil),
        Case("a=b; Domain=a.org", from: "http://x.a.org/", to: "http://a.org/", nil),
        Case(
            "a=b; Domain=a.org",
            from: "http://a.org/",
            to: "http://ba.org/",
            .otherDomain(host: "ba.org")
        ),
        Case(
            "a=b; Domain=x.a.org",
            from: "http://x.a.org/",
            to: "http://a.org/",
            .otherDomain(host: "a.org")
        ),
        // Paths: equal, below, never a mere prefix; no decoding, no case folding.
        Case("a=b; Path=/x", from: "http://a.org/", to: "http://a.org/x", nil),
        Case("a=b; Path=/x", from: "http://a.org/", to: "http://a.org/x/y", nil),
        Case("a=b; Path=/x/", from: "http://a.org/", to: "http://a.org/x/y", nil),
        Case("a=b; Path=/x/", from: "http://a.org/", to: "http://a.org/x", .path(path: "/x")),
        Case("a=b; Path=/x", from: "http://a.org/", to: "http://a.org/xy", .path(path: "/xy")),
        Case("a=b; Path=/x", from: "http://a.org/", to: "http://a.org/X", .path(path: "/X")),
        Case("a=b; Path=/x", from: "http://a.org/", to: "http://a.org/%78", .path(path: "/%78")),
        Case("a=b; Path=/x", from: "http://a.org/", to: "http://a.org/?/x", .path(path: "/")),
        // Secure: to https and, by the setting, to loopback hosts.
        Case("a=b; Secure", from: "https://a.org/", to: "https://a.org:8443/", nil),
        Case("a=b; Secure", from: "https://a.org/", to: "http://a.org/", .notSecure),
        Case("a=b; Secure", from: "https://localhost/", to: "http://localhost/", nil),
        // Strict and Lax cookies go with what a user types; HttpOnly is for scripts.
        Case("a=b; SameSite=Strict", from: "http://a.org/", to: "http://a.org/", nil),
        Case("a=b; HttpOnly; SameSite=Lax", from: "http://a.org/", to: "http://a.org/", nil),
    ])
    func `R1, R2: a cookie goes where it belongs, and elsewhere there is a reason`(_ row: Case)
        throws
    {
        var store = CookieStore()
        try store.take(row.text, from: row.from)
        let verdicts = store.verdicts(for: try context(row.to))
        #expect(verdicts.map(\.exclusion) == [row.exclusion])
        let field = store.fieldValue(for: try context(row.to))
        #expect(field?.text == (row.exclusion == nil ? "a=b" : nil))
    }

    @Test(arguments: [0, 1, 9, 10, 11])
    func `a cookie expires at its expiry`(_ seconds: Int64) throws {
        var store = CookieStore()
        try store.take("a=b; Max-Age=10", from: "http://a.org/")
        let verdicts = store.verdicts(for: try context("http://a.org/", now: wallClock + seconds))
        let expected: CookieExclusion? =
            seconds < 10 ? nil : .expired(since: wallClock + 10)
        #expect(verdicts.map(\.exclusion) == [expected])
    }

    @Test func `R3: longer paths come first, then older cookies`() throws {
        var store = CookieStore()
        try store.take(
            "z=1; Path=/",
            "y=2; Path=/a/b",
            "x=3; Path=/a",
            "w=4; Path=/",
            "v=5; Path=/a/b",
            from: "http://a.org/"
        )
        #expect(try store.sent(to: "http://a.org/a/b") == "y=2; v=5; x=3; z=1; w=4")
    }

    @Test func `a host-only and a domain cookie of one name are both sent`() throws {
        var store = CookieStore()
        try store.take("a=1", "a=2; Domain=a.org", from: "http://a.org/")
        #expect(try store.sent(to: "http://a.org/") == "a=1; a=2")
        #expect(try store.sent(to: "http://x.a.org/") == "a=2")
    }

    @Test func `R4: a nameless cookie is sent as its bare value`() throws {
        var store = CookieStore()
        try store.take("foo", "=bar=x; Path=/x", "n=", from: "http://a.org/")
        #expect(try store.sent(to: "http://a.org/x") == "bar=x; foo; n=")
    }

    @Test func `the sent cookies come first in the verdicts, then the others with reasons`() throws
    {
        var store = CookieStore()
        try store.take("a=1", "b=2; Path=/x", from: "http://a.org/")
        try store.take("c=3", from: "http://b.org/")
        let verdicts = store.verdicts(for: try context("http://a.org/"))
        #expect(verdicts.map(\.cookie.name) == ["a", "b", "c"])
        #expect(verdicts.map(\.exclusion) == [nil, .path(path: "/"), .otherHost(host: "a.org")])
    }

    @Test func `R5: a request carries exactly one Cookie field`() async throws {
        let transport = ScriptedTransport(
            .response(.init(200, [("Set-Cookie", "a=1"), ("set-cookie", "b=2")])),
            .response(.init())
        )
        let session = makeSession(transport)
        _ = await session.perform(try .make("GET", "http://a.org/"))
        _ = await session.perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.map { $0.value("Cookie") } == [nil, "a=1; b=2"])
    }

    @Test(arguments: [200, 204, 301, 401, 404, 500])
    func `C1: cookies of every final response are stored`(_ status: Int) async throws {
        let transport = ScriptedTransport(.response(.init(status, [("Set-Cookie", "a=1")])))
        let session = makeSession(transport)
        _ = await session.perform(try .make("GET", "http://a.org/"))
        #expect(await session.cookies().map(\.pair) == ["a=1"])
    }

    @Test func `C1: a 407 is the proxy's, and sets no cookie of the origin`() async throws {
        let transport = ScriptedTransport(.response(.init(407, [("Set-Cookie", "a=1")])))
        let session = makeSession(transport)
        _ = await session.perform(try .make("GET", "http://a.org/"))
        #expect(await session.cookies().isEmpty)
    }

    @Test(arguments: ["SameSite=Strict", "SameSite=Lax", "HttpOnly", "HttpOnly; SameSite=Strict"])
    func `R7, R8: flags for browsers are kept, and do not keep a cookie back`(
        _ flags: String
    ) throws {
        var store = CookieStore()
        try store.take("a=b; \(flags)", from: "http://a.org/")
        #expect(try store.sent(to: "http://a.org/") == "a=b")
        let cookie = try #require(store.all.first)
        #expect(cookie.isHTTPOnly == flags.contains("HttpOnly"))
        #expect((cookie.sameSite == .strict) == flags.contains("Strict"))
    }

    @Test func `R10: a cookie that was entered goes to the host that it was entered for`()
        async throws
    {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        _ = await session.setCookie("a=1", for: try URI("http://a.org/x"))
        for target in ["http://a.org/", "http://b.org/", "http://x.a.org/"] {
            _ = await session.perform(try .make("GET", target))
        }
        #expect(transport.requests.map { $0.value("Cookie") } == ["a=1", nil, nil])
    }

    @Test func `switched off, cookies are neither stored nor sent`() async throws {
        let transport = ScriptedTransport(.response(.init(200, [("Set-Cookie", "b=2")])))
        let session = makeSession(transport)
        let target = try URI("http://a.org/")
        #expect(await session.setCookie("a=1", for: target).isStored)
        var request = try SessionRequest("GET", target)
        request.usesCookies = false
        _ = await session.perform(request)
        await session.update { $0.usesCookies = false }
        _ = await session.perform(try SessionRequest("GET", target))
        #expect(transport.requests.map { $0.value("Cookie") } == [nil, nil])
        #expect(await session.cookies().map(\.pair) == ["a=1"])
        #expect(await session.cookieVerdicts(for: target).map(\.exclusion) == [.cookiesOff])
    }

    @Test func `a typed Cookie field bypasses the store`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        _ = await session.setCookie("a=1", for: try URI("http://a.org/x/y"))
        let fields = [try FieldEdit.set("cookie", "mine=2")]
        _ = await session.perform(try .make("GET", "http://a.org/", fields: fields))
        let none = [try FieldEdit.remove("Cookie")]
        _ = await session.perform(try .make("GET", "http://a.org/", fields: none))
        _ = await session.perform(try .make("GET", "http://a.org/"))
        // A cookie that was entered without a Path is for the whole host.
        #expect(transport.requests.map { $0.value("Cookie") } == ["mine=2", nil, "a=1"])
    }

    @Test func `S15: a refused cookie has a record with its exchange and its reason`() async throws
    {
        let transport = ScriptedTransport(
            .response(.init(200, [("Set-Cookie", "a=1; Domain=org")]))
        )
        let session = makeSession(transport)
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        let refused = await session.refusedCookies(in: exchange.number)
        #expect(refused.map(\.refusal) == [.domainIsPublicSuffix("org")])
        #expect(refused.map(\.text) == ["a=1; Domain=org"])
        #expect(await session.refusedCookies(in: 99).isEmpty)
    }
}

extension CookieOutcome {
    /// Whether it was stored as a new cookie.
    fileprivate var isStored: Bool {
        if case .stored = self { true } else { false }
    }
}
