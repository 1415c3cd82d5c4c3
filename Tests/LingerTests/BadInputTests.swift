import HTTPModel
import TestSupport
import Testing

@Suite("Program: bad input")
struct BadInputTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    struct Case {
        let line: String
        let status: Int
        /// What stands on standard error, whole lines.
        let message: String
    }

    static let lines = [
        Case(
            line: "bogus",
            status: 2,
            message: """
                error: no command or method is called `bogus`
                  | bogus
                  | ^~~~~ `help` lists the commands
                """
        ),
        Case(
            line: "sokets",
            status: 2,
            message: """
                  | sokets
                  | ^~~~~~ did you mean `sockets`?
                """
        ),
        Case(
            line: "set pool.siz 3",
            status: 2,
            message: """
                error: unknown setting pool.siz
                  | set pool.siz 3
                  |     ^~~~~~~~ did you mean pool.size?
                """
        ),
        Case(
            line: "set pool.size three",
            status: 2,
            message: """
                error: pool.size cannot be three
                  | set pool.size three
                  |               ^~~~~ it takes a whole number from 1 up
                """
        ),
        Case(
            line: "get / --folow",
            status: 2,
            message: """
                error: unknown option `--folow`
                  | get / --folow
                  |       ^~~~~~~ did you mean `--follow`?
                """
        ),
        Case(
            line: "get / foo",
            status: 2,
            message: """
                error: `foo` is no item
                  | get / foo
                  |       ^~~
                """
        ),
        Case(
            line: "get / a=1",
            status: 2,
            message: """
                error: GET sends no body here
                  | get / a=1
                  |       ^~~ did you mean `a==1`?
                """
        ),
        Case(line: "post / a:={", status: 2, message: "  | post / a:={\n  |           ^\n"),
        Case(
            line: "get http://[::1",
            status: 2,
            message: "\n  |     ^~~~~~~~~~~"
        ),
        Case(line: "get http://a b/", status: 2, message: "\n  |              ^~"),
        Case(line: "get http://127.0.0.1:99999/", status: 2, message: "\n  |     ^~~~"),
        Case(line: "get ftp://127.0.0.1/", status: 2, message: "\n  |     ^~~~"),
        Case(
            line: "get \"/abc",
            status: 2,
            message: """
                error: the quote " is never closed
                  | get "/abc
                  |     ^
                """
        ),
        Case(
            line: "Accept:text/plain",
            status: 2,
            message: """
                  | Accept:text/plain
                  | ^~~~~~~~~~~~~~~~~ did you mean `Accept: text/plain`?
                """
        ),
        Case(line: "Content-Length: 3", status: 2, message: "error: Content-Length is decided"),
        Case(line: "Cookie: a=b", status: 2, message: "cookies set"),
        Case(
            line: "get /{{nope}}",
            status: 1,
            message: """
                error: no variable nope
                  | get /{{nope}}
                  |      ^~~~~~~~ `@nope = …` sets it
                """
        ),
        Case(
            line: "post / file@none.txt",
            status: 2,
            message: """
                error: cannot read none.txt: there is no such file
                  | post / file@none.txt
                  |             ^~~~~~~~
                """
        ),
        Case(
            line: "source none",
            status: 2,
            message: """
                error: cannot read none: No such file or directory
                  | source none
                  |        ^~~~
                """
        ),
        Case(line: "source .", status: 2, message: "error: cannot read .: "),
        Case(
            line: "replay none.http",
            status: 2,
            message: """
                error: cannot read none.http: No such file or directory
                  | replay none.http
                  |        ^~~~~~~~~
                """
        ),
        Case(
            line: "env nope",
            status: 2,
            message: """
                error: cannot read http-client.env.json: No such file or directory
                  | env nope
                  |     ^~~~
                """
        ),
        Case(
            line: "get / --via #9",
            status: 1,
            message: """
                error: there is no connection #9
                  | get / --via #9
                  |       ^~~~~~~~ `sockets` lists them
                """
        ),
        Case(
            line: "get @none",
            status: 2,
            message: """
                error: cannot read none: there is no such file
                  | get @none
                  |     ^~~~~ did you mean `./@none`?
                """
        ),
        Case(
            line: "post < none",
            status: 2,
            message: """
                error: cannot read none: there is no such file
                  | post < none
                  |      ^~~~~~
                """
        ),
        Case(line: "get / #later", status: 2, message: "error: a comment stands on its own line"),
        Case(line: "0x4 get /", status: 2, message: "each at least 1"),
        Case(line: "why 99", status: 1, message: "error: there is no exchange 99"),
        Case(line: "sockets #99", status: 1, message: "error: there is no connection #99"),
        Case(line: "pool size 0", status: 2, message: "error: pool.size cannot be 0"),
        Case(line: "pool frobnicate", status: 2, message: "error: pool has no frobnicate"),
        Case(line: "expect status abc", status: 2, message: "error: "),
        Case(line: "connect /", status: 2, message: "error: "),
        Case(line: "send CONNECT /", status: 2, message: "error: "),
        Case(line: "post / a:=[1,", status: 2, message: "error: "),
        Case(line: "post / a[=1", status: 2, message: "error: "),
        Case(line: "post / a=1 a[b]=2", status: 2, message: "error: "),
        Case(line: "@1 = x", status: 2, message: "error: "),
        Case(line: "get / --via #99", status: 1, message: "error: there is no connection #99"),
        Case(line: "get / -a ann", status: 1, message: "give it with `--var password=…`"),
        Case(line: "get / > /none/file", status: 1, message: "No such file or directory"),
    ]

    @Test(arguments: Self.lines)
    func `a line that will not do has its place, its reason and its status`(_ test: Case) throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            lines: [test.line, "echo not reached"],
            options: [server.baseURL]
        )
        #expect(output.status == .exited(test.status), "\(output.standardError)")
        #expect(output.standardError.contains(test.message), "\(output.standardError)")
        #expect(!output.standardOutput.contains("not reached"))
        self.expectComposed(output)
        // Nothing of it goes out.
        #expect(server.connections.flatMap(\.requests).isEmpty)
    }

    @Test
    func `the help that an error points to is there`() throws {
        let output = try self.workspace.run(
            lines: Self.lines.map(\.line),
            options: ["--set", "on-error=continue", "http://127.0.0.1:1"]
        )
        let topics = Set(
            output.errorLines.filter { $0.hasPrefix("help: ") }.map { $0.dropFirst(6) }
        )
        #expect(topics.count > 5)
        for topic in topics {
            let help = try self.workspace.run(lines: [String(topic)])
            #expect(help.status == .exited(0), "\(topic)")
            #expect(!help.standardOutput.isEmpty)
        }
    }

    @Test
    func `under on-error continue all of them fail, and the shell goes on`() throws {
        let server = try FaultServer(.answerAndKeep())
        let lines = ["set on-error continue"] + Self.lines.map(\.line) + ["echo the end", "get /"]
        let output = try self.workspace.run(
            [server.baseURL],
            input: lines.joined(separator: "\n") + "\n"
        )
        #expect(output.status == .exited(Self.lines[0].status))
        #expect(output.standardOutput.hasSuffix("the end\nhello"))
        #expect(output.standardError.contains("stdin:2:1: no command or method is called `bogus`"))
        #expect(output.standardError.contains("stdin:4:5: unknown setting pool.siz"))
        self.expectComposed(output)
    }

    @Test(arguments: ["\u{0}\u{1}\u{2}ELF\n", "get /\u{0}\n"])
    func `binary on standard input is refused as a whole`(_ input: String) throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run([server.baseURL], input: "get /\n" + input)
        #expect(output.status == .exited(2))
        #expect(output.standardError.contains("it is binary, not shell lines"))
        #expect(server.connections.isEmpty)
    }

    @Test
    func `so are bytes that are no UTF-8, and a program instead of a script`() throws {
        let path = try self.workspace.write("bytes", [0x67, 0x65, 0x74, 0x20, 0xFF, 0xFE, 0x0A])
        for file in [path, "/bin/true"] {
            let output = try self.workspace.run(["-f", file])
            #expect(output.status == .exited(2))
            #expect(output.standardError.contains("it is binary, not shell lines"))
            self.expectComposed(output)
        }
    }

    @Test
    func `a session file is not taken for shell lines`() throws {
        let text = "### one\nGET http://127.0.0.1:1/ HTTP/1.1\n"
        try self.workspace.write("s.http", text)
        for (arguments, input) in [
            (["-f", "s.http"], ""), ([], text), (["-c", "source s.http"], ""),
        ] {
            let output = try self.workspace.run(arguments, input: input)
            #expect(output.status == .exited(2))
            #expect(output.standardError.contains("this is a session file: `replay"))
            #expect(!output.standardError.contains("refused"))
        }
    }

    @Test
    func `an invalid session file is told by line and column`() throws {
        let cases = [
            ("GET http://127.0.0.1:1/ HTTP/1.1\nno field\n", "bad.http:2:1: "),
            ("# @expect status abc\nGET http://127.0.0.1:1/\n", "bad.http:1:18: "),
            (
                "# @set pool.siz 3\nGET http://127.0.0.1:1/\n",
                "bad.http:1:8: unknown setting pool.siz"
            ),
        ]
        for (text, place) in cases {
            try self.workspace.write("bad.http", text)
            let output = try self.workspace.run(["replay", "bad.http"])
            #expect(output.status == .exited(2), "\(text)\(output.standardError)")
            #expect(output.standardError.contains(place), "\(text)\(output.standardError)")
            self.expectComposed(output)
        }
    }

    @Test
    func `options of the command line fail with 2`() throws {
        let cases: [([String], String)] = [
            (["--bogus"], "--bogus"), (["--set", "pool.siz=3"], "did you mean pool.size?"),
            (["--set", "pool.size=x"], "pool.size cannot be x"),
            (["--set", "pool.size"], "NAME=VALUE"),
            (["--color", "blue"], "auto, always or never"), (["-c"], "-c"),
            (["-f", "none"], "cannot read none"), (["-f", "."], "cannot read ."),
            (["http://[::1"], "\"[::1\" is not a host"), (["--var", "1=x"], "--var"),
            (["demo", "--port", "99999"], "0 to 65535"), (["demo", "--bogus"], "--bogus"),
        ]
        for (arguments, text) in cases {
            let output = try self.workspace.run(arguments)
            #expect(output.status == .exited(2), "\(arguments): \(output.standardError)")
            #expect(output.standardError.contains(text), "\(arguments): \(output.standardError)")
            self.expectComposed(output)
        }
    }

    @Test func `a port that is taken is told in words, with what to do`() throws {
        let taken = try FaultServer(.answerAndKeep(FaultScript.response(content: "")))
        let port = String(taken.baseURL.split(separator: ":").last ?? "")
        let output = try self.workspace.run(["demo", "--listen", "--port", port])
        #expect(output.status == .exited(1))
        #expect(
            output.standardError
                == "error: cannot listen on port \(port): Address already in use\n"
                + "help: `--port 0` picks a free one\n"
        )
    }

    private func expectComposed(
        _ output: ProcessRunner.Output,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for word in ["Fatal error", "crashed", ".swift", "Optional("] {
            let isFound = output.standardError.contains(word)
            #expect(!isFound, "\(output.standardError)", sourceLocation: sourceLocation)
        }
    }
}

