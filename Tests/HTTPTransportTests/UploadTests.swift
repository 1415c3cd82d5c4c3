import HTTPModel
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Uploads: chunks, Expect: 100-continue, early answers", .timeLimit(.minutes(1)))
struct UploadTests {
    private static let threshold = TransportRequest.expectationThresholdBytes

    private func upload(
        _ rig: Rig,
        _ port: Int,
        _ count: Int,
        fields: [HTTPField] = []
    ) -> TransportRequest {
        let body = [UInt8](repeating: 0x61, count: count)
        return rig.request(port, "/", method: .put, fields: fields, body: .bytes(body))
    }

    /// The head of a request that a server has got.
    private func head(_ request: [UInt8]) -> String {
        let text = String(decoding: request.prefix(4_096), as: UTF8.self)
        return text.split(separator: "\r\n\r\n").first.map(String.init) ?? ""
    }

    // MARK: Chunks

    /// The greater size takes many turns of the event loop, and fills the channel in each.
    @Test(arguments: [100_000, 24 << 20])
    func `content goes out in chunks, and the connection is used again`(size: Int) async throws {
        let folder = try TemporaryFolder()
        try writeFile("\(folder.path)/file", [UInt8](repeating: 0x62, count: size))
        let parts: [RequestBody.Part] = [
            .bytes(Array("hello".utf8)), .bytes([]),
            .file(path: "\(folder.path)/file", size: size),
        ]
        let server = try FaultServer(FaultScript(FaultScript.answering()))
        try await Rig.run { rig in
            var request = rig.request(server.port, method: .post, body: .parts(parts))
            request.sendsChunked = true
            _ = try await rig.transport.send(request, to: TestSink())
            let next = try await rig.get(server.port)
            #expect(next.use.requestNumber == 2)
        }
        let received = try #require(server.connections.first?.requests.first)
        let head = self.head(received)
        #expect(head.contains("Transfer-Encoding: chunked"))
        #expect(!head.contains("Content-Length"))
        let body = String(decoding: received.dropFirst(head.utf8.count + 4), as: UTF8.self)
        let first = String(min(size, RequestWriter.pieceBytes), radix: 16)
        #expect(body.hasPrefix("5\r\nhello\r\n\(first)\r\nbbb"))
        #expect(body.hasSuffix("b\r\n0\r\n\r\n"))
        #expect(received.count { $0 == 0x62 } == size)
        // An end that were sent twice would stand before the next request.
        let next = try #require(server.connections.first?.requests.last)
        #expect(next.starts(with: Array("GET ".utf8)))
    }

