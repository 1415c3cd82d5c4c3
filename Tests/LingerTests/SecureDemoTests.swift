import HTTPModel
import TestSupport
import Testing

@Suite("Program: the demo API over TLS")
struct SecureDemoTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// The exchanges of lines that are run on the demo API; a request each is to be among them.
    private func exchanges(_ lines: [String], status: Int = 0) throws -> [JSONValue] {
        let output = try self.workspace.run(
            ["demo", "--tls", "--json"] + lines.flatMap { ["-c", $0] }
        )
        #expect(output.status == .exited(status), "\(output.standardError)")
        let exchanges = try output.objects.ofType("exchange")
        try #require(exchanges.count == lines.count { $0.contains("{{secure}}") })
        return exchanges
    }

    @Test func `its shell trusts it, and speaks HTTP/2, or HTTP/1.1 where that is asked for`()
        throws
    {
        let exchanges = try self.exchanges([
            "post {{secure}}/anything a=1", "head {{secure}}/small",
            "get {{secure}}/bytes/300000 > big", "get {{secure}}/stream/3",
            "get {{secure}}/small --http 1.1", "set http.version 1.1",
            "get {{secure}}/small HTTP/2",
        ])
        #expect(exchanges.map { $0.text("status") } == Array(repeating: "200", count: 6))
        #expect(
            exchanges.map { $0.text("version") }
                == ["HTTP/2", "HTTP/2", "HTTP/2", "HTTP/2", "HTTP/1.1", "HTTP/2"]
        )
        #expect(
            exchanges.prefix(5).map { $0.text("connection") } == ["1", "1", "1", "1", "2"],
            "one connection for each version"
        )
        #expect(exchanges[0].text("body")?.contains(#"{\"a\":\"1\"}"#) == true)
        #expect(exchanges[1].at("bytes", "body") == .number("0"))
        #expect(try self.workspace.read("big").count == 300_000)
    }

    @Test func `a request line names the version that is known before it is sent`() throws {
        let lines = [
            "get {{secure}}/small -v", "get {{secure}}/small -v",
            "get {{secure}}/small -v --http 1.1",
            "get /small -v",
        ]
        let output = try self.workspace.run(
            ["demo", "--tls"] + lines.flatMap { ["-c", "\($0) > /dev/null"] }
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let requestLines = output.errorLines.filter { $0.hasPrefix("GET /small") }
        // What a new connection speaks is agreed upon when it is opened.
        #expect(
            requestLines
                == [
                    "GET /small", "GET /small HTTP/2", "GET /small HTTP/1.1", "GET /small HTTP/1.1",
                ],
            "\(output.standardError)"
        )
    }

    @Test func `requests share a connection at the same time`() throws {
        let output = try self.workspace.run(
            ["demo", "--tls", "-c", "get {{secure}}/small"]
                + (0..<3).flatMap { _ in ["-c", "get {{secure}}/slow?ms=700 &"] }
                + ["-c", "sleep 300ms", "-c", "jobs", "-c", "wait", "-c", "sockets"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let jobs = output.standardOutput.split(separator: "\n").filter { $0.contains("GET /slow") }
        #expect(jobs.count == 3 && jobs.allSatisfy { $0.hasSuffix(" · on #1") }, "\(jobs)")
        #expect(output.standardOutput.split(separator: "\n").count { $0.contains("  h2  ") } == 1)
    }

    @Test func `it misbehaves over HTTP/2 as far as that can`() throws {
        let exchanges = try self.exchanges(
            [
                "set on-error continue", "get {{secure}}/small?close-after=1",
                "get {{secure}}/small?reset=1", "get {{secure}}/users?half-body=1",
                "get {{secure}}/small?idle=0.1", "sleep 500ms", "get {{secure}}/small",
            ],
            status: 1
        )
        #expect(exchanges.map { $0.text("status") } == ["200", "null", "null", "200", "200"])
        #expect(exchanges.map { $0.text("connection") } == ["1", "2", "2", "2", "3"])
        #expect(exchanges[1].at("why", "code")?.text == "closed:goaway")
        #expect(exchanges[4].at("why", "code")?.text == "closed:peer_closed")
    }

    @Test func `--listen says where it is and whom to trust, until it ends`() throws {
        let terminal = try self.workspace.terminal(["demo", "--listen", "--tls"], columns: 200)
        try terminal.expect(screenContains: "to trust its CA: --set tls.ca=")
        try terminal.expect("a whole line") { $0.cursorRow > 1 }
        let line = try #require(terminal.screen.lines.first { $0.hasPrefix("and on https://") })
        let url = String(line.dropFirst("and on ".count).prefix { $0 != ";" })
        let authority = try #require(line.split(separator: "=").last.map(String.init))
        let refused = try self.workspace.run(lines: ["get \(url)/small"])
        #expect(refused.standardError.contains("unknown issuer"), "\(refused.standardError)")
        for host in ["127.0.0.1", "localhost"] {
            let address = url.replacing("127.0.0.1", with: host)
            let output = try self.workspace.run(
                lines: ["get \(address)/small"],
                options: ["--set", "tls.ca=\(authority)"]
            )
            #expect(output.standardOutput == "hello, linger\n", "\(output.standardError)")
        }
        #expect(self.workspace.exists(authority))
        try terminal.send("\u{3}")
        #expect(try terminal.waitForExit() == .exited(0))
        #expect(!self.workspace.exists(authority))
    }
}
