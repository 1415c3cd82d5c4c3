import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `cookies`: the cookie store, and why a cookie was refused or is not sent.
struct CookiesCommand: ShellCommand {
    let signature = CommandSignature(
        "cookies",
        arguments: .words(rawAfter: ["set"]),
        acceptsTails: true
    )
    let group = CommandGroup.session
    let summary = "the cookies; why one was refused, or is not sent"
    let help = CommandHelp(
        usage: [
            "cookies", "cookies set NAME=VALUE[; ATTRIBUTE …]", "cookies rm NAME",
            "cookies clear", "cookies load FILE", "cookies save FILE", "cookies why [N|URL]",
        ],
        text: """
            Lists the cookies that are stored. `set` takes the value of a Set-Cookie field for the
            base's origin. `load` and `save` read and write Netscape's cookies.txt. `why` says for
            a URL which cookies go there, which do not and why; for an exchange (the last one,
            unless N is given) which went with it, and which Set-Cookie fields were refused.
            """,
        examples: [
            "cookies", "cookies set theme=dark; Path=/", "cookies why /small", "cookies clear",
        ]
    )
    let completions: [String: [CompletionSource]] = ["NAME": [.cookies], "NAME=VALUE": [.nothing]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        guard let action = arguments.take() else {
            return await self.list(evaluator, invocation.tails)
        }
        switch action.text {
        case "set": return try await self.set(invocation, evaluator)
        case "rm":
            let name = try arguments.take("a cookie's name")
            try arguments.end()
            let wanted = name.text
            let removed = await evaluator.session.removeCookies { $0.name == wanted }
            guard !removed.isEmpty else {
                throw .cookie("there is no cookie \(Sanitizer.line(wanted))", name.span)
            }
            return .none
        case "clear":
            try arguments.end()
            let removed = await evaluator.session.removeCookies { _ in true }
            evaluator.noteForSave("cookies clear")
            return .remark("removed \(CountText.text(removed.count, "cookie"))")
        case "load", "save":
            try arguments.refuseOptions()
            let file = try arguments.take("a file")
            try arguments.end()
            return try await self.transfer(action.text, file, evaluator)
        case "why":
            let subject = arguments.take()
            try arguments.end()
            return try await self.why(subject, evaluator)
        default:
            throw arguments.unknown(
                action,
                known: ["set", "rm", "clear", "load", "save", "why"]
            )
        }
    }

    private func set(
        _ invocation: CommandInvocation,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        guard let base = evaluator.base else { throw .noBase }
        let raw = invocation.rawArguments
        // A server may leave out the name; who types one word has left out the value.
        guard raw.prefix(while: { $0 != ";" }).contains("=") else {
            throw .usage(
                command: "cookies set",
                raw.isEmpty
                    ? .missing("NAME=VALUE")
                    : .invalid(raw, expected: "NAME=VALUE, such as sid=a; Path=/"),
                raw.isEmpty ? nil : invocation.rawSpan
            )
        }
        let text = try await evaluator.resolve(text: raw)
        switch await evaluator.session.setCookie(text, for: base) {
        case .stored, .replaced: return .none
        case .deleted: return .remark("it has expired already: removed")
        case .refused(let refusal):
            throw .cookie("refused: \(CookieSentences.text(refusal))", invocation.rawSpan)
        }
    }

    private func transfer(
        _ action: String,
        _ file: Arguments.Argument,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let path = evaluator.localPath(file.text)
        return action == "load"
            ? try await evaluator.loadCookies(from: path, file.span)
            : try await evaluator.saveCookies(to: path, file.span)
    }

    private func list(_ evaluator: isolated Evaluator, _ tails: Tails) async -> CommandOutput {
        let cookies = await evaluator.session.cookies()
        guard !cookies.isEmpty else {
            return .remark("no cookies; a response sets them, or `cookies set sid=a; Path=/`")
        }
        let context = evaluator.outputContext(for: tails)
        var table = Table(columns: [
            .init("name"), .init("value", minimumWidth: 8, priority: 1), .init("domain"),
            .init("path"), .init("expires", priority: 2), .init("flags"),
        ])
        for cookie in cookies {
            table.append([
                .init(Sanitizer.line(cookie.name), role: .fieldName),
                .init(Sanitizer.line(cookie.value)), .init(cookie.domainText),
                .init(Sanitizer.line(cookie.path)), .init(cookie.expiryText, role: .dim),
                .init(cookie.flagsText, role: .dim),
            ])
        }
        return CommandOutput(
            table.lines(width: context.width, palette: context.palette),
            json: cookies.map { CookieJSON.line(for: $0.facts) }
        )
    }

