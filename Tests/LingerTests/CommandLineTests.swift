import TestSupport
import Testing

@Suite("Program: what the command line says")
struct CommandLineTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
        try self.workspace.write("a", "echo a\n")
        try self.workspace.write("b", "echo b\n")
    }

    struct Case {
        let arguments: [String]
        let output: String
        var status = 0
    }

    @Test(arguments: [
        Case(arguments: ["-f", "a", "-f", "b"], output: "ab"),
        Case(arguments: ["-f", "a", "-c", "echo 1", "--file", "b"], output: "a1b"),
        Case(arguments: ["-f", "-", "-f", "a"], output: "ia"),
        Case(arguments: ["-c", "echo 1", "-f", "-", "-f", "a", "-c", "echo 2"], output: "1ia2"),
        Case(arguments: ["-f", "a", "-c", "bogus", "-f", "b"], output: "a", status: 2),
        Case(
            arguments: ["-c", "set on-error continue", "-c", "bogus", "-f", "b"],
            output: "b",
            status: 2
        ),
        Case(arguments: ["-f", "a", "-c", "quit", "-f", "b"], output: "a"),
    ])
    func `lines and files run in its order`(_ example: Case) throws {
        let output = try self.workspace.run(example.arguments, input: "echo i\n")
        #expect(output.status == .exited(example.status), "\(output.standardError)")
        #expect(output.standardOutput.filter { $0 != "\n" } == example.output)
    }

    @Test
    func `it wins over what -s has kept, which stays kept`() throws {
        let first = try self.workspace.run(
            lines: ["@v = old", "set pool.size 3", "set color never"],
            options: ["-s", "work"]
        )
        #expect(first.status == .exited(0), "\(first.standardError)")
        let second = try self.workspace.run(
            lines: ["echo {{v}}", "set pool.size"],
            options: ["-s", "work", "--var", "v=new", "--set", "pool.size=5"]
        )
        #expect(second.standardOutput.hasPrefix("new\n"), "\(second.standardOutput)")
        #expect(second.standardOutput.contains("5"), "\(second.standardOutput)")
        let state = try self.workspace.text("\(self.workspace.data)/linger/sessions/work.state")
        #expect(state.contains("set pool.size \"3\""), "\(state)")
        #expect(state.contains("set color \"never\""), "\(state)")
    }
}
