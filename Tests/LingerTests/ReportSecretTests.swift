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
        for file in ["s.http", "s.responses/01.json"] {
            let text = try self.workspace.text(file)
            #expect(!text.contains("bluebirds") || file != "s.http", "\(text)")
        }
        let response = try JSONValue(parsing: try self.workspace.text("s.responses/01.json"))
        #expect(response.at("query", "token")?.text == "(redacted)")
        let again = try self.workspace.run([
            "replay", "s.http", "--var", "token=other", "--var", "X_TEAM=reds",
        ])
        #expect(!again.standardError.contains("$['query']['token']"), "\(again.standardError)")
    }
}
