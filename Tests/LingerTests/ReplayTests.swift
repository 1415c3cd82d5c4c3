import HTTPModel
import TestSupport
import Testing

@Suite("Program: sessions saved and replayed")
struct ReplayTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    private static let session = [
        "X-Team: blue", "@user = ann", #"post /login user={{user}} password=secret"#, "get /me",
        "get /users page==2 size==3", "post /orders item=tea quantity:=2", "get /redirect/2",
        "3x1 get /small", "get /small?close=1", "get /small",
    ]

    @Test(arguments: [
        ("set redirect.sensitive x-*", "X-Pin"), ("set redirect.sensitive *pin*", "My-Pin-Code"),
        ("set redirect.sensitive none", "Authorization"),
    ])
    func `a field that is sensitive for the session is not saved in clear`(
        _ setting: String,
        _ field: String
    ) throws {
        let server = try FaultServer(.answerAndKeep())
        let workspace = try Workspace()
        let output = try workspace.run(lines: [
            setting, "get \(server.baseURL)/ \(field):hush", "save a.http",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let saved = String(decoding: try workspace.read("a.http"), as: UTF8.self)
        #expect(saved.contains("\(field): {{") && !saved.contains("hush"), "\(saved)")
    }

    @Test
    func `a saved session replays, and passes`() throws {
        let demo = try Demo(in: self.workspace)
        let saved = try self.workspace.run(
            lines: Self.session + ["save a.http"],
            options: [demo.baseURL]
        )
        #expect(saved.status == .exited(0), "\(saved.standardError)")
        let output = try self.workspace.run([
            "replay", "a.http", "--var", "password=secret",
        ])
        #expect(output.status == .exited(0), "\(output.standardOutput)\(output.standardError)")
    }

    @Test
    func `a part of a session replays too: its first request opens the connection`() throws {
        let demo = try Demo(in: self.workspace)
        let saved = try self.workspace.run(
            lines: [
                "base \(demo.baseURL)", "get /small", "get /users/1", "get /users/2",
                "save part.http 2-3 --expect reuse",
            ]
        )
        #expect(saved.status == .exited(0), "\(saved.standardError)")
        let text = try self.workspace.text("part.http")
        #expect(text.contains("# @recorded 200 conn=1 new"), "\(text)")
        #expect(text.contains("# @recorded 200 conn=1 reused"), "\(text)")
        let replayed = try self.workspace.run(["replay", "--strict", "part.http"])
        #expect(replayed.status == .exited(0), "\(replayed.standardError)")
    }

    @Test
    func `saving the unchanged session again gives the same bytes`() throws {
        let demo = try Demo(in: self.workspace)
        let saved = try self.workspace.run(
            lines: Self.session + ["save a.http", "save b.http", "save a.http"],
            options: [demo.baseURL]
        )
        #expect(saved.status == .exited(0), "\(saved.standardError)")
        let first = try self.workspace.read("a.http")
        #expect(!first.isEmpty)
        #expect(first == (try self.workspace.read("b.http")))
    }

    @Test
    func `another status fails with file, line, what was expected and what came`() throws {
        let demo = try Demo(in: self.workspace)
        let saved = try self.workspace.run(
            lines: ["get /small", "get /status/200", "save a.http"],
            options: [demo.baseURL]
        )
        #expect(saved.status == .exited(0), "\(saved.standardError)")
        let text = try self.workspace.text("a.http")
        try self.workspace.write("a.http", text.replacing("/status/200", with: "/status/404"))
        let output = try self.workspace.run(["replay", "a.http"])
        #expect(output.status == .exited(4), "\(output.standardError)")
        let report = output.standardOutput + output.standardError
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let request = try #require(lines.firstIndex { $0.hasPrefix("GET {{base}}/status/200") })
        let expectation = try #require(
            lines[..<request].lastIndex { $0.hasPrefix("# @expect status") }
        )
        let expected = """
            a.http:\(expectation + 1): expect status 200: FAILED
               2 GET /status/404: status was 404 Not Found
            """
        #expect(report.contains(expected), "\(report)")
    }

    @Test
    func `a claim of reuse that does not hold fails the replay`() throws {
        let server = try FaultServer(.ignoreConnectionClose(saysClose: true))
        try self.workspace.write(
            "a.http",
            """
            # @session 1
            @base = \(server.baseURL)

            ###
            GET {{base}}/ HTTP/1.1

            ###
            # @expect connection reused
            GET {{base}}/ HTTP/1.1

            """
        )
        let output = try self.workspace.run(["replay", "a.http"])
        #expect(output.status == .exited(4))
        let report = output.standardOutput + output.standardError
        #expect(report.contains("a.http:8"), "\(report)")
        #expect(report.contains("the response said Connection: close"), "\(report)")
        let json = try self.workspace.run(["replay", "--json", "a.http"])
        #expect(json.status == .exited(4))
        let objects = try json.objects
        #expect(objects.ofType("replay").count == 1)
        #expect(objects.ofType("expectation").contains { $0["passed"] == .bool(false) })
    }

    @Test
    func `a request that fails makes the status 3, a file that cannot be parsed 2`() throws {
        let port = try LoopbackSocket.unusedPort()
        try self.workspace.write("f.http", "GET http://127.0.0.1:\(port)/ HTTP/1.1\n")
        let refused = try self.workspace.run(["replay", "f.http"])
        #expect(refused.status == .exited(3))
        #expect(refused.standardError.contains("; 0 connections opened, 0 requests reused one"))
        try self.workspace.write("p.http", "### one\nGET http://127.0.0.1/ HTTP/1.1\nno field\n")
        let output = try self.workspace.run(["replay", "p.http"])
        #expect(output.status == .exited(2))
        #expect(output.standardError.contains("p.http:3:1: "))
        #expect(try self.workspace.run(["replay", "none.http"]).status == .exited(2))
        #expect(try self.workspace.run(["replay", "f.http", "p.http"]).status == .exited(3))
        #expect(try self.workspace.run(["replay"]).status == .exited(1))
    }

    @Test
    func `replay in the shell fails its line with 7`() throws {
        let demo = try Demo(in: self.workspace)
        try self.workspace.write(
            "a.http",
            "# @expect status 404\nGET \(demo.baseURL)/small HTTP/1.1\n"
        )
        let output = try self.workspace.run(lines: ["replay a.http", "echo not reached"])
        #expect(output.status == .exited(7))
        #expect(!output.standardOutput.contains("not reached"))
    }

    @Test
    func `the tour of the examples passes against the demo`() throws {
        let demo = try Demo(in: self.workspace)
        let tour = try self.workspace.text(repositoryFile("examples/tour.http"))
        try self.workspace.write(
            "tour.http",
            tour.replacing("http://127.0.0.1:8080", with: demo.baseURL)
        )
        let output = try self.workspace.run(["replay", "tour.http"])
        #expect(output.status == .exited(0), "\(output.standardOutput)\(output.standardError)")
    }

    @Test
    func `the tour fails against a changed server, and says which connection served what`() throws {
        let server = try FaultServer(.ignoreConnectionClose(saysClose: true))
        let output = try self.workspace.run([
            "replay", repositoryFile("examples/tour.http"), "--continue-on-error", "--var",
            "base=\(server.baseURL)",
        ])
        #expect(output.status == .exited(4), "\(output.standardError)")
        for words in [
            "expect connection reused: FAILED",
            "sent on connection 2 (new); connection 1 was closed: the server said Connection: close",
            "last use of connection 1: ",
        ] {
            #expect(output.standardError.contains(words), "\(output.standardError)")
        }
    }

    @Test
    func `secrets do not get into a saved file`() throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: [
                "auth bearer t0psecret", "X-Api-Key: t0psecret", "@token = t0psecret",
                "get /headers Authorization:'Bearer t0psecret'",
                "get /cookies Some-Token:t0psecret", "get /me -a ann:t0psecret",
                "cookies set sid=t0psecret; Path=/", "get /headers X-Secret:{{token}}",
                "save a.http",
            ],
            options: [demo.baseURL]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let text = try self.workspace.text("a.http")
        #expect(!text.contains("t0psecret"), "\(text)")
        // They are asked for by name instead.
        #expect(text.contains("{{X_API_KEY}}"), "\(text)")
    }
}
