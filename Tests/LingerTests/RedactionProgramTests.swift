import HTTPModel
import TestSupport
import Testing

/// What `@redact` names is in nothing that is written of a replay.
@Suite("Program: redactions")
struct RedactionProgramTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
        try self.workspace.write(
            "a.http",
            """
            # @redact jsonpath $.query.t, header Content-Type, var pw
            @pw = VARSECRET
            ###
            # @name one
            GET \(self.demo.baseURL)/anything?t=JSONSECRET&v={{pw}}
            ###
            POST \(self.demo.baseURL)/anything/{{one.response.body.$.query.t}}/{{pw}}
            X-B: {{one.response.body.$.query.t}}

            {"a":"{{one.response.body.$.query.t}}"}

            """
        )
    }

    @Test func `neither a HAR nor a page has what a response gave`() throws {
        let output = try self.workspace.run(
            ["replay", "a.http", "--har", "a.har", "--html", "a.html"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let names = ["a.har", "a.html"]
        for name in names {
            let text = try self.workspace.text(name)
            #expect(text.contains("/anything"))
            #expect(!text.contains("JSONSECRET") && !text.contains("VARSECRET"), "\(name)")
        }
    }

    @Test func `nor has what is exported after a replay in the shell`() throws {
        for (index, form) in ["har", "curl 2", "http 2"].enumerated() {
            let output = try self.workspace.run(
                lines: ["replay a.http", "export \(form) \(index).out"]
            )
            #expect(output.status == .exited(0), "\(output.standardError)")
            let text = try self.workspace.text("\(index).out")
            #expect(!text.contains("JSONSECRET") && !text.contains("VARSECRET"), "\(form)")
        }
    }
}
