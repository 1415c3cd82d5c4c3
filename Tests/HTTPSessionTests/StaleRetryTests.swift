import HTTPModel
import Synchronization
import TestSupport
import TestTransport
import Testing

@testable import HTTPSession

@Suite("The single stale retry")
struct StaleRetryTests {
    private static let died = ScriptedTransport.Answer.failure(
        .peerClosed(receivedBytes: 0, isReset: false),
        isStale: true
    )

    @Test(arguments: [
        ("GET", true), ("HEAD", true), ("OPTIONS", true), ("TRACE", true), ("PUT", true),
        ("DELETE", true), ("POST", false), ("PATCH", false), ("PROPFIND", false),
    ])
    func `an idempotent request is sent once more, on a fresh connection`(
        _ method: String,
        _ isRetried: Bool
    ) async throws {
        let transport = ScriptedTransport(Self.died, .response(.init(body: "ok")))
        let events = EventRecorder()
        let session = makeSession(transport, events: events)
        let exchange = await session.perform(try .make(method, "http://a.org/"))
        #expect(
            transport.requests.map(\.wantsFreshConnection) == (isRetried ? [false, true] : [false])
        )
        if isRetried {
            #expect(transport.requests[1].arrival == ArrivalNumber(1))
            #expect(transport.requests[1].id == RequestID(exchange: 1, attempt: 2))
            #expect(exchange.content == .memory(Array("ok".utf8)))
            #expect(events.events.map(\.kind.isRetry) == [true])
            guard case .staleRetry(let evidence) = exchange.attempts[1].cause else {
                Issue.record("\(exchange.attempts[1].cause)")
                return
            }
            #expect(evidence.reason == .peerClosed)
        } else {
            let refusal = RetryRefusal.notIdempotent(method: method)
            guard case .transport(_, refusal)? = exchange.failure else {
                Issue.record("\(String(describing: exchange.failure))")
                return
            }
            #expect(events.events.map(\.kind) == [.requestRetryRefused(rule: 34, why: refusal)])
        }
    }

    @Test(arguments: [true, false])
    func `a person is asked whether an unanswered POST is sent again`(_ answer: Bool) async throws {
        let transport = ScriptedTransport(Self.died, .response(.init(body: "ok")))
        let events = EventRecorder()
        let session = makeSession(
            transport,
            events: events,
            confirmResend: { request, evidence in
                #expect(request == RequestLabel(method: "POST", target: "/once"))
                #expect(evidence.reason == .peerClosed)
                return answer
            }
        )
        let exchange = await session.perform(
            try .make("POST", "http://a.org/once", body: .bytes([1]))
        )
        #expect(
            transport.requests.map(\.wantsFreshConnection) == (answer ? [false, true] : [false])
        )
        #expect(events.events.map(\.kind.isRetry) == [answer])
        guard answer else {
            #expect(exchange.failure != nil)
            return
        }
        guard case .staleRetry(let evidence) = exchange.attempts[1].cause else {
            Issue.record("\(exchange.attempts[1].cause)")
            return
        }
        #expect(evidence.isConfirmed)
        #expect(exchange.content == .memory(Array("ok".utf8)))
    }

    @Test func `nobody is asked in the background, in a repetition, or a second time`() async throws
    {
        let transport = ScriptedTransport { _, _ in Self.died }
        let asked = Mutex(0)
        let session = makeSession(
            transport,
            confirmResend: { _, _ in
                asked.withLock { $0 += 1 }
                return true
            }
        )
        var request = try SessionRequest.make("POST", "http://a.org/")
        request.isBackground = true
        _ = await session.perform(request)
        request.isBackground = false
        _ = await session.perform(Repetition(request, count: 3))
        #expect(asked.withLock { $0 } == 0)
        let exchange = await session.perform(request)
        #expect(asked.withLock { $0 } == 1)
        #expect(exchange.attempts.count == 2)
    }

    @Test func `an Idempotency-Key makes a POST one that can be sent again`() async throws {
        let transport = ScriptedTransport(Self.died, .response(.init()))
        let fields = [try FieldEdit.set("idempotency-key", "k")]
        let exchange = await makeSession(transport).perform(
            try .make("POST", "http://a.org/", fields: fields, body: .bytes([1]))
        )
        #expect(exchange.failure == nil)
        #expect(transport.requests.map(\.body) == [.bytes([1]), .bytes([1])])
    }

    @Test(arguments: [true, false])
    func `a second failure is final`(_ isStale: Bool) async throws {
        let transport = ScriptedTransport(
            Self.died,
            .failure(.peerClosed(receivedBytes: 0, isReset: true), isStale: isStale)
        )
        let events = EventRecorder()
        let exchange = await makeSession(transport, events: events).perform(
            try .make("GET", "http://a.org/")
        )
        #expect(transport.requests.count == 2)
        guard case .transport(_, .alreadyRetried)? = exchange.failure else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
        #expect(events.events.last?.kind == .requestRetryRefused(rule: 34, why: .alreadyRetried))
    }

    @Test func `a failure without evidence is no stale one`() async throws {
        let transport = ScriptedTransport(
            .failure(.peerClosed(receivedBytes: 0, isReset: true)),
            .response(.init())
        )
        let events = EventRecorder()
        var settings = SessionSettings()
        settings.maxRetries = 0
        let session = makeSession(transport, settings: settings, events: events)
        let exchange = await session.perform(
            try .make("GET", "http://a.org/")
        )
        #expect(transport.requests.count == 1)
        #expect(events.events.isEmpty)
        guard case .transport(_, nil)? = exchange.failure else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
    }

    @Test func `content that has changed is not sent again`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/body"
        try writePrivateFile([1, 2, 3], to: path)
        let transport = ScriptedTransport { _, _ in
            try? writePrivateFile([4, 5, 6], to: path)
            return Self.died
        }
        let exchange = await makeSession(transport).perform(
            try .make("PUT", "http://a.org/", body: .parts([.file(path: path, size: 3)]))
        )
        guard case .transport(_, .contentNotReplayable)? = exchange.failure else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
    }

    @Test func `each hop has its own retry`() async throws {
        let transport = ScriptedTransport(
            Self.died,
            .response(.init(302, [("Location", "/2")])),
            Self.died,
            .response(.init(body: "ok"))
        )
        let exchange = await makeSession(transport).perform(try .make("GET", "http://a.org/"))
        #expect(exchange.attempts.count == 4)
        #expect(exchange.response?.head.status == 200)
    }

    // MARK: 408

    /// A session whose connection has been used once.
    private func warmSession(
        _ answers: [ScriptedTransport.Answer],
        events: EventRecorder = EventRecorder()
    ) async throws -> (Session, ScriptedTransport) {
        let transport = ScriptedTransport { _, index in
            index == 0 ? .response(.init()) : answers[min(index - 1, answers.count - 1)]
        }
        let session = makeSession(transport, events: events)
        _ = await session.perform(try .make("GET", "http://a.org/"))
        return (session, transport)
    }

    private static let late = ScriptedTransport.Answer.response(.init(408, body: "late"))

    @Test func `a 408 on a reused connection is a stale connection`() async throws {
        let events = EventRecorder()
        let (session, transport) = try await self.warmSession(
            [Self.late, .response(.init(body: "ok"))],
            events: events
        )
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        #expect(exchange.response?.head.status == 200)
        #expect(exchange.content == .memory(Array("ok".utf8)))
        #expect(transport.requests.last?.wantsFreshConnection == true)
        let evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 1,
            reason: .peer408
        )
        #expect(events.events.map(\.kind) == [.requestRetry(rule: 36, evidence: evidence)])
    }

    @Test func `a 408 on a new connection is an answer, with its content`() async throws {
        let transport = ScriptedTransport(Self.late)
        let exchange = await makeSession(transport).perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.count == 1)
        #expect(exchange.response?.head.status == 408)
        #expect(exchange.content == .memory(Array("late".utf8)))
    }

    @Test func `a second 408 is an answer`() async throws {
        let (session, transport) = try await self.warmSession([Self.late])
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.count == 3)
        #expect(exchange.response?.head.status == 408)
        #expect(exchange.content == .memory(Array("late".utf8)))
    }

    @Test func `a 408 to a POST is an answer, and why it was not retried is told`() async throws {
        let events = EventRecorder()
        let (session, transport) = try await self.warmSession([Self.late], events: events)
        let exchange = await session.perform(try .make("POST", "http://a.org/"))
        #expect(transport.requests.count == 2)
        #expect(exchange.content == .memory(Array("late".utf8)))
        #expect(
            events.events.map(\.kind) == [
                .requestRetryRefused(rule: 36, why: .notIdempotent(method: "POST"))
            ]
        )
    }

    @Test(arguments: [-1, 0, 1])
    func `a long 408 is passed on rather than held back`(_ surplus: Int) async throws {
        let length = ResponseGate.holdLimit + surplus
        let long = String(repeating: "x", count: length)
        let (session, transport) = try await self.warmSession(
            [.response(.init(408, body: long)), .response(.init(body: "ok"))]
        )
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.count == (surplus > 0 ? 2 : 3))
        #expect(exchange.content.count == (surplus > 0 ? length : 2))
    }
}

extension PoolEvent.Kind {
    fileprivate var isRetry: Bool {
        if case .requestRetry = self { true } else { false }
    }
}