@Suite("Program: servers that cannot be reached or trusted")
struct UnreachableTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test
    func `a name that does not exist, and a port where nobody listens`() throws {
        let port = try LoopbackSocket.unusedPort()
        for (url, message) in [
            (
                "http://no-such-host.invalid/",
                "error: cannot find no-such-host.invalid: there is no such host\n"
            ),
            (
                "http://127.0.0.1:\(port)/",
                "error: cannot connect to 127.0.0.1:\(port): connection refused;"
                    + " tried 3 times (retry.max 2)\n"
            ),
        ] {
            let output = try self.workspace.run(lines: ["get \(url)"])
            #expect(output.status == .exited(1))
            #expect(output.standardError.contains(message), "\(output.standardError)")
            #expect(output.standardError.contains("\nhint: "))
            let json = try self.workspace.json(lines: ["get \(url)"], status: 1)
            #expect(json.ofType("exchange").first?["error"] != nil)
        }
    }

    struct Trust: Sendable {
        let name: String
        let options: @Sendable (TestCertificates) -> [String]
        let leaf: @Sendable (TestCertificates) -> TestCertificates.Leaf
        let message: String?

        static let authority: @Sendable (TestCertificates) -> [String] = {
            ["--set", "tls.ca=\($0.authority)"]
        }
    }

    static let trusts = [
        Trust(name: "trusted", options: Trust.authority, leaf: { $0.good }, message: nil),
        Trust(
            name: "system's alone",
            options: { _ in [] },
            leaf: { $0.good },
            message: "is not trusted"
        ),
        Trust(
            name: "expired",
            options: Trust.authority,
            leaf: { $0.expired },
            message: "it expired on"
        ),
        Trust(
            name: "not yet valid",
            options: Trust.authority,
            leaf: { $0.notYetValid },
            message: "it is valid from"
        ),
        Trust(
            name: "wrong name",
            options: Trust.authority,
            leaf: { $0.wrongName },
            message: "it is not for localhost but for other.example"
        ),
        Trust(
            name: "self-signed",
            options: Trust.authority,
            leaf: { $0.selfSigned },
            message: "it is self-signed"
        ),
        Trust(
            name: "unknown authority",
            options: Trust.authority,
            leaf: { $0.unknownAuthority },
            message: "is not trusted"
        ),
        Trust(
            name: "verification off",
            options: { _ in ["--set", "tls.verify=off"] },
            leaf: { $0.expired },
            message: nil
        ),
    ]

    @Test(.requires(.nginx, .openssl), arguments: Self.trusts)
    func `a certificate is accepted, or refused with its reason`(_ trust: Trust) async throws {
        let certificates = try TestCertificates()
        let nginx = try await NginxServer.start(.init(certificate: trust.leaf(certificates)))
        let port = try #require(nginx.tlsPort)
        let output = try self.workspace.run(
            lines: ["get https://localhost:\(port)/small", "get https://localhost:\(port)/small"],
            options: trust.options(certificates)
        )
        guard let message = trust.message else {
            #expect(output.status == .exited(0), "\(trust.name): \(output.standardError)")
            #expect(output.standardOutput == "hello\nhello\n")
            #expect(output.standardError.contains("#1 reused (2nd request"))
            return
        }
        #expect(output.status == .exited(1), "\(trust.name)")
        #expect(output.standardOutput.isEmpty)
        #expect(output.standardError.contains(message), "\(trust.name): \(output.standardError)")
        #expect(output.standardError.contains("error: the certificate of localhost:\(port)"))
        #expect(output.standardError.contains("\nhint: "))
    }

    @Test
    func `TLS to a server that speaks cleartext says so`() throws {
        let server = try FaultServer(
            FaultScript([.readBytes(1), .send("HTTP/1.1 400 Bad Request\r\n\r\n"), .close])
        )
        let output = try self.workspace.run(lines: ["get https://127.0.0.1:\(server.port)/"])
        #expect(output.status == .exited(1))
        #expect(output.standardError.contains("speak cleartext on this port"))
    }

    @Test
    func `a certificate file that cannot be read is an error of its setting`() throws {
        for path in ["none.pem", "/bin/true"] {
            let output = try self.workspace.run(
                lines: ["get https://127.0.0.1:1/"],
                options: ["--set", "tls.ca=\(path)"]
            )
            #expect(output.status != .exited(0))
            #expect(output.standardError.contains(path), "\(output.standardError)")
            #expect(!output.standardError.contains("refused"), "\(output.standardError)")
        }
    }
}
