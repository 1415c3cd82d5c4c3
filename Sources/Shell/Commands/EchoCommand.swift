import Rendering
import ShellLanguage

/// `echo`: prints its words.
struct EchoCommand: ShellCommand {
    let signature = CommandSignature("echo", acceptsTails: true)
    let group = CommandGroup.shell
    let summary = "print words, with references replaced"
    let help = CommandHelp(
        usage: ["echo WORD …"],
        text: "Prints its words with a blank between them: shows what a reference yields.",
        examples: ["@id = 7", "echo {{id}}", "echo {{$uuid}}"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let arguments = try await evaluator.arguments(of: invocation)
        let text = arguments.remaining.map(\.text).joined(separator: " ")
        // What a reference yields may be a server's.
        let isSafe = !evaluator.console.outputIsTerminal || !invocation.tails.isEmpty
        return CommandOutput([isSafe ? text : Sanitizer.text(text)])
    }
}
