import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

/// Responses that break the protocol, end early or cannot be decoded.
@Suite("Broken responses", .timeLimit(.minutes(1)))
struct BrokenResponseTests {
    struct Broken: Sendable, CustomTestStringConvertible {
        let response: String
        let cause: TransportError.Cause
        var reason = CloseReason.protocolError
        var phase = TransportError.Phase.receive

        var testDescription: String { String(self.response.prefix(200)).debugDescription }
    }

    static let violations: [Broken] = [
        Broken(
            response: "SSH-2.0-OpenSSH_9.6\r\n",
            cause: .protocolViolation(.notHTTP(firstBytes: "SSH-2.0-OpenSSH_9.6\r\n"))
        ),
        Broken(
            response: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            cause: .protocolViolation(.contentLengthAndTransferEncoding)
        ),
        Broken(
            response: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            cause: .protocolViolation(.invalidContentLength("5, 6"))
        ),
        Broken(
            response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            cause: .protocolViolation(.unknownTransferCoding("gzip, chunked"))
        ),
        Broken(
            response: "HTTP/1.1 200 OK\r\nX-Bad: a\u{0}b\r\n\r\n",
            cause: .protocolViolation(.invalidField(name: "X-Bad"))
        ),
        Broken(
            response: "HTTP/1.1 200 OK\r\nX-Bad: a\rb\r\n\r\n",
            cause: .protocolViolation(.invalidField(name: "X-Bad"))
        ),
        Broken(
            response:
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5, 7\r\n\r\nhello",
            cause: .protocolViolation(.invalidContentLength("5, 5, 7"))
        ),
        Broken(
            response: "HTTP/1.1 200 OK\r\n"
                + (0..<10_000).map { "X-\($0): y\r\n" }.joined() + "\r\n",
            cause: .protocolViolation(.tooManyFields(limit: 5_000))
        ),
        Broken(
            response:
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            cause: .protocolViolation(.unexpectedUpgrade)
        ),
        Broken(
            response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            cause: .protocolViolation(.invalidChunkedCoding)
        ),
        Broken(
            response: "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            cause: .protocolViolation(.unsupportedVersion("HTTP/2.0"))
        ),
    ]

    static let decodings: [Broken] = [
        Broken(
            response: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, br, zstd, gzip, br, gzip\r\n"
                + "Content-Length: 2\r\n\r\nab",
            cause: .decoding(
                coding: "gzip, br, zstd, gzip, br, gzip",
                .tooManyCodings(count: 6, limit: 5)
            ),
            reason: .bodyUnread,
            phase: .decode
        ),
        Broken(
            response:
                "HTTP/1.1 200 OK\r\nContent-Encoding: compress\r\nContent-Length: 2\r\n\r\nab",
            cause: .decoding(coding: "compress", .unknownCoding),
            reason: .bodyUnread,
            phase: .decode
        ),
        Broken(
            response: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            cause: .decoding(coding: "gzip", .corrupt(detail: "incorrect header check")),
            reason: .bodyUnread,
            phase: .decode
        ),
        Broken(
            response:
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n\u{1F}",
            cause: .decoding(coding: "gzip", .endsEarly),
            reason: .bodyUnread,
            phase: .decode
        ),
    ]

    @Test(arguments: violations + decodings)
    func `a broken response fails its request and ends its connection`(
        _ broken: Broken
    ) async throws {
        let server = try FaultServer(
            .onFirst([.readRequest, .send(Array(broken.response.utf8)), .waitForClose])
        )
        try await Rig.run { rig in
            let sink = TestSink()
            let error = try #require(await rig.failure(of: rig.request(server.port), to: sink))
            #expect(error.cause == broken.cause)
            #expect(error.phase == broken.phase)
            #expect(error.connection == ConnectionID(1))
            #expect(error.stale == nil)
            #expect(sink.current.hasFailed == (sink.current.head != nil))
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == broken.reason)
            #expect(epitaph.closer == .us)
            try await rig.get(server.port)
        }
        #expect(server.connections.count == 2)
    }

    @Test(arguments: [1, 2])
    func `half a head is the peer's end, with its bytes counted`(number: Int) async throws {
        let server = try FaultServer(.halfHead(of: number))
        try await Rig.run { rig in
            if number == 2 { try await rig.get(server.port) }
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            #expect(error.cause == .peerClosed(receivedBytes: 27, isReset: false))
            // Something came: the request may have been carried out.
            #expect(error.stale == nil)
            #expect(await rig.epitaph()?.reason == .peerClosed)
        }
    }

    @Test func `half a body is cut off, with its content counted`() async throws {
        let server = try FaultServer(.halfBody())
        try await Rig.run { rig in
            let sink = TestSink()
            let error = try #require(await rig.failure(of: rig.request(server.port), to: sink))
            #expect(error.cause == .truncated(receivedBytes: 5, expectedBytes: 10))
            #expect(sink.text == "half.")
            #expect(sink.current.hasFailed)
            #expect(!sink.current.hasEnded)
            #expect(await rig.epitaph()?.reason == .peerClosed)
        }
    }

    @Test func `chunks without the last one are cut off`() async throws {
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        let server = try FaultServer(FaultScript([.readRequest, .send(chunks), .close]))
        try await Rig.run { rig in
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            #expect(error.cause == .truncated(receivedBytes: 5, expectedBytes: nil))
        }
    }

    @Test func `a head without end is refused at the limit`() async throws {
        let server = try FaultServer(.endlessHead())
        try await Rig.run { rig in
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            let limit = 256 * 1024
            #expect(error.cause == .protocolViolation(.headerSectionTooLong(limitBytes: limit)))
        }
    }

    @Test func `a trailer section without end is refused`() async throws {
        let server = try FaultServer(
            FaultScript([
                .readRequest, .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"),
                .sendRepeatedly(Array("X-Filler: 0123456789\r\n".utf8), limit: 64 << 20),
            ])
        )
        try await Rig.run { rig in
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            let limit = 256 * 1024
            #expect(error.cause == .protocolViolation(.headerSectionTooLong(limitBytes: limit)))
        }
    }

    @Test func `interim responses without end are refused`() async throws {
        let server = try FaultServer(
            FaultScript([
                .readRequest,
                .sendRepeatedly(Array("HTTP/1.1 102 Processing\r\n\r\n".utf8), limit: 64 << 20),
            ])
        )
        try await Rig.run { rig in
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            #expect(error.cause == .protocolViolation(.tooManyInterimResponses(limit: 100)))
        }
    }

    @Test func `a sink that fails ends its request and connection`() async throws {
        let server = try FaultServer(.onFirst(FaultScript.answering()))
        try await Rig.run { rig in
            let sink = TestSink(failure: BodySinkError(detail: "disk full"))
            let error = try #require(await rig.failure(of: rig.request(server.port), to: sink))
            #expect(error.cause == .sink(detail: "disk full"))
            #expect(await rig.epitaph()?.reason == .bodyUnread)
            try await rig.get(server.port)
        }
    }
}
