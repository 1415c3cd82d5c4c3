import ShellLanguage

/// `quit`: leaves the shell.
struct QuitCommand: ShellCommand {
    let signature = CommandSignature("quit", alternativeNames: ["exit"])
    let group = CommandGroup.shell
    let summary = "leave; ^D does too"
    let help = CommandHelp(
        usage: ["quit", "exit"],
        text: """
            Closes the connections and leaves. Jobs in the background have 2 s to end, unless a key
            is pressed; those that have not are cancelled, and named.
            """,
        examples: ["quit"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        try await evaluator.arguments(of: invocation).end()
        evaluator.wantsToQuit = true
        return .none
    }
}
