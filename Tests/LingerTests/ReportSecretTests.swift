import HTTPModel
import TestSupport
import Testing

/// A report goes to a server of builds, where many read it: it has no secret of the session.
@Suite("Program: secrets in reports and saved files")
struct ReportSecretTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    private static let reports = [
        "--report-junit", "j.xml", "--report-tap", "t.tap", "--report-json", "r.json",
        "--har", "h.har",
    ]

    @Test func `what is captured and what is sent with it stand in no report`() throws {
        try self.workspace.write("old.json", #"{"target":"/old"}"#)
        try self.workspace.write(
            "a.http",
            """
            # @redact var nickname
            @base = \(self.demo.baseURL)
            @nickname = mockingbird

            ###
            # @capture token = jsonpath $.query.token
            # @expect jsonpath $.query.token == 1
            # @expect jsonpath $.query == 1
            # @expect body contains nowhere
            # @expect url == 1
            GET {{base}}/anything?token=abc-captured-1

            ###
            # @expect jsonpath $.headers.authorization == 1
            # @expect jsonpath $.target == 1
            # @response-ref ./old.json
            GET {{base}}/anything/{{token}}/{{nickname}}
            Authorization: Bearer {{token}}

            ###
            GET {{token}}://nowhere/

            """
        )
        let output = try self.workspace.run(
            ["replay", "a.http", "--continue-on-error"] + Self.reports
        )
        #expect(output.status == .exited(4), "\(output.standardError)")
        #expect(output.standardError.contains("$.target was \"/anything/(redacted)/(redacted)\""))
        for file in ["j.xml", "t.tap", "r.json", "h.har"] {
            let text = try self.workspace.text(file)
            #expect(text.contains("(redacted)"), "\(file)")
            for secret in ["abc-captured-1", "mockingbird"] {
                #expect(!text.contains(secret), "\(file) has \(secret)")
            }
        }
        for secret in ["abc-captured-1", "mockingbird"] {
            #expect(!output.standardError.contains(secret), "\(output.standardError)")
        }
    }

    @Test func `neither a session nor its responses are saved with what a file keeps out`() throws {
        try self.workspace.write(
            "a.http",
            """
            # @redact header X-Team

            ###
            GET \(self.demo.baseURL)/small

            """
        )
        let output = try self.workspace.run(lines: [
            "replay a.http", "X-Team: bluebirds",
            "get \(self.demo.baseURL)/anything?token=abc-sent-1",
            "save s.http --responses",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let saved = try self.workspace.text("s.http")
        #expect(saved.contains("X-Team: {{X_TEAM}}") && saved.contains("{{%token}}"), "\(saved)")
        for file in ["s.http", "s.responses/02.json"] {
            let text = try self.workspace.text(file)
            for secret in ["bluebirds", "abc-sent-1"] { #expect(!text.contains(secret), "\(text)") }
        }
        let response = try JSONValue(parsing: try self.workspace.text("s.responses/02.json"))
        #expect(response.at("query", "token")?.text == "(redacted)")
        let again = try self.workspace.run([
            "replay", "s.http", "--var", "token=other", "--var", "X_TEAM=reds",
        ])
        #expect(!again.standardError.contains("$['query']['token']"), "\(again.standardError)")
    }

    @Test func `each value that a secret variable ever had is hidden`() throws {
        try self.workspace.write("old.json", #"{"target":"/old"}"#)
        try self.workspace.write(
            "a.http",
            """
            @base = \(self.demo.baseURL)

            ### 1
            # @capture token = jsonpath $.query.v
            GET {{base}}/anything?v=first-value

            ### 2
            # @capture token = jsonpath $.query.v
            GET {{base}}/anything?v=second-value

            ### 3
            # @expect body contains nowhere
            # @expect jsonpath $.target == 1
            # @response-ref ./old.json
            GET {{base}}/anything/first-value/second-value

            """
        )
        let output = try self.workspace.run(
            ["replay", "a.http", "--continue-on-error"] + Self.reports
        )
        #expect(output.status == .exited(4), "\(output.standardError)")
        for text in try [output.standardError, output.standardOutput]
            + ["j.xml", "t.tap", "r.json", "h.har"].map(self.workspace.text)
        {
            #expect(!text.contains("first-value") && !text.contains("second-value"), "\(text)")
        }
        let shell = try self.workspace.run(lines: [
            "base \(self.demo.baseURL)", "set show connection", "@token = third-value",
            "@token = fourth-value", "unset @token", "get /anything/third-value/fourth-value",
            "export har s.har", "export curl", "save s.http --responses",
        ])
        #expect(shell.status == .exited(0), "\(shell.standardError)")
        for text in try [shell.standardOutput]
            + ["s.har", "s.responses/01.json"].map(self.workspace.text)
        {
            #expect(!text.contains("third-value") && !text.contains("fourth-value"), "\(text)")
        }
    }

    @Test func `what a server says again of credentials is hidden`() throws {
        let secrets = ["tok-abcdef", "ZXZlOnNlc2FtZQ", "s3ss10n-id", "key-4711", "hush-hush"]
        let output = try self.workspace.run(lines: [
            "base \(self.demo.baseURL)", "cookies set sid=s3ss10n-id",
            "get /anything --bearer tok-abcdef", "get /anything --auth eve:sesame",
            "get /anything X-Api-Key:key-4711", "post /anything --form password=hush-hush a=b",
            "get /anything", "export har a.har", "save s.http --responses",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let names = ["a.har"] + (1...5).map { "s.responses/0\($0).json" }
        for name in names {
            let text = try self.workspace.text(name)
            for secret in secrets { #expect(!text.contains(secret), "\(name): \(secret)") }
        }
        // What was kept out is no difference.
        let again = try self.workspace.run(
            ["replay", "s.http", "--strict"]
                + [
                    "AUTHORIZATION=new-token", "AUTHORIZATION_2=bmV3OnNlY3JldA==",
                    "X_API_KEY=other-key",
                ]
                .flatMap { ["--var", $0] } + ["--var", "password=hush-hush"]
        )
        #expect(!again.standardError.contains("Bearer"), "\(again.standardError)")
        for secret in ["new-token", "bmV3OnNlY3JldA", "other-key"] {
            #expect(!again.standardError.contains(secret), "\(again.standardError)")
        }
    }
}
