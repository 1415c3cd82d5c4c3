import HTTPModel
import HTTPTypes
import Synchronization
import TestTransport
import Testing

@testable import HTTPSession

/// Boxes of SESSION.md, section 2, that no other suite is about.
@Suite("Session and request: which of them speaks")
struct ChecklistBoxTests {
    private typealias Reply = ScriptedTransport.Reply

    private static let origin = Origin(scheme: .http, host: "a.org")

    @Test func `2.2.1: who says nothing takes what the other one says`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        await session.update {
            $0.totalTimeout = .seconds(7)
            $0.responseTimeout = .seconds(5)
        }
        var request = try SessionRequest.make("GET", "http://a.org/")
        _ = await session.perform(request)
        request.version = .http1
        request.fields = [try .set("X-Own", "1")]
        _ = await session.perform(request)
        #expect(transport.requests.map(\.totalTimeout) == [.seconds(7), .seconds(7)])
        #expect(transport.requests.map(\.responseTimeout) == [.seconds(5), .seconds(5)])
        #expect(transport.requests.map(\.version) == [nil, .http1])
        #expect(transport.requests.map { $0.value("X-Own") } == [nil, "1"])
    }

    @Test func `2.2.2: a single value of the request wins whole`() async throws {
        let transport = ScriptedTransport(.response(Reply(302, [("Location", "/next")])))
        let session = makeSession(transport)
        await session.update { $0.totalTimeout = .seconds(7) }
        var request = try SessionRequest.make("GET", "http://a.org/")
        request.totalTimeout = .seconds(3)
        request.followsRedirects = false
        _ = await session.perform(request)
        #expect(transport.requests.map(\.totalTimeout) == [.seconds(3)])
    }

    @Test func `2.2.6, 2.7.7: who watches a request takes nothing from who watches the session`()
        async throws
    {
        final class Watcher: BodyObserver {
            let seen = Mutex<[String]>([])
            func began(_ head: ResponseHead) { self.seen.withLock { $0.append("\(head.status)") } }
            func received(_ bytes: RawSpan) -> BodyFlow {
                self.seen.withLock { $0.append("\(bytes.byteCount)") }
                return .continue
            }
            func ended(isComplete: Bool) { self.seen.withLock { $0.append("\(isComplete)") } }
        }
        let events = EventRecorder()
        let transport = ScriptedTransport(
            .response(Reply(302, [("Location", "/next")], body: "moved")),
            .response(Reply(body: "hello"))
        )
        let session = makeSession(transport, events: events)
        let watcher = Watcher()
        _ = await session.perform(try .make("GET", "http://a.org/"), observer: watcher)
        // The request's watcher sees the final response, the session's hears of the redirect.
        #expect(watcher.seen.withLock { $0 } == ["200", "5", "true"])
        #expect(events.events.count == 1)
    }

    @Test
    func `2.2.8, 2.3.6: a Cookie that a request brings is all that it sends, and is not kept`()
        async throws
    {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        _ = await session.setCookie("jar=1", for: try URI("http://a.org/"))
        let typed = try SessionRequest.make(
            "GET",
            "http://a.org/",
            fields: [.set("cookie", "own=2")]
        )
        _ = await session.perform(typed)
        _ = await session.perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.map { $0.value("Cookie") } == ["own=2", "jar=1"])
        #expect(await session.cookies().map(\.pair) == ["jar=1"])
    }

    @Test func `2.3.1: credentials come last, and sign the target as it goes out`() async throws {
        let challenge = Reply(
            401,
            [("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"")]
        )
        let transport = ScriptedTransport(.response(challenge), .response(.init()))
        let session = makeSession(transport)
        try await session.setQuery("page", to: ["2"], scope: .all)
        await session.setCredentials(
            try .digest(user: "ann", password: "secret"),
            for: Self.origin
        )
        _ = await session.setCookie("sid=1", for: try URI("http://a.org/"))
        _ = await session.perform(
            try .make("POST", "http://a.org/x?a=%20b", body: .bytes([1]), contentType: "text/plain")
        )
        let second = try #require(transport.requests.last)
        #expect(second.target == "/x?a=%20b&page=2")
        #expect(second.value("Authorization")?.contains("uri=\"/x?a=%20b&page=2\"") == true)
        let names = second.fields.map(\.name.canonicalName)
        #expect(names.suffix(3) == ["content-type", "authorization", "cookie"])
    }

    @Test func `2.7.6: every wait has an end unless that is switched off`() {
        #expect(SessionSettings().responseTimeout == .seconds(60))
        #expect(ConnectionOptions().connectTimeout == .seconds(10))
        #expect(PoolLimits().queueTimeout == .seconds(30))
    }

    @Test func `2.8.2: a request without defaults still fills the cookie store`() async throws {
        let transport = ScriptedTransport(.response(Reply(200, [("Set-Cookie", "sid=1")])))
        let session = makeSession(transport)
        try await session.setField("X-Default", to: "1", scope: .all)
        var request = try SessionRequest.make("GET", "http://a.org/")
        request.usesDefaults = false
        _ = await session.perform(request)
        #expect(transport.requests[0].value("X-Default") == nil)
        #expect(await session.cookies().map(\.pair) == ["sid=1"])
    }

    @Test func `5.10: each exchange has its own count of retries`() async throws {
        let refused = ScriptedTransport.Answer.failure(
            .refused(addresses: ["127.0.0.1"]),
            phase: .connect
        )
        let transport = ScriptedTransport(refused)
        let session = makeSession(transport)
        for _ in 0..<2 { _ = await session.perform(try .make("GET", "http://a.org/")) }
        #expect(transport.requests.count == 6)
    }

    // MARK: Coding

    @Test func `content that is coded says so, behind what the user applied`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        var request = try SessionRequest.make("POST", "http://a.org/", body: .bytes([1]))
        request.coding = .gzip
        _ = await session.perform(request)
        request.fields = [try .set("Content-Encoding", "br")]
        _ = await session.perform(request)
        request.body = .none
        _ = await session.perform(request)
        #expect(
            transport.requests.map { $0.value("Content-Encoding") } == ["gzip", "br, gzip", "br"]
        )
        #expect(transport.requests.map(\.coding) == [.gzip, .gzip, nil])
        #expect(transport.requests.map(\.isChunked) == [true, true, false])
    }

    // MARK: What stays behind

    @Test func `RD2: what is bound to an origin is told when a redirect leaves it`() async throws {
        let transport = ScriptedTransport(byTarget: [
            "http://a.org/": Reply(302, [("Location", "http://b.org/")]),
            "http://b.org/": Reply(302, [("Location", "http://a.org/back")]),
            "http://a.org/back": Reply(),
        ])
        let session = makeSession(transport)
        try await session.setField("X-Api-Key", to: "k", scope: .only(Self.origin))
        try await session.setField("X-Trace", to: "t", scope: .only(Self.origin))
        await session.setCredentials(try .bearer("t"), for: Self.origin)
        _ = await session.setCookie("sid=1", for: try URI("http://a.org/"))
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        let records = exchange.attempts.compactMap { attempt -> RedirectRecord? in
            guard case .redirect(let record) = attempt.cause else { return nil }
            return record
        }
        #expect(
            records.map { $0.stripped.sorted() }
                == [
                    ["Authorization", "X-Api-Key", "X-Trace"],
                    ["Authorization", "X-Api-Key", "X-Trace"],
                ]
        )
        #expect(records.map(\.isReturn) == [false, true])
    }

    @Test func `credentials of other origins are named by origin`() async throws {
        let session = makeSession(.init(.response(.init())))
        let other = Origin(scheme: .https, host: "b.org")
        try await session.setField("X-Api-Key", to: "k", scope: .only(Self.origin))
        try await session.setField("X-Plain", to: "p", scope: .only(Self.origin))
        await session.setCredentials(try .bearer("t"), for: Self.origin)
        #expect(await session.credentialsElsewhere(than: Self.origin) == [:])
        #expect(
            await session.credentialsElsewhere(than: other)
                == [Self.origin: ["Authorization", "X-Api-Key"]]
        )
        await session.setCredentials(try .bearer("u"), for: other)
        #expect(
            await session.credentialsElsewhere(than: other) == [Self.origin: ["X-Api-Key"]]
        )
    }
}
