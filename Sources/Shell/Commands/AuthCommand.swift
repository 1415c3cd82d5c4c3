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
            "auth", "auth basic USER[:PASSWORD]", "auth digest USER[:PASSWORD]",
            "auth basic USER PASSWORD", "auth bearer TOKEN", "auth none", "… [--for ORIGIN]",
            "auth netrc [FILE|off]",
        ],
        text: """
            Credentials belong to the origin of the base when they are entered, and go there only.
            A password that is not given is asked for without echo. Digest sends nothing before the
            server asks, and then never the password itself. `auth netrc` looks hosts up in $NETRC,
            ~/.netrc or FILE from now on; unasked, linger never does.

            The first of these speaks: the request's own Authorization field; its --auth, --bearer
            or --digest; what `auth` has for the origin; user information in the URL; a default
            Authorization field; netrc. `show N request` says which one did.
            """,
        examples: ["auth basic ann:secret", "auth", "auth none"]
    )

    let takesSecrets = true

    /// All words behind the kind, but for the scope and a user's name: of one word too many nobody
    /// knows what it is.
    func secrets(in invocation: CommandInvocation) -> [(word: Word, name: String)] {
        var words = invocation.words
        while let scope = words.firstIndex(where: { $0.literalText == "--for" }) {
            words.removeSubrange(scope...min(scope + 1, words.count - 1))
        }
        guard let kind = words.first?.literalText, ["basic", "digest", "bearer"].contains(kind)
        else { return [] }
        words.removeFirst()
        if kind != "bearer", words.count == 2, words[0].literalText?.contains(":") == false {
            return [(words[1], "password")]
        }
        return words.map { ($0, kind == "bearer" ? "token" : "credentials") }
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
        if kind.text == "netrc" { return try await self.netrc(&arguments, evaluator) }
        var origin = evaluator.base?.origin
        if let scope { origin = try evaluator.origin(named: scope) }
        guard let origin else { throw .noBase }
        var credentials: HTTPSession.Credentials?
        var bearer: Arguments.Argument?
        switch kind.text {
        case "basic":
            credentials = try await self.credentials(&arguments, evaluator, Credentials.basic)
        case "digest":
            credentials = try await self.credentials(&arguments, evaluator, Credentials.digest)
        case "bearer":
            let token = try arguments.take("a token")
            bearer = token
            credentials = try Evaluator.checked(token.span) { () throws(CredentialsError) in
                try .bearer(token.text)
            }
        case "none": credentials = nil
        default:
            throw arguments.unknown(kind, known: ["basic", "bearer", "none", "digest", "netrc"])
        }
        try arguments.end()
        await evaluator.session.setCredentials(credentials, for: origin)
        await evaluator.remember(
            bearer.flatMap { word in invocation.words.first { $0.span == word.span }?.template },
            value: bearer?.text ?? "",
            as: .credentials(origin)
        )
        return .remark(
            credentials.map { "\($0) goes to \(origin) only" } ?? "no credentials for \(origin)"
        )
    }

    private typealias Credentials = HTTPSession.Credentials

    private func credentials(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator,
        _ make: (_ user: String, _ password: String) throws(CredentialsError) -> Credentials
    ) async throws(ShellProblem) -> Credentials {
        let word = try arguments.take("USER or USER:PASSWORD")
        let parts = word.text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let user = String(parts[0])
        var password = parts.count > 1 ? String(parts[1]) : arguments.take()?.text
        // Before anybody is asked: of a word too many nobody knows what it is.
        try arguments.end()
        if password == nil { password = try await evaluator.askPassword(of: user, word.span) }
        let given = password ?? ""
        return try Evaluator.checked(word.span) { () throws(CredentialsError) in
            try make(user, given)
        }
    }

    private func netrc(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let word = arguments.take()
        try arguments.end()
        if word?.text == "off" {
            await evaluator.session.setNetrc(nil)
            return .remark("netrc is not looked at any more")
        }
        let path = word.map { evaluator.localPath($0.text) } ?? evaluator.usualNetrcPath
        do {
            let netrc = try Netrc(contentsOf: path)
            await evaluator.session.setNetrc(netrc)
            let hosts = CountText.text(netrc.hostCount, "host")
            return .remark("credentials for \(hosts) from \(Sanitizer.line(path))")
        } catch {
            throw .file(path: path, .read, detail: error.detail, word?.span)
        }
    }

    private func list(_ evaluator: isolated Evaluator) async -> CommandOutput {
        let all = await evaluator.session.credentialsByOrigin.sorted { $0.key < $1.key }
        var lines = all.map { "\($0.key)  \(Sanitizer.line($0.value.description))" }
        if let netrc = await evaluator.session.netrc {
            let hosts = CountText.text(netrc.hostCount, "host")
            lines.append("netrc  \(Sanitizer.line(netrc.path)), \(hosts)")
        }
        guard !lines.isEmpty else {
            return .remark("no credentials; `auth basic USER:PASSWORD` sets them for the base")
        }
        return CommandOutput(lines)
    }
}

extension Evaluator {
    /// `$NETRC`, or `.netrc` in the home folder.
    fileprivate var usualNetrcPath: String {
        let environment = self.configuration.environment
        if let path = environment["NETRC"], !path.isEmpty { return path }
        return "\(environment["HOME"] ?? ".")/.netrc"
    }
}
