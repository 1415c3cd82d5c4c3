import HTTPSession
import Rendering
import ShellLanguage

/// `timing [N]`: the phases of an exchange.
struct TimingCommand: ShellCommand {
    let signature = CommandSignature("timing", acceptsTails: true)
    let group = CommandGroup.traffic
    let summary = "the phases of an exchange: queue, dns, connect, tls, send, wait, receive"
    let help = CommandHelp(
        usage: ["timing [N]"],
        text: """
            Shows how long each phase took. A phase that a reused connection does not have is –,
            never 0. `set timing on` shows it after each answer.
            """,
        examples: ["get /users", "timing"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let logged = try await evaluator.exchange(of: invocation)
        let context = evaluator.outputContext(for: invocation.tails)
        return CommandOutput(
            TimingReport.lines(for: logged.exchange, in: context),
            json: [ExchangeJSON.line(for: logged.exchange)]
        )
    }
}
