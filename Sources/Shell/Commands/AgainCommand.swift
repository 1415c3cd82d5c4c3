import HTTPModel
import HTTPSession
import SessionFiles
import ShellLanguage

/// `again [N]`: sends a request once more.
struct AgainCommand: ShellCommand {
    let signature = CommandSignature("again", acceptsTails: true)
    let group = CommandGroup.requests
    let summary = "send a request once more"
    let help = CommandHelp(
        usage: ["again [N] [| FILTER] [> FILE]"],
        text: """
            Sends the request of an exchange (the last one, unless N is given) once more, with what
            was substituted then; fields, cookies and credentials of the session are those of now.
            Of a repetition it sends one request, whose answer is kept. Tags before it are its own.
            """,
        examples: ["get /users/7", "again", "again 1 | $.name"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let tails = try await evaluator.resolvingFile(of: invocation.tails)
        let number = arguments.take()
        try arguments.end()
        let entry = try await evaluator.entry(number)
        let request =
            switch entry {
            case .exchange(let logged): logged.request
            case .repetition(let record): record.request
            }
        try await evaluator.send(request, asTyped: entry.numbers.lowerBound, tails: tails)
        return .none
    }
}

extension Evaluator {
    /// Sends a request that is made already, and shows its answer.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - number: The exchange whose typed form a session file gets for it; nil if there is none.
    ///   - tails: Where its answer goes.
    /// - Throws: What the exchange comes to.
    func send(
        _ request: HTTPSession.SessionRequest,
        asTyped number: Int?,
        tails: Tails = .none
    ) async throws(ShellProblem) {
        let tags = self.takeTags()
        var request = request
        request.name = nil
        request.isBackground = false
        tags.apply(to: &request)
        try await self.makeDefaults(for: &request)
        let own = self.session.reserveNumber()
        if let number, var entry = self.typed[number] {
            entry.state = await self.stickyState()
            entry.settings = self.settingsForSave()
            entry.repetition = nil
            entry.recorded.captures = []
            entry.recorded.expectations = []
            self.typed.insert(entry, for: own)
        }
        let built = BuiltRequest(request: request)
        self.remarkOrigin(of: built)
        await self.remarkCredentials(of: built)
        let exchange = try await self.sendAndShow(
            built,
            number: own,
            tails: tails,
            isOnlyShown: !tags.concernsResponse
        )
        try await self.capture(tags.captures, from: exchange)
        try await self.check(exchange, tags.expectations)
        try self.check(outcomeOf: exchange)
    }
}
