import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `auth`: credentials for the base's origin.
struct AuthCommand: ShellCommand {
    let signature = CommandSignature("auth", acceptsTails: true)
    let group = CommandGroup.session
    let summary = "credentials for the base's origin"
    let help = CommandHelp(
        usage: [
            "auth", "auth basic USER[:PASSWORD]", "auth bearer TOKEN", "auth none",
            "… [--for ORIGIN]",
        ],
        text: """
            Credentials belong to the origin of the base when they are entered, and go there only.
            A password that is not given is asked for without echo. A request's own Authorization
            field and its --auth or --bearer come first. Digest and netrc are not supported yet.
            """,
        examples: ["auth basic ann:secret", "auth", "auth none"]
    )

    func secret(in invocation: CommandInvocation) -> (word: Word, name: String)? {
        guard invocation.words.count >= 2, let kind = invocation.words[0].literalText,
            kind == "basic" || kind == "bearer"
        else { return nil }
        return (invocation.words[1], kind == "basic" ? "credentials" : "token")
    }

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let scope = try arguments.takeOption("--for", "an origin")
        guard let kind = arguments.take() else {
            try arguments.end()
            return await self.list(evaluator)
        }
        var origin = evaluator.base?.origin
        if let scope { origin = try evaluator.origin(named: scope) }
        guard let origin else { throw .noBase }
        var credentials: HTTPSession.Credentials?
        switch kind.text {
        case "basic":
            let word = try arguments.take("USER or USER:PASSWORD")
            credentials = try await self.basic(word, evaluator)
        case "bearer":
            let token = try arguments.take("a token")
            credentials = try Evaluator.checked(token.span) { () throws(CredentialsError) in
                try .bearer(token.text)
            }
        case "none": credentials = nil
        case "digest", "netrc": throw .notYet("auth \(kind.text)", kind.span)
        default:
            throw arguments.unknown(kind, known: ["basic", "bearer", "none", "digest", "netrc"])
        }
        try arguments.end()
        await evaluator.session.setCredentials(credentials, for: origin)
        return .remark(
            credentials.map { "\($0) goes to \(origin) only" } ?? "no credentials for \(origin)"
        )
    }

    private func basic(
        _ word: Arguments.Argument,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> HTTPSession.Credentials {
        let parts = word.text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var password = parts.count > 1 ? String(parts[1]) : nil
        if password == nil { password = await evaluator.configuration.askSecret?("password") }
        guard let password else {
            throw .unresolved(
                reference: "password",
                .secretWithoutTerminal("password"),
                word.span
            )
        }
        return try Evaluator.checked(word.span) { () throws(CredentialsError) in
            try .basic(user: String(parts[0]), password: password)
        }
    }

    private func list(_ evaluator: isolated Evaluator) async -> CommandOutput {
        let all = await evaluator.session.credentialsByOrigin.sorted { $0.key < $1.key }
        guard !all.isEmpty else {
            return .remark("no credentials; `auth basic USER:PASSWORD` sets them for the base")
        }
        return CommandOutput(all.map { "\($0.key)  \(Sanitizer.line($0.value.description))" })
    }
}
