import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `why [N] [#ID]`: why an exchange got the connection it got.
struct WhyCommand: ShellCommand {
    let signature = CommandSignature("why", acceptsTails: true)
    let group = CommandGroup.pool
    let summary = "why an exchange got its connection, and not another"
    let help = CommandHelp(
        usage: ["why", "why N", "why N #ID"],
        text: """
            Says for an exchange (the last one, unless N is given) which connection carried it,
            whether it was new or reused and why, what it waited for, and the verdict on every
            connection of the origin. `help retries` has the rules by which one is sent again.
            """,
        examples: ["get /users", "why"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var number: Arguments.Argument?
        if let next = arguments.next, !next.text.hasPrefix("#") { number = arguments.take() }
        let word = arguments.next
        let connection = try arguments.takeConnection()
        try arguments.end()
        let logged = try await evaluator.exchange(number)
        let snapshot = await evaluator.session.transport.snapshot()
        // Numbers are given in order; of old connections not everything is known any more.
        let newest = evaluator.events.events.compactMap(\.connection).max() ?? ConnectionID(0)
        if let connection, connection > newest {
            throw .noSuchConnection(connection.number, word?.span)
        }
        return CommandOutput(
            WhyReport.lines(
                for: logged.exchange,
                about: connection,
                limits: snapshot.limits,
                in: evaluator.outputContext(for: invocation.tails)
            ),
            json: [ExchangeJSON.line(for: logged.exchange)]
        )
    }
}

extension Evaluator {
    /// The exchange that the only argument of a command names, by number or name; without one the
    /// last.
    func exchange(of invocation: CommandInvocation) async throws(ShellProblem) -> LoggedExchange {
        var arguments = try await self.arguments(of: invocation)
        let number = arguments.take()
        try arguments.end()
        return try await self.exchange(number)
    }

    /// The exchange that an argument names, by number or name; without one the last.
    ///
    /// After a repetition it is not the exchange before that one, which nobody means.
    func exchange(_ argument: Arguments.Argument?) async throws(ShellProblem) -> LoggedExchange {
        switch try await self.entry(argument) {
        case .exchange(let logged): return logged
        case .repetition(let record): throw .answersNotKept(record.numbers, argument?.span)
        }
    }

    /// The exchange or repetition that an argument names, by number or name; without one the last.
    func entry(_ argument: Arguments.Argument?) async throws(ShellProblem) -> LogEntry {
        let found: LogEntry?
        let text = argument?.text ?? "last"
        if let number = Int(text) {
            found = await self.session.entry(number)
        } else if text == "last" {
            found = await self.session.lastEntry()
        } else {
            found = await self.session.entry(named: text)
        }
        if let found { return found }
        guard let argument, text != "last" else { throw .noContent }
        throw .noSuchExchange(argument.text, argument.span)
    }
}
