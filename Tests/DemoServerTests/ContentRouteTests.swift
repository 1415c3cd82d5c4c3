import CZlib
import DemoServer
import Testing

@Suite("Demo API: content", .timeLimit(.minutes(1)))
struct ContentRouteTests {
    @Test(arguments: [0, 1, 250, 251, 252, 65_535, 65_536, 65_537, 1_000_000])
    func `bytes follow their pattern`(count: Int) async throws {
        try await withDemo { demo in
            let response = try RawClient(port: demo.port).get("/bytes/\(count)")
            #expect(response["Content-Length"] == String(count))
            #expect(response.content.indices.allSatisfy { response.content[$0] == $0 % 251 })
            #expect(response.content.count == count)
        }
    }

    @Test(arguments: [("-1", 400), ("4294967297", 400), ("x", 400)])
    func `bytes are limited`(count: String, status: Int) async throws {
        try await withDemo { demo in
            let response = try RawClient(port: demo.port).get("/bytes/\(count)")
            #expect(response.status == status)
        }
    }

    @Test(arguments: [0, 1, 3000])
    func `stream is chunked and has a trailer field`(count: Int) async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.get("/stream/\(count)")
            #expect(response["Transfer-Encoding"] == "chunked")
            let lines = (0..<count).map { "{\"line\":\($0 + 1)}\n" }
            #expect(response.text == lines.joined())
            #expect(response.trailers == ["Line-Count: \(count)"])
            #expect(try client.get("/small").status == 200)
        }
    }

    @Test func `drip sends byte by byte`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let clock = ContinuousClock()
            var dripped = ""
            let duration = try clock.measure { dripped = try client.get("/drip?bytes=5&ms=5").text }
            #expect(dripped == "*****")
            #expect(duration >= .milliseconds(20))
            #expect(try client.get("/drip?bytes=0").text.isEmpty)
            #expect(try client.get("/drip?bytes=10001").status == 400)
        }
    }

    @Test func `events are what EventSource reads`() async throws {
        try await withDemo { demo in
            let response = try RawClient(port: demo.port).get("/events?count=2&ms=1")
            #expect(response["Content-Type"] == "text/event-stream")
            #expect(
                response.text == """
                    id: 1\nevent: tick\ndata: {"tick":1}\n
                    id: 2\nevent: tick\ndata: {"tick":2}\n\n
                    """
            )
        }
    }

    @Test(arguments: [("gzip", 15 + 16), ("deflate", 15)])
    func `coded content decodes`(coding: String, windowBits: Int32) async throws {
        try await withDemo { demo in
            let response = try RawClient(port: demo.port).get("/\(coding)")
            #expect(response["Content-Encoding"] == coding)
            let text = Self.inflate(response.content, windowBits)
            #expect(text.hasPrefix(#"{"coding":"\#(coding)","text":"All work and no play. "#))
            #expect(response.content.count < text.utf8.count / 4)
        }
    }

    private static func inflate(_ content: [UInt8], _ windowBits: Int32) -> String {
        var stream = z_stream()
        guard linger_inflate_init(&stream, windowBits) == Z_OK else { return "" }
        defer { inflateEnd(&stream) }
        var input = content
        var output = [UInt8](repeating: 0, count: 65_536)
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return CZlib.inflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END else { return "" }
        return String(decoding: output.prefix(Int(stream.total_out)), as: UTF8.self)
    }

    @Test func `upload counts what it does not keep`() async throws {
        try await withDemo(DemoOptions(maximumContentBytes: 10)) { demo in
            let client = try RawClient(port: demo.port)
            let content = String(repeating: "123456789", count: 1000)
            let long = try client.exchange("POST", "/upload", content: content)
            #expect(long.text.hasPrefix(#"{"bytes":9000,"#))
            // 0xcbf43926 is the check value of CRC-32 for these nine digits.
            let short = try client.exchange("PUT", "/upload", content: "123456789")
            #expect(short.text == "{\"bytes\":9,\"crc32\":\"cbf43926\",\"type\":\"\"}\n")
            let limit = try client.exchange("POST", "/upload", content: content + content)
            #expect(limit.status == 413, "a thousand times the usual limit")
        }
    }

    @Test func `upload lists parts`() async throws {
        try await withDemo { demo in
            let response = try RawClient(port: demo.port).exchange(
                "POST",
                "/upload",
                fields: ["Content-Type: multipart/form-data; boundary=XX"],
                content: """
                    --XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n\
                    --XX\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\n\
                    Content-Type: text/plain\r\n\r\nline\r\n--X\r\n\r\n--XX--\r\n
                    """
            )
            let parts = """
                "complete":true,"parts":[\
                {"name":"a","filename":null,"type":null,"bytes":1},\
                {"name":"f","filename":"x.txt","type":"text/plain","bytes":11}]
                """
            #expect(response.text.contains(parts))
        }
    }
}
