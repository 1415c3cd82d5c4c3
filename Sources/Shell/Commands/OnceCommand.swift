import ShellLanguage

/// `once > FILE`: where the next output goes.
struct OnceCommand: ShellCommand {
    let signature = CommandSignature("once", acceptsTails: true)
    let group = CommandGroup.files
    let summary = "send the next output to a file or filter"
    let help = CommandHelp(
        usage: ["once > FILE", "once | COMMAND …"],
        text: """
            The next line that prints and has no tail of its own prints there: `once > users.json`,
            then `get /users`. After that everything is as before.
            """,
        examples: ["once | wc -c", "get /users"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        try await evaluator.arguments(of: invocation).end()
        guard !invocation.tails.isEmpty else {
            throw .usage(command: "once", .missing("`> FILE` or `| COMMAND`"), nil)
        }
        evaluator.onceTails = invocation.tails
        return .none
    }
}

extension Evaluator {
    /// The request with the tails that `once` kept, if it has none of its own.
    func withOnceTails(_ line: RequestLine) -> RequestLine {
        guard let tails = self.onceTails, line.tails.isEmpty else { return line }
        self.onceTails = nil
        var line = line
        line.tails = tails
        return line
    }

    /// The command with the tails that `once` kept, if it prints and has none of its own.
    func withOnceTails(_ invocation: CommandInvocation) -> CommandInvocation {
        guard let tails = self.onceTails, invocation.tails.isEmpty, invocation.name != "once",
            self.registry.command(invocation.name)?.signature.acceptsTails == true
        else { return invocation }
        self.onceTails = nil
        var invocation = invocation
        invocation.tails = tails
        return invocation
    }
}
