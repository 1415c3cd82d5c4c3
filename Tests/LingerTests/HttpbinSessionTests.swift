import HTTPModel
import TestSupport
import Testing

@Suite("Program: httpbin, and what a session does with it", .requires(.httpbin))
struct HttpbinSessionTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test(arguments: ["MD5", "SHA-256"])
    func `Digest is answered, and the nonce used on`(_ algorithm: String) async throws {
        let httpbin = try await PythonServer.httpbin()
        let path = "/digest-auth/auth/ann/secret/\(algorithm)"
        let output = try self.workspace.run(
            lines: [
                "base \(httpbin.baseURL)", "get \(path) --digest ann:secret", "get \(path)",
                "auth digest ann:secret", "get \(path)", "get \(path)",
                "get \(path) --digest ann:no",
                "show request", "auth",
            ]
        )
        let lines = output.errorLines
        let results = lines.filter { $0.contains(" · #1") && !$0.hasPrefix("  ") }
        #expect(
            results.map { $0.contains("200 OK") } == [true, false, true, true, false],
            "\(output.standardError)"
        )
        let answers = lines.filter { $0.contains("answered: Digest \(algorithm), realm") }
        // The second time the nonce is known; a wrong password is challenged anew.
        #expect(answers.count == 2, "\(output.standardError)")
        #expect(output.standardOutput.contains("--auth, --bearer or --digest of the request"))
        #expect(output.standardOutput.contains("digest ann:(redacted)"))
    }

    @Test func `cookies are set, sent, deleted, and said why not`() async throws {
        let httpbin = try await PythonServer.httpbin()
        let output = try self.workspace.run(
            lines: [
                "base \(httpbin.baseURL)", "set show none", "get /cookies/set?a=1&b=2", "cookies",
                "get /cookies/delete?a=", "cookies", "cookies why /cookies", "set cookies off",
                "cookies why /cookies",
                "get '/response-headers?Set-Cookie=x%3D1%3B%20Domain%3Dco.uk'",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let text = output.standardOutput
        #expect(text.contains("b: sent"), "\(text)")
        #expect(text.contains("b: not sent: cookies are off"), "\(text)")
    }

    @Test func `a download is named, and one that broke off goes on`() async throws {
        let httpbin = try await PythonServer.httpbin()
        try self.workspace.write("5000.part", Array(repeating: UInt8(ascii: "x"), count: 3))
        let output = try self.workspace.run(
            lines: [
                "base \(httpbin.baseURL)",
                "get '/response-headers?Content-Disposition=attachment%3B%20filename%3D..%2Fx.json'"
                    + " --download",
                "get /range/5000 --download --output whole", "get /status/404 --download",
                // A part of the right version: httpbin's tag of this range is known.
                "! printf abc > 5000.part; printf '\"range5000\"\\n' > 5000.part.from",
                "get /range/5000 --resume",
                "! cmp whole 5000 && echo same",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput.contains("same"), "\(output.standardError)")
        #expect(self.workspace.exists("x.json"))
        #expect(!self.workspace.exists("404"))
        #expect(output.standardError.contains("206 "), "\(output.standardError)")
    }

    @Test func `several files go up as one form, streamed`() async throws {
        let httpbin = try await PythonServer.httpbin()
        for number in 1...3 { try self.workspace.write("f\(number)", "content \(number)") }
        let objects = try self.workspace.json(
            lines: [
                "post \(httpbin.baseURL)/post a@f1 b@f2 c@f3;type=text/css note='x y'"
            ]
        ).ofType("exchange")
        let body = try JSONValue(parsing: objects.first?.text("body") ?? "")
        let expected = #"{"a":"content 1","b":"content 2","c":"content 3"}"#
        #expect(body["files"]?.compactText == expected)
        #expect(body.at("form", "note") == .string("x y"))
    }
}

@Suite("Program: event streams")
struct EventStreamTests {
    @Test(arguments: ["text/event-stream", "application/x-ndjson"])
    func `an event is shown when it comes`(_ type: String) throws {
        let gate = Gate()
        let server = try FaultServer(
            FaultScript([
                .readRequest,
                .send(
                    "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n"
                ),
                .send("9\r\ndata: on\u{1B}\r\n"), .send("2\r\ne\n\r\n"), .waitFor(gate),
                .send("a\r\ndata: two\n\r\n0\r\n\r\n"),
            ])
        )
        let workspace = try Workspace()
        let terminal = try workspace.terminal([server.baseURL])
        try terminal.expect(screenContains: "›")
        try terminal.send("get /\r")
        // The server sends no more until this has been seen.
        try terminal.expect(screenContains: #"data: on\x1be"#)
        gate.open()
        try terminal.expect(screenContains: "data: two")
        try terminal.expect(screenContains: "1 · 200 OK")
        let count = terminal.screen.lines.count { $0.contains("data: two") }
        #expect(count == 1)
    }
}
