import ShellLanguage

/// `clear`: clears the screen.
struct ClearCommand: ShellCommand {
    let signature = CommandSignature("clear")
    let group = CommandGroup.shell
    let summary = "clear the screen"
    let help = CommandHelp(
        usage: ["clear"],
        text: "Clears the terminal's screen; does nothing where output is no terminal.",
        examples: ["clear"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        try await evaluator.arguments(of: invocation).end()
        if evaluator.console.outputIsTerminal {
            evaluator.console.out(Array("\u{1B}[H\u{1B}[2J".utf8))
        }
        return .none
    }
}
