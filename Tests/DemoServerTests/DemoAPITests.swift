import DemoServer
import NIOCore
import NIOPosix
import TestSupport
import Testing

@Suite("Demo API: life and limits", .timeLimit(.minutes(1)))
struct DemoAPITests {
    @Test func `port 0 gives a free port, and two servers do not share state`() async throws {
        try await withDemo { first in
            try await withDemo { second in
                #expect(first.port != second.port)
                let created = try RawClient(port: first.port)
                    .exchange("POST", "/users", json: #"{"name":"Zed"}"#)
                #expect(created["Location"] == "/users/25")
                #expect(try RawClient(port: second.port).get("/users/25").status == 404)
            }
        }
    }

    @Test func `a port that is taken is an error`() async throws {
        try await withDemo { demo in
            await #expect(throws: (any Error).self) {
                let group = MultiThreadedEventLoopGroup.singleton
                _ = try await DemoAPI.start(port: demo.port, group: group)
            }
        }
    }

    @Test func `the base URL names host and port`() async throws {
        try await withDemo { demo in #expect(demo.baseURL == "http://127.0.0.1:\(demo.port)") }
    }

    @Test func `connections and requests are counted`() async throws {
        try await withDemo { demo in
            let first = try RawClient(port: demo.port)
            let second = try RawClient(port: demo.port)
            for _ in 0..<3 { _ = try first.get("/small") }
            _ = try second.get("/small")
            let statistics = demo.statistics
            #expect(statistics.acceptedConnections == 2)
            #expect(statistics.openConnections == 2)
            #expect(statistics.peakConnections == 2)
            #expect(statistics.requests == 4)
            #expect(statistics.requestsPerConnection.values.sorted() == [1, 3])
        }
    }

    @Test func `stopping closes what is open and refuses what comes`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let demo = try await DemoAPI.start(port: 0, group: group)
        let client = try RawClient(port: demo.port)
        _ = try client.get("/small")
        client.send("GET /slow?seconds=60 HTTP/1.1\r\n\r\n")
        await demo.stop()
        #expect(client.rest().text.isEmpty)
        #expect(demo.statistics.openConnections == 0)
        // A program that another test starts at this moment may have inherited the listener, and
        // holds it until it ends; one that stays open runs into the time limit.
        var isRefused = false
        while !isRefused, !Task.isCancelled {
            isRefused = (try? RawClient(port: demo.port)) == nil
            await Task.yield()
        }
        #expect(isRefused)
        await demo.stop()
    }

    @Test(arguments: [1, 2])
    func `no more connections than the limit are served`(limit: Int) async throws {
        try await withDemo(DemoOptions(maximumConnections: limit)) { demo in
            var clients: [RawClient] = []
            for _ in 0..<limit {
                clients.append(try RawClient(port: demo.port))
                #expect(try clients.last?.get("/small").status == 200)
            }
            let oneTooMany = try RawClient(port: demo.port)
            #expect(oneTooMany.rest().text.isEmpty)
            #expect(demo.statistics.refusedConnections == 1)
            #expect(try clients.first?.get("/small").status == 200)
        }
    }

    @Test(arguments: [(9, 200), (10, 200), (11, 413)])
    func `content is limited`(length: Int, status: Int) async throws {
        try await withDemo(DemoOptions(maximumContentBytes: 10)) { demo in
            let client = try RawClient(port: demo.port)
            let content = String(repeating: "x", count: length)
            #expect(try client.exchange("POST", "/anything", content: content).status == status)
            // The content was read to its end either way, so the connection goes on.
            #expect(try client.get("/connection").text.contains(#""request":2"#))
        }
    }

    @Test func `the number of users is limited`() async throws {
        try await withDemo(DemoOptions(maximumEntries: 25)) { demo in
            let client = try RawClient(port: demo.port)
            let user = #"{"name":"Zed"}"#
            #expect(try client.exchange("POST", "/users", json: user).status == 201)
            #expect(try client.exchange("POST", "/users", json: user).status == 507)
            #expect(try client.exchange("DELETE", "/users/1").status == 204)
            let third = try client.exchange("POST", "/users", json: user)
            #expect(third["Location"] == "/users/26", "a number is never used again")
        }
    }

    @Test func `an idle connection is closed after the idle timeout`() async throws {
        try await withDemo(DemoOptions(idleTimeout: .milliseconds(400))) { demo in
            let unused = try RawClient(port: demo.port)
            let used = try RawClient(port: demo.port)
            let half = try RawClient(port: demo.port)
            _ = try used.get("/small")
            half.send("POST /anything HTTP/1.1\r\nContent-Length: 5\r\n\r\nab")
            #expect(unused.rest() == .init(text: ""))
            #expect(used.rest() == .init(text: ""))
            #expect(half.rest() == .init(text: ""))
        }
    }

    @Test(.requires(.openssl), arguments: ["http/1.1", "h2"])
    func `so is one over TLS that asks for nothing`(_ version: String) async throws {
        let options = DemoOptions(idleTimeout: .milliseconds(400))
        try await withDemo(options, isSecure: true) { demo in
            let openssl = try #require(RealProgram.openssl.path)
            let address = "127.0.0.1:\(try #require(demo.secure).port)"
            // Its own input has ended; it ends when the server closes.
            let arguments = ["s_client", "-connect", address, "-alpn", version, "-ign_eof"]
            let output = try ProcessRunner.run(openssl, arguments, timeout: .seconds(20))
            #expect(output.standardOutput.contains("ALPN protocol: \(version)"))
        }
    }

    @Test func `a connection that waits for its response is not idle`() async throws {
        try await withDemo(DemoOptions(idleTimeout: .milliseconds(200))) { demo in
            let client = try RawClient(port: demo.port)
            #expect(try client.get("/slow?ms=500").status == 200)
            #expect(client.rest() == .init(text: ""))
        }
    }

    @Test func `an idle timeout can be announced`() async throws {
        let options = DemoOptions(idleTimeout: .seconds(5), announcesIdleTimeout: true)
        try await withDemo(options) { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.get("/small")
            #expect(response["Keep-Alive"] == "timeout=5")
            #expect(response["Connection"] == "keep-alive")
            #expect(try client.get("/small?idle=9")["Keep-Alive"] == nil, "it would be a lie")
        }
    }

    @Test func `handlers can be put before HTTP`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let demo = try await DemoAPI.start(port: 0, group: group) { channel in
            channel.close(promise: nil)
        }
        #expect(try RawClient(port: demo.port).rest().text.isEmpty)
        await demo.stop()
    }
}
