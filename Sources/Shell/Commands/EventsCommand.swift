import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `events [#ID]`: what happened to requests, connections and the pool.
struct EventsCommand: ShellCommand {
    let signature = CommandSignature("events", acceptsTails: true)
    let group = CommandGroup.pool
    let summary = "what happened to requests, connections and the pool"
    let help = CommandHelp(
        usage: ["events [#ID] [--for ORIGIN] [--last N] [--follow]"],
        text: """
            Lists the last events (40, or N), oldest first; with a connection only that one's, with
            an origin those of its requests and connections. --follow goes on with each new one
            until ^C.
            Everything that linger shows about connections is made from these.
            """,
        examples: ["get /users", "events", "events #1"]
    )
    let completions: [String: [CompletionSource]] = ["N": [.nothing]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var count = 40
        if let last = try arguments.takeOption("--last", "a number of events") {
            guard let number = Int(last.text), number >= 1 else {
                throw .usage(
                    command: "events --last",
                    .invalid(last.text, expected: "a whole number from 1 up"),
                    last.span
                )
            }
            count = number
        }
        let follows = arguments.takeFlag("--follow")
        let scope = try arguments.takeOption("--for", "an origin")
        let connection = try arguments.takeConnection()
        try arguments.end()
        let origin = try scope.map { word throws(ShellProblem) in
            try evaluator.origin(named: word)
        }
        let snapshot = await evaluator.session.transport.snapshot()
        var filter = EventFilter(origin: origin, connection: connection, snapshot)
        // Before what there is is read, so that nothing falls between.
        let news = follows ? evaluator.events.follow() : nil
        let events = evaluator.events.events
            .filter { filter.takes($0) }
            .suffix(count)
        let context = evaluator.outputContext(for: invocation.tails)
        if let news {
            let last = events.last?.sequence ?? 0
            try await self.print(events.map(\.self), invocation, evaluator)
            for await event in news where event.sequence > last {
                guard filter.takes(event) else { continue }
                try await self.print([event], invocation, evaluator)
            }
            throw .interrupted
        }
        guard !events.isEmpty else {
            let place = origin.map { " of \($0)" } ?? connection.map { " of \($0)" } ?? ""
            return .remark("no events\(place) yet; `get /` makes some")
        }
        return CommandOutput(
            events.flatMap { EventLine.lines(for: $0, in: context) },
            json: events.map { EventJSON.line(for: $0) }
        )
    }

    private func print(
        _ events: [PoolEvent],
        _ invocation: CommandInvocation,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) {
        let context = evaluator.outputContext(for: invocation.tails)
        let output = CommandOutput(
            events.flatMap { EventLine.lines(for: $0, in: context) },
            json: events.map { EventJSON.line(for: $0) }
        )
        guard invocation.tails.isEmpty, !evaluator.printsJSON else {
            return try await evaluator.print(output, tails: invocation.tails)
        }
        // Never through the pager, which would show none that comes later.
        let console = evaluator.console
        for line in output.lines {
            console.outLine(console.outputIsTerminal ? console.adapted(line) : line)
        }
    }
}
