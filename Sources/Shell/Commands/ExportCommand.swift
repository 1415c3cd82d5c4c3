import HTTPModel
import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// `export`: requests and the session for other tools.
struct ExportCommand: ShellCommand {
    let signature = CommandSignature("export", acceptsTails: true)
    let group = CommandGroup.files
    let summary = "hand over to another tool: curl, HTTPie, .http, HAR, cookies, a page"
    let help = CommandHelp(
        usage: [
            "export curl|httpie|http [N] [FILE] [--secrets]",
            "export har [N|N-M …] [FILE] [--secrets] [--har-connection number|client-port]",
            "export cookies FILE",
            "export httpie-session FILE",
            "export html FILE [--last N] [--origin ORIGIN] [--title TEXT]",
        ],
        text: """
            Writes the request of an exchange (by default the last one) as it was sent: a command
            line of curl or HTTPie for any POSIX shell, or a request of a session file. Secrets are
            variables of the environment (`"$AUTHORIZATION"`) or of the file, unless --secrets is
            given. `export har` writes a HAR 1.2 of all exchanges or those named, redirects and
            retries as entries of their own, with the connection that carried each, as `sockets`
            numbers it or, for viewers that take it for one, by our port; secrets are hidden.
            `export cookies` writes Netscape's cookies.txt, `export httpie-session` the
            fields, credentials and cookies that HTTPie would send to the base's host; both are
            readable by their owner only.
            `export html` writes one page that draws what `lanes` draws, to zoom into and to filter,
            with tables of requests and connections. It loads nothing from anywhere, so it can be
            kept, sent and attached; it holds methods, targets and times, no fields and no bodies.
            An existing page is replaced only if linger wrote it.
            """,
        examples: ["get /users", "export curl", "export har session.har", "export html lanes.html"]
    )

