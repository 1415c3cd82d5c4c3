import HTTPModel
import HTTPSession
import Rendering
package import ShellLanguage

/// `base URL`: where targets start from.
struct BaseCommand: ShellCommand {
    let signature = CommandSignature("base", acceptsTails: true)
    let group = CommandGroup.location
    let summary = "show or set where targets start from"
    let help = CommandHelp(
        usage: ["base", "base URL"],
        text: """
            Targets without a host are resolved against the base, which is taken as a directory:
            with the base https://h/api/v1, `get users` gets /api/v1/users and `get /users` gets
            /users. Without a scheme, http is chosen for loopback, private addresses and explicit
            ports other than 443, else https. `@base = URL` is the same.
            """,
        examples: ["base http://127.0.0.1:8080", "base"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        guard let url = arguments.take() else {
            guard let base = evaluator.base else { throw .noBase }
            return CommandOutput([base.description])
        }
        try arguments.end()
        try await evaluator.setBase(url.text, span: url.span)
        return .none
    }
}

extension Evaluator {
    /// Sets the base.
    package func setBase(_ text: String, span: SourceSpan?) async throws(ShellProblem) {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw .usage(command: "base", .missing("a URL"), span)
        }
        let form: TargetForm =
            text.hasPrefix("http://") || text.hasPrefix("https://") || text.contains("://")
            ? .absolute(scheme: "")
            : text.hasPrefix("//")
                ? .schemeRelative
                : text.hasPrefix(":") ? .localPort : .host
        let resolved = try TargetResolver(base: nil).resolve(text, form: form, span: span)
        var base = resolved.uri
        base.fragment = nil
        if let userInfo = base.userInfo, !userInfo.isEmpty {
            let parts = userInfo.split(separator: ":", maxSplits: 1)
            let user = String(parts.first ?? "").percentDecoded
            let password = parts.count > 1 ? String(parts[1]).percentDecoded : ""
            let credentials = try Self.checked(span) { () throws(CredentialsError) in
                try .basic(user: user, password: password)
            }
            await self.session.setCredentials(credentials, for: base.origin)
            self.remark("user and password go to \(base.origin) only")
        }
        base.userInfo = nil
        self.base = base
        if let name = HostName.display(base.origin.host) {
            // What goes on the wire, and what people read.
            self.remark("base \(base) (\(Sanitizer.line(name)))")
        } else if resolved.choseScheme {
            self.remark("base \(base)")
        }
    }
}
