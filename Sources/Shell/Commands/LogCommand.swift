import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `log`: the numbered exchanges.
struct LogCommand: ShellCommand {
    let signature = CommandSignature("log", acceptsTails: true)
    let group = CommandGroup.traffic
    let summary = "the numbered exchanges"
    let help = CommandHelp(
        usage: ["log", "log N", "log --all"],
        text: """
            Lists the last exchanges (20, or N) with status, size, time and connection. A
            repetition is one entry.
            """,
        examples: ["get /users", "log"]
    )
    let completions: [String: [CompletionSource]] = ["N": [.nothing]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let showsAll = arguments.takeFlag("--all")
        var count = 20
        if arguments.next != nil {
            count = try arguments.takeNumber("a number of exchanges", minimum: 1).value
        }
        try arguments.end()
        let entries = await evaluator.session.entries
        let shown = showsAll ? entries[...] : entries.suffix(count)
        let context = evaluator.outputContext(for: invocation.tails)
        var exchanges: [Exchange] = []
        var repetitions: [String] = []
        for entry in shown {
            switch entry {
            case .exchange(let logged): exchanges.append(logged.exchange)
            case .repetition(let record):
                repetitions += RepeatSummary(record).lines(in: context)
                    .flatMap { context.folded($0) }
            }
        }
        var lines: [String] = []
        if !exchanges.isEmpty || repetitions.isEmpty {
            lines = ExchangeTable.lines(of: exchanges, in: context)
        }
        return CommandOutput(
            lines + repetitions,
            json: exchanges.map { ExchangeJSON.line(for: $0) }
        )
    }
}
