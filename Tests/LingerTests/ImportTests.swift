import HTTPModel
import TestSupport
import Testing

/// A request as a server got it, without what differs from program to program.
struct ReceivedRequest: Equatable, CustomStringConvertible {
    var line: String
    var fields: [String]
    var content: String

    /// Takes a request apart; the boundary of a form becomes one word.
    ///
    /// `ignoring`: names of fields that are left out, in lower case.
    init?(_ bytes: [UInt8], ignoring: Set<String> = ["host", "user-agent"]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n").map(String.init)
        self.line = lines[0]
        // Bytes, one for one, so that no repair makes different contents equal.
        self.content = String(
            String.UnicodeScalarView(bytes[end.upperBound...].map { Unicode.Scalar($0) })
        )
        var boundary: Substring?
        self.fields = lines.dropFirst().compactMap { line in
            let name = line.prefix { $0 != ":" }.lowercased()
            guard !ignoring.contains(name) else { return nil }
            if let range = line.firstRange(of: "boundary=") { boundary = line[range.upperBound...] }
            let value = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
            return "\(name): \(value)"
        }
        if let boundary {
            self.content = self.content.replacing(boundary, with: "B")
            self.fields = self.fields.filter { !$0.hasPrefix("content-length") }
                .map { $0.replacing(boundary, with: "B") }
        }
        self.fields.sort()
    }

    var description: String {
        "\(self.line)\n\(self.fields.joined(separator: "\n"))\n\n\(self.content)"
    }
}

extension FaultServer {
    /// The requests of all connections, in order.
    func received(ignoring: Set<String> = ["host", "user-agent"]) -> [ReceivedRequest] {
        self.connections.flatMap(\.requests).compactMap { ReceivedRequest($0, ignoring: ignoring) }
    }
}

