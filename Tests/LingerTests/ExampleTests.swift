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
        try Self.run(command.help.examples)
    }

    @Test(.timeLimit(.minutes(1)), arguments: HelpTopics.examples.map(\.topic))
    func `the examples of a topic run on the demo API, and are shown`(topic: String) throws {
        let examples = try #require(HelpTopics.examples.first { $0.topic == topic }?.lines)
        try Self.run(examples)
        let output = try Workspace().run(["-c", "help \(topic)"])
        for example in examples { #expect(output.standardOutput.contains("\n  \(example)\n")) }
    }

    private static func run(_ examples: [String]) throws {
        let workspace = try Workspace()
        let demo = try Demo(in: workspace)
        mkdir("\(workspace.path)/examples", 0o700)
        try workspace.write("examples/pool.linger", "get /small\n")
        // As somebody types them who has begun with `linger demo`.
        let before = ["base \(demo.baseURL)"]
        let examples = examples.map {
            $0.replacing("http://127.0.0.1:8080", with: demo.baseURL)
        }
        let lines = examples.enumerated().flatMap { ["!echo --\($0.offset)--", $0.element] }
        let terminal = try workspace.terminal(
            ["--no-rc"] + (before + lines).flatMap { ["-c", $0] },
            environment: ["EDITOR": "true", "LINGER_OPEN": "true", "NO_COLOR": "1"]
        )
        let status = try terminal.waitForExit(within: .seconds(60))
        let text = String(decoding: terminal.transcript.filter { $0 != 0x0D }, as: UTF8.self)
        #expect(status == .exited(0), "\(text)")
        for (index, example) in examples.enumerated() {
            let mark = "--\(index)--\n"
            let start = try #require(text.firstRange(of: mark)?.upperBound, "\(example): \(text)")
            let end = text.firstRange(of: "--\(index + 1)--\n")?.lowerBound ?? text.endIndex
            let printed = start < end ? text[start..<end] : ""
            #expect(!"\n\(printed)".contains("\nerror: "), "\(example): \(printed)")
            #expect(printed.isEmpty == Self.isQuiet(example), "\(example): \(printed)")
        }
    }

    /// What sets something says nothing where it has done so; everything else has an answer.
    private static func isQuiet(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        if line.hasPrefix("@") || words.first?.hasSuffix(":") == true { return true }
        // Without a value it shows one.
        if words.first == "set", words.count < 3 { return false }
        let setters = [
            "base URL", "headers rm", "headers set", "cookies set", "vars set", "set NAME",
            "unset NAME",
            "name NAME", "alias NAME", "sleep NAME", "expect NAME", "once |",
        ].map { $0.split(separator: " ") }
        return setters.contains { setter in
            guard words.count > 1, words[0] == setter[0] else { return false }
            return setter[1].allSatisfy(\.isUppercase) || words[1] == setter[1]
        }
    }
}
