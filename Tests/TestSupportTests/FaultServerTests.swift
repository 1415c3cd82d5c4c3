import Testing

@testable import TestSupport

@Suite("Fault server", .timeLimit(.minutes(1)))
struct FaultServerTests {
    private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    @Test func `it answers, keeps the connection and records the requests`() async throws {
        let server = try FaultServer(.answerAndKeep())
        let client = try TestClient(port: server.port)
        #expect(client.get("/a") == Self.hello)
        #expect(client.get("/b") == Self.hello)
        await server.wait { $0.connections.first?.bytesSent == 2 * Self.hello.utf8.count }
        #expect(server.connections.count == 1)
        #expect(
            server.connections[0].requestTexts == [
                "GET /a HTTP/1.1\r\nHost: test\r\n\r\n", "GET /b HTTP/1.1\r\nHost: test\r\n\r\n",
            ]
        )
        #expect(server.connections[0].end == nil)
    }

    @Test func `it sees the client close`() async throws {
        let server = try FaultServer(.answerAndKeep())
        var client: TestClient? = try TestClient(port: server.port)
        #expect(client?.get() == Self.hello)
        client = nil
        await server.wait { $0.connections.first?.end != nil }
        #expect(server.connections[0].end == .clientClosed)
    }

    @Test(
        arguments: [
            "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nb;x=y\r\n0\r\n\r\n345678\r\n0\r\nA: b\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
        ]
    )
    func `a request ends where its framing says`(request: String) async throws {
        let server = try FaultServer(.answerAndKeep())
        let client = try TestClient(port: server.port)
        let bytes = Array(request.utf8)
        for length in 0..<bytes.count {
            #expect(RequestFraming.length(of: Array(bytes[..<length])) == nil)
        }
        client.send(request + request)
        await server.wait { $0.connections.first?.requests.count == 2 }
        #expect(server.connections[0].requestTexts == [request, request])
    }

    @Test func `the second request is read and the connection closed`() async throws {
        let server = try FaultServer(.readSecondRequestThenClose())
        let client = try TestClient(port: server.port)
        #expect(client.get("/1") == Self.hello)
        #expect(client.get("/2")?.isEmpty == true)
        #expect(server.connections[0].requests.count == 2)
        #expect(try TestClient(port: server.port).get("/2") == Self.hello)
    }

    @Test func `the second request is reset`() async throws {
        let server = try FaultServer(.resetOnSecond())
        let client = try TestClient(port: server.port)
        #expect(client.get() == Self.hello)
        #expect(client.get() == nil)
        await server.wait { $0.connections[0].end == .serverReset }
    }

    @Test(arguments: [1, 2])
    func `a response breaks off in its head`(number: Int) async throws {
        let server = try FaultServer(.halfHead(of: number))
        let client = try TestClient(port: server.port)
        for _ in 1..<number { #expect(client.get() == Self.hello) }
        #expect(client.get() == "HTTP/1.1 200 OK\r\nContent-Le")
        #expect(try TestClient(port: server.port).get() == Self.hello)
    }

    @Test(arguments: [1, 2])
    func `a response breaks off in its content`(number: Int) async throws {
        let server = try FaultServer(.halfBody(of: number))
        let client = try TestClient(port: server.port)
        for _ in 1..<number { #expect(client.get() == Self.hello) }
        #expect(client.get()?.hasSuffix("\r\n\r\nhalf.") == true)
    }

    @Test func `an idle connection is closed, one that is used is not`() async throws {
        let server = try FaultServer(.answerThenCloseAfterIdle(.milliseconds(500)))
        let client = try TestClient(port: server.port)
        for _ in 0..<3 { #expect(client.get() == Self.hello) }
        #expect(client.read()?.isEmpty == true)
        #expect(server.connections[0].requests.count == 3)
        await server.wait { $0.connections[0].end == .serverClosed }
    }

    @Test func `a connection is closed when the gate opens`() async throws {
        let gate = Gate()
        let server = try FaultServer(.answerThenClose(2, when: gate))
        let client = try TestClient(port: server.port)
        #expect(client.get() == Self.hello)
        #expect(client.get() == Self.hello)
        #expect(server.connections[0].end == nil)
        gate.open()
        #expect(client.read()?.isEmpty == true)
    }

    @Test func `close is ignored, and said if wanted`() async throws {
        for saysClose in [false, true] {
            let server = try FaultServer(.ignoreConnectionClose(saysClose: saysClose))
            let client = try TestClient(port: server.port)
            for _ in 0..<2 {
                let response = client.get(fields: "Connection: close\r\n")
                #expect(response?.contains("Connection: close\r\n") == saysClose)
            }
        }
    }

    @Test func `garbage comes on the idle connection`() async throws {
        let gate = Gate()
        let server = try FaultServer(.garbageOnIdle(when: gate))
        let client = try TestClient(port: server.port)
        #expect(client.get() == Self.hello)
        gate.open()
        #expect(client.read(upTo: "\r\n") == "\u{1}\u{2}garbage\r\n")
    }

    @Test func `408 comes on the idle connection`() async throws {
        let gate = Gate()
        let server = try FaultServer(.requestTimeoutOnIdle(when: gate))
        let client = try TestClient(port: server.port)
        #expect(client.get() == Self.hello)
        gate.open()
        #expect(client.read()?.hasPrefix("HTTP/1.1 408 Request Timeout\r\n") == true)
    }

    @Test func `a second response comes unasked`() async throws {
        let server = try FaultServer(.twoResponsesForOne())
        let client = try TestClient(port: server.port)
        #expect(client.get(upTo: Self.hello + Self.hello) == Self.hello + Self.hello)
    }

    @Test func `an endless head ends at its limit`() async throws {
        let server = try FaultServer(.endlessHead(limit: 100_000))
        let client = try TestClient(port: server.port)
        client.send("GET / HTTP/1.1\r\n\r\n")
        await server.wait { $0.connections.first?.bytesSent == 17 + 100_000 }
        server.stop()
        let head = client.read() ?? ""
        #expect(head.utf8.count == 17 + 100_000)
        #expect(!head.contains("\r\n\r\n"))
    }

    @Test func `a flood stalls when the client does not read`() async throws {
        let server = try FaultServer(.flood(200 << 20))
        let client = try TestClient(port: server.port)
        client.send("GET / HTTP/1.1\r\n\r\n")
        await server.wait { $0.connections.first?.isStalled == true }
        let taken = server.connections[0].bytesSent
        #expect(taken > 0)
        #expect(taken < 16 << 20, "what socket buffers hold")
    }

    @Test func `a flood that is read ends, and the connection goes on`() async throws {
        let server = try FaultServer(.flood(1_000_000))
        let client = try TestClient(port: server.port)
        client.send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")
        let text = client.read(upTo: "hello") ?? ""
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        #expect(text.hasPrefix(head))
        #expect(text.utf8.count == head.utf8.count + 1_000_000 + Self.hello.utf8.count)
    }

    @Test func `steps run in order on each connection by its index`() async throws {
        let reached = Gate()
        let server = try FaultServer(
            FaultScript(
                [.readBytes(3), .sendSlowly(Array("abc".utf8), piece: 1, every: .milliseconds(1))],
                [.open(reached), .finish, .waitForClose]
            )
        )
        let first = try TestClient(port: server.port)
        first.send("xyz")
        #expect(first.read() == "abc")
        let second = try TestClient(port: server.port)
        #expect(second.read()?.isEmpty == true)
        #expect(await reached.wait())
        #expect(server.connections.map(\.end) == [.serverClosed, nil])
    }

    @Test func `stopping ends threads that wait for anything`() async throws {
        let server = try FaultServer(
            FaultScript([.waitFor(Gate())], [.pause(.seconds(600))], [.readRequest])
        )
        let clients = try (0..<3).map { _ in try TestClient(port: server.port) }
        await server.wait { $0.connections.count == 3 }
        server.stop()
        for client in clients { #expect(client.read()?.isEmpty == true) }
        #expect(throws: SocketError.self) { _ = try TestClient(port: server.port) }
        server.stop()
    }

    @Test func `a wait ends when its task is cancelled`() async throws {
        let server = try FaultServer(.answerAndKeep())
        let task = Task { await server.wait { $0.connections.count == 99 } }
        task.cancel()
        #expect(await task.value == false)
    }

    @Test func `an unused port refuses`() throws {
        let port = try LoopbackSocket.unusedPort()
        #expect(throws: SocketError.self) { _ = try TestClient(port: port) }
    }
}
