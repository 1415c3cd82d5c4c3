import Glibc
import HTTPModel
import HTTPTypes
import Synchronization
import TestSupport
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Redirects: a session follows")
struct RedirectTests {
    private typealias Reply = ScriptedTransport.Reply

    private static func redirect(
        _ status: Int = 302,
        to location: String,
        _ fields: [(String, String)] = []
    ) -> Reply {
        Reply(status, [("Location", location)] + fields, body: "moved")
    }

    private static let typed: [(String, String)] = [
        ("Authorization", "secret"), ("Cookie", "c=secret"), ("Proxy-Authorization", "secret"),
        ("X-Api-Key", "secret"), ("x-app-token", "secret"), ("Host", "other.org"),
        ("X-Plain", "plain"),
    ]

    @Test(arguments: [
        // requests CVE-2014-1829, CVE-2018-18074; urllib3 CVE-2018-20060, CVE-2023-43804;
        // curl CVE-2018-1000007, CVE-2022-27774; Go CVE-2025-4673: another host, scheme or port.
        ("https://a.org/", "https://b.org/", true),
        ("https://a.org/", "https://sub.a.org/", true),
        ("https://sub.a.org/", "https://a.org/", true),
        ("https://a.org/", "https://a.org:8443/", true),
        ("http://a.org/", "https://a.org/", true),
        ("https://a.org/", "https://a.org./", true),
        ("https://a.org/", "https://a.org:443/x", false),
        ("https://a.org/", "/x", false),
    ])
    func `RD2: what was typed for one origin does not go to another`(
        _ from: String,
        _ to: String,
        _ isStripped: Bool
    ) async throws {
        let transport = ScriptedTransport(.response(Self.redirect(to: to)), .response(.init()))
        let fields = try Self.typed.map { try FieldEdit.set($0.0, $0.1) }
        let exchange = await makeSession(transport).perform(
            try .make("GET", from, fields: fields)
        )
        let second = try #require(transport.requests.last)
        #expect(transport.requests.count == 2)
        #expect(second.lines.contains { $0.contains("secret") } == !isStripped)
        #expect((second.value("Host") == "other.org") == !isStripped)
        #expect(second.value("X-Plain") == "plain")
        guard case .redirect(let record) = exchange.attempts[1].cause else {
            Issue.record("\(exchange.attempts[1].cause)")
            return
        }
        let names = ["Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "x-app-token"]
        #expect(record.stripped == (isStripped ? names + ["Host"] : []))
    }

    @Test func `RD2: what was stripped stays stripped on the way back`() async throws {
        // Go CVE-2024-45336
        let transport = ScriptedTransport(byTarget: [
            "https://a.org/": Self.redirect(to: "https://b.org/"),
            "https://b.org/": Self.redirect(to: "https://b.org/2"),
            "https://b.org/2": Self.redirect(to: "https://a.org/back"),
            "https://a.org/back": Reply(),
        ])
        let session = makeSession(transport)
        let origin = Origin(scheme: .https, host: "a.org")
        try await session.setField("X-Api-Key", to: "k", scope: .only(origin))
        await session.setCredentials(try .bearer("session"), for: origin)
        var request = try SessionRequest.make("GET", "https://u:p@a.org/")
        request.credentials = try .bearer("request")
        let exchange = await session.perform(request)
        #expect(exchange.response?.head.status == 200)
        #expect(
            transport.requests.map { $0.value("Authorization") }
                == ["Bearer request", nil, nil, nil]
        )
        #expect(transport.requests.map { $0.value("X-Api-Key") } == ["k", nil, nil, nil])
        #expect(exchange.attempts.map(\.credentials) == [.request, nil, nil, nil])
    }