    private func why(
        _ subject: Arguments.Argument?,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let target: URI
        var exchange: Int?
        var verdicts: [CookieVerdict]?
        var gone: [String] = []
        if let subject, Int(subject.text) == nil {
            let form: TargetForm =
                subject.text.contains("://")
                ? .absolute(scheme: "")
                : subject.text.hasPrefix("/") ? .originPath : .bare
            target = try TargetResolver(base: evaluator.base)
                .resolve(subject.text, form: form, span: subject.span).uri
        } else {
            switch try await evaluator.entry(subject) {
            case .exchange(let logged):
                // What was never sent, such as a redirect that was refused, had no cookies.
                let attempts = logged.exchange.attempts
                guard
                    let attempt = attempts.last(where: { !$0.sentFields.isEmpty })
                        ?? attempts.last
                else { throw .noContent }
                target = attempt.target
                exchange = logged.exchange.number
                (verdicts, gone) = await evaluator.session.cookieVerdicts(for: attempt)
            case .repetition(let record): target = record.request.target
            }
        }
        var lines = ["cookies for \(target)"]
        if verdicts == nil { verdicts = await evaluator.session.cookieVerdicts(for: target) }
        for verdict in verdicts ?? [] {
            let what = Sanitizer.line(verdict.cookie.name)
            lines.append(
                verdict.exclusion.map { "  \(what): not sent: \(CookieSentences.text($0))" }
                    ?? "  \(what): sent"
            )
        }
        for name in gone {
            lines.append(
                "  \(Sanitizer.line(name)): sent; as it was then it is not stored any more"
            )
        }
        for record in await evaluator.session.refusedCookies(in: exchange) {
            let text = Sanitizer.line(record.text).truncated(toCells: 40)
            lines.append("  refused: \(text): \(CookieSentences.text(record.refusal))")
        }
        if lines.count == 1 { lines.append("  none is stored, none was refused") }
        return CommandOutput(lines)
    }
}

extension Evaluator {
    /// Reads Netscape's cookies.txt: `cookies load`, `import cookies`.
    func loadCookies(
        from path: String,
        _ span: SourceSpan?
    ) async throws(ShellProblem) -> CommandOutput {
        do {
            let contents = try await self.session.loadCookies(from: path)
            var lines = CookieSentences.lines(contents.insertion)
            lines += CookieSentences.lines(contents.problems, of: path)
            return CommandOutput(lines, isRemark: true)
        } catch {
            throw .file(path: path, .read, detail: error.detail, span)
        }
    }

    /// Writes Netscape's cookies.txt: `cookies save`, `export cookies`.
    func saveCookies(
        to path: String,
        _ span: SourceSpan?
    ) async throws(ShellProblem) -> CommandOutput {
        try Files.checkReplaceable(path, by: .cookies, span)
        do {
            let summary = try await self.session.saveCookies(to: path, includingSession: true)
            let warning = await self.warningOfSharing(path).map { [$0] } ?? []
            let count = CountText.text(summary.written, "cookie")
            let saved = "saved \(count) to \(Sanitizer.line(path))"
            return CommandOutput([saved] + warning, isRemark: true)
        } catch {
            throw .file(path: path, .write, detail: error.detail, span)
        }
    }
}

extension Cookie {
    fileprivate var domainText: String {
        Sanitizer.line(self.isHostOnly ? self.domain : ".\(self.domain)")
    }

    fileprivate var expiryText: String {
        self.expiry.map { UnixTime.text($0) } ?? "session"
    }

    fileprivate var flagsText: String {
        var flags: [String] = []
        if self.isSecure { flags.append("Secure") }
        if self.isHTTPOnly { flags.append("HttpOnly") }
        if self.sameSite != .default { flags.append("SameSite=\(self.sameSite.rawValue)") }
        return flags.joined(separator: " ")
    }

    fileprivate var facts: CookieJSON.Facts {
        CookieJSON.Facts(
            name: self.name,
            value: self.value,
            domain: self.domain,
            path: self.path,
            isHostOnly: self.isHostOnly,
            isSecure: self.isSecure,
            isHTTPOnly: self.isHTTPOnly,
            sameSite: self.sameSite == .default ? nil : self.sameSite.rawValue,
            expires: self.expiry.map { UnixTime.text($0) }
        )
    }
}