    @Test(arguments: [true, false])
    func `content that takes several turns of the loop arrives whole, ends once and is told`(
        isChunked: Bool
    ) async throws {
        let folder = try TemporaryFolder()
        let pieces = 2 * HTTP1Handler.turnBytes / RequestWriter.pieceBytes + 1
        let count = RequestWriter.pieceBytes * pieces + 3
        try writeFile("\(folder.path)/file", [UInt8](repeating: 0x62, count: count))
        // `40000` and `3`, each with two line ends, and the last chunk.
        let overhead = isChunked ? pieces * 9 + 5 + 5 : 0
        let server = try FaultServer(
            FaultScript([
                .readHead, .send("HTTP/1.1 100 Continue\r\n\r\n"),
                .discardBytes(count + overhead), .send(FaultScript.response()),
                .loop([.readRequest, .send(FaultScript.response())]),
            ])
        )
        let told = Monitor<[Int]>([])
        try await Rig.run { rig in
            var request = rig.request(
                server.port,
                method: .post,
                body: .parts([.file(path: "\(folder.path)/file", size: count)])
            )
            request.sendsChunked = isChunked
            request.uploadObserver = { sent in told.change { $0.append(sent) } }
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.head.status == 200)
            #expect(rig.count("request.sent") == 1)
            #expect(try await rig.get(server.port).use.requestNumber == 2)
        }
        #expect(told.current.last == count)
        #expect(told.current == told.current.sorted())
    }

    @Test func `a server that takes nothing holds a file back, behind TLS too`() async throws {
        let folder = try TemporaryFolder()
        let count = 64 << 20
        try writeFile("\(folder.path)/file", [UInt8](repeating: 0x62, count: count))
        let certificates = try TestCertificates()
        let server = try await TLSServer(certificates.good)
        var options = ConnectionOptions()
        options.tls.verifiesCertificates = false
        let told = Monitor(0)
        try await Rig.run(options: options) { rig in
            let first = rig.request(server.port, scheme: .https, host: "localhost")
            _ = try await rig.transport.send(first, to: TestSink())
            server.stopReading()
            var request = rig.request(
                server.port,
                method: .put,
                scheme: .https,
                host: "localhost",
                fields: [HTTPField(name: .expect, value: "")],
                body: .parts([.file(path: "\(folder.path)/file", size: count)])
            )
            request.totalTimeout = .seconds(1)
            request.uploadObserver = { sent in told.change { $0 = sent } }
            let error = await rig.failure(of: request)
            #expect(error?.cause == .timedOut(limit: .seconds(1), setting: "timeout.total"))
        }
        #expect(told.current > 0)
        #expect(told.current < 32 << 20)
    }

    @Test func `without content there are no chunks`() async throws {
        let server = try FaultServer(FaultScript(FaultScript.answering()))
        try await Rig.run { rig in
            var request = rig.request(server.port)
            request.sendsChunked = true
            _ = try await rig.transport.send(request, to: TestSink())
        }
        let received = try #require(server.connections.first?.requests.first)
        #expect(!self.head(received).contains("Transfer-Encoding"))
    }

    // MARK: Expect

    @Test(arguments: [-1, 0, 1])
    func `from a mebibyte on the server is asked first`(difference: Int) async throws {
        let count = Self.threshold + difference
        let isAsked = difference >= 0
        let server = try FaultServer(
            isAsked
                ? FaultScript([
                    .readHead, .send("HTTP/1.1 100 Continue\r\n\r\n"), .readBytes(count),
                    .send(FaultScript.response()), .waitForClose,
                ])
                : FaultScript(FaultScript.answering())
        )
        try await Rig.run { rig in
            let startedAt = MonotonicClock.now()
            let request = self.upload(rig, server.port, count)
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.head.status == 200)
            #expect(response.bytes.sent > count)
            let took = startedAt.duration(to: MonotonicClock.now())
            #expect(took < HTTP1Handler.expectationLimit)
            let snapshot = await rig.transport.snapshot()
            #expect(snapshot.count(.idle) == 1)
        }
        let head = self.head(try #require(server.connections.first?.requests.first))
        #expect(head.contains("Expect: 100-continue") == isAsked)
    }

    @Test func `a refusal comes before the content, which is never sent`() async throws {
        let server = try FaultServer(
            FaultScript([
                .readHead, .send(FaultScript.response("413 Content Too Large")), .waitForClose,
            ])
        )
        try await Rig.run { rig in
            let request = self.upload(rig, server.port, Self.threshold)
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.head.status == 413)
            #expect(response.bytes.sent < 1_000)
            #expect(await rig.epitaph()?.reason == .earlyResponse)
        }
    }

    @Test func `a server that says nothing gets the content after a second`() async throws {
        let server = try FaultServer(
            FaultScript([
                .readHead, .readBytes(Self.threshold), .send(FaultScript.response()),
                .waitForClose,
            ])
        )
        try await Rig.run { rig in
            let startedAt = MonotonicClock.now()
            let request = self.upload(rig, server.port, Self.threshold)
            _ = try await rig.transport.send(request, to: TestSink())
            let took = startedAt.duration(to: MonotonicClock.now())
            #expect(took >= HTTP1Handler.expectationLimit)
        }
    }

    @Test func `the user's own Expect field is enough, and is not doubled`() async throws {
        let server = try FaultServer(
            FaultScript([
                .readHead, .send("HTTP/1.1 100 Continue\r\n\r\n"), .readBytes(5),
                .send(FaultScript.response()), .waitForClose,
            ])
        )
        try await Rig.run { rig in
            let field = HTTPField(name: .expect, value: "100-Continue")
            let request = self.upload(rig, server.port, 5, fields: [field])
            _ = try await rig.transport.send(request, to: TestSink())
        }
        let head = self.head(try #require(server.connections.first?.requests.first))
        #expect(head.components(of: "100-") == 1)
    }

    @Test func `a server that closes amid the wait fails the request`() async throws {
        let server = try FaultServer(FaultScript([.readHead, .close]))
        try await Rig.run { rig in
            let request = self.upload(rig, server.port, Self.threshold)
            let error = try #require(await rig.failure(of: request))
            #expect(error.cause == .peerClosed(receivedBytes: 0, isReset: false))
        }
    }

    // MARK: Early answers

    @Test func `an answer that comes amid the content counts, and ends the connection`()
        async throws
    {
        // Until then it reads no more, so that the kernel cannot take all of the content.
        let gate = Gate()
        let server = try FaultServer(
            FaultScript([
                .readHead, .send("HTTP/1.1 100 Continue\r\n\r\n"), .readBytes(100_000),
                .send(FaultScript.response("507 Insufficient Storage")), .finish, .waitFor(gate),
                .waitForClose,
            ])
        )
        try await Rig.run { rig in
            let request = self.upload(rig, server.port, 64 << 20)
            let sink = TestSink()
            let response = try await rig.transport.send(request, to: sink)
            #expect(response.head.status == 507)
            #expect(sink.text == "hello")
            let epitaph = try #require(await rig.epitaph())
            #expect(epitaph.reason == .earlyResponse, "\(epitaph)")
            gate.open()
        }
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int { self.ranges(of: text).count }
}
