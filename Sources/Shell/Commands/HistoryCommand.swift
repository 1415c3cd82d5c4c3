import ShellLanguage

/// `history`: the lines that were entered.
struct HistoryCommand: ShellCommand {
    let signature = CommandSignature("history", acceptsTails: true)
    let group = CommandGroup.shell
    let summary = "the lines that were entered in this session"
    let help = CommandHelp(
        usage: ["history [N]"],
        text: """
            Lists the last lines (50, or N), with secrets replaced as in the history file. Up and
            ^R reach the lines of earlier sessions too.
            """,
        examples: ["history"]
    )
    let completions: [String: [CompletionSource]] = ["N": [.nothing]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var count = 50
        if arguments.next != nil {
            count = try arguments.takeNumber("a number of lines", minimum: 1).value
        }
        try arguments.end()
        let lines = evaluator.enteredLines
        guard !lines.isEmpty else {
            return .remark("no lines yet; Up and ^R at the prompt find those that you enter")
        }
        let first = max(0, lines.count - count)
        return CommandOutput(
            lines[first...].enumerated().map { "\(first + $0.offset + 1)  \($0.element)" }
        )
    }
}
