import HTTPModel
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPTransport

/// Whole exchanges over HTTP/2, against a server that knows frames and nothing of NIO.
@Suite("HTTP/2 exchanges", .timeLimit(.minutes(1)))
struct HTTP2ExchangeTests {
    @Test func `a request has its pseudo-fields first, and its fields in lower case`() async throws
    {
        let server = try FaultServer(.http2(.answerStreams))
        try await Rig.run(options: Rig.http2) { rig in
            let sink = TestSink()
            let response = try await rig.transport.send(
                rig.request(
                    server.port,
                    "/users?page=2",
                    method: .post,
                    fields: [HTTPField(name: .accept, value: "*/*")],
                    body: .bytes(Array("{}".utf8))
                ),
                to: sink
            )
            #expect(response.head.version == "HTTP/2")
            #expect(response.head.status == 200)
            #expect(response.head.reason.isEmpty)
            #expect(response.head.first("content-length") == "5")
            #expect(sink.text == "hello")
            #expect(response.bytes.body == 5)
            let connection = try #require(await rig.transport.snapshot().connections.first)
            #expect(connection.facts.applicationProtocol == "h2")
        }
        let sent = try server.http2.fieldSections()
        let expected = [
            FieldLine(":method", "POST"), FieldLine(":scheme", "http"),
            FieldLine(":authority", "127.0.0.1:\(server.port)"),
            FieldLine(":path", "/users?page=2"), FieldLine("accept", "*/*"),
            FieldLine("content-length", "2"),
        ]
        #expect(sent == [expected])
        #expect(server.http2.requests.first?.content == Array("{}".utf8))
        #expect(server.http2.settings[2] == 0, "pushes are switched off")
    }

    /// POOL.md rule 24.
    @Test func `a connection closes after a request that says Connection close`() async throws {
        let server = try FaultServer(.http2(.answerStreams))
        try await Rig.run(options: Rig.http2) { rig in
            let fields = [HTTPField(name: .connection, value: "Close")]
            let request = rig.request(server.port, fields: fields)
            _ = try await rig.transport.send(request, to: TestSink())
            #expect(await rig.epitaph()?.reason == .clientClose)
            #expect(try await rig.get(server.port).use.connection == ConnectionID(2))
        }
        #expect(try !server.http2.fieldSections().joined().contains { $0.name == "connection" })
    }

