import Glibc
import Shell
import ShellLanguage
import TestSupport
import Testing

@Suite("Help: every example does what it shows")
struct ExampleTests {
    /// Ends the program: a terminal's tests have it.
    private static let others: Set<String> = ["quit"]

    @Test(
        .timeLimit(.minutes(1)),
        arguments: CommandRegistry.standard.commands.map(\.signature.name)
            .filter { !others.contains($0) }
    )
    func `the examples of a command run on the demo API`(name: String) throws {
        let command = try #require(CommandRegistry.standard.command(name))
        let workspace = try Workspace()
        let demo = try Demo(in: workspace)
        mkdir("\(workspace.path)/examples", 0o700)
        try workspace.write("examples/pool.linger", "get /small\n")
        // `cookies why` is about the last answer.
        let before = ["base \(demo.baseURL)"] + (name == "cookies" ? ["get /small"] : [])
        let examples = command.help.examples.map {
            $0.replacing("http://127.0.0.1:8080", with: demo.baseURL)
        }
        let output = try workspace.run(
            ["--no-rc"] + (before + examples).flatMap { ["-c", $0] },
            environment: ["EDITOR": "true", "LINGER_OPEN": "true"]
        )
        #expect(
            output.status == .exited(0),
            "\(command.help.examples): \(output.standardError)"
        )
    }
}
