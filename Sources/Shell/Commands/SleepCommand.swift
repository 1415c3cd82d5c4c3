import ShellLanguage

/// `sleep D`: waits.
struct SleepCommand: ShellCommand {
    let signature = CommandSignature("sleep")
    let group = CommandGroup.shell
    let summary = "wait for a while"
    let help = CommandHelp(
        usage: ["sleep D"],
        text: "Waits for a duration: 250ms, 1.5s, 2m; a bare number is seconds.",
        examples: ["sleep 100ms"]
    )
    let completions: [String: [CompletionSource]] = ["D": [.words(["250ms", "1s", "5s"])]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let word = try arguments.take("a duration")
        try arguments.end()
        guard let duration = DurationLiteral.parse(word.text) else {
            throw .usage(
                command: "sleep",
                .invalid(word.text, expected: "a duration such as 250ms, 1.5s or 2m"),
                word.span
            )
        }
        do {
            try await Task.sleep(for: duration)
        } catch {
            throw .interrupted
        }
        return .none
    }
}
