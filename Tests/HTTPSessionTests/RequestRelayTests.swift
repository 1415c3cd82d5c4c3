import HTTPModel
import HTTPTypes
import Synchronization
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Requests on their way from who makes them to who sends them", .timeLimit(.minutes(1)))
struct RequestRelayTests {
    private func request(_ index: Int) throws -> SessionRequest {
        try .make("GET", "http://a.org/\(index)")
    }

    /// Where requests went, and whether they failed.
    private func outcomes(of answers: [RequestRelay.Answer]) -> [String] {
        answers.map { answer in
            guard let exchange = answer.exchange else { return "not wanted" }
            let target = exchange.attempts[0].target.path
            return exchange.failure == nil ? target : "\(target) failed"
        }
    }

    private func loggedNumbers(in session: Session, upTo last: Int) async -> [Int] {
        var numbers: [Int] = []
        for number in 1...last where await session.entry(number) != nil { numbers.append(number) }
        return numbers
    }

    /// Takes answers until there are none.
    private func takeAll(of relay: RequestRelay) async -> [String] {
        var seen: [String] = []
        while true {
            let answers = await relay.answers()
            if answers.isEmpty { return seen }
            seen += self.outcomes(of: answers)
        }
    }

    @Test(arguments: [0, 1, 2, RequestRelay.window])
    func `what is handed over is sent in order, and each answer comes back once`(
        _ count: Int
    ) async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        let relay = RequestRelay(endsAtFailure: true)
        for index in 0..<count { relay.hand(try self.request(index)) }
        async let sender: Void = session.perform(relay)
        var seen: [String] = []
        while seen.count < count {
            seen += self.outcomes(of: await relay.answers())
        }
        relay.finish()
        await sender
        #expect(seen == (0..<count).map { "/\($0)" })
        #expect(transport.requests.map(\.target) == seen)
        #expect(await relay.answers().isEmpty)
    }

    @Test(arguments: [(true, ["/0", "/1 failed"]), (false, ["/0", "/1 failed", "/2", "/3"])])
    func `nothing is sent after a failure, unless that was wanted`(
        _ endsAtFailure: Bool,
        _ expected: [String]
    ) async throws {
        let transport = ScriptedTransport { _, index in
            index == 1 ? .failure(.refused(addresses: [])) : .response(.init())
        }
        var settings = SessionSettings()
        settings.maxRetries = 0
        let session = makeSession(transport, settings: settings)
        let relay = RequestRelay(endsAtFailure: endsAtFailure)
        for index in 0..<4 { relay.hand(try self.request(index)) }
        async let sender: Void = session.perform(relay)
        var seen: [String] = []
        while seen.count < expected.count {
            let answers = await relay.answers()
            try #require(!answers.isEmpty)
            seen += self.outcomes(of: answers)
        }
        // Too late, where it has ended.
        if endsAtFailure {
            relay.hand(try self.request(4))
            #expect(await relay.answers().isEmpty)
        }
        relay.finish()
        await sender
        #expect(seen == expected)
        #expect(transport.requests.count == expected.count)
    }

    @Test func `an answer is there as soon as it came, though the next takes long`() async throws {
        let gate = Gate()
        let transport = ScriptedTransport { _, index in
            if index == 1 { await gate.pass() }
            return .response(.init())
        }
        let session = makeSession(transport)
        let relay = RequestRelay(endsAtFailure: true)
        for index in 0..<RequestRelay.window { relay.hand(try self.request(index)) }
        async let sender: Void = session.perform(relay)
        await gate.waitForArrival()
        #expect(await relay.answers().count == 1)
        // What is under way is answered; what only waits is not sent.
        relay.finish()
        await gate.open()
        #expect(await self.takeAll(of: relay) == ["/1"])
        await sender
        #expect(transport.requests.count == 2)
    }

    @Test func `an exchange that nobody wants comes back only if it failed`() async throws {
        let transport = ScriptedTransport { _, index in
            index == 1
                ? .failure(.refused(addresses: [])) : .response(.init(body: "a content"))
        }
        var settings = SessionSettings()
        settings.maxRetries = 0
        settings.bodyLimit = 1
        let session = makeSession(transport, settings: settings)
        let relay = RequestRelay(endsAtFailure: false, isLogged: false)
        for (index, wantsExchange) in [false, false, true, false].enumerated() {
            relay.hand(try self.request(index), wantsExchange: wantsExchange)
        }
        async let sender: Void = session.perform(relay)
        var answers: [RequestRelay.Answer] = []
        while answers.count < 4 { answers += await relay.answers() }
        relay.finish()
        await sender
        #expect(self.outcomes(of: answers) == ["not wanted", "/1 failed", "/2", "not wanted"])
        #expect(answers.allSatisfy { $0.connection != nil })
        // The content of one that nobody wants is not kept, and so needs no temporary file.
        #expect(await self.loggedNumbers(in: session, upTo: 4) == [3])
    }

    @Test func `a request that was handed over late is sent at once`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        let relay = RequestRelay(endsAtFailure: true)
        async let sender: Void = session.perform(relay)
        for index in 0..<3 {
            relay.hand(try self.request(index))
            #expect(await relay.answers().map(\.exchange?.number) == [index + 1])
        }
        relay.finish()
        await sender
    }

    @Test func `what is not logged is in the log only if it has a temporary file`() async throws {
        let transport = ScriptedTransport { _, index in
            .response(.init(body: index == 1 ? "a long content" : "short"))
        }
        var settings = SessionSettings()
        settings.bodyLimit = 10
        let session = makeSession(transport, settings: settings)
        for (isLogged, indices) in [(false, 0..<3), (true, 3..<4)] {
            let relay = RequestRelay(endsAtFailure: true, isLogged: isLogged)
            for index in indices { relay.hand(try self.request(index)) }
            async let sender: Void = session.perform(relay)
            var ended = 0
            while ended < indices.count { ended += await relay.answers().count }
            relay.finish()
            await sender
        }
        #expect(await self.loggedNumbers(in: session, upTo: 4) == [2, 4])
    }

    @Test func `cancelling the sender ends what is under way`() async throws {
        let gate = Gate()
        let transport = ScriptedTransport { _, _ in
            await gate.pass()
            return Task.isCancelled ? .failure(.cancelled) : .response(.init())
        }
        let session = makeSession(transport)
        let relay = RequestRelay(endsAtFailure: true)
        relay.hand(try self.request(0))
        relay.hand(try self.request(1))
        await withTaskGroup { group in
            group.addTask { await session.perform(relay) }
            await gate.waitForArrival()
            group.cancelAll()
            await gate.open()
            #expect(await self.takeAll(of: relay) == ["/0 failed"])
            relay.finish()
        }
        #expect(transport.requests.count == 1)
    }
}

