import HTTPModel
import TestTransport
import Testing

@testable import HTTPSession

/// What an exchange remembers of its cookies.
@Suite("Cookies: the record of an exchange")
struct CookieRecordTests {
    private typealias Reply = ScriptedTransport.Reply

    private func session(
        _ transport: ScriptedTransport,
        _ cookies: [String],
        uses: Bool = true
    ) async throws -> Session {
        var settings = SessionSettings()
        settings.usesCookies = uses
        let session = makeSession(transport, settings: settings)
        for cookie in cookies { _ = await session.setCookie(cookie, for: try URI("http://a.org/")) }
        return session
    }

    private func exclusions(_ exchange: Exchange, _ session: Session) async throws
        -> [String: CookieExclusion?]
    {
        let attempt = try #require(exchange.attempts.last)
        let verdicts = await session.cookieVerdicts(for: attempt).verdicts
        return Dictionary(uniqueKeysWithValues: verdicts.map { ($0.cookie.name, $0.exclusion) })
    }

    @Test(arguments: [
        ([("Cookie", "a=1"), ("Cookie", "b=2")], "a=1; b=2"), ([("Cookie", "a=1")], "a=1"),
        ([("Cookie", "a=1"), ("X-A", "x"), ("Cookie", "b=2"), ("cookie", "c=3")], "a=1; b=2; c=3"),
    ])
    func `R5: a request has one Cookie field`(
        _ fields: [(String, String)],
        _ value: String
    ) async throws {
        let transport = ScriptedTransport(.response(Reply()))
        let edits = try fields.map { try FieldEdit.append($0.0, $0.1) }
        let exchange = await makeSession(transport).perform(
            try .make("GET", "http://a.org/", fields: edits)
        )
        let sent = transport.requests[0].lines.filter { $0.lowercased().hasPrefix("cookie:") }
        #expect(sent == ["Cookie: \(value)"])
        let line = exchange.attempts[0].sentFields.filter { $0.name.lowercased() == "cookie" }
        #expect(line.map(\.value) == [value])
    }

    @Test func `a store that was passed by is remembered, with why`() async throws {
        let transport = ScriptedTransport(.response(Reply()))
        let session = try await self.session(transport, ["j=1", "k=2", "p=3; Path=/p"])
        let own = try SessionRequest.make(
            "GET",
            "http://a.org/",
            fields: [try .set("Cookie", "typed=1")]
        )
        var without = try SessionRequest.make("GET", "http://a.org/")
        without.usesCookies = false
        for (request, why) in [(own, CookieBypass.ownField), (without, .request)] {
            let exchange = await session.perform(request)
            #expect(exchange.attempts[0].remarks == [.cookiesBypassed(2, why)])
            let exclusions = try await self.exclusions(exchange, session)
            #expect(exclusions["j"] == .some(.bypassed(why)))
            #expect(exclusions["p"] == .some(.path(path: "/")))
        }
        await session.update { $0.usesCookies = false }
        let off = await session.perform(try .make("GET", "http://a.org/"))
        #expect(off.attempts[0].remarks == [.cookiesBypassed(2, .settings)])
        // Settings of today say nothing about then.
        await session.update { $0.usesCookies = true }
        #expect(try await self.exclusions(off, session)["k"] == .some(.bypassed(.settings)))
        let elsewhere = await session.perform(
            try .make("GET", "http://b.org/", fields: [try .set("Cookie", "typed=1")])
        )
        #expect(elsewhere.attempts[0].remarks == [])
    }

    @Test func `what was sent is taken from the request, not from the store of today`()
        async throws
    {
        let transport = ScriptedTransport(.response(Reply(200, [("Set-Cookie", "new=1")])))
        let session = try await self.session(transport, ["j=1", "k=2"])
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        _ = await session.setCookie("k=3", for: try URI("http://a.org/"))
        await session.update { $0.usesCookies = false }
        let exclusions = try await self.exclusions(exchange, session)
        #expect(exclusions["j"] == .some(nil))
        #expect(exclusions["k"] == .some(.laterThanRequest))
        #expect(exclusions["new"] == .some(.laterThanRequest))
        #expect(await session.cookieVerdicts(for: exchange.attempts[0]).gone == ["k"])
    }

    @Test func `cookies for which there is no room are told with the exchange`() async throws {
        let transport = ScriptedTransport(.response(Reply()))
        let value = String(repeating: "x", count: 4000)
        let session = try await self.session(transport, ["a=\(value)", "b=\(value)", "c=\(value)"])
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        #expect(exchange.attempts[0].remarks == [.cookiesLeftOut(1)])
    }

    @Test func `S15: each Set-Cookie field that is ignored has its reason`() async throws {
        var reply = Reply(200, [("Set-Cookie", "kept=1")])
        reply.trailers = [FieldLine("set-cookie", "t=1"), FieldLine("X-A", "1")]
        reply.interimSetCookies = [FieldLine("Set-Cookie", "i=1")]
        let session = makeSession(.init(.response(reply)))
        _ = await session.perform(try .make("GET", "http://a.org/"))
        let refused = await session.refusedCookies(in: 1)
        #expect(refused.map(\.text) == ["i=1", "t=1"])
        #expect(refused.map(\.refusal) == [.inInterimResponse, .inTrailers])
        #expect(await session.cookies().map(\.name) == ["kept"])
        let proxy = makeSession(.init(.response(Reply(407, [("Set-Cookie", "p=1")]))))
        _ = await proxy.perform(try .make("GET", "http://a.org/"))
        #expect(await proxy.refusedCookies().map(\.refusal) == [.fromProxy])
        #expect(await proxy.cookies() == [])
    }

    @Test func `cookies that are loaded are counted as they are stored`() throws {
        func cookie(_ name: String, expiry: Int64?) -> Cookie {
            Cookie(
                name: name,
                value: "v",
                domain: "a.org",
                isHostOnly: true,
                path: "/",
                isSecure: false,
                isHTTPOnly: false,
                sameSite: .default,
                expiry: expiry
            )
        }
        var store = CookieStore()
        let now = wallClock
        let latest = now + SetCookie.longestLife
        let insertion = store.insert(
            [
                cookie("old", expiry: now), cookie("last", expiry: latest),
                cookie("far", expiry: latest + 1), cookie("session", expiry: nil),
                cookie("session", expiry: nil),
            ],
            now: now
        )
        #expect(insertion == CookieInsertion(stored: 3, expired: 1, evicted: 0, shortened: 1))
        #expect(store.all.map(\.expiry) == [latest, latest, nil])
        let limit = CookieStore.domainLimit
        let many = store.insert((0...limit).map { cookie("c\($0)", expiry: nil) }, now: now)
        #expect(many == CookieInsertion(stored: limit, expired: 0, evicted: 1, shortened: 0))
    }
}
