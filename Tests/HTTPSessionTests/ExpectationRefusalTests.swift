import HTTPModel
import HTTPTypes
import TestSupport
import TestTransport
import Testing

@testable import HTTPSession

/// RFC 9110, section 10.1.1.
@Suite("The retry after 417")
struct ExpectationRefusalTests {
    private static let refusal = ScriptedTransport.Answer.response(.init(417, body: "no"))
    private static let content = RequestBody.bytes(
        [UInt8](repeating: 7, count: TransportRequest.expectationThresholdBytes)
    )

    @Test(arguments: ["PUT", "POST"])
    func `what linger asked is not asked again, and the content goes out from its beginning`(
        _ method: String
    ) async throws {
        let transport = ScriptedTransport(Self.refusal, .response(.init(body: "ok")))
        let events = EventRecorder()
        let session = makeSession(transport, events: events)
        let exchange = await session.perform(
            try .make(method, "http://a.org/", body: Self.content)
        )
        #expect(transport.requests.map { $0.expectationField != nil } == [true, false])
        #expect(transport.requests.map(\.body) == [Self.content, Self.content])
        #expect(transport.exchanges.map(\.disposition) == [.drain, .deliverDecoded])
        #expect(exchange.content == .memory(Array("ok".utf8)))
        #expect(exchange.attempts.map(\.cause) == [.initial, .expectationRefused(ConnectionID(1))])
        #expect(events.events.map(\.kind) == [.requestExpectationRefused])
    }

    @Test func `a second 417 is the answer`() async throws {
        let transport = ScriptedTransport(Self.refusal)
        let exchange = await makeSession(transport).perform(
            try .make("PUT", "http://a.org/", body: Self.content)
        )
        #expect(transport.requests.count == 2)
        #expect(exchange.response?.head.status == 417)
        #expect(exchange.content == .memory(Array("no".utf8)))
    }

    @Test func `what the user asked is not taken back`() async throws {
        let transport = ScriptedTransport(Self.refusal)
        var request = try SessionRequest.make("PUT", "http://a.org/", body: Self.content)
        request.fields = [try .set("Expect", "100-continue")]
        let exchange = await makeSession(transport).perform(request)
        #expect(transport.requests.count == 1)
        #expect(exchange.response?.head.status == 417)
    }

    @Test func `content too small for the question is not sent twice`() async throws {
        let transport = ScriptedTransport(Self.refusal)
        _ = await makeSession(transport).perform(
            try .make("PUT", "http://a.org/", body: .bytes([1]))
        )
        #expect(transport.requests.count == 1)
    }

    @Test func `content that has changed meanwhile is not sent`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/content"
        let size = TransportRequest.expectationThresholdBytes
        try writePrivateFile([UInt8](repeating: 1, count: size), to: path)
        let transport = ScriptedTransport { _, _ in
            try? writePrivateFile([1], to: path)
            return Self.refusal
        }
        let exchange = await makeSession(transport).perform(
            try .make("PUT", "http://a.org/", body: .parts([.file(path: path, size: size)]))
        )
        #expect(transport.requests.count == 1)
        #expect(exchange.response?.head.status == 417)
    }
}