@Suite("The fields of plain requests")
struct PlainCompositionTests {
    @Test func `they follow each change to the session`() async throws {
        let transport = ScriptedTransport { _, index in
            .response(.init(200, index == 3 ? [("Set-Cookie", "n=1")] : []))
        }
        let session = makeSession(transport)
        let plain = try SessionRequest.make("GET", "http://a.org/")
        _ = await session.perform(plain)
        _ = await session.perform(plain)
        try await session.setField("X-Now", to: "1", scope: .all)
        _ = await session.perform(plain)
        // Another origin, whose Host is another.
        _ = await session.perform(try SessionRequest.make("GET", "http://b.org/"))
        _ = await session.perform(try SessionRequest.make("GET", "http://b.org/x"))
        _ = await session.perform(plain)
        let requests = transport.requests
        #expect(requests.map { $0.value("X-Now") } == [nil, nil, "1", "1", "1", "1"])
        #expect(
            requests.map { $0.value("Host") }
                == ["a.org", "a.org", "a.org", "b.org", "b.org", "a.org"]
        )
        #expect(requests.map { $0.value("Cookie") } == [nil, nil, nil, nil, "n=1", nil])
    }

    @Test func `a request with fields of its own leaves nothing for the next`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        var own = try SessionRequest.make("GET", "http://a.org/")
        own.fields = [try .set("X-Own", "1")]
        own.credentials = try .basic(user: "ann", password: "secret")
        _ = await session.perform(own)
        _ = await session.perform(try SessionRequest.make("GET", "http://a.org/"))
        #expect(transport.requests.map { $0.value("X-Own") } == ["1", nil])
        #expect(transport.requests.map { $0.value("Authorization") != nil } == [true, false])
    }

    @Test func `one that has lost its content is not like the one before it`() async throws {
        let transport = ScriptedTransport { _, index in
            .response(index == 1 ? .init(303, [("Location", "/done")]) : .init())
        }
        let session = makeSession(transport)
        try await session.setField("Content-Language", to: "de", scope: .all)
        let post = try SessionRequest.make("POST", "http://a.org/")
        for _ in 0..<3 { _ = await session.perform(post) }
        #expect(transport.requests.map(\.method.rawValue) == ["POST", "POST", "GET", "POST"])
        #expect(
            transport.requests.map { $0.value("Content-Language") } == ["de", "de", nil, "de"]
        )
    }

    @Test func `each answers a challenge of its own`() async throws {
        let challenge = #"Digest realm="r", nonce="n1", qop="auth""#
        let transport = ScriptedTransport { _, index in
            .response(index == 0 ? .init(401, [("WWW-Authenticate", challenge)]) : .init())
        }
        let session = makeSession(transport)
        let plain = try SessionRequest.make("GET", "http://a.org/")
        await session.setCredentials(
            try .digest(user: "ann", password: "secret"),
            for: plain.target.origin
        )
        for _ in 0..<3 { _ = await session.perform(plain) }
        let counts = transport.requests.map { request in
            request.value("Authorization").flatMap {
                Challenge.parse([$0]).first?.parameters["nc"]
            }
        }
        #expect(counts == [nil, "00000001", "00000002", "00000003"])
    }

    @Test func `a netrc file speaks for them from when it is asked until it is not`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        let plain = try SessionRequest.make("GET", "http://a.org/")
        let other = try SessionRequest.make("GET", "http://b.org/")
        _ = await session.perform(plain)
        await session.setNetrc(Netrc("machine a.org login ann password secret", path: "x"))
        for request in [plain, plain, other] { _ = await session.perform(request) }
        await session.setNetrc(nil)
        _ = await session.perform(plain)
        #expect(
            transport.requests.map { $0.value("Authorization") != nil }
                == [false, true, true, false, false]
        )
    }
}
