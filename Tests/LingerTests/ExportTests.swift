import Glibc
import HTTPModel
import TestSupport
import Testing

@Suite("Program: what other tools get")
struct ExportTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Requests whose export must send the same again.
    static let requests = [
        "get URL/a?b=c", "get 'URL/a b' q=='x y&z' X-A:it\\'s X-B;", "head URL/h",
        "post URL/p name=Ann age:=42", "post URL/f --form a=b 'c=d e'", "put URL/r --raw \"it's\"",
        "post URL/m --multipart a=1 f@data.bin", "post URL/b @data.bin", "delete URL/d",
        "post URL/e", "patch URL/c --raw \"a\\u0001\\nb\"", "send PURGE URL/x",
        "get URL/n User-Agent: Accept: Accept-Encoding:", "post URL/t --raw x Content-Type:",
        "get URL/s --auth ann:pw Cookie:a=b", "post URL/l user=ann password=\"it's $HOME\"",
        "get URL/g?a[]=1&b={x}",
    ]

    private func compare(
        _ tool: String,
        _ request: String,
        prefix: String,
        ignoring: Set<String> = []
    ) throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write("data.bin", Array(0...255))
        let lines = request.replacing("URL", with: server.baseURL).split(separator: "\n")
        let output = try self.workspace.run(
            lines: lines.map(String.init) + ["export \(tool) cmd.sh --secrets"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let script = "\(self.workspace.path)/cmd.sh"
        let run = try ProcessRunner.run(
            "/bin/sh",
            ["-c", "\(prefix)\n. \(script)"],
            environment: self.workspace.environment,
            directory: self.workspace.path
        )
        let text = try self.workspace.text("cmd.sh")
        #expect(run.status == .exited(0), "\(text)\n\(run.standardError)")
        let received = server.received(ignoring: ignoring)
        try #require(received.count == 2, "\(text)\n\(run.standardError)")
        #expect(received[0] == received[1], "\(text)")
    }

    @Test(.requires(.curl), arguments: Self.requests)
    func `an exported curl command sends the same request`(_ request: String) throws {
        try self.compare("curl", request, prefix: "")
    }

    // HTTPie says that there is no content, and encodes brackets and braces in a query.
    @Test(.requires(.httpie), arguments: Self.requests.filter { !$0.contains("[]") })
    func `an exported HTTPie command sends the same request`(_ request: String) throws {
        let python = try #require(RealProgram.httpie.path)
        try self.compare(
            "httpie",
            request,
            prefix: "http() { \(python) -m httpie \"$@\"; }",
            ignoring: ["content-length"]
        )
    }

    @Test(.requires(.curl))
    func `secrets are left to the environment`() throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(lines: [
            "post \(server.baseURL)/ user=ann password=hush X-Api-Key:secret", "export curl cmd.sh",
            "export httpie", "export http",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let text = try self.workspace.text("cmd.sh")
        for all in [text, output.standardOutput.replacing("hushed", with: "")] {
            #expect(!all.contains("hush") && !all.contains("secret'"), "\(all)")
        }
        #expect(output.standardError.contains("X_API_KEY=… PASSWORD=…"), "\(output.standardError)")
        let run = try ProcessRunner.run(
            "/bin/sh",
            ["cmd.sh"],
            environment: ["PATH": "/usr/bin:/bin", "X_API_KEY": "k", "PASSWORD": "p"],
            directory: self.workspace.path
        )
        #expect(run.status == .exited(0), "\(run.standardError)")
        let last = try #require(server.received().last)
        #expect(last.fields.contains("x-api-key: k"))
        #expect(last.content == #"{"user":"ann","password":"p"}"#)
    }

    @Test(.requires(.curl))
    func `a secret beside a file in a form is left to the environment too`() throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write("data.bin", Array(0...255))
        let output = try self.workspace.run(lines: [
            "post \(server.baseURL)/ --multipart password=hush f@data.bin", "export curl cmd.sh",
            "export http one.http",
        ])
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains("needs --secrets"), "\(output.standardError)")
        #expect(!self.workspace.exists("one.http"))
        #expect(!(try self.workspace.text("cmd.sh").contains("hush")))
        let run = try ProcessRunner.run(
            "/bin/sh",
            ["cmd.sh"],
            environment: ["PATH": "/usr/bin:/bin", "PASSWORD": "hush"],
            directory: self.workspace.path
        )
        #expect(run.status == .exited(0), "\(run.standardError)")
        let received = server.received()
        try #require(received.count == 2)
        #expect(received[0] == received[1])
    }

    @Test
    func `an exported request replays`() throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(lines: [
            "post \(server.baseURL)/x?token=abc a=b X-A:1", "export http one.http",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let replay = try self.workspace.run(["replay", "one.http", "--var", "TOKEN=abc"])
        #expect(replay.status == .exited(0), "\(replay.standardError)")
        let received = server.received(ignoring: [])
        #expect(received.count == 2 && received[0] == received[1])
    }

    // MARK: HAR

    private static let session = [
        "post /login user=ann password=secret", "get /users", "get /redirect/2", "get /gzip",
        "pool close all", "get /bytes/64", "get http://127.0.0.1:1/",
    ]

    /// Checks a HAR with a HAR library, and against the rules for timings.
    private static let script = """
        import sys, json
        from haralyzer import HarParser
        har = json.load(open(sys.argv[1]))
        parser = HarParser(har)
        entries = har["log"]["entries"]
        assert sum(len(p.entries) for p in parser.pages) == len(entries)
        for e in entries:
            t = e["timings"]
            total = sum(t[k] for k in ("blocked", "dns", "connect", "send", "wait", "receive")
                        if t[k] > 0)
            assert abs(total - e["time"]) < 0.0005, (total, e["time"])
            assert (t["connect"] == -1) == (e.get("_connectionReused") is not False), e
            for key in ("send", "wait", "receive"): assert t[key] >= 0
        print(len(entries), len({e["connection"] for e in entries if "connection" in e}))
        """

    @Test(.requires(.haralyzer))
    func `a HAR library reads an exported session`() throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: ["set on-error continue", "set retry.max 0"] + Self.session + [
                "export har a.har", "sockets --json",
            ],
            options: [demo.baseURL]
        )
        #expect(
            output.standardError.contains("saved 6 exchanges, 8 entries"),
            "\(output.standardError)"
        )
        let python = try #require(RealProgram.haralyzer.path)
        let path = "\(self.workspace.path)/a.har"
        let read = try ProcessRunner.run(python, ["-c", Self.script, path])
        #expect(read.status == .exited(0), "\(read.standardError)")
        let connections = output.standardOutput.split(separator: "\n").count {
            $0.contains("\"type\":\"connection\"") && $0.contains(demo.baseURL)
        }
        #expect(connections == 2 && read.standardOutput == "8 \(connections)\n")
        let text = try self.workspace.text("a.har")
        #expect(!text.contains("\"secret\"") && text.contains("(redacted)"))
        #expect(Workspace.permissions(path) & 0o777 == 0o600)
    }

    @Test(.requires(.haralyzer), .enabled(if: getenv("LINGER_CORPORA") != nil))
    func `an exported session fits the schema`() throws {
        let demo = try Demo(in: self.workspace)
        _ = try self.workspace.run(
            lines: ["set on-error continue"] + Self.session + ["export har a.har"],
            options: [demo.baseURL]
        )
        let corpora = String(cString: try #require(getenv("LINGER_CORPORA")))
        mkdir("\(self.workspace.path)/x", 0o700)
        let script = """
            cp -r '\(corpora)/har/schema' '\(corpora)/har/check_har.py' . && cp a.har x/ \
            && "$PYTHON" check_har.py
            """
        let python = try #require(RealProgram.haralyzer.path)
        let output = try ProcessRunner.run(
            "/bin/sh",
            ["-c", script],
            environment: ["PATH": "/usr/bin:/bin", "PYTHON": python],
            directory: self.workspace.path
        )
        #expect(output.standardOutput == "x/a.har | ok | sum ok\n", "\(output)")
    }

    @Test
    func `a replay is written as a HAR, without what its file keeps out`() throws {
        let server = try FaultServer(.answerAndKeep())
        let session = """
            # @session 1
            # @redact header X-Team

            ### 1 a
            # @name first
            GET \(server.baseURL)/a HTTP/1.1
            X-Team: blue

            """
        try self.workspace.write("a.http", session)
        let output = try self.workspace.run(["replay", "--har", "a.har", "a.http"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let har = try JSONValue(parsing: try self.workspace.text("a.har"))
        let entry = har["log"]?["entries"]?[0]
        #expect(entry?["_requestName"]?.text == "first")
        #expect(entry?["response"]?["status"]?.text == "200")
        #expect(entry?.compactText.contains("blue") == false)
        let two = try self.workspace.run(["replay", "--har", "a.har", "a.http", "a.http"])
        #expect(two.status != .exited(0))
    }

    @Test
    func `an exported HAR is read back as the requests that were sent`() throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(lines: [
            "post \(server.baseURL)/a?b=c x=1 X-A:2", "put \(server.baseURL)/b --raw é",
            "export har a.har", "import har a.har b.http",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let replay = try self.workspace.run(["replay", "b.http"])
        #expect(replay.status == .exited(0), "\(replay.standardError)")
        let received = server.received(ignoring: [])
        try #require(received.count == 4)
        #expect(received[0] == received[2] && received[1] == received[3])
    }

    @Test func `a HAR has each request of a repetition`() throws {
        let demo = try Demo(in: self.workspace)
        try self.workspace.write(
            "a.http",
            "### 1\n# @repeat 4 parallel 2\nGET \(demo.baseURL)/small\n\n"
                + "### 2\nGET \(demo.baseURL)/small\n"
        )
        let replay = try self.workspace.run(["replay", "a.http", "--har", "r.har"])
        #expect(replay.status == .exited(0), "\(replay.standardError)")
        let output = try self.workspace.run(lines: [
            "base \(demo.baseURL)", "get /small", "3x2 get /users", "1100x8 get /small",
            "export har a.har", "export har 3 b.har",
        ])
        #expect(output.standardError.contains("100 requests of long repetitions left out"))
        for (name, count) in [("r.har", 5), ("a.har", 1_004), ("b.har", 1)] {
            let har = try JSONValue(parsing: self.workspace.text(name))
            let entries = har.at("log", "entries")?.elements ?? []
            #expect(entries.count == count, "\(name)")
            #expect(entries.allSatisfy { $0.text("connection") != nil }, "\(name)")
        }
    }

    @Test(.requires(.curl))
    func `OPTIONS * is the same request again, and its URL is one`() throws {
        try self.compare("curl", "base URL\noptions *", prefix: "")
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(lines: [
            "base \(demo.baseURL)", "options *", "export http a.http --secrets",
            "export har a.har", "export httpie",
        ])
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains("HTTPie") && output.standardError.contains("*"))
        let replay = try self.workspace.run(["replay", "a.http", "--har", "b.har"])
        #expect(replay.status == .exited(0), "\(replay.standardError)")
        for name in ["a.har", "b.har"] {
            let har = try JSONValue(parsing: self.workspace.text(name))
            let request = har.at("log", "entries")?.elements.first?["request"]
            #expect(request?.text("url") == "\(demo.baseURL)/")
            #expect(request?.text("method") == "OPTIONS")
        }
    }
}
