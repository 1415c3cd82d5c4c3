import DemoServer
import Testing

@Suite("Demo API: HTTP/1.1", .timeLimit(.minutes(1)))
struct ProtocolTests {
    @Test func `pipelined requests are answered in order`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send(
                """
                GET /slow?ms=20 HTTP/1.1\r\nHost: a\r\n\r\n\
                GET /stream/2 HTTP/1.1\r\nHost: a\r\n\r\n\
                POST /anything HTTP/1.1\r\nContent-Length: 2\r\n\r\nab\
                GET /connection HTTP/1.1\r\nHost: a\r\n\r\n
                """
            )
            #expect(try client.response().text == "{\"ms\":20}\n")
            #expect(try client.response().text == "{\"line\":1}\n{\"line\":2}\n")
            #expect(try client.response().text.contains(#""content":"ab""#))
            #expect(try client.response().text.contains(#""request":4"#))
        }
    }

    @Test(arguments: [(32, 33), (33, 0)])
    func `too many pipelined requests end the connection`(
        waiting: Int,
        answers: Int
    ) async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let slow = "GET /slow?ms=30 HTTP/1.1\r\nHost: a\r\n\r\n"
            let next = "GET /small HTTP/1.1\r\nHost: a\r\n\r\n"
            client.send(slow + String(repeating: next, count: waiting))
            var count = 0
            while count < answers, try client.response().status == 200 { count += 1 }
            #expect(count == answers)
            if answers == 0 { #expect(client.rest().text.isEmpty) }
        }
    }

    @Test func `a client that says close is closed, and told so`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.get("/small", fields: ["Connection: close"])
            #expect(response["Connection"] == "close")
            #expect(client.rest() == .init(text: ""))
        }
    }

    @Test(arguments: [("", true), ("Connection: keep-alive\r\n", false)])
    func `a 1.0 client is closed unless it asks for keep-alive`(
        fields: String,
        closes: Bool
    ) async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send("GET /small HTTP/1.0\r\n\(fields)\r\n")
            let response = try client.response()
            #expect(response["Connection"] == (closes ? "close" : "keep-alive"))
            if closes {
                #expect(client.rest() == .init(text: ""))
            } else {
                #expect(try client.get("/small").status == 200)
            }
        }
    }

    @Test func `a 1.0 client gets no chunks`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send("GET /stream/2 HTTP/1.0\r\n\r\n")
            let response = try client.response()
            #expect(response["Transfer-Encoding"] == nil)
            #expect(response.text == "{\"line\":1}\n{\"line\":2}\n")
        }
    }

    @Test func `100-continue is answered before the content`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send(
                "POST /anything HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            #expect(try client.response().status == 100)
            client.send("ab")
            #expect(try client.response().text.contains(#""content":"ab""#))
        }
    }

    @Test func `chunked content is read`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send("POST /anything HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            #expect(try client.response().text.contains(#""bytes":5,"content":"abcde""#))
        }
    }

    @Test func `what is no HTTP is answered with 400 and closed`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            client.send("\u{16}\u{3}\u{1} hello\r\n\r\n")
            #expect(try client.response().status == 400)
            #expect(client.rest().text.isEmpty)
        }
    }

    @Test func `HEAD is GET without content`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let head = try client.exchange("HEAD", "/users/7")
            let get = try client.get("/users/7")
            #expect(head.lines == get.lines)
            #expect(try client.exchange("HEAD", "/stream/2")["Content-Length"] == nil)
            #expect(try client.exchange("HEAD", "/small?half-body=1").status == 200)
        }
    }

    @Test func `a method that a path does not take is 405 with Allow`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.exchange("DELETE", "/users")
            #expect(response.status == 405)
            #expect(response["Allow"] == "GET, HEAD, POST, OPTIONS")
            #expect(response["Content-Type"] == "application/problem+json")
            let options = try client.exchange("OPTIONS", "/users/7")
            #expect(options.status == 204)
            #expect(options["Allow"] == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS")
            #expect(try client.exchange("OPTIONS", "*").status == 204)
            #expect(try client.exchange("OPTIONS", "/nope").status == 404)
        }
    }

    @Test func `an absolute target is taken by its path`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            #expect(try client.get("http://example.com/users/7?x=1").status == 200)
            #expect(try client.get("http://example.com?x=1").status == 200)
        }
    }

    @Test func `an upgrade is not taken, and the connection ends`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let fields = ["Connection: Upgrade", "Upgrade: websocket"]
            let response = try client.get("/small", fields: fields)
            #expect(response.status == 200)
            #expect(response["Connection"] == "close")
            #expect(client.rest().text.isEmpty)
        }
    }

    @Test func `no field value can start a line`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            for target in [
                "/redirect-to?url=/%0D%0AX-Evil:%201", "/cookies/set?a=b%0D%0AX-Evil:%201",
                "/cookies/set?a%0D%0AX-Evil:%201=b",
            ] {
                let response = try client.get(target)
                #expect(response.status == 400)
                #expect(response["X-Evil"] == nil)
            }
        }
    }
}
