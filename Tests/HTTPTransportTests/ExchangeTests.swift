import HTTPModel
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPTransport

/// What requests and responses look like on both sides when nothing goes wrong.
@Suite("Exchanges", .timeLimit(.minutes(1)))
struct ExchangeTests {
    @Test func `a GET gets its answer`() async throws {
        let server = try FaultServer(
            .answerAndKeep(FaultScript.response("200 Fine", fields: ["X-A: b"], content: "hi"))
        )
        let sink = TestSink()
        let response = try await Rig.run { rig in
            try await rig.transport.send(rig.request(server.port, "/a?b=c"), to: sink)
        }
        #expect(response.head.status == 200)
        #expect(response.head.reason == "Fine")
        #expect(response.head.fields == [FieldLine("X-A", "b"), FieldLine("Content-Length", "2")])
        #expect(sink.text == "hi")
        #expect(sink.current.hasEnded)
        #expect(!sink.current.hasFailed)
        let sent = "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n\r\n"
        #expect(server.connections.first?.requestTexts == [sent])
        #expect(response.bytes.sent == sent.utf8.count)
        // The server notes what it has sent after the client may have got it.
        let received = response.bytes.received
        await server.wait { $0.connections.first?.bytesSent == received }
        #expect(response.bytes.body == 2)
        #expect(response.use.remoteAddress == "127.0.0.1:\(server.port)")
    }

