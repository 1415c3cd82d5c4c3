import TestSupport
import Testing

@Suite("Program: a job and the lines after it")
struct JobStateTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    struct Case: CustomTestStringConvertible {
        var before: [String] = []
        let line: String
        let after: String
        /// What its answer holds.
        var holds = ""
        /// What it does not hold.
        var lacks = "nothing of the kind"

        var testDescription: String { "\(self.line), then \(self.after)" }
    }

    @Test(arguments: [
        Case(
            before: ["auth bearer ONE"],
            line: "get /headers",
            after: "auth bearer TWO",
            holds: "Bearer ONE"
        ),
        Case(
            before: ["cookies set sid=kept"],
            line: "get /cookies",
            after: "cookies clear",
            holds: "kept"
        ),
        Case(line: "get /headers", after: "X-After: yes", lacks: "yes"),
        Case(line: "get /headers", after: "q==yes", lacks: "yes"),
        Case(line: "get /redirect/1", after: "set redirect.follow off", holds: "{"),
        // Made anew each time, from the defaults of then: the first ones before the next line.
        Case(line: "2x2 get /headers X-I:{{$index}}", after: "X-After: yes", lacks: "yes"),
        Case(line: "2x2 get /headers", after: "X-After: yes", lacks: "yes"),
    ])
    func `what is entered after it is nothing to it`(_ example: Case) throws {
        let output = try self.workspace.run(
            lines: example.before + ["\(example.line) > job &", example.after, "wait"],
            options: [self.demo.baseURL]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let answer = try self.workspace.text("job")
        #expect(answer.contains(example.holds) && !answer.isEmpty, "\(answer)")
        #expect(!answer.contains(example.lacks), "\(answer)")
    }

    @Test(arguments: ["pool pause", "pool close idle"])
    func `it has its connection before the next line`(_ after: String) throws {
        let output = try self.workspace.run(
            lines: ["get /small > /dev/null", "get /slow?ms=100 &", after, "wait"],
            options: [self.demo.baseURL]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("2 · GET /slow?ms=100 · 200 OK"))
        #expect(output.standardError.contains("#1 reused"), "\(output.standardError)")
    }
}
