import Rendering
import SessionFiles
import ShellLanguage

/// `import`: requests and sessions of other tools.
struct ImportCommand: ShellCommand {
    let signature = CommandSignature("import", arguments: .words(rawAfter: ["curl"]))
    let group = CommandGroup.files
    let summary = "take over what another tool wrote: curl, HAR, cookies, HTTPie sessions"
    let help = CommandHelp(
        usage: [
            "import curl COMMAND", "import curl @FILE", "import har FILE [SESSION] [--secrets]",
            "import cookies FILE", "import httpie-session FILE", "import openapi FILE|URL",
        ],
        text: """
            `import curl` reads a curl command line as a browser copies it (bash or cmd), or a file
            of them: at a terminal its request line is put on the prompt, unsent; in a script it is
            sent. A line that begins with `curl` is the same. Options that only concern what curl
            prints are left out, and listed; one that would make it another request is an error that
            says what to do. The session's cookies, fields and credentials apply as to any request.
            `import har` writes a session file of a browser's HAR 1.2, to be read, changed and
            replayed; values of sensitive fields, and of keys such as `password` in queries and
            bodies, become variables, and cookies are left to the session, unless --secrets is
            given. `import cookies` reads Netscape's cookies.txt.
            `import httpie-session` takes over fields, credentials and cookies for the base's host.
            `import openapi` is `openapi FILE|URL`.
            """,
        examples: ["import curl -d a=b http://127.0.0.1:8080/echo"]
    )

    private static let forms = ["curl", "har", "cookies", "httpie-session", "openapi"]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let form = try arguments.take("what to import: \(Self.forms.joined(separator: ", "))")
        if form.text == "curl" {
            try await evaluator.takeCurl(
                imported: invocation.rawArguments,
                at: invocation.rawSpan.lowerBound
            )
            return .none
        }
        guard Self.forms.contains(form.text) else {
            throw arguments.unknown(form, known: Self.forms)
        }
        if form.text == "openapi" {
            let source = try arguments.take("a file or a URL")
            try arguments.end()
            return try await OpenAPICommand().load(source, in: evaluator)
        }
        let keepsSecrets = form.text == "har" && arguments.takeFlag("--secrets")
        let file = try arguments.take("a file")
        let path = evaluator.localPath(file.text)
        let output = form.text == "har" ? arguments.take() : nil
        try arguments.end()
        do throws(ShellProblem) {
            return try await self.take(
                form.text,
                from: path,
                to: output.map { evaluator.localPath($0.text) } ?? Self.sessionName(for: path),
                keepsSecrets: keepsSecrets,
                evaluator
            )
        } catch {
            throw error.pointing(at: file.span)
        }
    }

    private func take(
        _ form: String,
        from path: String,
        to session: String,
        keepsSecrets: Bool,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        switch form {
        case "har":
            return CommandOutput(
                try await evaluator.importHAR(from: path, to: session, keepsSecrets: keepsSecrets)
                    .map { Sanitizer.line($0) },
                isRemark: true
            )
        case "cookies": return try await evaluator.loadCookies(from: path, nil)
        default:
            return CommandOutput(
                try await evaluator.importHTTPieSession(from: path).map { Sanitizer.line($0) },
                isRemark: true
            )
        }
    }

    /// The session file beside a HAR.
    private static func sessionName(for path: String) -> String {
        (path.hasSuffix(".har") ? String(path.dropLast(4)) : path) + ".http"
    }
}