    @Test func `what the session has for the new origin goes there`() async throws {
        let transport = ScriptedTransport(byTarget: [
            "https://a.org/": Self.redirect(to: "https://b.org/"),
            "https://b.org/": Self.redirect(to: "https://a.org/back"),
            "https://a.org/back": Self.redirect(to: "https://b.org/again"),
        ])
        let session = makeSession(transport)
        await session.setCredentials(
            try .bearer("b"),
            for: Origin(scheme: .https, host: "b.org")
        )
        _ = await session.perform(try .make("GET", "https://a.org/"))
        #expect(
            transport.requests.map { $0.value("Authorization") } == [nil, "Bearer b", nil, nil]
        )
    }

    @Test func `RD3: a sensitive default field for all origins is stripped all the same`()
        async throws
    {
        let transport = ScriptedTransport(
            .response(Self.redirect(to: "https://b.org/")),
            .response(.init())
        )
        let session = makeSession(transport)
        try await session.setField("X-Api-Key", to: "k", scope: .all)
        try await session.setField("X-Plain", to: "p", scope: .all)
        _ = await session.perform(try .make("GET", "https://a.org/"))
        #expect(transport.requests.map { $0.value("X-Api-Key") } == ["k", nil])
        #expect(transport.requests.map { $0.value("X-Plain") } == ["p", "p"])
    }

    @Test func `credentials are stripped even if the setting does not name them`() async throws {
        let transport = ScriptedTransport(
            .response(Self.redirect(to: "https://b.org/")),
            .response(.init())
        )
        var settings = SessionSettings()
        settings.sensitiveFields = SensitiveFields([])
        let fields = try Self.typed.map { try FieldEdit.set($0.0, $0.1) }
        _ = await makeSession(transport, settings: settings).perform(
            try .make("GET", "https://a.org/", fields: fields)
        )
        let second = try #require(transport.requests.last)
        #expect(second.value("Authorization") == nil)
        #expect(second.value("Cookie") == nil)
        #expect(second.value("Proxy-Authorization") == nil)
        #expect(second.value("X-Api-Key") == "secret")
    }

    @Test func `R9, RD10: cookies of a hop are stored before the next Cookie field is made`()
        async throws
    {
        let transport = ScriptedTransport(byTarget: [
            "https://a.org/": Self.redirect(to: "/login", [("Set-Cookie", "sid=1")]),
            "https://a.org/login": Self.redirect(
                to: "https://b.org/",
                [("Set-Cookie", "sid=2"), ("Set-Cookie", "x=3")]
            ),
            "https://b.org/": Self.redirect(to: "https://a.org/", [("Set-Cookie", "b=4")]),
        ])
        let session = makeSession(transport)
        let request = try SessionRequest.make("GET", "https://a.org/")
        var once = request
        once.followsRedirects = nil
        await session.update { $0.maxRedirects = 3 }
        _ = await session.perform(once)
        #expect(
            transport.requests.map { $0.value("Cookie") } == [nil, "sid=1", nil, "sid=2; x=3"]
        )
    }

    @Test func `a typed Cookie stays with its origin, where the store takes over`() async throws {
        // requests CVE-2015-2296, Hurl CVE-2026-63481, HTTPie CVE-2022-24737
        let transport = ScriptedTransport(byTarget: [
            "https://a.org/": Self.redirect(to: "/2", [("Set-Cookie", "s=1")]),
            "https://a.org/2": Self.redirect(to: "https://b.org/"),
            "https://b.org/": Self.redirect(to: "https://a.org/3"),
            "https://a.org/3": Reply(),
        ])
        let fields = [try FieldEdit.set("Cookie", "mine=1")]
        _ = await makeSession(transport).perform(
            try .make("GET", "https://a.org/", fields: fields)
        )
        #expect(
            transport.requests.map { $0.value("Cookie") } == ["mine=1", "mine=1", nil, "s=1"]
        )
    }

    @Test func `a Host that was typed does not steer cookies`() async throws {
        // curl CVE-2026-6276
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        _ = await session.setCookie("b=1", for: try URI("https://b.org/"))
        let fields = [try FieldEdit.set("Host", "b.org")]
        _ = await session.perform(try .make("GET", "https://a.org/", fields: fields))
        #expect(transport.requests[0].value("Cookie") == nil)
    }

    @Test func `a change to GET drops content and the fields that describe it`() async throws {
        // urllib3 CVE-2023-45803
        let names = [
            "Content-Type", "Content-Language", "Content-Digest", "Digest", "Expect", "X-Kept",
        ]
        let fields = try names.map { try FieldEdit.set($0, "v") }
        for (status, method, isKept) in [
            (303, "PUT", false), (301, "POST", false), (307, "POST", true),
        ] {
            let transport = ScriptedTransport(
                .response(Self.redirect(status, to: "/2")),
                .response(.init())
            )
            let exchange = await makeSession(transport).perform(
                try .make(method, "https://a.org/", fields: fields, body: .bytes([1, 2]))
            )
            let second = try #require(transport.requests.last)
            #expect(second.body == (isKept ? .bytes([1, 2]) : .none))
            #expect(names.filter { second.value($0) != nil } == (isKept ? names : ["X-Kept"]))
            #expect(second.method.rawValue == (isKept ? method : "GET"))
            let record = try #require(exchange.attempts[1].redirect)
            #expect(record.droppedContent == !isKept)
            #expect(record.methodBefore == (isKept ? nil : method))
        }
    }

    @Test func `RD9: a hop is drained, and only the last response is delivered`() async throws {
        let transport = ScriptedTransport(
            .response(Self.redirect(to: "/2")),
            .response(.init(body: "there"))
        )
        let events = EventRecorder()
        let session = makeSession(transport, events: events)
        let exchange = await session.perform(try .make("GET", "https://a.org/"))
        #expect(transport.exchanges.map(\.disposition) == [.drain, .deliverDecoded])
        #expect(exchange.content == .memory(Array("there".utf8)))
        #expect(exchange.attempts.count == 2)
        #expect(
            transport.requests.map(\.id) == [.init(exchange: 1), .init(exchange: 1, attempt: 2)]
        )
        #expect(
            events.events.map(\.kind) == [
                .requestRedirect(
                    status: 302,
                    from: "https://a.org/",
                    to: "https://a.org/2",
                    methodBefore: nil,
                    stripped: []
                )
            ]
        )
        #expect(events.events.map(\.request) == [RequestID(exchange: 1, attempt: 2)])
    }

    @Test func `too many redirects is a failure that knows the chain`() async throws {
        let transport = ScriptedTransport(.response(Self.redirect(to: "/x")))
        var settings = SessionSettings()
        settings.maxRedirects = 2
        let exchange = await makeSession(transport, settings: settings).perform(
            try .make("GET", "https://a.org/")
        )
        let chain = ["https://a.org/", "https://a.org/x", "https://a.org/x", "https://a.org/x"]
        #expect(exchange.failure == .tooManyRedirects(limit: 2, chain: chain))
        #expect(transport.requests.count == 3)
        // The response that was not followed is shown.
        #expect(exchange.content == .memory(Array("moved".utf8)))
        #expect(exchange.attempts.count == 4)
    }

    @Test func `not followed, a redirect is the result`() async throws {
        // urllib3 CVE-2025-50181
        let transport = ScriptedTransport(.response(Self.redirect(to: "/x")))
        let session = makeSession(transport)
        var request = try SessionRequest.make("GET", "https://a.org/")
        request.followsRedirects = false
        #expect(await session.perform(request).response?.head.status == 302)
        await session.update { $0.followsRedirects = false }
        request.followsRedirects = nil
        #expect(await session.perform(request).response?.head.status == 302)
        #expect(transport.requests.count == 2)
    }

    @Test(arguments: [true, false])
    func `a redirect to http asks`(_ answer: Bool) async throws {
        let transport = ScriptedTransport(
            .response(Self.redirect(to: "http://a.org/")),
            .response(.init())
        )
        let session = makeSession(
            transport,
            confirmDowngrade: { from, to in
                #expect(from.description == "https://a.org/")
                #expect(to.description == "http://a.org/")
                return answer
            }
        )
        let exchange = await session.perform(try .make("GET", "https://a.org/"))
        #expect(transport.requests.count == (answer ? 2 : 1))
        let failure = ExchangeFailure.downgradeRefused(from: "https://a.org/", to: "http://a.org/")
        #expect(exchange.failure == (answer ? nil : failure))
    }

    @Test(arguments: [1, 6])
    func `a repetition asks once whether its redirects may leave TLS`(_ parallel: Int) async throws
    {
        let transport = ScriptedTransport(byTarget: [
            "https://a.org/": Self.redirect(to: "http://a.org/"), "http://a.org/": Reply(200),
        ])
        let asked = Mutex(0)
        let session = makeSession(
            transport,
            confirmDowngrade: { _, _ in
                asked.withLock { $0 += 1 }
                await Task.yield()
                return true
            }
        )
        let request = try SessionRequest.make("GET", "https://a.org/")
        let repetition = Repetition(request, count: 12, parallel: parallel)
        let record = await session.perform(repetition)
        #expect(record.statuses == [200: 12])
        #expect(asked.withLock { $0 } == 1)
    }

    @Test func `with nobody to ask, a redirect to http is refused and its response shown`()
        async throws
    {
        let transport = ScriptedTransport(.response(Self.redirect(to: "http://a.org/")))
        let exchange = await makeSession(transport).perform(try .make("GET", "https://a.org/"))
        #expect(
            exchange.failure
                == .downgradeRefused(from: "https://a.org/", to: "http://a.org/")
        )
        #expect(exchange.content == .memory(Array("moved".utf8)))
    }

    @Test func `a file that has changed is not sent again`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/body"
        try writePrivateFile([1, 2, 3], to: path)
        let body = RequestBody.parts([.bytes([0]), .file(path: path, size: 3)])
        for isChanged in [false, true] {
            let transport = ScriptedTransport { _, index in
                if index == 0, isChanged { try? writePrivateFile([4, 5, 6], to: path) }
                return .response(index == 0 ? Self.redirect(307, to: "/2") : .init())
            }
            let exchange = await makeSession(transport).perform(
                try .make("PUT", "https://a.org/", body: body)
            )
            #expect(transport.requests.count == (isChanged ? 1 : 2))
            let failure = ExchangeFailure.contentNotReplayable(
                status: 307,
                to: "https://a.org/2",
                why: .changed(path: path)
            )
            #expect(exchange.failure == (isChanged ? failure : nil))
            // The redirect is the result (SESSION.md, RD6).
            #expect(exchange.response?.head.status == (isChanged ? 307 : 200))
            #expect(exchange.attempts.count == transport.requests.count)
            if isChanged { #expect(exchange.content == .memory(Array("moved".utf8))) }
        }
    }

    @Test func `a file that was deleted is not sent again, nor is what is no file`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/body"
        try writePrivateFile([1, 2, 3], to: path)
        let transport = ScriptedTransport { _, _ in
            unlink(path)
            return .response(Self.redirect(308, to: "/2"))
        }
        for (body, why): (String, ReplayObstacle) in [
            (path, .gone(path: path)), ("/dev/null", .readOnce),
        ] {
            let exchange = await makeSession(transport).perform(
                try .make("PUT", "https://a.org/", body: .parts([.file(path: body, size: 3)]))
            )
            let failure = ExchangeFailure.contentNotReplayable(
                status: 308,
                to: "https://a.org/2",
                why: why
            )
            #expect(exchange.failure == failure)
            #expect(exchange.response?.head.status == 308)
        }
    }

    @Test func `fresh is for the first hop, via for the first origin, time for all`() async throws {
        let transport = ScriptedTransport(byTarget: [
            "https://a.org/": Self.redirect(to: "/2"),
            "https://a.org/2": Self.redirect(to: "https://b.org/"),
            "https://b.org/": Reply(),
        ])
        var request = try SessionRequest.make("GET", "https://a.org/")
        request.wantsFreshConnection = true
        request.via = ConnectionID(7)
        request.totalTimeout = .seconds(5)
        _ = await makeSession(transport).perform(request)
        #expect(transport.requests.map(\.wantsFreshConnection) == [true, false, false])
        #expect(transport.requests.map(\.via) == [ConnectionID(7), ConnectionID(7), nil])
        #expect(transport.requests.map(\.totalTimeout) == [.seconds(5), .seconds(5), .seconds(5)])
    }

    @Test func `user information in a Location is not sent`() async throws {
        let transport = ScriptedTransport(
            .response(Self.redirect(to: "https://u:p@a.org/2")),
            .response(.init())
        )
        let exchange = await makeSession(transport).perform(try .make("GET", "https://a.org/"))
        #expect(transport.requests.last?.value("Authorization") == nil)
        let record = try #require(exchange.attempts[1].redirect)
        #expect(record.ignoredUserInfo)
    }
}

extension Attempt {
    /// The redirect that it follows; nil if it has another cause.
    fileprivate var redirect: RedirectRecord? {
        guard case .redirect(let record) = self.cause else { return nil }
        return record
    }
}
