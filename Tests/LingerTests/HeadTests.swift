import TestSupport
import Testing

/// Heads where standard output is no terminal.
@Suite("Program: heads that were asked for", .timeLimit(.minutes(2)))
struct HeadTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(.answerAndKeep())
    }

    private func run(_ lines: String...) throws -> ProcessRunner.Output {
        try self.workspace.run(lines: ["base \(self.server.baseURL)"] + lines)
    }

    @Test func `without a word for them there are none in a pipe`() throws {
        let output = try self.run("get /")
        #expect(output.standardOutput == "hello")
    }

    @Test func `--verbose shows request and response in order, as HTTPie does`() throws {
        let output = try self.run("post / a=1 -v Authorization:hidden")
        let text = output.standardOutput
        let request = try #require(text.firstRange(of: "POST / HTTP/1.1\n"))
        let content = try #require(text.firstRange(of: "\n\n{\"a\":\"1\"}\n\nHTTP/1.1 200 OK\n"))
        #expect(
            request.lowerBound == text.startIndex && request.upperBound <= content.lowerBound,
            "\(text)"
        )
        #expect(text.contains("Content-Length: 9\n"), "\(text)")
        #expect(text.contains("Authorization: (redacted)\n"), "\(text)")
        #expect(text.hasSuffix("\n\nhello"), "\(text)")
    }

    @Test func `content is shown without its secrets, and of files its size`() throws {
        try self.workspace.write("f", "hello")
        for line in ["post / password=hush -v", "post / password=hush --dry-run"] {
            let output = try self.run(line, "show request")
            #expect(output.standardOutput.contains(#"{"password":"(redacted)"}"#), "\(output)")
            #expect(!output.standardOutput.contains("hush"), "\(output)")
        }
        let output = try self.run("put / @f -v")
        #expect(output.standardOutput.contains("\n\n(5 B of content)\n"), "\(output)")
    }

    @Test func `a request over HTTP/2 has none of the fields that are not on its wire`() throws {
        let output = try self.run(
            "post / a=1 --chunked --dry-run HTTP/2",
            "post / --dry-run HTTP/2"
        )
        let text = output.standardOutput
        #expect(text.hasPrefix("POST \(self.server.baseURL)/ HTTP/2\n"), "\(output)")
        #expect(!text.contains("Transfer-Encoding") && !text.contains("Connection"), "\(text)")
        #expect(text.contains("Content-Length: 0\n"), "\(text)")
    }

    @Test func `at a terminal a head that is shown aside is shown once`() throws {
        let terminal = try self.workspace.terminal(["--no-rc", self.server.baseURL])
        try terminal.expectPrompt()
        try terminal.send("get / -v -o f\r")
        try terminal.expect(screenContains: "200 OK · 5 B")
        let heads = terminal.screen.lines.filter { $0.hasPrefix("HTTP/1.1 200 OK") }
        #expect(heads.count == 1, "\(terminal.screen.fullText)")
    }

    @Test(arguments: ["get / -v > f", "get / -v -o f", "get / -v | cat > f"])
    func `where the answer goes to a file the heads are on standard error`(_ line: String) throws {
        let output = try self.run(line)
        #expect(output.standardOutput.isEmpty)
        #expect(try self.workspace.text("f") == "hello")
        #expect(output.standardError.contains("GET / HTTP/1.1\n"))
        #expect(output.standardError.contains("HTTP/1.1 200 OK\n"), "\(output.standardError)")
    }

    @Test func `set show asks for them too, the rc file does not`() throws {
        let asked = try self.run("set show status,headers,body", "get /")
        #expect(asked.standardOutput.hasPrefix("HTTP/1.1 200 OK\n"), "\(asked.standardOutput)")
        #expect(asked.standardOutput.hasSuffix("\n\nhello"), "\(asked.standardOutput)")
        let head = try self.run("set show headers", "get /")
        #expect(head.standardOutput.contains("Content-Length: 5\n"), "\(head.standardOutput)")
        #expect(!head.standardOutput.contains("hello"))
    }

    @Test(arguments: [
        ("get /", false), ("post /", true), ("post / a=1", true),
        ("get / --chunked --raw x", false),
    ])
    func `show request has the field that frames the content`(_ line: String, _ has: Bool) throws {
        let output = try self.run("\(line) > /dev/null", "show request")
        #expect(output.standardOutput.contains("Content-Length: ") == has, "\(output)")
        let isChunked = line.contains("--chunked")
        #expect(output.standardOutput.contains("Transfer-Encoding: chunked") == isChunked)
    }
}
