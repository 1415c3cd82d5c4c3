import HTTPModel
import HTTPSession
import ShellLanguage

/// `again [N]`: sends a request once more.
struct AgainCommand: ShellCommand {
    let signature = CommandSignature("again")
    let group = CommandGroup.requests
    let summary = "send a request once more"
    let help = CommandHelp(
        usage: ["again [N]"],
        text: """
            Sends the request of an exchange (the last one, unless N is given) once more, with what
            was substituted then; fields, cookies and credentials of the session are those of now.
            """,
        examples: ["get /users/7", "again", "again 1"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let logged = try await evaluator.exchange(of: invocation)
        try await evaluator.send(logged.request, asTyped: logged.exchange.number)
        return .none
    }
}

extension Evaluator {
    /// Sends a request that is made already, and shows its answer.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - number: The exchange whose typed form a session file gets for it; nil if there is none.
    /// - Throws: What the exchange comes to.
    func send(
        _ request: HTTPSession.SessionRequest,
        asTyped number: Int?
    ) async throws(ShellProblem) {
        var request = request
        request.name = nil
        request.isBackground = false
        let own = self.session.reserveNumber()
        if let number, var entry = self.typed[number] {
            entry.state = await self.stickyState()
            self.typed.insert(entry, for: own)
        }
        let answer = self.arrivingAnswer()
        let exchange = await self.session.perform(request, number: own, observer: answer)
        await self.console.arrivingOutputTaken()
        let wasShown = answer?.wasShown ?? false
        try await self.show(exchange, request: nil, tails: .none, wasShown: wasShown)
        try self.check(outcomeOf: exchange)
    }
}