@Suite("Program: what other tools wrote")
struct ImportTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Command lines; `URL` stands for the server.
    static let commands = [
        "curl URL", "curl 'URL/a?b=c#d' -H 'X-A: 1' -H 'X-B;' -H 'Accept:'",
        "curl URL/p -d 'a=b c&d=%20' -d 'e=é'", "curl URL -d @body.txt",
        "curl URL --data-binary @body.txt", "curl -T body.txt URL/up/", "curl -I URL/h",
        "curl -X PURGE URL", "curl -G URL/x -d a=1 --data-urlencode 'b=2 3&4'",
        "curl --json '{\"a\": [1, 2.50]}' URL", "curl -u 'ann:s:x' URL",
        "curl -b 'a=1; b=2' -A agent -e http://r/ URL", "curl --oauth2-bearer tok URL",
        "curl -F a=1 -F 'b[c]=x y' -F 'f=@body.txt' URL",
        "curl -F 'f=@body.txt;filename=other.png' -F 'g=x;filename=a.bin' URL",
        "curl -F 'f=@body.txt;filename=\"a \\\"b\\\".txt\";type=text/y' -F 'g=x;filename=a.svg' URL",
        "curl -F 'a={};type=application/json' -F 'f=@body.txt;type=text/x' URL",
        "curl URL --data-raw $'{\"a\":\"\\u00e9\\'\\\\n\"}' -H 'content-type: application/json'",
        "curl URL -d '{{x}} {{$.y}} \\{{'", "curl -X DELETE URL/1 -d x", "curl -r 0-9 URL",
        "curl ^\"URL/?q=^%^20^\" ^\n  -H ^\"x-a: ^\\^\"b^\\^\"^\" ^\n"
            + "  --data-raw ^\"^{^\\^\"a^\\^\":1^}^\"",
    ]

    @Test(.requires(.curl), arguments: Self.commands)
    func `a command line is sent as curl sends it`(_ command: String) throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write("body.txt", "one\r\ntwo\n")
        let line = command.replacing("URL", with: server.baseURL)
        let output = try self.workspace.run(["-f", "-"], input: line + "\n")
        #expect(output.status == .exited(0), "\(output.standardError)")
        let script = line.contains("^") ? Self.forBash(line) : line
        let real = try ProcessRunner.run(
            "/bin/bash",
            ["-c", "\(script) -s -o /dev/null"],
            environment: self.workspace.environment,
            directory: self.workspace.path
        )
        #expect(real.status == .exited(0), "\(real.standardError)")
        // Before an upload curl asks whether it may come, whatever its size.
        let received = server.received(ignoring: ["host", "user-agent", "expect"])
        try #require(received.count == 2)
        #expect(received[0] == received[1])
    }

    /// What cmd.exe and the program behind it would make of the one line that is written for them.
    private static func forBash(_ line: String) -> String {
        line.replacing("^\\^\"", with: "\\\"").replacing("^\n", with: "\\\n").replacing(
            "^",
            with: ""
        )
    }

    @Test
    func `import curl reads the rest of the line, a quoted command and a file`() throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write(
            "commands.sh",
            "# two\ncurl \\\n  \(server.baseURL)/3\n\ncurl \(server.baseURL)/4 -d 'a\nb'\n"
        )
        let output = try self.workspace.run(lines: [
            "import curl \(server.baseURL)/1", "import curl 'curl \(server.baseURL)/2'",
            "import curl @commands.sh",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let lines = server.received().map(\.line)
        #expect(lines == ["GET /1", "GET /2", "GET /3", "POST /4"].map { "\($0) HTTP/1.1" })
        #expect(server.received().last?.content == "a\nb")
    }

    @Test(arguments: [
        ("curl --ntlm -u a:b http://127.0.0.1:1/", "--ntlm"),
        ("curl -x http://p:1 http://127.0.0.1:1/", "`set proxy http://p:1`"),
        ("curl http://127.0.0.1:1/ -d @gone", "cannot read \"gone\""),
        ("curl http://127.0.0.1:1/ --foo", "curl has no option \"--foo\""),
        ("curl http://127.0.0.1:1/`id`", "runs a command"),
        ("curl", "there is no URL"), ("import curl", "curl command line"),
        ("import frob x", "frob"), ("curl ftp://h/", "no URL for HTTP"),
    ])
    func `what cannot be taken over is named, and nothing is sent`(
        _ line: String,
        _ words: String
    ) throws {
        let output = try self.workspace.run(["-f", "-"], input: line + "\n")
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains(words), "\(output.standardError)")
    }

    @Test
    func `at the prompt the request line is put there, unsent`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.workspace.terminal()
        try terminal.expectPrompt()
        try terminal.send("curl -s \(server.baseURL)/a -H 'X-A: 1'\r")
        try terminal.expect(screenContains: "› get \(server.baseURL)/a X-A:1")
        #expect(server.received().isEmpty)
        try terminal.expect(screenContains: "-s left out")
        try terminal.send("\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        #expect(server.received().map(\.line) == ["GET /a HTTP/1.1"])
    }

    @Test
    func `a HAR becomes a session that replays`() throws {
        let server = try FaultServer(.answerAndKeep())
        let entry = { (path: String) in
            """
            {"request":{"method":"POST","url":"\(server.baseURL)/\(path)","headers":\
            [{"name":"X-Token","value":"hush"},{"name":"Host","value":"x"}],\
            "postData":{"mimeType":"text/plain","text":"é"}},"response":{"status":200}}
            """
        }
        try self.workspace.write(
            "a.har",
            "{\"log\":{\"entries\":[\(entry("1")),\(entry("2")),{\"request\":{}}]}}"
        )
        let output = try self.workspace.run(lines: ["import har a.har"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("2 requests in a.http"), "\(output.standardError)")
        #expect(output.standardError.contains("--var X_TOKEN=…"), "\(output.standardError)")
        let replay = try self.workspace.run(["replay", "a.http", "--var", "X_TOKEN=t"])
        #expect(replay.status == .exited(0), "\(replay.standardError)")
        #expect(server.received().map(\.content) == ["Ã©", "Ã©"])
        #expect(server.received().allSatisfy { $0.fields.contains("x-token: t") })
        let again = try self.workspace.run(lines: ["import har gone.har"])
        #expect(again.status == .exited(2))
        try self.workspace.write("b.har", Array("\u{7F}ELF".utf8))
        let binary = try self.workspace.run(lines: ["import har b.har"])
        #expect(
            binary.standardError.contains("b.har:1: this is no JSON"),
            "\(binary.standardError)"
        )
    }

    @Test
    func `a session of HTTPie is taken over and handed back`() throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write(
            "old.json",
            """
            {"auth":{"type":"basic","raw_auth":"ann:x"},"headers":{"X-Data":"1"},
             "cookies":{"a":{"value":"b","path":"/","expires":null,"secure":false}}}
            """
        )
        let output = try self.workspace.run(
            lines: ["import httpie-session old.json", "get /", "export httpie-session new.json"],
            options: [server.baseURL]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let fields = try #require(server.received().first?.fields)
        #expect(fields.contains("x-data: 1") && fields.contains("cookie: a=b"))
        #expect(fields.contains("authorization: Basic YW5uOng="))
        let new = try self.workspace.text("new.json")
        #expect(new.contains("\"raw_auth\": \"ann:x\"") && new.contains("\"name\": \"X-Data\""))
        #expect(Workspace.permissions("\(self.workspace.path)/new.json") & 0o777 == 0o600)
    }

    @Test
    func `cookies go both ways`() throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write(
            "in.txt",
            "# Netscape HTTP Cookie File\n#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\ta\tb\n"
        )
        let output = try self.workspace.run(
            lines: ["import cookies in.txt", "get /", "export cookies out.txt"],
            options: [server.baseURL]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(server.received().first?.fields.contains("cookie: a=b") == true)
        #expect(try self.workspace.text("out.txt").contains("#HttpOnly_127.0.0.1\tFALSE\t/\t"))
    }
}
