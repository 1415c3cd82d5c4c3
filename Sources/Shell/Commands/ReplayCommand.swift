import SessionFiles
import ShellLanguage

/// `replay FILE`: replays a session file into the live session.
struct ReplayCommand: ShellCommand {
    let signature = CommandSignature("replay", acceptsTails: true)
    let group = CommandGroup.files
    let summary = "replay a session file and check its expectations"
    let help = CommandHelp(
        usage: ["replay FILE [--strict] [--continue-on-error] [--allow-outside]"],
        text: """
            Sends the requests of a session file in order, over the live session: its settings,
            default fields and variables hold during the replay and are then as before; cookies
            stay. Each failed expectation is told with its place, what was expected and what came.
            --strict makes differences from the recording failures too. `linger replay FILE …` does
            the same from outside.
            """,
        examples: ["get /users", "save session.http", "replay session.http"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var options = Evaluator.ReplayOptions()
        options.isStrict = arguments.takeFlag("--strict")
        options.continuesOnError = arguments.takeFlag("--continue-on-error")
        options.allowsOutside = arguments.takeFlag("--allow-outside")
        let path = try arguments.take("a session file")
        try arguments.end()
        let status = await evaluator.replay(evaluator.localPath(path.text), options: options)
        if Task.isCancelled { throw .interrupted }
        guard status == .passed else { throw .replayFailed(status: status.rawValue) }
        return .none
    }
}