    /// POOL.md rule 43.
    @Test func `fields of the connection are left out, and that is said`() async throws {
        let server = try FaultServer(.http2(.answerStreams))
        try await Rig.run(options: Rig.http2) { rig in
            var request = rig.request(server.port)
            let fields = [
                ("Connection", "X-Hop, keep-alive"), ("Keep-Alive", "5"), ("X-Hop", "1"),
                ("Upgrade", "x"), ("TE", "gzip"), ("Proxy-Connection", "close"), ("X-End", "2"),
            ]
            for (name, value) in fields {
                request.fields.append(
                    HTTPField(name: try #require(HTTPField.Name(name)), value: value)
                )
            }
            _ = try await rig.transport.send(request, to: TestSink())
            let said = await rig.event { $0.name == "h2.fields_removed" }
            let removed = [
                "Connection", "Keep-Alive", "X-Hop", "Upgrade", "TE", "Proxy-Connection",
            ]
            #expect(said?.kind == .http2(.fieldsRemoved(names: removed)))
        }
        let sent = try server.http2.fieldSections().first?.dropFirst(4)
        #expect(sent.map(Array.init) == [FieldLine("x-end", "2")])
    }

    @Test func `leaving out what HTTP 2 does anyway is not worth a word`() async throws {
        let server = try FaultServer(.http2(.answerStreams))
        try await Rig.run(options: Rig.http2) { rig in
            let request = rig.request(
                server.port,
                fields: [HTTPField(name: .connection, value: "keep-alive")]
            )
            _ = try await rig.transport.send(request, to: TestSink())
            #expect(rig.count("h2.fields_removed") == 0)
        }
        let sent = try server.http2.fieldSections()
        #expect(sent.first?.count == 4)
    }

    @Test func `many requests share one connection`() async throws {
        let server = try FaultServer(
            .http2(
                [
                    .readStreams(20, answersPings: true),
                    .sendFrames { peer in
                        peer.streams.reversed().flatMap { HTTP2Frames.response(stream: $0) }
                    },
                ] + .answerStreams
            )
        )
        try await Rig.run(options: Rig.http2) { rig in
            let uses = try await withThrowingTaskGroup(of: TransportResponse.self) { group in
                for index in 0..<20 {
                    group.addTask { try await rig.get(server.port, "/\(index)") }
                }
                return try await group.reduce(into: []) { $0.append($1.use) }
            }
            #expect(Set(uses.map(\.connection)) == [ConnectionID(1)])
            #expect(Set(uses.map(\.requestNumber)) == Set(1...20))
        }
        #expect(server.connections.count == 1)
        #expect(server.http2.streams == (0..<20).map { $0 * 2 + 1 })
    }

    @Test func `content larger than every window arrives whole`() async throws {
        let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let server = try FaultServer(.http2(.answerStreams))
        try await Rig.run(options: Rig.http2) { rig in
            let response = try await rig.transport.send(
                rig.request(server.port, method: .put, body: .bytes(content)),
                to: TestSink()
            )
            #expect(response.bytes.sent > content.count)
            #expect(response.bytes.sent < content.count + 1_000)
        }
        #expect(server.http2.requests.first?.content == content)
    }

    @Test func `trailers and interim responses are what they are`() async throws {
        let frames: @Sendable (Int) -> [UInt8] = { stream in
            var bytes = HTTP2Frames.headers([(":status", "103"), ("link", "</a>")], stream: stream)
            bytes += HTTP2Frames.headers([(":status", "200")], stream: stream)
            bytes += HTTP2Frames.data(Array("he".utf8), stream: stream)
            bytes += HTTP2Frames.data(Array("llo".utf8), stream: stream)
            bytes += HTTP2Frames.headers([("x-sum", "7")], stream: stream, isEnd: true)
            return bytes
        }
        let server = try FaultServer(.http2(.once(frames) + .answerStreams))
        try await Rig.run(options: Rig.http2) { rig in
            let sink = TestSink()
            let response = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(response.head.status == 200)
            #expect(response.trailers == [FieldLine("x-sum", "7")])
            #expect(sink.text == "hello")
            #expect(response.bytes.received > 5)
        }
    }

    @Test func `gzip is removed, and a HEAD has no content`() async throws {
        let zipped = Deflating.compress(Array("hello".utf8), Deflating.gzip)
        let server = try FaultServer(
            .http2([
                .answerStreams { stream in
                    let head = HTTP2Frames.headers(
                        [
                            (":status", "200"), ("content-encoding", "gzip"),
                            ("content-length", "\(zipped.count)"),
                        ],
                        stream: stream,
                        isEnd: stream == 3
                    )
                    return stream == 3
                        ? head : head + HTTP2Frames.data(zipped, stream: stream, isEnd: true)
                }
            ])
        )
        try await Rig.run(options: Rig.http2) { rig in
            let sink = TestSink()
            _ = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(sink.text == "hello")
            let head = TestSink()
            _ = try await rig.transport.send(rig.request(server.port, method: .head), to: head)
            #expect(head.current.count == 0)
            #expect(head.current.hasEnded)
        }
    }

    @Test func `an early response ends the request's content, and the connection stays`()
        async throws
    {
        let server = try FaultServer(
            .http2(
                [
                    .readFrames { ($0.requests.first?.content.count ?? 0) > 0 },
                    .sendFrames { HTTP2Frames.response(stream: $0.streams[0], status: 413) },
                    .readFrames { $0.requests.first?.resetCode != nil },
                ] + .answerStreams
            )
        )
        let content = [UInt8](repeating: 1, count: 4 << 20)
        try await Rig.run(options: Rig.http2) { rig in
            let response = try await rig.transport.send(
                rig.request(server.port, method: .put, body: .bytes(content)),
                to: TestSink()
            )
            #expect(response.head.status == 413)
            let next = try await rig.get(server.port)
            #expect(next.use.connection == ConnectionID(1))
        }
        #expect(server.http2.requests.first?.resetCode == 0)
    }

    // MARK: Flow

    @Test func `a sink that pauses keeps its window shut, and holds up nobody else`() async throws {
        let size = HTTP2Stream.windowBytes
        let piece = [UInt8](repeating: 7, count: 16_384)
        let server = try FaultServer(
            .http2(
                // As much as the window takes, and no more.
                .once { stream in
                    var bytes = HTTP2Frames.headers([(":status", "200")], stream: stream)
                    for _ in 0..<size / piece.count {
                        bytes += HTTP2Frames.data(piece, stream: stream)
                    }
                    return bytes
                } + [
                    .readStreams(2, answersPings: true),
                    .sendFrames { HTTP2Frames.response(stream: $0.streams[1]) },
                    .readFrames { ($0.windows[1] ?? 0) >= size },
                    .sendFrames { HTTP2Frames.data([8], stream: $0.streams[0], isEnd: true) },
                ] + .answerStreams
            )
        )
        try await Rig.run(options: Rig.http2) { rig in
            let sink = TestSink(pausesAfter: 100_000, keepsBytes: false)
            async let slow = rig.transport.send(rig.request(server.port), to: sink)
            await sink.wait { $0.pauses > 0 }
            let other = try await rig.get(server.port, "/other")
            #expect(other.use.connection == ConnectionID(1))
            #expect(server.http2.windows[1, default: 0] < size)
            sink.resume()
            let body = try await slow.bytes.body
            #expect(body == size + 1)
        }
    }

    @Test func `unwanted content is cut off without ending the connection`() async throws {
        let piece = [UInt8](repeating: 7, count: 16_384)
        let server = try FaultServer(
            .http2(
                .once { stream in
                    var bytes = HTTP2Frames.headers([(":status", "302")], stream: stream)
                    for _ in 0..<8 { bytes += HTTP2Frames.data(piece, stream: stream) }
                    return bytes
                } + [.readFrames { $0.requests.first?.resetCode != nil }] + .answerStreams
            )
        )
        try await Rig.run(options: Rig.http2) { rig in
            let response = try await rig.transport.send(
                rig.request(server.port),
                to: TestSink(.drain)
            )
            #expect(response.head.status == 302)
            let next = try await rig.get(server.port)
            #expect(next.use.connection == ConnectionID(1))
        }
        #expect(server.http2.requests.first?.resetCode == 8)
    }

    // MARK: Ending

    @Test func `a cancelled request resets its stream only`() async throws {
        let server = try FaultServer(
            .http2(
                .once { HTTP2Frames.headers([(":status", "200")], stream: $0) }
                    + [.readFrames { $0.requests.first?.resetCode != nil }] + .answerStreams
            )
        )
        try await Rig.run(options: Rig.http2) { rig in
            let sink = TestSink()
            let running = Task { await rig.failure(of: rig.request(server.port), to: sink) }
            await sink.wait { $0.head != nil }
            running.cancel()
            #expect(await running.value?.cause == .cancelled)
            #expect(sink.current.hasFailed)
            let next = try await rig.get(server.port)
            #expect(next.use.connection == ConnectionID(1))
        }
        // The server reads what was sent last after the connection is closed here.
        await server.waitForEnds()
        #expect(server.http2.requests.first?.resetCode == 8)
        #expect(server.http2.goAwayCode == 0, "the end of the connection is announced")
    }

    /// POOL.md rule 42.
    @Test func `a timed out stream puts the connection in doubt, and an answer clears it`()
        async throws
    {
        let server = try FaultServer(
            .http2(
                [
                    .readStreams(1, answersPings: false),
                    .readFrames { !$0.pings.isEmpty },
                ] + .answerStreams
            )
        )
        try await Rig.run(options: Rig.http2) { rig in
            var request = rig.request(server.port)
            request.responseTimeout = .milliseconds(50)
            let failure = await rig.failure(of: request)
            #expect(
                failure?.cause
                    == .timedOut(limit: .milliseconds(50), setting: "timeout.response")
            )
            #expect(await rig.event { $0.name == "h2.ping" } != nil)
            let next = try await rig.get(server.port)
            #expect(next.use.connection == ConnectionID(1))
        }
    }

    @Test func `a PING that is not answered ends the connection`() async throws {
        let server = try FaultServer(
            .http2OnFirst([.readStreams(2, answersPings: false), .waitForClose])
        )
        try await Rig.run(options: Rig.http2) { rig in
            var request = rig.request(server.port)
            request.responseTimeout = .milliseconds(50)
            _ = await rig.failure(of: request)
            #expect(await rig.epitaph()?.reason == .pingTimeout)
            let next = try await rig.get(server.port)
            #expect(next.use.connection == ConnectionID(2))
        }
    }
}
