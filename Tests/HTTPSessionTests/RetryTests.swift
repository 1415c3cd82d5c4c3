import HTTPModel
import Synchronization
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Retries: a session")
struct RetryTests {
    private typealias Reply = ScriptedTransport.Reply

    private static let refused = ScriptedTransport.Answer.failure(
        .refused(addresses: ["127.0.0.1"]),
        phase: .connect
    )
    private static let reset = ScriptedTransport.Answer.failure(
        .peerClosed(receivedBytes: 0, isReset: true)
    )

    /// Waits that were asked for, none of which takes time.
    private final class Waits: Sendable {
        private let kept = Mutex<[RetryWait]>([])

        var all: [RetryWait] { self.kept.withLock { $0 } }

        func note(_ wait: RetryWait) { self.kept.withLock { $0.append(wait) } }
    }

    @Test func `5.1: a failed connect is tried again with any method, then given up`()
        async throws
    {
        let transport = ScriptedTransport(Self.refused)
        let waits = Waits()
        let events = EventRecorder()
        let session = makeSession(transport, events: events, wait: { waits.note($0) })
        let exchange = await session.perform(
            try .make("POST", "http://a.org/", body: .bytes([1]))
        )
        #expect(transport.requests.map(\.body) == Array(repeating: .bytes([1]), count: 3))
        #expect(waits.all.map(\.duration) == [.milliseconds(200), .milliseconds(400)])
        guard case .transport(_, .exhausted(limit: 2))? = exchange.failure else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
        let records = exchange.attempts.compactMap { attempt -> RetryRecord? in
            guard case .retry(let record) = attempt.cause else { return nil }
            return record
        }
        #expect(records.map(\.number) == [1, 2])
        #expect(
            events.events.map(\.kind)
                == records.map { .requestPolicyRetry($0) }
                + [.requestRetryRefused(rule: 37, why: .exhausted(limit: 2))]
        )
    }

    @Test func `a reset before a byte is tried again if that does no harm`() async throws {
        for (method, count) in [("GET", 2), ("PUT", 2), ("POST", 1), ("PATCH", 1)] {
            let transport = ScriptedTransport(Self.reset, .response(Reply(body: "ok")))
            let exchange = await makeSession(transport).perform(try .make(method, "http://a.org/"))
            #expect(transport.requests.count == count, "\(method)")
            if count == 1 {
                guard case .transport(_, .notIdempotent(method))? = exchange.failure else {
                    Issue.record("\(String(describing: exchange.failure))")
                    continue
                }
            } else {
                #expect(exchange.content == .memory(Array("ok".utf8)))
            }
        }
    }

    @Test func `retry max 0 sends once`() async throws {
        let transport = ScriptedTransport(Self.refused)
        var settings = SessionSettings()
        settings.maxRetries = 0
        _ = await makeSession(transport, settings: settings).perform(
            try .make("GET", "http://a.org/")
        )
        #expect(transport.requests.count == 1)
    }

    @Test func `5.12: a failed stale retry is not retried further`() async throws {
        let stale = ScriptedTransport.Answer.failure(
            .peerClosed(receivedBytes: 0, isReset: false),
            isStale: true
        )
        let transport = ScriptedTransport(stale, Self.refused, .response(Reply()))
        let exchange = await makeSession(transport).perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.count == 2)
        guard case .transport(_, .alreadyRetried)? = exchange.failure else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
    }

    @Test func `a status that is named is tried again, after Retry-After`() async throws {
        let busy = Reply(503, [("Retry-After", "7")], body: "busy")
        let transport = ScriptedTransport(
            .response(busy),
            .response(Reply(503)),
            .response(Reply(body: "ok"))
        )
        var settings = SessionSettings()
        settings.retryStatuses = [503]
        let waits = Waits()
        let session = makeSession(transport, settings: settings, wait: { waits.note($0) })
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        #expect(exchange.content == .memory(Array("ok".utf8)))
        #expect(waits.all.map(\.duration) == [.seconds(7), .milliseconds(400)])
        #expect(waits.all.map(\.record.isServersWait) == [true, false])
        #expect(transport.exchanges.map(\.disposition) == [.drain, .drain, .deliverDecoded])
        #expect(exchange.attempts.compactMap(\.response).map(\.head.status) == [503, 503, 200])
    }

    @Test func `5.8: the last response is the result when retries are used up`() async throws {
        let transport = ScriptedTransport(.response(Reply(503, body: "busy")))
        var settings = SessionSettings()
        settings.retryStatuses = [503]
        let session = makeSession(transport, settings: settings)
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.count == 3)
        #expect(exchange.failure == nil)
        #expect(exchange.content == .memory(Array("busy".utf8)))
        #expect(exchange.attempts.last?.retryRefusal == .exhausted(limit: 2))
        // A POST is answered once, and the reason can be read.
        let post = await session.perform(try .make("POST", "http://a.org/"))
        #expect(post.attempts.map(\.retryRefusal) == [.notIdempotent(method: "POST")])
    }

    @Test func `a cancelled wait ends the exchange`() async throws {
        let transport = ScriptedTransport(Self.refused)
        let session = makeSession(transport, wait: { _ in throw CancellationError() })
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.count == 1)
        #expect(exchange.attempts.count == 2)
        guard case .transport(let error, nil)? = exchange.failure else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
        #expect(error.cause == .cancelled)
    }

    @Test func `5.9: a content that has changed is not sent again`() async throws {
        let transport = ScriptedTransport(Self.reset)
        let exchange = await makeSession(transport).perform(
            try .make("PUT", "http://a.org/", body: .parts([.file(path: "/nowhere", size: 3)]))
        )
        #expect(transport.requests.count == 1)
        guard case .transport(_, .contentNotReplayable)? = exchange.failure else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
    }

    @Test func `a fresh connection is still wanted when none was made`() async throws {
        let transport = ScriptedTransport(Self.refused, .response(Reply()))
        var request = try SessionRequest.make("GET", "http://a.org/")
        request.wantsFreshConnection = true
        _ = await makeSession(transport).perform(request)
        #expect(transport.requests.map(\.wantsFreshConnection) == [true, true])
    }
}

extension Attempt {
    fileprivate var response: TransportResponse? {
        guard case .response(let response) = self.result else { return nil }
        return response
    }
}