    @Test func `2.3.4, 2.3.5: a POST carries its content and its length`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            let body = RequestBody.bytes(Array("a=b".utf8))
            let request = rig.request(server.port, method: .post, body: body)
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.bytes.sent == server.connections.first?.requests.first?.count)
            let empty = rig.request(server.port, method: .put)
            _ = try await rig.transport.send(empty, to: TestSink())
        }
        let host = "Host: 127.0.0.1:\(server.port)\r\n"
        #expect(
            server.connections.first?.requestTexts == [
                "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\na=b",
                "PUT / HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n",
            ]
        )
    }

    @Test func `parts and files are sent in order`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/file"
        let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try writeFile(path, content)
        try writeFile("\(folder.path)/empty", [])
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            let parts: [RequestBody.Part] = [
                .bytes(Array("<".utf8)), .file(path: path, size: content.count),
                .file(path: "\(folder.path)/empty", size: 0), .bytes([]), .bytes(Array(">".utf8)),
            ]
            let request = rig.request(server.port, method: .post, body: .parts(parts))
            _ = try await rig.transport.send(request, to: TestSink())
            await rig.wait(for: 1, "request.sent")
            #expect(rig.count("request.sent") == 1)
        }
        let sent = try #require(server.connections.first?.requests.first)
        #expect(Array(sent.suffix(content.count + 2)) == [0x3C] + content + [0x3E])
    }

    @Test func `ten requests use one connection`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            for number in 1...10 {
                let response = try await rig.get(server.port)
                #expect(response.use.connection == ConnectionID(1))
                #expect(response.use.requestNumber == number)
                #expect(response.use.decision.isReused == (number > 1))
                if case .reused(let idle) = response.use.decision { #expect(idle > .zero) }
                #expect((response.timings.connect != nil) == (number == 1))
                #expect(response.use.handshake != nil)
            }
            let snapshot = await rig.transport.snapshot()
            let connection = try #require(snapshot.connections.first)
            #expect(connection.state == .idle)
            #expect(connection.requestCount == 10)
            #expect(connection.bytesIn == server.connections.first?.bytesSent)
            #expect(connection.tcp != nil)
        }
        #expect(server.connections.count == 1)
        #expect(server.connections.first?.requests.count == 10)
    }

    @Test func `the answer to HEAD has no content, whatever it announces`() async throws {
        let announcing = Array(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: br\r\n\r\n".utf8
        )
        let server = try FaultServer(
            FaultScript([.readRequest, .send(announcing)] + FaultScript.answering())
        )
        try await Rig.run { rig in
            let head = rig.request(server.port, method: .head)
            let response = try await rig.transport.send(head, to: TestSink())
            #expect(response.bytes.body == 0)
            let sink = TestSink()
            _ = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(sink.text == "hello")
        }
        #expect(server.connections.count == 1)
    }

    @Test(arguments: ["204 No Content", "304 Not Modified"])
    func `statuses without content leave the connection usable`(status: String) async throws {
        let bytes = Array("HTTP/1.1 \(status)\r\nContent-Encoding: gzip\r\n\r\n".utf8)
        let server = try FaultServer(.answerAndKeep(bytes))
        try await Rig.run { rig in
            for _ in 0..<3 { try await rig.get(server.port) }
        }
        #expect(server.connections.count == 1)
    }

    @Test func `chunks are joined, and trailers are kept`() async throws {
        let bytes = Array(
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;x=y\r\nhello\r\n7\r\n, world\r\n0\r\nX-Sum: 1\r\n\r\n").utf8
        )
        for piece in [1, 3, bytes.count] {
            let server = try FaultServer(
                FaultScript([
                    .loop([.readRequest, .sendSlowly(bytes, piece: piece, every: .zero)])
                ])
            )
            try await Rig.run { rig in
                for _ in 0..<2 {
                    let sink = TestSink()
                    let request = rig.request(server.port)
                    let response = try await rig.transport.send(request, to: sink)
                    #expect(sink.text == "hello, world")
                    #expect(response.trailers == [FieldLine("X-Sum", "1")])
                    #expect(response.bytes.body == 12)
                }
            }
            #expect(server.connections.count == 1)
        }
    }

    @Test(arguments: [("gzip", Deflating.gzip), ("deflate", Deflating.raw)])
    func `content is decoded, unless it is wanted raw`(coding: String, bits: Int32) async throws {
        let encoded = Deflating.compress(Deflating.longText, bits)
        let head =
            "HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\n"
            + "Content-Length: \(encoded.count)\r\n\r\n"
        let server = try FaultServer(.answerAndKeep(Array(head.utf8) + encoded))
        try await Rig.run { rig in
            let decoded = TestSink()
            let response = try await rig.transport.send(rig.request(server.port), to: decoded)
            #expect(decoded.current.bytes == Deflating.longText)
            #expect(response.bytes.body == Deflating.longText.count)
            let pausing = TestSink(pausesAlways: true)
            _ = try await rig.transport.send(rig.request(server.port), to: pausing)
            #expect(pausing.current.bytes == Deflating.longText)
            let raw = TestSink(.deliverRaw)
            _ = try await rig.transport.send(rig.request(server.port), to: raw)
            #expect(raw.current.bytes == encoded)
        }
    }

    @Test func `interim responses are passed over`() async throws {
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        let server = try FaultServer(
            FaultScript([
                .loop([.readRequest, .send(interim), .send(FaultScript.response())])
            ])
        )
        try await Rig.run { rig in
            for _ in 0..<2 {
                let sink = TestSink()
                let response = try await rig.transport.send(rig.request(server.port), to: sink)
                #expect(response.head.status == 200)
                #expect(sink.text == "hello")
            }
        }
        #expect(server.connections.count == 1)
    }

    @Test func `an offer to upgrade is no reason to stop`() async throws {
        let offer = FaultScript.response(fields: ["Connection: Upgrade", "Upgrade: h2c"])
        let server = try FaultServer(.answerAndKeep(offer))
        try await Rig.run { rig in
            for _ in 0..<3 { try await rig.get(server.port) }
        }
        #expect(server.connections.count == 1)
    }

    @Test func `a name is looked up once`() async throws {
        let server = try FaultServer(
            FaultScript([.readRequest, .send(FaultScript.response()), .close])
        )
        try await Rig.run { rig in
            for _ in 0..<2 {
                let request = rig.request(server.port, host: "localhost")
                _ = try await rig.transport.send(request, to: TestSink())
                await server.waitForEnds()
            }
            await rig.wait(for: 2, "conn.closed")
            let cached = rig.events.current.compactMap { event -> Bool? in
                guard case .resolved(_, _, let cached) = event.kind else { return nil }
                return cached
            }
            #expect(cached == [false, true])
        }
    }

    @Test func `tasks that prefer the loop's executor can use the transport`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            let statuses = try await withTaskExecutorPreference(rig.transport.executor) {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<20 {
                        group.addTask { try await rig.get(server.port).head.status }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(statuses == [Int](repeating: 200, count: 20))
        }
        #expect(server.connections.count <= 10)
    }
}
