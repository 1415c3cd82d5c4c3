import HTTPModel
import TestSupport
import Testing

@Suite("Program: what is substituted stays data")
struct SubstitutionTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    struct Case {
        let value: String
        /// How it looks as a path or query of a target.
        let encoded: String
    }

    private static let cases = [
        Case(value: "a; touch pwned", encoded: "a;%20touch%20pwned"),
        Case(value: "@/etc/passwd", encoded: "@/etc/passwd"),
        Case(value: "x y", encoded: "x%20y"),
        Case(value: "| touch pwned", encoded: "|%20touch%20pwned"),
        Case(value: "> pwned", encoded: "%3E%20pwned"),
        Case(value: "$(touch pwned)", encoded: "$(touch%20pwned)"),
        Case(value: "`touch pwned`", encoded: "`touch%20pwned`"),
        Case(value: "--fresh", encoded: "--fresh"),
        Case(value: "a=b", encoded: "a=b"),
        Case(value: "{{other}}", encoded: "{{other}}"),
        Case(value: "&", encoded: "&"),
    ]

    /// A server whose first answer holds `value`, and that records everything after it.
    private func server(giving value: String) throws -> FaultServer {
        var quoted: [UInt8] = []
        JSONValue.object([.init("v", .string(value))]).append(to: &quoted)
        let first = FaultScript.response(
            fields: ["Content-Type: application/json"],
            content: String(decoding: quoted, as: UTF8.self)
        )
        return try FaultServer(
            FaultScript([.readRequest, .send(first)] + FaultScript.answering())
        )
    }

    @Test(arguments: Self.cases)
    func `a value of a response is one word of the next request`(_ test: Case) throws {
        let server = try self.server(giving: test.value)
        let output = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "get /value", "@v = {{$.v}}",
                "post /json name={{v}} rest=1", "post /form --form name={{v}}",
                "post /raw --raw {{v}}", "get /query q=={{v}}", "get /field X-Value:{{v}}",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let requests = server.connections.flatMap(\.requestTexts)
        try #require(requests.count == 6)
        let json = try JSONValue(parsing: Self.content(of: requests[1]))
        #expect(json == .object([.init("name", .string(test.value)), .init("rest", .string("1"))]))
        #expect(requests[2].hasPrefix("POST /form HTTP/1.1\r\n"))
        #expect(!Self.content(of: requests[2]).contains("root:"))
        #expect(Self.content(of: requests[2]).split(separator: "&").count == 1)
        #expect(Self.content(of: requests[3]) == test.value)
        #expect(requests[4].prefix(while: { $0 != "\r\n" }).split(separator: " ").count == 3)
        #expect(requests[5].hasField("X-Value: \(test.value)"))
        self.expectNothingRan()
    }

    @Test(arguments: Self.cases)
    func `in a target, a value stays in its place`(_ test: Case) throws {
        let server = try self.server(giving: test.value)
        let output = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "get /value", "@v = {{$.v}}", "get /item/{{%v}}/end",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let requests = server.connections.flatMap(\.requestTexts)
        try #require(requests.count == 2)
        let words = requests[1].prefix { $0 != "\r\n" }.split(separator: " ")
        try #require(words.count == 3)
        // One path segment: whatever it holds is encoded.
        #expect(words[1].hasPrefix("/item/") && words[1].hasSuffix("/end"))
        #expect(words[1].split(separator: "/").count == 3)
        #expect(!words[1].contains("?"))
        self.expectNothingRan()
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rb", "a\u{0}b"])
    func `CR, LF and NUL in a field are an error, and nothing is sent`(_ value: String) throws {
        let server = try self.server(giving: value)
        for line in ["get /x X-Value:{{$.v}}", "get /x X-Value:a{{$.v}}b", "X-Value: {{$.v}}"] {
            let before = server.connections.flatMap(\.requests).count
            let output = try self.workspace.run(
                lines: [
                    "get \(server.baseURL)/value", "base \(server.baseURL)", line, "get /after",
                ]
            )
            #expect(output.status != .exited(0), "\(line)")
            #expect(output.standardError.contains("error: "), "\(line)")
            let requests = server.connections.flatMap(\.requestTexts)
            #expect(requests.count == before + 1 || before > 0)
            #expect(!requests.contains { $0.contains("X-Evil: 1\r\n") })
            #expect(!requests.contains { $0.contains(" /x ") || $0.contains(" /after ") })
        }
    }

    @Test
    func `a file is uploaded only where the line itself says so`() throws {
        let server = try self.server(giving: "@secret.txt")
        try self.workspace.write("secret.txt", "do not send")
        let output = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "get /value", "@v = {{$.v}}", "post /a name={{v}}",
                "post /b {{v}}=x", "post /c --multipart name={{v}}",
                "post /d name=@secret.txt",
            ]
        )
        let requests = server.connections.flatMap(\.requestTexts)
        #expect(output.status == .exited(0), "\(output.standardError)")
        try #require(requests.count == 5)
        #expect(requests.dropLast().allSatisfy { !$0.contains("do not send") })
        #expect(requests.last?.contains("do not send") == true)
    }

    @Test
    func `shell text is not substituted; values are in the environment`() throws {
        let server = try self.server(giving: "$(touch pwned); touch pwned")
        let output = try self.workspace.run(
            lines: [
                "get \(server.baseURL)/value", "@v = {{$.v}}",
                "! echo \"{{v}}\"", "! echo \"$linger_v\"",
                "get \(server.baseURL)/ | cat; echo \"{{v}}\"",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(
            output.standardOutput
                == #"{"v":"$(touch pwned); touch pwned"}"#
                + "{{v}}\n$(touch pwned); touch pwned\nhello{{v}}\n"
        )
        #expect(output.standardError.contains("nothing is substituted in shell text"))
        self.expectNothingRan()
    }

    @Test
    func `a variable of the command line is data too`() throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            lines: ["get \(server.baseURL)/users/{{%id}}", "post \(server.baseURL)/ id={{id}}"],
            options: ["--var", "id=1 | touch pwned; > pwned"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let requests = server.connections.flatMap(\.requestTexts)
        #expect(requests.first?.hasPrefix("GET /users/1%20%7C%20touch%20pwned") == true)
        self.expectNothingRan()
    }

    private func expectNothingRan(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!self.workspace.exists("pwned"), sourceLocation: sourceLocation)
    }

    private static func content(of request: String) -> String {
        guard let range = request.firstRange(of: "\r\n\r\n") else { return "" }
        return String(request[range.upperBound...])
    }
}

