import HTTPModel
import HTTPTypes
import TestTransport
import Testing

@testable import HTTPSession

/// POOL.md rule 5.
@Suite("The retry after 421")
struct MisdirectedTests {
    private static let misdirected = ScriptedTransport.Answer.response(
        .init(421, body: "not here")
    )

    @Test(arguments: ["GET", "POST", "PATCH"])
    func `rule 5: a misdirected request is sent once more, on a fresh connection`(
        _ method: String
    ) async throws {
        let transport = ScriptedTransport(Self.misdirected, .response(.init(body: "ok")))
        let events = EventRecorder()
        let session = makeSession(transport, events: events)
        let exchange = await session.perform(
            try .make(method, "http://a.org/", body: .bytes([1]))
        )
        #expect(transport.requests.map(\.wantsFreshConnection) == [false, true])
        #expect(transport.requests.map(\.body) == [.bytes([1]), .bytes([1])])
        #expect(transport.exchanges.map(\.disposition) == [.drain, .deliverDecoded])
        #expect(exchange.content == .memory(Array("ok".utf8)))
        #expect(exchange.attempts.map(\.cause) == [.initial, .misdirected(ConnectionID(1))])
        #expect(events.events.map(\.kind) == [.requestMisdirected])
    }

    @Test func `a second 421 is the answer`() async throws {
        let transport = ScriptedTransport(Self.misdirected)
        let exchange = await makeSession(transport).perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.count == 2)
        #expect(exchange.response?.head.status == 421)
        #expect(exchange.content == .memory(Array("not here".utf8)))
    }

    @Test func `each origin of a chain of redirects may say it once`() async throws {
        let transport = ScriptedTransport(
            Self.misdirected,
            .response(.init(302, [("Location", "http://b.org/")])),
            Self.misdirected,
            .response(.init())
        )
        let exchange = await makeSession(transport).perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.map(\.wantsFreshConnection) == [false, true, false, true])
        #expect(exchange.response?.head.status == 200)
    }

    @Test func `the one connection that was asked for is not left`() async throws {
        let transport = ScriptedTransport(Self.misdirected)
        var request = try SessionRequest.make("GET", "http://a.org/")
        request.via = ConnectionID(1)
        let exchange = await makeSession(transport).perform(request)
        #expect(transport.requests.count == 1)
        #expect(exchange.response?.head.status == 421)
    }
}