    private static let requestForms = ["curl", "httpie", "http"]
    private static let forms = Self.requestForms + ["har", "cookies", "httpie-session", "html"]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let form = try arguments.take("a form: \(Self.forms.joined(separator: ", "))")
        guard Self.forms.contains(form.text) else {
            throw arguments.unknown(form, known: Self.forms)
        }
        if Self.requestForms.contains(form.text) {
            return try await self.request(form.text, &arguments, evaluator)
        }
        if form.text == "har" { return try await self.har(&arguments, evaluator) }
        if form.text == "html" { return try await self.exportPage(&arguments, evaluator) }
        let file = try arguments.take("a file")
        try arguments.end()
        let path = evaluator.localPath(file.text)
        guard form.text == "httpie-session" else {
            return try await evaluator.saveCookies(to: path, file.span)
        }
        try Files.checkReplaceable(path, by: .httpieSession, file.span)
        let session = try await evaluator.httpieSession()
        do {
            try Files.write(Array(session.text.utf8), to: path, isPrivate: true)
        } catch {
            throw .file(path: path, .write, detail: error.detail, file.span)
        }
        let warning = await evaluator.warningOfSharing(path).map { [$0] } ?? []
        let saved =
            "saved \(CountText.text(session.storedFields.count, "field")) and "
            + "\(CountText.text(session.cookies.count, "cookie")) to \(path)"
        return CommandOutput([Sanitizer.line(saved)] + warning, isRemark: true)
    }

    // MARK: One request

    private func request(
        _ form: String,
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let secrets = evaluator.exportSecrets(shown: arguments.takeFlag("--secrets"))
        let logged = try await self.exchange(&arguments, evaluator)
        let file = arguments.take()
        try arguments.end()
        if form == "http" { return try self.sessionFile(logged, secrets, file, evaluator) }
        let request = try evaluator.exportedRequest(logged)
        let export: CommandExport
        if form == "curl" {
            export = CommandExport.curl(request, secrets: secrets)
        } else {
            do {
                export = try CommandExport.httpie(request, secrets: secrets)
            } catch {
                throw .export(error)
            }
        }
        let names = export.expectedNames.map { "\($0)=…" }.joined(separator: " ")
        if !names.isEmpty {
            evaluator.remark("it needs \(names) in the environment; --secrets writes the values")
        }
        return try self.deliver(export.text, to: file, evaluator)
    }

    /// The exchange that is named, else the last one.
    private func exchange(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> LoggedExchange {
        guard let next = arguments.next else { return try await evaluator.exchange(nil) }
        var isName = Int(next.text) != nil || next.text == "last"
        if !isName { isName = await evaluator.session.exchange(named: next.text) != nil }
        return try await evaluator.exchange(isName ? arguments.take() : nil)
    }

    private func deliver(
        _ text: String,
        to file: Arguments.Argument?,
        _ evaluator: isolated Evaluator
    ) throws(ShellProblem) -> CommandOutput {
        guard let file else {
            // What is written is safe for a terminal: quoting sees to that.
            return CommandOutput(
                text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
                    .dropLast().map { String(Substring($0)) }
            )
        }
        let path = evaluator.localPath(file.text)
        try Files.checkReplaceable(path, by: .command, file.span)
        do {
            try Files.write(Array(text.utf8), to: path)
        } catch {
            throw .file(path: path, .write, detail: error.detail, file.span)
        }
        return .remark("saved to \(path)")
    }

    private func sessionFile(
        _ logged: LoggedExchange,
        _ secrets: ExportSecrets,
        _ file: Arguments.Argument?,
        _ evaluator: isolated Evaluator
    ) throws(ShellProblem) -> CommandOutput {
        let path = file.map { evaluator.localPath($0.text) }
        let (document, names) = try evaluator.exportedDocument(logged, to: path, secrets: secrets)
        if !names.isEmpty {
            let variables = names.map { "--var \($0)=…" }.joined(separator: " ")
            evaluator.remark("a replay needs \(variables); --secrets writes the values")
        }
        if let path {
            try evaluator.write(document, to: path)
            return .remark("saved to \(path)")
        }
        let written = SessionFileWriter.write(document, fileName: "request.http")
        guard written.sideFiles.isEmpty else {
            throw .usage(
                command: "export http",
                .missing("a file, because the content needs one beside it"),
                nil
            )
        }
        return CommandOutput(
            written.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map { Sanitizer.line(String($0)) }
        )
    }

    // MARK: HAR

    private func har(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let showsSecrets = arguments.takeFlag("--secrets")
        let connection = try Self.connectionNaming(&arguments)
        var numbers: Set<Int> = []
        while let next = arguments.next, let range = next.text.exchangeRange {
            numbers.formUnion(range)
            _ = arguments.take()
        }
        let file = arguments.take()
        try arguments.end()
        let (exchanges, leftOut) = await evaluator.harExchanges(numbers)
        guard !exchanges.isEmpty else { throw .noContent }
        if leftOut > 0 { evaluator.remark(Evaluator.harLeftOut(leftOut)) }
        let title = evaluator.base.map(\.origin.description) ?? "linger"
        let context = evaluator.harContext(
            title: title,
            showsSecrets: showsSecrets,
            connection: connection
        )
        guard let file else {
            var bytes: [UInt8] = []
            HARWriter.write(exchanges, in: context) { bytes += $0 }
            return CommandOutput(
                String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            )
        }
        let path = evaluator.localPath(file.text)
        try Files.checkReplaceable(path, by: .har, file.span)
        let count = try evaluator.writeHAR(exchanges, in: context, to: path)
        let saved =
            "saved \(CountText.text(exchanges.count, "exchange")), "
            + "\(CountText.text(count, "entry", plural: "entries")), to \(path)"
        let warning = showsSecrets ? await evaluator.warningOfSharing(path) : nil
        return CommandOutput(
            [Sanitizer.line(saved)] + (warning.map { [$0] } ?? []),
            isRemark: true
        )
    }

    /// What `--har-connection` asks for.
    private static func connectionNaming(
        _ arguments: inout Arguments
    ) throws(ShellProblem) -> HARContext.ConnectionNaming {
        let expected = "number or client-port"
        guard let word = try arguments.takeOption("--har-connection", expected) else {
            return .number
        }
        guard let naming = HARContext.ConnectionNaming(rawValue: word.text) else {
            throw .usage(
                command: "export har --har-connection",
                .invalid(word.text, expected: expected),
                word.span
            )
        }
        return naming
    }
}

extension String {
    /// The exchanges that `3` or `3-7` means.
    fileprivate var exchangeRange: ClosedRange<Int>? {
        let bounds = self.split(separator: "-", maxSplits: 1).map { Int($0) }
        guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
            last - first <= 1_000_000, bounds.count <= 2
        else { return nil }
        return first...last
    }
}
