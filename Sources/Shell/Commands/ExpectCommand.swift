import HTTPSession
import ShellLanguage

/// `expect …`: an expectation on the last exchange.
struct ExpectCommand: ShellCommand {
    let signature = CommandSignature("expect", arguments: .text)
    let group = CommandGroup.shell
    let summary = "check the last exchange: status, header, body, connection, connections"
    let help = CommandHelp(
        usage: [
            "expect status 200", "expect header NAME [exists|== V|contains V|matches RE]",
            "expect body contains TEXT", "expect jsonpath $.a == 3", "expect sha256 == HEX",
            "expect connection reused|new",
            "expect connection same-as NAME", "expect connections max N",
            "expect duration < 500 ms",
        ],
        text: """
            Checks the last finished exchange; a failed expectation fails the line, and ends a
            script with status 7. After a repetition status, duration and connection are checked of
            each of its requests. `# @expect …` on a line before a request checks that one. Session
            files use the same words.
            """,
        examples: ["get /users", "expect status 200", "expect connections max 10"]
    )
    let completions: [String: [CompletionSource]] = [
        "NAME": [.fields, .exchangeNames], "N": [.nothing],
    ]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let text = invocation.rawArguments
        guard !text.isEmpty else {
            throw .usage(command: "expect", .missing("what is expected"), nil)
        }
        let expectation = try Evaluator.expectation(text, at: invocation.rawSpan)
        // An older answer must not pass for those of a repetition.
        if let repetition = await evaluator.session.lastRepetition() {
            try await evaluator.check(repetition, expectation)
            return .none
        }
        guard let logged = await evaluator.session.lastExchange() else { throw .noContent }
        try await evaluator.check(logged.exchange, [expectation])
        return .none
    }
}
