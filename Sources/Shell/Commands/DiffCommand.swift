import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `diff N M`: where two answers differ.
struct DiffCommand: ShellCommand {
    let signature = CommandSignature("diff", acceptsTails: true)
    let group = CommandGroup.traffic
    let summary = "where two answers differ: status, fields, content"
    let help = CommandHelp(
        usage: ["diff N M", "diff N", "diff"],
        text: """
            Compares two answers; without M with the last one, without N the last two. Of JSON it
            shows the values that differ, by their paths, whatever the order of the members; of text
            the lines. Date and Age are left out.
            """,
        examples: ["get /users/7", "get /users/3", "diff 1 2", "diff"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let first = arguments.take()
        let second = arguments.take()
        try arguments.end()
        let new: LoggedExchange
        let old: LoggedExchange
        if let first {
            old = try await evaluator.exchange(first)
            new = try await evaluator.exchange(second)
        } else {
            (old, new) = try await self.lastTwo(evaluator)
        }
        let difference = ExchangeDifference(
            .init(old.exchange, content: try evaluator.wholeContent(of: old.exchange)),
            .init(new.exchange, content: try evaluator.wholeContent(of: new.exchange)),
            in: evaluator.outputContext(for: invocation.tails)
        )
        return CommandOutput(difference.lines)
    }

    private func lastTwo(
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> (LoggedExchange, LoggedExchange) {
        if let repetition = await evaluator.session.lastRepetition() {
            throw .answersNotKept(repetition.numbers, nil)
        }
        var found: [LoggedExchange] = []
        for entry in await evaluator.session.entries.reversed() {
            guard case .exchange(let logged) = entry, !logged.isRunning,
                !logged.exchange.isBackground
            else { continue }
            found.append(logged)
            if found.count == 2 { return (found[1], found[0]) }
        }
        guard !found.isEmpty else { throw .noContent }
        throw .nothingToCompare(found[0].exchange.number)
    }
}
