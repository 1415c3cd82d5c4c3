import Glibc
import HTTPModel
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPTransport

/// Content under way: held back, unwanted, large, answered early.
@Suite("Flow of content", .timeLimit(.minutes(1)))
struct BodyFlowTests {
    @Test func `a sink that pauses stops the server, and gets every byte later`() async throws {
        let size = 32 << 20
        let server = try FaultServer(.flood(size))
        try await Rig.run { rig in
            let sink = TestSink(pausesAfter: 100_000, keepsBytes: false)
            async let response = rig.transport.send(rig.request(server.port), to: sink)
            await server.wait { $0.connections.first?.isStalled == true }
            #expect(sink.current.count < 1 << 20)
            #expect((server.connections.first?.bytesSent ?? size) < size)
            sink.resume()
            let body = try await response.bytes.body
            #expect(body == size)
            #expect(sink.current.count == size)
            #expect(sink.current.hasEnded)
            // The connection is read again, and good for more.
            #expect(try await rig.get(server.port).use.requestNumber == 2)
        }
    }

    @Test func `a sink that pauses at every write gets every byte`() async throws {
        let size = 4 << 20
        let server = try FaultServer(.flood(size))
        try await Rig.run { rig in
            let sink = TestSink(pausesAlways: true, keepsBytes: false)
            let response = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(response.bytes.body == size)
            #expect(try await rig.get(server.port).use.requestNumber == 2)
        }
    }

    @Test(arguments: [0, 1, 64 * 1024 - 1, 64 * 1024])
    func `unwanted content is drained up to the limit, and the connection kept`(
        size: Int
    ) async throws {
        let answer = FaultScript.response(content: String(repeating: "x", count: size))
        let server = try FaultServer(.answerAndKeep(answer))
        try await Rig.run { rig in
            let sink = TestSink(.drain)
            let response = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(response.bytes.body == 0)
            #expect(sink.current.count == 0)
            #expect(try await rig.get(server.port).use.requestNumber == 2)
        }
    }

    @Test func `more unwanted content ends the connection`() async throws {
        let server = try FaultServer(.flood(64 * 1024 + 1))
        try await Rig.run { rig in
            let response = try await rig.transport.send(
                rig.request(server.port),
                to: TestSink(.drain)
            )
            #expect(response.head.status == 200)
            #expect(await rig.epitaph()?.reason == .bodyUnread)
        }
    }

    @Test func `unwanted content that does not come ends the connection`() async throws {
        let server = try FaultServer(
            FaultScript([
                .readRequest, .send("HTTP/1.1 302 Found\r\nContent-Length: 5\r\n\r\n"),
                .waitForClose,
            ])
        )
        try await Rig.run { rig in
            let response = try await rig.transport.send(
                rig.request(server.port),
                to: TestSink(.drain)
            )
            #expect(response.head.status == 302)
            #expect(response.timings.receive ?? .zero >= .milliseconds(250))
            #expect(await rig.epitaph()?.reason == .bodyUnread)
        }
    }

    @Test func `unwanted content is not decoded`() async throws {
        let answer = FaultScript.response(fields: ["Content-Encoding: gzip"], content: "no gzip")
        let server = try FaultServer(.answerAndKeep(answer))
        try await Rig.run { rig in
            let request = rig.request(server.port)
            let sink = TestSink(.drain)
            let response = try await rig.transport.send(request, to: sink)
            #expect(response.head.status == 200)
            #expect(response.bytes.body == 0)
            #expect(!sink.current.hasFailed && sink.current.count == 0)
        }
    }

    // MARK: Uploads

    @Test func `a large file is streamed, and sent is said once`() async throws {
        let folder = try TemporaryFolder()
        let size = 32 << 20
        try writeFile("\(folder.path)/large", [UInt8](repeating: 0x61, count: size))
        let gate = Gate()
        let body = RequestBody.parts([.file(path: "\(folder.path)/large", size: size)])
        let server = try FaultServer(
            FaultScript([
                .waitFor(gate), .readRequest, .send(FaultScript.response()), .waitForClose,
            ])
        )
        try await Rig.run { rig in
            let request = rig.request(server.port, method: .post, body: body)
            async let response = rig.transport.send(request, to: TestSink())
            await rig.wait(for: 1, "request.dispatched")
            // Nobody reads: the sockets' buffers fill, and the rest stays in the file.
            let written = await rig.transport.snapshot().connections.first?.bytesOut ?? 0
            #expect(written < 16 << 20)
            #expect(rig.count("request.sent") == 0)
            gate.open()
            let bytes = try await response.bytes
            #expect(bytes.sent == server.connections.first?.requests.first?.count)
            #expect(bytes.sent > size)
            #expect(rig.count("request.sent") == 1)
        }
    }

    @Test func `an answer before the end of an upload is delivered, and the connection closed`()
        async throws
    {
        let size = 64 << 20
        let folder = try TemporaryFolder()
        try writeFile("\(folder.path)/large", [UInt8](repeating: 0x61, count: size))
        let answer = FaultScript.response("413 Content Too Large", content: "no")
        let gate = Gate()
        let server = try FaultServer(
            .onFirst([.readBytes(10), .send(answer), .waitFor(gate), .waitForClose])
        )
        try await Rig.run { rig in
            let sink = TestSink()
            let body = RequestBody.parts([.file(path: "\(folder.path)/large", size: size)])
            let request = rig.request(server.port, method: .post, body: body)
            let response = try await rig.transport.send(request, to: sink)
            #expect(response.head.status == 413)
            #expect(sink.text == "no")
            #expect(await rig.epitaph()?.reason == .earlyResponse)
            gate.open()
            #expect(Self.openFiles(in: folder.path).isEmpty)
        }
    }

    @Test func `a file that became shorter fails its request`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/file"
        try writeFile(path, [UInt8](repeating: 0x61, count: 100))
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            for (path, size) in [(path, 200), ("\(folder.path)/missing", 1)] {
                let body = RequestBody.parts([.file(path: path, size: size)])
                let request = rig.request(server.port, method: .post, body: body)
                let error = try #require(await rig.failure(of: request))
                #expect(error.phase == .send)
                guard case .requestContent(path, _) = error.cause else {
                    Issue.record("\(error.cause)")
                    return
                }
            }
            #expect(Self.openFiles(in: folder.path).isEmpty)
            try await rig.get(server.port)
        }
    }

    /// Files below `folder` that this process has open.
    private static func openFiles(in folder: String) -> [String] {
        (3..<1024).compactMap { number in
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    characters.baseAddress.map {
                        readlink("/proc/self/fd/\(number)", $0, characters.count)
                    } ?? 0
                }
            }
            guard count > 0 else { return nil }
            let path = String(decoding: buffer.prefix(count), as: UTF8.self)
            return path.hasPrefix(folder) ? path : nil
        }
    }
}