@Suite("Program: what belongs to one origin")
struct ScopeTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    private static let secrets = [
        "Authorization: Bearer t0p", "X-Api-Key: t0p", "My-Token: t0p", "auth bearer t0p",
        "auth basic ann:t0p", "cookies set sid=t0p; Path=/", "headers set X-Secret t0p",
    ]

    @Test(arguments: Self.secrets)
    func `a sensitive default field is not sent to another origin`(_ line: String) throws {
        let first = try FaultServer(.answerAndKeep())
        let second = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            lines: [
                "base \(first.baseURL)", line, "get /own", "get \(second.baseURL)/other",
                "base \(second.baseURL)", "get /another",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let own = first.connections.flatMap(\.requestTexts)
        #expect(own.count == 1)
        let isSent = own[0].contains("t0p") || own[0].contains("Basic ")
        #expect(isSent, "\(own[0])")
        // Cookies know no ports (RFC 6265, section 8.5), so another port is no other place to them.
        guard !line.hasPrefix("cookies") else { return }
        let others = second.connections.flatMap(\.requestTexts)
        #expect(others.count == 2)
        #expect(others.allSatisfy { !$0.contains("t0p") && !$0.contains("Basic ") })
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `nor across a redirect`(_ status: Int) throws {
        let second = try FaultServer(.answerAndKeep())
        let first = try FaultServer(
            .answerAndKeep(
                FaultScript.response(
                    "\(status) Elsewhere",
                    fields: ["Location: \(second.baseURL)/there"]
                )
            )
        )
        let output = try self.workspace.run(
            lines: [
                "base \(first.baseURL)", "Authorization: Bearer t0p", "X-Api-Key: t0p",
                "X-Harmless: yes", "get /here Proxy-Authorization:t0p Some-Token:t0p",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let own = first.connections.flatMap(\.requestTexts)
        let others = second.connections.flatMap(\.requestTexts)
        try #require(own.count == 1 && others.count == 1)
        #expect(own[0].hasField("Authorization: Bearer t0p"))
        #expect(own[0].hasField("X-Api-Key: t0p"))
        #expect(!others[0].contains("t0p"), "\(others[0])")
        #expect(others[0].hasField("X-Harmless: yes"))
        #expect(output.standardError.contains("not sent on: "))
    }

    @Test
    func `a redirect back home has them again`() throws {
        let home = try FaultServer(
            FaultScript([
                .readRequest,
                .send(FaultScript.response("302 Found", fields: ["Location: /there"])),
                .readRequest, .send(FaultScript.response()),
            ])
        )
        let output = try self.workspace.run(
            lines: ["base \(home.baseURL)", "Authorization: Bearer t0p", "get /here"]
        )
        #expect(output.status == .exited(0))
        let requests = home.connections.flatMap(\.requestTexts)
        #expect(requests.count == 2)
        #expect(requests.allSatisfy { $0.hasField("Authorization: Bearer t0p") })
    }
}
