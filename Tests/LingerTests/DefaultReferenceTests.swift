import HTTPModel
import TestSupport
import Testing

/// Default fields and query parameters with references in them (LANGUAGE.md, section 3).
@Suite("Program: references in defaults")
struct DefaultReferenceTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(
            .answerAndKeep(
                FaultScript.response(
                    fields: ["Content-Type: application/json"],
                    content: #"{"a":"one"}"#
                )
            )
        )
    }

    private var requests: [String] { self.server.connections.flatMap(\.requestTexts) }

    /// The value of a field of a request.
    private func value(_ name: String, _ request: String) -> String? {
        request.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }

    @Test(arguments: [
        ["X-V: {{v}}", "X-U: a {{$uuid}}", "p=={{v}}"],
        [#"headers set X-V "{{v}}" --for ORIGIN"#, "headers set X-U {{$uuid}}", "p=={{v}}"],
    ])
    func `they are made anew at each send`(_ lines: [String]) throws {
        let output = try self.workspace.run(
            lines: ["base \(self.server.baseURL)", "@v = 1"]
                + lines.map { $0.replacing("ORIGIN", with: self.server.baseURL) }
                + ["get /", "get /", "@v = x y", "get /", "headers", "get / X-V:mine p==3"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(self.requests.map { self.value("X-V", $0) } == ["1", "1", "x y", "mine"])
        #expect(Set(self.requests.map { self.value("X-U", $0) }).count == 4)
        let targets = self.requests.map { $0.split(separator: " ")[1] }
        #expect(targets == ["/?p=1", "/?p=1", "/?p=x%20y", "/?p=3"])
        #expect(output.standardOutput.contains("x y"), "`headers` lists what went out last")
    }

    @Test func `each request of a repetition has its own, also beside others`() throws {
        let output = try self.workspace.run(
            lines: ["base \(self.server.baseURL)", "X-U: {{$uuid}}", "p=={{$uuid}}", "40x8 get /"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(Set(self.requests.map { self.value("X-U", $0) }).count == 40)
        #expect(Set(self.requests.map { $0.split(separator: " ")[1] }).count == 40)
    }

    @Test func `what they take from the last response, or one by its number, stays`() throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: [
                "base \(demo.baseURL)", "get /connection --name n", "X-L: {{$.request}}",
                "X-N: {{1.response.body.$.request}}", "X-M: {{n.response.body.$.request}}",
                "last=={{last.response.body.$.request}}", "get /connection", "name n",
                "get /anything | $.fields[?@[0] == 'X-L' || @[0] == 'X-N' || @[0] == 'X-M'][1]",
                "| $.query.last",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput.hasSuffix("1\n1\n2\n1\n"), "\(output.standardOutput)")
    }

    @Test func `where one cannot be made, nothing is sent`() throws {
        let output = try self.workspace.run(
            lines: ["base \(self.server.baseURL)", "@v = 1", "X-V: {{v}}", "unset @v", "get /"]
        )
        #expect(output.status == .exited(1))
        #expect(output.standardError.contains("no variable v"), "\(output.standardError)")
        #expect(self.requests.isEmpty)
    }

    @Test(arguments: [("X-V: {{v}}", "X-V"), ("p=={{v}}", "p==")])
    func `the one that cannot be made is named, and no place in another line is pointed at`(
        _ line: String,
        _ name: String
    ) throws {
        let output = try self.workspace.run(
            lines: ["base \(self.server.baseURL)", "@v = 1", line, "unset @v", "get /"]
        )
        let said = output.standardError
        #expect(said.contains("error: the default \(name): no variable v\n"), "\(said)")
        #expect(said.contains("`@v = …` sets it"))
        #expect(!said.contains("^"))
    }

    @Test(arguments: ["X-V: {{v}}", "v=={{v}}", "headers set X-V {{v}}"])
    func `one whose variable is not there yet waits for it, and that is said`(
        _ line: String
    ) throws {
        // Whoever mistypes a name learns it before anything is sent without what it stands for.
        let output = try self.workspace.run(
            lines: [
                "set on-error continue", "@w = 0", line, "get \(self.server.baseURL)/",
                "@v = 1", "get \(self.server.baseURL)/",
            ]
        )
        let said = output.standardError
        #expect(output.status == .exited(1))
        #expect(said.contains("{{v}} is made at each send, and there is no such variable yet"))
        #expect(said.contains("no variable v"), "\(said)")
        let sent = self.requests.map { self.value("X-V", $0) ?? String($0.prefix(11)) }
        #expect(sent == [line.hasPrefix("v") ? "GET /?v=1 H" : "1"], "\(said)")
    }

    @Test func `one that only repetitions have a value for is made in each`() throws {
        let url = "\(self.server.baseURL)/"
        let output = try self.workspace.run(
            lines: ["set on-error continue", "X-V: {{$index}}", "get \(url)", "2 get \(url)"]
        )
        let said = output.standardError
        #expect(said.contains("{{$index}} has a value in repetitions only\n"), "\(said)")
        #expect(said.contains("the default X-V: {{$index}} has a value only in a repetition"))
        #expect(self.requests.map { self.value("X-V", $0) } == ["0", "1"])
    }

    @Test(arguments: [["X-V:"], ["headers rm X-V"], ["X-V: 3"], ["session new"]])
    func `what takes its place takes the reference away too`(_ lines: [String]) throws {
        let output = try self.workspace.run(
            lines: ["@v = 1", "X-V: {{v}}"] + lines + ["@v = 2", "get \(self.server.baseURL)/"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(self.requests.map { self.value("X-V", $0) } == [lines == ["X-V: 3"] ? "3" : nil])
    }

    @Test func `-s keeps the reference, and a save what went out`() throws {
        let options = ["--no-rc", "-s", "./st"]
        let first = try self.workspace.run(
            lines: [
                "base \(self.server.baseURL)", "@v = 1", #"X-V: {{v}} \"q""#, "p=={{v}}", "get /",
                "save a.http", "@v = 2",
            ],
            options: options
        )
        #expect(first.status == .exited(0), "\(first.standardError)")
        let second = try self.workspace.run(lines: ["get /"], options: options)
        #expect(second.status == .exited(0), "\(second.standardError)")
        let state = try self.workspace.text("st.state")
        #expect(
            self.requests.map { self.value("X-V", $0) } == [#"1 \"q""#, #"2 \"q""#],
            "\(state)"
        )
        #expect(self.requests.last?.hasPrefix("GET /?p=2 ") == true)
        #expect(try self.workspace.text("a.http").contains(#"X-V: 1 \"q""#))
    }

    @Test(arguments: [
        (["@v = 1", "X-V: {{v}}", "p=={{v}}", "unset @v"], "no variable v"),
        (["X-V: {{$env.WHO}}"], "WHO"),
        (["@s = 1", "X-V: {{$secret s}}", "unset @s"], "--var s"),
    ])
    func `-s takes up a reference that means nothing yet, and requests say so`(
        _ lines: [String],
        _ words: String
    ) throws {
        let options = ["--no-rc", "-s", "./st", self.server.baseURL]
        let arguments = options + lines.flatMap { ["-c", $0] }
        let first = try self.workspace.run(arguments, environment: ["WHO": "me"])
        #expect(first.status == .exited(0), "\(first.standardError)")
        for _ in 0..<2 {
            let second = try self.workspace.run(lines: ["echo there"], options: options)
            #expect(second.status == .exited(0), "\(second.standardError)")
            #expect(second.standardOutput == "there\n")
            #expect(second.standardError.isEmpty, "\(second.standardError)")
        }
        let third = try self.workspace.run(lines: ["get /"], options: options)
        #expect(third.status == .exited(1))
        #expect(third.standardError.contains(words), "\(third.standardError)")
        #expect(self.requests.isEmpty)
    }

    @Test func `-s keeps what was taken from an answer as it is, and the rest a reference`() throws
    {
        let options = ["--no-rc", "-s", "./st", self.server.baseURL]
        let first = try self.workspace.run(
            lines: [
                "get / --name login", "@v = 1", "X-V: {{login.response.body.$.a}} {{v}}",
                "q=={{login.response.body.$.a}}", "@v = 2",
            ],
            options: options
        )
        #expect(first.status == .exited(0), "\(first.standardError)")
        let second = try self.workspace.run(lines: ["get /", "@v = 3", "get /"], options: options)
        #expect(second.status == .exited(0), "\(second.standardError)")
        #expect(self.requests.map { self.value("X-V", $0) } == [nil, "one 2", "one 3"])
        #expect(self.requests.last?.hasPrefix("GET /?q=one ") == true)
    }

    @Test func `-s keeps a query parameter with the origin that it is bound to`() throws {
        let options = ["--no-rc", "-s", "./st"]
        let origin = self.server.baseURL
        let first = try self.workspace.run(
            lines: ["base \(origin)/v1", "api_key==k", "page==1", "base http://127.0.0.1:9/x"],
            options: options
        )
        #expect(first.status == .exited(0), "\(first.standardError)")
        let second = try self.workspace.run(
            lines: ["echo {{base}}", "headers", "get \(origin)/"],
            options: options
        )
        #expect(second.status == .exited(0), "\(second.standardError)")
        #expect(second.standardOutput.hasPrefix("http://127.0.0.1:9/x\n"))
        #expect(second.standardOutput.contains("api_key==k (\(origin) only)"))
        #expect(self.requests.last?.hasPrefix("GET /?api_key=k&page=1 ") == true)
    }
}
