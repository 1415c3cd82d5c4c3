import DemoServer
import Testing

@Suite("Demo API: misbehaviour on request", .timeLimit(.minutes(1)))
struct MisbehaviourTests {
    private static let small = "hello, linger\n"

    @Test func `close says close and closes`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            #expect(try client.get("/users/7?close=1")["Connection"] == "close")
            #expect(client.rest() == .init(text: ""))
        }
    }

    @Test(arguments: [1, 2, 3])
    func `close-after closes with that request of the connection`(count: Int) async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            for number in 1...count {
                let response = try client.get("/small?close-after=\(count)")
                #expect(response["Connection"] == (number == count ? "close" : nil))
            }
            #expect(client.rest() == .init(text: ""))
        }
    }

    @Test func `ignore-close keeps the connection whoever said close`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let fields = ["Connection: close"]
            let unsaid = try client.get("/small?ignore-close=1", fields: fields)
            #expect(unsaid["Connection"] == nil)
            let said = try client.get("/small?ignore-close=1&close=1")
            #expect(said["Connection"] == "close")
            #expect(try client.get("/connection").text.contains(#""request":3"#))
        }
    }

    @Test func `idle closes the idle connection and announces nothing`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.get("/small?idle=0.03")
            #expect(response["Keep-Alive"] == nil)
            #expect(response["Connection"] == nil)
            #expect(client.rest() == .init(text: ""))
        }
    }

    @Test func `a request in time ends the idle timer of the one before`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            _ = try client.get("/small?idle=0.4")
            _ = try client.get("/slow?ms=600")
            #expect(try client.get("/connection").text.contains(#""request":3"#))
        }
    }

    @Test func `408-on-idle answers a request that nobody sent`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            _ = try client.get("/small?408-on-idle=0.01")
            let timeout = try client.response()
            #expect(timeout.statusLine == "HTTP/1.1 408 Request Timeout")
            #expect(timeout["Connection"] == "close")
            #expect(client.rest() == .init(text: ""))
        }
    }

    @Test func `garbage-on-idle sends what is no response`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            _ = try client.get("/small?garbage-on-idle=0.01")
            #expect(try client.read(2) == [1, 2])
        }
    }

    @Test(
        arguments: [
            ("5,100", "timeout=5, max=100"), ("5", "timeout=5"), (",7", "max=7"),
            ("0,0", "timeout=0, max=0"),
        ]
    )
    func `keep-alive sends the field`(value: String, field: String) async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.get("/small?keep-alive=\(value)")
            #expect(response["Keep-Alive"] == field)
            #expect(response["Connection"] == "keep-alive")
        }
    }

    @Test func `reset sends RST instead of a response`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send("GET /small?reset=1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.rest() == .init(text: "", wasReset: true))
        }
    }

    @Test func `half-head breaks off before the empty line`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send("GET /small?half-head=1 HTTP/1.1\r\nHost: a\r\n\r\n")
            let rest = client.rest()
            #expect(rest.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(!rest.text.contains("\r\n\r\n"))
            #expect(!rest.wasReset)
        }
    }

    @Test func `half-body breaks off before the announced length`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send("GET /small?half-body=1 HTTP/1.1\r\nHost: a\r\n\r\n")
            let rest = client.rest()
            #expect(rest.text.contains("Content-Length: 14\r\n"))
            #expect(rest.text.hasSuffix("\r\n\r\nhello, "))
        }
    }

    @Test func `half-body of chunked content has no last chunk`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send("GET /stream/3?half-body=1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.rest().text.hasSuffix("\r\n\r\nb\r\n{\"line\":1}\n\r\n"))
        }
    }

    @Test func `no-length ends the content by closing`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.get("/small?no-length=1")
            #expect(response.statusLine == "HTTP/1.1 200 OK")
            #expect(response["Content-Length"] == nil)
            #expect(response["Transfer-Encoding"] == nil)
            #expect(response["Connection"] == "close")
            #expect(response.text == Self.small)
        }
    }

    @Test(arguments: [([], "close"), (["Connection: keep-alive"], "keep-alive")])
    func `http10 answers as HTTP 1.0`(fields: [String], connection: String) async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.get("/small?http10=1", fields: fields)
            #expect(response.statusLine == "HTTP/1.0 200 OK")
            #expect(response["Connection"] == connection)
            #expect(response.text == Self.small)
            let chunkless = try RawClient(port: demo.port).get("/stream/1?http10=1", fields: fields)
            #expect(chunkless["Transfer-Encoding"] == nil)
            #expect(chunkless.text == "{\"line\":1}\n")
        }
    }

    @Test func `delay holds back any route`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let clock = ContinuousClock()
            let duration = try clock.measure { _ = try client.get("/small?delay=50") }
            #expect(duration >= .milliseconds(50))
        }
    }

    @Test(
        arguments: [
            "idle=x", "idle=-1", "idle=3601", "idle=nan", "delay=1e9", "close-after=0",
            "close-after=x", "keep-alive=x", "keep-alive=5,", "keep-alive=1,2,3", "keep-alive=",
            "408-on-idle=", "garbage-on-idle=x",
        ]
    )
    func `a value that makes no sense is 400`(query: String) async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.get("/small?\(query)")
            #expect(response.status == 400)
            #expect(response["Content-Type"] == "application/problem+json")
            let name = query.prefix { $0 != "=" }
            #expect(response.text.contains("\"parameter\":\"\(name)\""))
        }
    }

    @Test func `a switch can be off`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            for value in ["0", "off", "false"] {
                #expect(try client.get("/small?reset=\(value)&close=\(value)")["Connection"] == nil)
            }
        }
    }
}
