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
            repetition is one entry, and stands where it began.
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
        // Each stands behind as many exchanges as there were before it.
        var repetitions: [(place: Int, lines: [String])] = []
        var json: [String] = []
        for entry in shown {
            switch entry {
            case .exchange(let logged):
                exchanges.append(logged.exchange)
                json.append(ExchangeJSON.line(for: logged.exchange))
            case .repetition(let record):
                let summary = RepeatSummary(record)
                let lines = summary.lines(in: context).flatMap { context.folded($0) }
                repetitions.append((exchanges.count, lines))
                json.append(summary.json)
            }
        }
        var lines: [String] = []
        if !exchanges.isEmpty || repetitions.isEmpty {
            lines = ExchangeTable.lines(of: exchanges, in: context)
        }
        // From the last on, so that the places before it stay what they are.
        for (place, summary) in repetitions.reversed() {
            // Behind the line with the names of the columns, where there is one.
            lines.insert(contentsOf: summary, at: exchanges.isEmpty ? 0 : place + 1)
        }
        return CommandOutput(lines, json: json)
    }
}
