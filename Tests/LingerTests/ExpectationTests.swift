import HTTPModel
import TestSupport
import Testing

/// Each expectation that FILES.md 9.4 lists, by the program against the demo: one that holds and
/// one that does not, in a session file and at the prompt.
@Suite("Program: expectations")
struct ExpectationTests {
    /// A form of expectation, at the request that it is held against.
    private struct Form {
        let holds: String
        let fails: String?

        init(_ holds: String, _ fails: String?) {
            self.holds = holds
            self.fails = fails
        }
    }

    /// A request, with what is expected of it.
    private struct Step {
        let name: String
        var command: String?
        let line: String
        var content: String?
        let forms: [Form]
    }

    private static let digest = "6d2a59c22d9fbe9ceb4b940e87c75664b1f7f2f7f006ae210f75d5d26d2bf306"

    private static func steps(_ base: String) -> [Step] {
        let login = Step(
            name: "login",
            line: "POST /login",
            content: #"{"user":"ann","password":"secret"}"#,
            forms: [
                Form(#"cookie "session[HttpOnly]" exists"#, #"cookie "session[Secure]" exists"#),
                Form("cookie session matches /./", "cookie session == no"),
                Form(#"jsonpath $.user == "ann""#, #"jsonpath $.user == "bob""#),
                Form("jsonpath $.id isInteger", "jsonpath $.id isString"),
                Form(
                    #"jsonpath $.token matches "^[A-Za-z0-9._-]+$""#,
                    "jsonpath $.token matches ^!"
                ),
                Form("jsonpath $.token exists", "jsonpath $.none exists"),
                Form("jsonpath $ count == 3", "jsonpath $ count == 2"),
                Form("jsonpath $.user isString", "jsonpath $.user isNumber"),
                Form("body-path $.user ann", "body-path $.user bob"),
                Form("connection new", "connection reused"),
            ]
        )
        let redirected = Step(
            name: "redirected",
            line: "GET /redirect/1",
            forms: [
                Form("redirects count == 1", "redirects count == 0"),
                Form("url == \(base)/anything", "url == \(base)/redirect/1"),
            ]
        )
        let again = Step(
            name: "again",
            command: "pool close all",
            line: "GET /small",
            forms: [
                Form("connection new", "connection reused"),
                Form("connection not-same-as login", "connection same-as login"),
                Form("connections opened 2", "connections opened 1"),
            ]
        )
        let small = Step(name: "small", line: "GET /small", forms: self.ofResponse(base))
        return [login, small, redirected, again]
    }

    /// What is expected of the second request.
    private static func ofResponse(_ base: String) -> [Form] {
        [
            Form("status 200", "status 201"), Form("status in 200..299", "status in 201..299"),
            Form("status in 200,204", "status in 201,204"),
            Form("header Content-Type exists", "header X-None exists"),
            Form("header Content-Length == 14", "header Content-Length == 15"),
            Form(#"header Content-Type contains "text""#, "header Content-Type contains json"),
            Form(#"header Content-Type matches "^text/""#, "header Content-Type matches ^json"),
            Form("header Content-Length 14", "header Content-Length 15"),
            Form(#"body contains "linger""#, #"body contains "Linger""#),
            Form(#"body matches "^hello""#, #"body matches "^linger""#),
            Form("body-contains linger", "body-contains Linger"),
            Form("sha256 == \(self.digest)", "sha256 != \(self.digest)"),
            Form("bytes count < 1000", "bytes count < 14"),
            Form("duration < 50 s", "duration < 0 ms"), Form("wait < 50 s", "wait < 0 ms"),
            Form("queue < 50 s", "queue < 0 ms"), Form("blocked < 50 s", "blocked < 0 ms"),
            Form("protocol HTTP/1.1", "protocol HTTP/2"),
            Form("url == \(base)/small", "url == \(base)/"),
            Form("connection reused", "connection new"), Form("connection any", nil),
            Form("connection same-as login", "connection not-same-as login"),
            Form("connection idle < 50 s", "connection idle < 0 ms"),
            Form("connection requests <= 100", "connection requests <= 1"),
            Form("connections max 2", "connections max 0"),
            Form("connections opened 1", "connections opened 2"),
            Form("connections open <= 1", "connections open <= 0"),
            Form("connections reused >= 1", "connections reused >= 2"),
            Form("retries 0", "retries 1"),
        ]
    }

    private let workspace: Workspace
    private let steps: [Step]
    private let base: String
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
        self.base = self.demo.baseURL
        self.steps = Self.steps(self.demo.baseURL)
    }

    // MARK: In a file

    private func replay(
        _ choose: (Form) -> String?,
        totals: [String]
    ) throws -> (output: ProcessRunner.Output, claims: [String]) {
        var text = "# @session 1\n"
        var claims: [String] = []
        for step in self.steps {
            let lines = step.forms.compactMap(choose)
            claims += lines
            text += "\n###\n# @name \(step.name)\n"
            if let command = step.command { text += "# @do \(command)\n" }
            text += lines.map { "# @expect \($0)\n" }.joined()
            let content = step.content.map { "Content-Type: application/json\n\n\($0)\n" } ?? ""
            text += step.line.replacing(" /", with: " \(self.base)/") + "\n" + content
        }
        let header = totals.map { "# @expect \($0)\n" }.joined()
        try self.workspace.write(
            "a.http",
            text.replacing("# @session 1\n", with: "# @session 1\n\(header)")
        )
        return (try self.workspace.run(["replay", "--json", "a.http"]), claims)
    }

    @Test func `those that hold pass in a file`() throws {
        let totals = ["connections max 1", "connections opened 2", "connections reused >= 2"]
        let (output, claims) = try self.replay(\.holds, totals: totals)
        #expect(output.status == .exited(0), "\(output.standardOutput)\(output.standardError)")
        let told = try output.objects.ofType("expectation")
        #expect(told.compactMap { $0.text("text") } == claims)
        #expect(told.allSatisfy { $0["passed"] == .bool(true) })
    }

    @Test func `those that do not hold fail in a file`() throws {
        let totals = ["connections max 0", "connections opened 1", "connections reused >= 9"]
        let (output, claims) = try self.replay(\.fails, totals: totals)
        #expect(output.status == .exited(4), "\(output.standardOutput)\(output.standardError)")
        let told = try output.objects.ofType("expectation")
        #expect(told.compactMap { $0.text("text") } == claims)
        for claim in told { #expect(claim["passed"] == .bool(false), "\(claim)") }
        for claim in claims + totals {
            #expect(output.standardError.contains("expect \(claim): FAILED"), "\(claim)")
        }
    }

    // MARK: At the prompt

    private func run(_ choose: (Form) -> String?) throws -> (told: [JSONValue], claims: [String]) {
        var lines = ["base \(self.base)", "set on-error continue"]
        var claims: [String] = []
        for step in self.steps {
            let chosen = step.forms.compactMap(choose)
            claims += chosen
            if let command = step.command { lines.append(command) }
            let content = step.content.map { " --raw '\($0)' Content-Type:application/json" } ?? ""
            let follow = step.name == "redirected" ? " --follow" : ""
            lines.append(step.line.lowercased() + content + follow)
            lines.append("name \(step.name)")
            lines += chosen.map { "expect \($0)" }
        }
        let output = try self.workspace.run(lines: lines, options: ["--json"])
        return (try output.objects.ofType("expectation"), claims)
    }

    @Test(arguments: [
        ("3 get /small", "status 200", 0, ""), ("3 get /small", "status < 300", 0, ""),
        ("3 get /nope", "status 200", 7, "status was 404 (3 of 3)"),
        ("3 get /small", "connection new", 7, "3 of 3 went out on reused connections"),
        ("3 get /small", "connection reused", 0, ""),
        ("3 get /small --fresh", "connection reused", 7, "3 of 3 went out on new connections"),
        ("3 get /slow?ms=30", "duration < 20 s", 0, ""),
        ("3 get /slow?ms=30", "duration < 20 ms", 7, "duration was"),
        ("3 get /small", "connections max 9", 0, ""),
        ("3 get /small", "body contains linger", 1, "`# @expect …`"),
    ])
    func `it holds for each request of a repetition, and for no older answer`(
        line: String,
        claim: String,
        status: Int,
        told: String
    ) throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: ["base \(demo.baseURL)", "get /small", "\(line) > /dev/null", "expect \(claim)"]
        )
        #expect(output.status == .exited(status), "\(output.standardError)")
        #expect(told.isEmpty || output.standardError.contains(told), "\(output.standardError)")
    }

    @Test func `those that hold pass at the prompt`() throws {
        let (told, claims) = try self.run(\.holds)
        #expect(told.compactMap { $0.text("text") } == claims)
        for claim in told { #expect(claim["passed"] == .bool(true), "\(claim)") }
    }

    @Test func `those that do not hold fail at the prompt`() throws {
        let (told, claims) = try self.run(\.fails)
        #expect(told.compactMap { $0.text("text") } == claims)
        for claim in told { #expect(claim["passed"] == .bool(false), "\(claim)") }
    }

    @Test func `the hash of a download is that of the file`() throws {
        let output = try self.workspace.run(lines: [
            "base \(self.base)", "get /small -d", "expect sha256 \(Self.digest)",
            "expect body contains linger", "get /status/204", "expect body isEmpty",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
    }
}
