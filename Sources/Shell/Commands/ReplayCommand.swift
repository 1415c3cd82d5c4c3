import SessionFiles
import ShellLanguage

/// `replay FILE`: replays a session file into the live session.
struct ReplayCommand: ShellCommand {
    let signature = CommandSignature("replay", acceptsTails: true)
    let group = CommandGroup.files
    let summary = "replay a session file and check its expectations"
    let help = CommandHelp(
        usage: [
            "replay FILE [--strict] [--continue-on-error] [--dry-run] [--update]",
            "replay FILE [--only NAME]… [--from NAME] [--to NAME] [--pace none|original|xN]",
            "replay FILE [--env NAME] [--fresh] [--pool-size N] [--save-cookies] [--allow-outside]",
        ],
        text: """
            Sends the requests of a session file in order, over the live session: its settings,
            default fields and variables hold during the replay and are then as before; cookies
            stay. Each failed expectation is told with its place, what was expected and what came.
            --strict makes differences from the recording failures too; --update writes what came
            into recordings and literal expectations, after showing the lines. --dry-run shows what
            would be sent. --only, --from and --to take names or numbers. --env takes variables
            from http-client.env.json besides the file; --var, captures, requests and the file beat
            it. --fresh starts without the session's cookies, fields, variables and idle
            connections. Of a Markdown file the blocks marked ```http are sent; a block that is a
            curl command is read as the request it is. `linger replay FILE …` does the same from
            outside.
            """,
        examples: ["get /users", "save session.http", "replay session.http"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var options = Evaluator.ReplayOptions()
        options.isInShell = true
        options.isStrict = arguments.takeFlag("--strict")
        options.continuesOnError = arguments.takeFlag("--continue-on-error")
        options.allowsOutside = arguments.takeFlag("--allow-outside")
        options.isDryRun = arguments.takeFlag("--dry-run")
        options.updates = arguments.takeFlag("--update")
        options.savesCookies = arguments.takeFlag("--save-cookies")
        options.environment = try arguments.takeOption("--env", "an environment")?.text
        if let size = try arguments.takeOption("--pool-size", "a number") {
            options.settings["pool.size"] = size.text
        }
        if let pace = try arguments.takeOption("--pace", "none, original or xN") {
            guard let value = Pace(pace.text) else {
                let problem = UsageProblem.invalid(pace.text, expected: "none, original or xN")
                throw .usage(command: "replay --pace", problem, pace.span)
            }
            options.pace = value
        }
        try self.select(&arguments, &options.selection)
        options.isFresh = arguments.takeFlag("--fresh")
        let path = try arguments.take("a session file")
        try arguments.end()
        let file = evaluator.localPath(path.text)
        guard Files.exists(file) else {
            throw .file(path: file, .read, detail: "No such file or directory", path.span)
        }
        let status = await evaluator.replay(file, options: options).status
        if Task.isCancelled { throw .interrupted }
        guard status == .passed else { throw .replayFailed(status: status.rawValue) }
        return .none
    }

    private func select(
        _ arguments: inout Arguments,
        _ selection: inout ReplaySelection
    ) throws(ShellProblem) {
        while let name = try arguments.takeOption("--only", "the name of a request") {
            selection.only.append(name.text)
        }
        selection.from = try arguments.takeOption("--from", "the name of a request")?.text
        selection.to = try arguments.takeOption("--to", "the name of a request")?.text
    }
}
