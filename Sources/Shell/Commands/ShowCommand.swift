import HTTPModel
import HTTPSession
import HTTPTypes
import Rendering
import ShellLanguage

/// `show N [part]`: an exchange again, or a part of it.
struct ShowCommand: ShellCommand {
    let signature = CommandSignature("show", acceptsTails: true)
    let group = CommandGroup.traffic
    let summary = "an exchange again: request, headers, links, body or raw"
    let help = CommandHelp(
        usage: ["show [N] [request|headers|links|body|raw]", "last"],
        text: """
            Shows the answer of an exchange (the last one, unless N is given) as when it came:
            `request` what was sent, `headers` the head, `links` where its Link field leads, `body`
            the content, `raw` the content's bytes as they came, even on a terminal. Without such a
            word a filter or a file gets the content, as behind the request.
            """,
        examples: ["get /users", "show", "show headers", "show request", "show | $.items[0]"]
    )
    private static let parts = ["request", "headers", "links", "body", "raw"]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var number: Arguments.Argument?
        if let next = arguments.next, !Self.parts.contains(next.text) { number = arguments.take() }
        let part = arguments.take()
        try arguments.end()
        let logged = try await evaluator.exchange(number)
        let context = evaluator.outputContext(for: invocation.tails)
        let json = evaluator.printsJSON ? [evaluator.json(of: logged.exchange)] : []
        guard let part else {
            if !invocation.tails.isEmpty, !evaluator.printsJSON {
                let content = try evaluator.wholeContent(of: logged.exchange)
                try await evaluator.send(
                    content,
                    through: invocation.tails,
                    exchange: logged.exchange
                )
                return .none
            }
            let head = self.head(of: logged.exchange, in: context)
            let body = self.bodyOrAbsence(of: logged.exchange, evaluator, in: context)
            let lines = ConnectionLine.lines(for: logged.exchange, in: context)
            return CommandOutput(head + (body.isEmpty ? [] : [""] + body) + lines, json: json)
        }
        switch part.text {
        case "request":
            return CommandOutput(self.request(of: logged, evaluator, in: context), json: json)
        case "headers":
            return CommandOutput(self.head(of: logged.exchange, in: context), json: json)
        case "links":
            let links = self.links(of: logged.exchange, in: context)
            guard !links.isEmpty else {
                return .remark("no links: the answer has no Link field", json: json)
            }
            return CommandOutput(links, json: json)
        case "body":
            guard !evaluator.printsJSON else { return CommandOutput(json: json) }
            return CommandOutput(try self.body(of: logged.exchange, evaluator, in: context))
        case "raw":
            return try await self.raw(logged.exchange, evaluator, invocation.tails, json: json)
        default: throw arguments.unknown(part, known: Self.parts)
        }
    }

    /// The content's bytes: through the tails, or to standard output as they are.
    ///
    /// As JSON Lines it is the object of the exchange, which holds them whatever they are.
    private func raw(
        _ exchange: Exchange,
        _ evaluator: isolated Evaluator,
        _ tails: Tails,
        json: [String]
    ) async throws(ShellProblem) -> CommandOutput {
        guard tails.isEmpty else {
            try await evaluator.send(
                evaluator.wholeContent(of: exchange),
                through: tails,
                exchange: exchange
            )
            return .none
        }
        guard !evaluator.printsJSON else { return CommandOutput(json: json) }
        // The only way to have a server's bytes reach a terminal: it was asked for.
        evaluator.console.out(try evaluator.wholeContent(of: exchange))
        return .none
    }

    private func head(of exchange: Exchange, in context: RenderingContext) -> [String] {
        guard let response = exchange.response else { return [] }
        return ResponseHeadText.lines(of: response.head, in: context)
    }

    /// Where the `Link` field of an answer leads, by relation.
    private func links(of exchange: Exchange, in context: RenderingContext) -> [String] {
        guard let response = exchange.response, let target = exchange.attempts.last?.target else {
            return []
        }
        let links = Link.links(in: response.head.values("Link"))
        guard !links.isEmpty else { return [] }
        var table = Table(columns: [.init("relation"), .init("target")])
        for link in links {
            let resolved = (try? target.resolving(link.target))?.description ?? link.target
            let relation = link.relations.joined(separator: " ")
            table.append([
                .init(relation.isEmpty ? "–" : Sanitizer.line(relation), role: .fieldName),
                .init(Sanitizer.line(resolved)),
            ])
        }
        return table.lines(width: context.width, palette: context.palette)
    }

    /// The content, or why it cannot be shown any more, among what can be.
    private func bodyOrAbsence(
        of exchange: Exchange,
        _ evaluator: isolated Evaluator,
        in context: RenderingContext
    ) -> [String] {
        do throws(ShellProblem) {
            return try self.body(of: exchange, evaluator, in: context)
        } catch {
            guard case .contentUnavailable(_, let problem) = error else { return [] }
            return [context.palette.styled("(\(problem.sentence))", as: .dim)]
        }
    }

    private func body(
        of exchange: Exchange,
        _ evaluator: isolated Evaluator,
        in context: RenderingContext
    ) throws(ShellProblem) -> [String] {
        guard let response = exchange.response else { return [] }
        let bytes = try evaluator.wholeContent(of: exchange)
        let text = BodyText.text(
            bytes,
            contentType: response.head.first("content-type"),
            layout: evaluator.laysOutContents ? .pretty : nil,
            in: context
        )
        return text.isEmpty
            ? []
            : text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
                String.init
            )
    }

    private func request(
        of logged: LoggedExchange,
        _ evaluator: isolated Evaluator,
        in context: RenderingContext
    ) -> [String] {
        // The last attempt is the one that was answered; redirects before it have lines of theirs.
        guard
            let attempt = logged.exchange.attempts.first(where: \.isAnswerToChallenge)
                ?? logged.exchange.attempts.first
        else { return [] }
        let sensitive = evaluator.settings.session.sensitiveFields
        var lines = RequestText.lines(
            of: attempt,
            isChunked: logged.request.sendsChunked || logged.request.coding != nil,
            isSecret: { sensitive.contains($0) },
            in: context
        )
        if let source = attempt.credentials {
            let text = "(credentials: \(CredentialsSentences.text(source)))"
            lines.append(context.palette.styled(text, as: .dim))
        }
        for case .cookiesBypassed(let count, let why) in attempt.remarks {
            let remark = RemarkSentences.sentence(.cookiesBypassed(count, why))
            lines.append(context.palette.styled("(\(remark))", as: .dim))
        }
        if case .bytes(let bytes) = logged.request.body {
            lines.append(evaluator.shown(bytes, of: attempt.sentFields))
        }
        return lines
    }
}

/// `last`: the last answer again.
struct LastCommand: ShellCommand {
    let signature = CommandSignature("last", acceptsTails: true)
    let group = CommandGroup.traffic
    let summary = "the last answer again"
    let help = CommandHelp(
        usage: ["last"],
        text: "Shows the last finished exchange that was not in the background, like `show`.",
        examples: ["get /users/7", "last", "last | $.name"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        try await ShowCommand().run(invocation, in: evaluator)
    }
}
