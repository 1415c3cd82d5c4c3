import Glibc
import HTTPModel
import TestSupport
import Testing

/// What is looked at later is the content of its exchange, wherever that went.
@Suite("Program: contents that went to a file")
struct SavedContentTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    private static func answer(_ content: String) -> FaultScript.Step {
        .send(
            FaultScript.response(fields: ["Content-Type: application/json"], content: content)
        )
    }

    /// A server that answers with these contents in turn, on one connection.
    private func server(_ contents: [String]) throws -> FaultServer {
        let steps = contents.flatMap { [FaultScript.Step.readRequest, Self.answer($0)] }
        return try FaultServer(FaultScript(steps + [.waitForClose]))
    }

    private static let users = [#"{"name":"Ann"}"#, #"{"name":"Bob"}"#]
    /// Content of more than is kept in memory besides.
    private static let long =
        #"{"name":"Ann","x":""# + String(repeating: "x", count: 1 << 20) + #""}"#

    @Test(arguments: ["> s.json", ">> s.json", "-o s.json", "> /dev/null"])
    func `what went to a file is what it was, whatever becomes of the file`(
        _ tail: String
    ) throws {
        let server = try self.server(Self.users)
        let output = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "get /1 \(tail)", "get /2 \(tail)", "!rm -f s.json",
                "echo {{1.response.body.$.name}} {{2.response.body.$.name}}", "show 1 raw",
                "diff 1 2", "expect jsonpath $.name == Bob", "show 2 body",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let text = output.standardOutput
        #expect(text.hasPrefix("Ann Bob\n\(Self.users[0])"), "\(text)")
        #expect(text.contains("$.name") && text.contains("Ann") && text.contains("Bob"), "\(text)")
    }

    @Test func `a device's content can be checked, captured and exported`() throws {
        let server = try self.server([Self.users[0]])
        let output = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "# @expect jsonpath $.name == Ann",
                "# @capture who = jsonpath $.name", "get /1 > /dev/null", "echo {{who}}",
                "export har s.har",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput.contains("Ann\n"), "\(output.standardOutput)")
        #expect(try self.workspace.text("s.har").contains(#"{\"name\":\"Ann\"}"#))
    }

    @Test(arguments: ["> s.json", ">> s.json", "-o s.json", "-d -o s.json"])
    func `what is too long for memory is read from its file while that is the same`(
        _ tail: String
    ) throws {
        try self.workspace.write("s.json", tail.hasPrefix(">>") ? "before" : "")
        let server = try self.server([Self.long])
        let read = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "get /1 \(tail)", "echo {{1.response.body.$.name}}",
                "expect jsonpath $.name == Ann", "expect body contains xxx",
            ]
        )
        #expect(read.status == .exited(0), "\(read.standardError)")
        #expect(read.standardOutput == "Ann\n")
    }

    @Test(
        arguments: [
            ("> s.json", "!echo {} > s.json", "went to s.json, which has changed since"),
            (">> s.json", "!echo {} >> s.json", "went to s.json, which has changed since"),
            ("> s.json", "!rm s.json", "went to s.json, which is not there any more"),
            ("> /dev/null", "", "went to /dev/null, and was not kept"),
        ],
        [
            "echo {{1.response.body.$.name}}", "show 1 body", "show 1 raw", "show 1 | $.name",
            "diff 1 1", "expect body contains Ann", "expect jsonpath $.name == Ann",
            "expect sha256 == \(String(repeating: "0", count: 64))",
        ]
    )
    func `what cannot be read any more is an error that says why`(
        _ fate: (tail: String, change: String, sentence: String),
        _ line: String
    ) throws {
        let server = try self.server([Self.long])
        let before = ["base \(server.baseURL)", "get /1 \(fate.tail)"]
        let output = try self.workspace.run(
            lines: before + (fate.change.isEmpty ? [] : [fate.change]) + [line]
        )
        #expect(output.status != .exited(0))
        #expect(output.standardOutput == "")
        let sentence = "that content \(fate.sentence)"
        #expect(output.standardError.contains(sentence), "\(line): \(output.standardError)")
    }
}
