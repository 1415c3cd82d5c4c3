import Glibc
import HTTPModel
import TestSupport
import Testing

/// What a user is told of an exchange beyond its answer.
@Suite("Program: what is told of an exchange")
struct ExchangeRemarkTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test(arguments: ["get /end Cookie:typed=1", "get /end --no-cookies"])
    func `cookies that were passed by were not sent, and the record says so`(
        _ line: String
    ) throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "cookies set j=1", line, "cookies why 1", "why 1",
                "show 1 request",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let text = output.standardOutput
        #expect(text.contains("j: not sent: "), "\(text)")
        #expect(!text.contains("j: sent"), "\(text)")
        #expect(text.contains("Not sent: 1 stored cookie, because"), "\(text)")
        #expect(text.contains("(not sent: 1 stored cookie, because"), "\(text)")
        #expect(!server.connections[0].requestTexts[0].contains("j=1"))
    }

    @Test func `a folded field is read with blanks, and told`() throws {
        let answer = "HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 0\r\n\r\n"
        let server = try FaultServer(.answerAndKeep(Array(answer.utf8)))
        let output = try self.workspace.run(lines: ["get \(server.baseURL)/", "show headers"])
        #expect(output.standardOutput.contains("X-A: b c\n"), "\(output.standardOutput)")
        #expect(output.standardError.contains("folded over several lines"))
        #expect(output.standardError.contains("X-A; each break is read as a blank"))
    }

    @Test func `a Digest challenge that cannot be answered says why, in JSON and events too`()
        throws
    {
        let answer = FaultScript.response(
            "401 Unauthorized",
            fields: [#"WWW-Authenticate: Digest realm="r", nonce="n", qop="auth-int""#]
        )
        let server = try FaultServer(.answerAndKeep(answer))
        let get = "get \(server.baseURL)/ --digest ann:s"
        let output = try self.workspace.run(lines: [get, "events"])
        let sentence =
            "challenge not answered: Digest with qop=auth-int is not supported, only auth"
        #expect(output.standardError.contains(sentence), "\(output.standardError)")
        #expect(output.standardOutput.contains("request.remark"), "\(output.standardOutput)")
        let objects = try self.workspace.json(lines: [get])
        let remark = objects.first?["remarks"]?[0]
        #expect(remark?["code"] == .string("challenge_unanswered"), "\(objects)")
        #expect(remark?["text"] == .string(sentence))
    }

    @Test func `a Location that is refused is shown as the server wrote it`() throws {
        let answer = FaultScript.response("302 Found", fields: ["Location: ftp://files.test/a"])
        let server = try FaultServer(.answerAndKeep(answer))
        let get = "get \(server.baseURL)/here"
        let output = try self.workspace.run(lines: [get])
        #expect(
            output.standardError.contains("302 → ftp://files.test/a"),
            "\(output.standardError)"
        )
        let object = try self.workspace.json(lines: [get], status: 1).first
        #expect(
            object?["redirects"]?[0]?["to"] == .string("ftp://files.test/a"),
            "\(object as Any)"
        )
    }

    @Test func `RD6: a redirect whose content has changed is the result`() throws {
        let (arrived, changed) = (Gate(), Gate())
        let moved = FaultScript.response(
            "307 Temporary Redirect",
            fields: ["Location: /2"],
            content: "moved"
        )
        let server = try FaultServer(
            FaultScript([
                .readRequest, .open(arrived), .waitFor(changed), .send(moved), .waitForClose,
            ])
        )
        let signals = try FaultServer(
            FaultScript([
                .readRequest, .waitFor(arrived), .send(FaultScript.response()),
                .readRequest, .open(changed), .send(FaultScript.response()), .waitForClose,
            ])
        )
        try self.workspace.write("b.txt", "content")
        let output = try self.workspace.run(
            lines: [
                "set on-error continue", "put \(server.baseURL)/1 @b.txt &",
                "get \(signals.baseURL)/arrived", "!echo other > b.txt",
                "get \(signals.baseURL)/changed", "wait", "show 1 headers", "show 1 body",
            ]
        )
        let text = output.standardOutput
        #expect(text.contains("HTTP/1.1 307 Temporary Redirect\nLocation: /2"), "\(text)")
        #expect(text.contains("moved"), "\(text)")
        let why = "wants the content again, and b.txt has changed since it was read"
        #expect(output.standardError.contains(why), "\(output.standardError)")
        #expect(server.connections[0].requests.count == 1)
    }

    // MARK: Names and files

    @Test(arguments: [
        ("session.max_connections", "pool.size or pool.total"),
        ("max_connections", "pool.size or pool.total"), ("pool_maxsize", "pool.size"),
        ("session.verify", "tls.verify"),
    ])
    func `names of other tools lead to ours`(_ name: String, _ ours: String) throws {
        for output in [
            try self.workspace.run(lines: ["set \(name) 10"]),
            try self.workspace.run(lines: ["echo x"], options: ["--set", "\(name)=10"]),
        ] {
            #expect(output.status == .exited(2))
            let note = "did you mean \(ours)?"
            #expect(output.standardError.contains(note), "\(output.standardError)")
        }
    }

    @Test func `what is said of an origin names no path`() throws {
        let origin = "http://127.0.0.1:1"
        let refused = try self.workspace.run(
            lines: ["set redirect.follow off --for \(origin)/esc"]
        )
        #expect(refused.status == .exited(2))
        #expect(refused.standardError.contains("without a path"), "\(refused.standardError)")
        let taken = try self.workspace.run(
            lines: [
                "set cookies.secure-on-loopback off --for \(origin)/",
                "set cookies.secure-on-loopback", "set retry.backoff 0", "set retry.backoff",
            ]
        )
        #expect(taken.status == .exited(0), "\(taken.standardError)")
        #expect(taken.standardOutput.contains("off --for \(origin)"), "\(taken.standardOutput)")
        #expect(taken.standardOutput.contains("retry.backoff 0s"))
    }

    @Test func `colour is said by who said it`() throws {
        func source(_ options: [String]) throws -> JSONValue? {
            let objects = try self.workspace.json(lines: ["set color"], options: options)
            return objects.first?["source"]
        }
        #expect(try source([]) == .string("default"))
        #expect(try source(["--color", "auto"]) == .string("command line"))
    }

    @Test func `what is no regular file is not said to be missing`() throws {
        #expect(mkfifo("\(self.workspace.path)/ff", 0o600) == 0)
        for (item, sentence) in [
            ("@ff", "cannot read ff: it is no regular file"), ("< /tmp", "it is a folder"),
            ("@none", "there is no such file"),
        ] {
            let output = try self.workspace.run(lines: ["post http://127.0.0.1:1/ \(item)"])
            #expect(output.status == .exited(2))
            #expect(output.standardError.contains(sentence), "\(output.standardError)")
        }
    }

    @Test func `cookies that are loaded are counted as they are kept`() throws {
        try self.workspace.write(
            "jar.txt",
            "a.test\tFALSE\t/\tFALSE\t1\told\tv\na.test\tFALSE\t/\tFALSE\t99999999999\tfar\tv\n"
        )
        let output = try self.workspace.run(lines: ["cookies load jar.txt"])
        let text = output.standardOutput + output.standardError
        #expect(text.contains("loaded 1 cookie"), "\(text)")
        #expect(text.contains("left out: 1 cookie that had expired"), "\(text)")
        #expect(text.contains("1 cookie will expire in 400 days"), "\(text)")
    }
}
