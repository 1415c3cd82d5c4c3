import HTTPModel
import TestSupport
import Testing

/// Boxes of SESSION.md that show in the program alone.
@Suite("Program: what a session promises")
struct ChecklistProgramTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test func `2.1.2: a session whose connections were all closed opens new ones`() throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            lines: ["get \(server.baseURL)/a", "pool close all", "get \(server.baseURL)/b"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(server.connections.map(\.requests.count) == [1, 1])
    }

    @Test func `2.2.9: what is set beats the environment, and unset gives it back`() throws {
        let named = try FaultServer(.answerAndKeep())
        let chosen = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            [
                "-c", "set proxy http://127.0.0.1:\(chosen.port)", "-c", "get http://a.test/set",
                "-c", "set proxy environment", "-c", "get http://a.test/environment",
            ],
            environment: ["http_proxy": "http://127.0.0.1:\(named.port)"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let requests = [chosen, named].map { server -> [String] in
            server.connections.flatMap(\.requestTexts)
        }
        #expect(requests[0].count == 1 && requests[0][0].contains("http://a.test/set"))
        #expect(requests[1].count == 1 && requests[1][0].contains("http://a.test/environment"))
    }

    @Test(
        .requires(.openssl, .nginx),
        arguments: ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]
    )
    func `2.6.1: roots are those that the environment names, unless tls.ca says others`(
        _ variable: String
    ) async throws {
        let certificates = try TestCertificates()
        let nginx = try await NginxServer.start(.init(certificate: certificates.good))
        let port = try #require(nginx.tlsPort)
        let get = "get https://localhost:\(port)/small"
        let environment = [variable: certificates.authority]
        let trusted = try self.workspace.run(
            ["-c", get, "-c", "set tls.ca --json"],
            environment: environment
        )
        #expect(trusted.status == .exited(0), "\(trusted.standardError)")
        #expect(trusted.standardOutput.contains(#""source":"environment""#))
        let own = try self.workspace.run(
            ["-c", "set tls.ca system", "-c", get],
            environment: environment
        )
        #expect(own.status == .exited(1))
        let missing = try self.workspace.run(["-c", get], environment: [variable: "/nowhere"])
        #expect(missing.status == .exited(1))
        #expect(missing.standardError.contains("/nowhere"), "\(missing.standardError)")
    }

    @Test func `2.7.1, 2.7.2: an answer has all that there is to know of it`() throws {
        let server = try FaultServer(
            FaultScript([
                .readRequest,
                .send(FaultScript.response("302 Found", fields: ["Location: /there"])),
                .readRequest,
                .send(FaultScript.response("200 Fine", fields: ["X-A: b", "Set-Cookie: c=d"])),
            ])
        )
        let objects = try self.workspace.json(lines: ["get \(server.baseURL)/", "cookies"])
        let exchange = try #require(objects.ofType("exchange").first)
        #expect(exchange["status"] == .number("200"))
        #expect(exchange.text("reason") == "Fine")
        #expect(exchange.text("url") == "\(server.baseURL)/there")
        #expect(exchange.text("body") == "hello")
        #expect(exchange["redirects"]?.elements.count == 1)
        let timings = exchange["timingsMs"]?.names ?? []
        #expect(
            timings == ["queue", "dns", "connect", "tls", "send", "wait", "receive", "total"]
        )
        #expect(objects.ofType("cookie").map { $0.text("name") } == ["c"])
    }

    @Test func `2.7.4: the links of an answer are shown with where they lead`() throws {
        let links = "Link: </users?page=2>; rel=\"next\", <https://b.test/>; rel=help"
        let server = try FaultServer(.answerAndKeep(FaultScript.response(fields: [links])))
        let output = try self.workspace.run(
            lines: ["set show none", "get \(server.baseURL)/users", "show links"]
        )
        let lines = output.standardOutput.split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
        #expect(lines.contains(["next", "\(server.baseURL)/users?page=2"]), "\(lines)")
        #expect(lines.contains(["help", "https://b.test/"]))
        let plain = try FaultServer(.answerAndKeep())
        let none = try self.workspace.run(lines: ["get \(plain.baseURL)/", "show links"])
        #expect(none.standardError.contains("no Link field"), "\(none.standardOutput)")
    }

    @Test func `5.14: a replay does not try again unless its file says so`() throws {
        let server = try FaultServer(FaultScript([.readRequest, .close]))
        let request = "GET \(server.baseURL)/\n"
        try self.workspace.write("plain.http", request)
        try self.workspace.write(
            "again.http",
            "# @set retry.max 1\n\(request)"
        )
        for (file, count) in [("plain.http", 1), ("again.http", 2)] {
            let before = server.connections.flatMap(\.requests).count
            let output = try self.workspace.run(["replay", file])
            #expect(output.status == .exited(3), "\(output.standardError)")
            #expect(server.connections.flatMap(\.requests).count - before == count, "\(file)")
        }
    }

    @Test func `RD11: HSTS is not there, and the README says so`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let text = try self.workspace.text("\(root)/README.md")
        let start = try #require(text.firstRange(of: "## Not yet"))
        let end = try #require(text[start.upperBound...].firstRange(of: "\n## "))
        #expect(text[start.upperBound..<end.lowerBound].contains("HSTS"))
    }

    // MARK: Content that is coded

    @Test func `--compress sends gzip that says so, with its length where that is known`() throws {
        let server = try FaultServer(.answerAndKeep())
        let text = String(repeating: "a line of text\n", count: 200_000)
        try self.workspace.write("text", text)
        let small = String(repeating: "x", count: 1_000)
        let output = try self.workspace.run(
            lines: [
                "post \(server.baseURL)/ --raw '\(small)' --compress",
                "post \(server.baseURL)/ --compress < text",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let requests = server.connections.flatMap(\.requests)
        try #require(requests.count == 2)
        for (index, request) in requests.enumerated() {
            let text = String(decoding: request, as: UTF8.self)
            #expect(text.hasField("Content-Encoding: gzip"))
            #expect(text.hasField("Transfer-Encoding: chunked") == (index == 1))
            #expect(request.count < 20_000)
        }
        let content = try #require(requests[0].firstRange(of: Array("\r\n\r\n".utf8)))
        try self.workspace.write("body.gz", Array(requests[0][content.upperBound...]))
        let unpacked = try ProcessRunner.run(
            "/bin/gzip",
            ["-dc", "\(self.workspace.path)/body.gz"]
        )
        #expect(unpacked.standardOutput == small)
    }

    @Test func `nginx-like servers get what --compress made of a file, whole`() throws {
        // The chunks are joined and unpacked by programs that are not ours.
        let server = try FaultServer(.answerAndKeep())
        let text = (0..<300_000).map { "line \($0)\n" }.joined()
        try self.workspace.write("text", text)
        let output = try self.workspace.run(lines: ["put \(server.baseURL)/ --compress < text"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let request = try #require(server.connections.flatMap(\.requests).first)
        let head = try #require(request.firstRange(of: Array("\r\n\r\n".utf8)))
        var rest = request[head.upperBound...]
        var packed: [UInt8] = []
        while let line = rest.firstRange(of: [0x0D, 0x0A]),
            let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16),
            size > 0
        {
            packed += rest[line.upperBound...].prefix(size)
            rest = rest[line.upperBound...].dropFirst(size + 2)
        }
        #expect(Array(rest) == Array("0\r\n\r\n".utf8))
        try self.workspace.write("body.gz", packed)
        let unpacked = try ProcessRunner.run(
            "/bin/sh",
            [
                "-c",
                "gzip -dc '\(self.workspace.path)/body.gz' | cmp - '\(self.workspace.path)/text'",
            ]
        )
        #expect(unpacked.status == .exited(0), "\(unpacked.standardError)")
    }

    // MARK: Content that is large, or elsewhere

    @Test func `content that did not fit into memory goes to standard output all the same`() throws
    {
        let server = try FaultServer(.flood(300 << 20))
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/got"
        let program = try Workspace.program
        let output = try ProcessRunner.run(
            "/bin/sh",
            ["-c", "'\(program)' --no-rc -c 'get \(server.baseURL)/' | wc -c > '\(path)'"],
            environment: self.workspace.environment,
            timeout: .seconds(60)
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(try self.workspace.text(path).filter(\.isNumber) == "\(300 << 20)")
    }

    @Test func `a reference finds what went to a file or a device`() throws {
        let server = try FaultServer(
            .answerAndKeep(FaultScript.response(content: #"{"x": 7}"#))
        )
        let output = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "get / > got.json", "echo {{$.x}}",
                "get / > /dev/null", "echo {{$.x}}",
            ]
        )
        #expect(output.standardOutput == "7\n7\n")
        #expect(output.status == .exited(0), "\(output.standardError)")
    }

    // MARK: Digest in files

    @Test func `Digest is saved and replayed, and its password is nowhere in the file`() throws {
        let challenge = FaultScript.response(
            "401 Unauthorized",
            fields: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\""]
        )
        let server = try FaultServer(
            FaultScript([
                .readRequest, .send(challenge), .readRequest, .send(FaultScript.response()),
                .loop([.readRequest, .send(FaultScript.response())]),
            ])
        )
        let saved = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "auth digest ann:s3cret", "get /",
                "get /own --digest bob:t0psecret", "save digest.http",
            ]
        )
        #expect(saved.status == .exited(0), "\(saved.standardError)")
        let text = try self.workspace.text("digest.http")
        #expect(text.contains("Authorization: Digest {{"), "\(text)")
        #expect(!text.contains("s3cret") && !text.contains("t0psecret"))
        let names = Set(
            text.split(separator: "\n").compactMap { line -> String? in
                guard let start = line.firstRange(of: "Authorization: Digest {{")?.upperBound else {
                    return nil
                }
                return String(line[start...].prefix { $0 != "}" })
            }
        )
        #expect(names.count == 2, "\(text)")
        let replayed = try self.workspace.run(
            ["replay", "digest.http"] + names.flatMap { ["--var", "\($0)=ann s3cret"] }
        )
        #expect(replayed.status == .exited(0), "\(replayed.standardError)")
        let requests: [String] = server.connections.flatMap(\.requestTexts)
        let answers = requests.filter { $0.contains("Authorization: Digest username=\"ann\"") }
        #expect(answers.count >= 2, "\(replayed.standardError)")
    }

    @Test func `Digest goes to HTTPie's session files and comes from them`() throws {
        let server = try FaultServer(
            FaultScript([
                .readRequest,
                .send(
                    FaultScript.response(
                        "401 Unauthorized",
                        fields: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\""]
                    )
                ),
                .readRequest, .send(FaultScript.response()),
            ])
        )
        try self.workspace.write(
            "old.json",
            #"{"auth": {"raw_auth": "ann:s3cret", "type": "digest"}, "headers": []}"#
        )
        let output = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "import httpie-session old.json", "get /",
                "export httpie-session new.json",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let requests: [String] = server.connections.flatMap(\.requestTexts)
        #expect(requests.last?.contains("Digest username=\"ann\"") == true)
        let stored = try JSONValue(parsing: try self.workspace.text("new.json"))
        #expect(stored.at("auth", "type") == .string("digest"))
        #expect(stored.at("auth", "raw_auth") == .string("ann:s3cret"))
    }

    // MARK: What stays with its origin

    @Test func `RD2: credentials of another origin are named, once, and not sent`() throws {
        let first = try FaultServer(.answerAndKeep())
        let second = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            lines: [
                "base \(first.baseURL)", "auth bearer t0p", "X-Api-Key: k3y",
                "get \(second.baseURL)/a", "get \(second.baseURL)/b", "get /c",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let line =
            "not sent to \(second.baseURL): Authorization, X-Api-Key of \(first.baseURL)"
        #expect(output.errorLines.count { $0.contains(line) } == 1, "\(output.standardError)")
        let others: [String] = second.connections.flatMap(\.requestTexts)
        #expect(others.count == 2)
        #expect(!others.contains { $0.contains("t0p") || $0.contains("k3y") })
        let own: [String] = first.connections.flatMap(\.requestTexts)
        #expect(own.count == 1 && own[0].contains("t0p") && own[0].contains("k3y"))
    }
}
