import TestSupport
import Testing

/// References in expectations, and values that are arrays and objects.
@Suite("Program: values in expectations", .timeLimit(.minutes(1)))
struct ExpectationReferenceTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        let content = #"{"id":7,"name":"ann","list":[1,2.0],"o":{"a":1,"b":"x"},"t":"7"}"#
        self.server = try FaultServer(
            .answerAndKeep(
                FaultScript.response(
                    fields: ["Content-Type: application/json", "X-Name: ann"],
                    content: content
                )
            )
        )
    }

    private static let rows: [(expectation: String, holds: Bool)] = [
        ("jsonpath $.id == {{id}}", true), ("jsonpath $.t == {{id}}", false),
        (#"jsonpath $.t == "{{id}}""#, true), (#"jsonpath $.id == "{{id}}""#, false),
        ("jsonpath $.name == {{name}}", true), (#"jsonpath $.name == "{{name}}""#, true),
        (#"jsonpath $.name == "x{{name}}""#, false), ("header X-Name {{name}}", true),
        ("header X-Name == {{id}}", false), (#"body contains "\"name\":\"{{name}}\"""#, true),
        ("status {{ok}}", true), ("status == {{id}}", false), ("status in {{id}},{{ok}}", true),
        ("status == {{name}}", false), ("jsonpath $.name not == {{name}}", false),
        ("jsonpath $.name startsWith {{first}}", true), ("jsonpath $.id == {{none}}", false),
        ("jsonpath $.id == {{one.response.body.$.id}}", true),
        ("jsonpath $.list == [1,2]", true), ("jsonpath $.list == [2,1]", false),
        (#"jsonpath $.o == {"b":"x","a":1}"#, true), (#"jsonpath $.o == {"a":1}"#, false),
        (#"jsonpath $.o != {"a":1}"#, true), ("jsonpath $.list == [1,", false),
    ]

    @Test(arguments: rows)
    func `what a reference yields is compared, in a file and at the prompt`(
        _ row: (expectation: String, holds: Bool)
    ) throws {
        let variables = ["id = 7", "name = ann", "ok = 200", "first = a"]
        let file = """
            @base = \(self.server.baseURL)
            \(variables.map { "@\($0)" }.joined(separator: "\n"))

            ### 1
            # @name one
            GET /

            ### 2
            # @expect \(row.expectation)
            GET /
            """
        _ = try self.workspace.write("t.http", file)
        let replayed = try self.workspace.run(["replay", "--no-rc", "t.http"])
        #expect(replayed.status == .exited(row.holds ? 0 : 4), "\(replayed.standardError)")
        let lines =
            variables.map { "@\($0)" } + [
                "get \(self.server.baseURL)/ --name one", "get \(self.server.baseURL)/",
                "expect \(row.expectation)",
            ]
        let typed = try self.workspace.run(lines: lines)
        #expect(typed.status == .exited(row.holds ? 0 : 7), "\(typed.standardError)")
    }

    @Test func `one that cannot be resolved fails, and says which`() throws {
        let output = try self.workspace.run(
            lines: ["get \(self.server.baseURL)/", "expect jsonpath $.id == {{none}}"]
        )
        #expect(output.status == .exited(7))
        #expect(output.standardError.contains("expect jsonpath $.id == {{none}}: FAILED"))
        #expect(output.standardError.contains("no variable none"), "\(output.standardError)")
    }

    @Test func `a value that was captured before is compared, and is never a predicate`() throws {
        let file = """
            @base = \(self.server.baseURL)

            ### 1
            # @capture n = jsonpath $.id
            GET /

            ### 2
            # @expect jsonpath $.id == {{n}}
            # @expect jsonpath $.name not == "{{p}}"
            GET /
            """
        _ = try self.workspace.write("t.http", file)
        let output = try self.workspace.run(
            ["replay", "--no-rc", "--var", "p=ann\" exists", "t.http"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
    }
}
