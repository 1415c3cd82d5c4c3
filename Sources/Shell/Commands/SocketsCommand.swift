import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `sockets`: the pooled connections.
struct SocketsCommand: ShellCommand {
    let signature = CommandSignature("sockets", acceptsTails: true)
    let group = CommandGroup.pool
    let summary = "the pooled connections and their facts"
    let help = CommandHelp(
        usage: ["sockets [--for ORIGIN] [--closed]", "sockets #ID", "#ID"],
        text: """
            Lists the open connections, and those closed in the last minute, each with its state,
            age, idle time, requests served, bytes, round-trip time, addresses, and why it closed.
            With a number all facts of that connection. --closed lists the last 50 closed ones,
            --for the connections to one origin.
            """,
        examples: ["sockets", "sockets --closed"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let context = evaluator.outputContext(for: invocation.tails)
        var snapshot = await evaluator.session.transport.snapshot()
        let word = arguments.next
        if let id = try arguments.takeConnection() {
            try arguments.end()
            let all = snapshot.connections + snapshot.closed
            guard let connection = all.first(where: { $0.id == id }) else {
                throw .noSuchConnection(id.number, word?.span)
            }
            return CommandOutput(
                SocketDetails.lines(of: connection, in: context),
                json: [ConnectionJSON.line(for: connection)]
            )
        }
        let selection: SocketsTable.Selection =
            arguments.takeFlag("--closed") ? .closed : .current
        if let scope = try arguments.takeOption("--for", "an origin") {
            snapshot = snapshot.restricted(to: try evaluator.origin(named: scope))
        }
        try arguments.end()
        return CommandOutput(
            SocketsTable.lines(of: snapshot, showing: selection, in: context),
            json: SocketsTable.connections(of: snapshot, showing: selection).map {
                ConnectionJSON.line(for: $0)
            }
        )
    }
}
