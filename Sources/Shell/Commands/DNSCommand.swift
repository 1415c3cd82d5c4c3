import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `dns flush`: forgets the addresses of names.
struct DNSCommand: ShellCommand {
    let signature = CommandSignature("dns")
    let group = CommandGroup.pool
    let summary = "forget the addresses of names"
    let help = CommandHelp(
        usage: ["dns flush [HOST]"],
        text: """
            The addresses of a name are kept for a minute, failures never. `flush` forgets those of
            a host, or of all, so that the next connection asks again; open connections stay.
            """,
        examples: ["dns flush", "dns flush localhost"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let action = try arguments.take("flush")
        guard action.text == "flush" else { throw arguments.unknown(action, known: ["flush"]) }
        let host = try arguments.take().map { word throws(ShellProblem) in
            try evaluator.origin(named: word).host
        }
        try arguments.end()
        let count = await evaluator.session.transport.flushAddresses(of: host)
        if let host, count == 0 { return .remark("no addresses of \(host) are kept") }
        return .remark("forgot the addresses of \(CountText.text(count, "name"))")
    }
}
