import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `watch [D] COMMAND`: the same again and again, drawn in place until a key is pressed.
struct WatchCommand: ShellCommand {
    let signature = CommandSignature("watch", arguments: .request)
    let group = CommandGroup.requests
    let summary = "the pool, lanes or statistics again and again, until a key is pressed"
    let help = CommandHelp(
        usage: [
            "watch [TIME] [--count N] pool|sockets|stats|jobs|lanes",
            "watch [TIME] [--count N] REQUEST",
        ],
        text: """
            Draws what the command shows, or the answer of a request, in the same place every 2
            seconds, or TIME, until a key is pressed, while requests in the background go on.
            `watch pool` shows the connections and the queue in one picture. What follows the
            command is the command's: `watch 500ms lanes --last 20`.

            Without a terminal each picture is printed below the one before, until ^C or --count.
            """,
        examples: [
            "get /slow &", "watch --count 2 100ms pool", "watch --count 2 100ms get /stats",
        ]
    )
    let completions: [String: [CompletionSource]] = [
        "TIME": [.words(["500ms", "1s", "5s"])], "N": [.nothing], "REQUEST": [.commands],
    ]

    /// What can be watched.
    private static let subjects = ["pool", "sockets", "stats", "jobs", "lanes"]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var count: Int?
        if let word = try arguments.takeOption("--count", "a number") {
            guard let number = Int(word.text), number >= 1 else {
                throw .usage(
                    command: "watch --count",
                    .invalid(word.text, expected: "a whole number from 1 up"),
                    word.span
                )
            }
            count = number
        }
        var interval = Duration.seconds(2)
        if let word = arguments.next, let time = DurationLiteral.parse(word.text) {
            guard time >= .milliseconds(20) else {
                throw .usage(
                    command: "watch",
                    .invalid(word.text, expected: "20ms or more"),
                    word.span
                )
            }
            interval = time
            _ = arguments.take()
        }
        if let request = invocation.request {
            try arguments.end()
            guard request.count == nil, request.tails.isEmpty else {
                throw .usage(command: "watch", .unexpected("a count or tail"), nil)
            }
            try request.checkOptions(for: .watched)
            let subject = WatchSubject.request(request, evaluator.takeTags())
            try await evaluator.watch(subject, every: interval, count: count)
            return .none
        }
        let subject = try arguments.take(Self.subjects.joined(separator: ", "))
        guard Self.subjects.contains(subject.text) else {
            throw arguments.unknown(subject, known: Self.subjects)
        }
        // Each stays the word that it was: what was substituted never becomes an option or a tail.
        let rest = arguments.remaining.map { argument in
            Word(template: Template(literal: argument.text), isQuoted: !argument.isLiteral)
                .canonicalText
        }
        let line = ([subject.text] + rest).joined(separator: " ")
        try await evaluator.watch(.line(line), every: interval, count: count)
        return .none
    }
}

/// What is watched.
enum WatchSubject: Sendable {
    /// What a command prints.
    case line(String)
    /// The answer of a request, with the tags that stood before it.
    case request(RequestLine, RequestTags)
}

extension Evaluator {
    /// Draws what a command shows, or the answer of a request, again and again.
    func watch(
        _ subject: WatchSubject,
        every interval: Duration,
        count: Int?
    ) async throws(ShellProblem) {
        let gate = self.configuration.watchGate ?? WatchGate()
        let isLive = self.console.outputIsTerminal && !self.printsJSON && gate.open()
        defer { if isLive { gate.close() } }
        var painter = FramePainter()
        var drawn = 0
        while true {
            let output = try await self.picture(of: subject)
            if isLive {
                let size = self.console.size
                let text = painter.paint(output.lines, size, clears: gate.takeDisturbance())
                self.console.out(Array(text.utf8))
            } else {
                if drawn > 0, !self.printsJSON { self.console.outLine("") }
                let lines = self.printsJSON ? output.json : output.lines
                lines.forEach(self.console.outLine)
            }
            drawn += 1
            if let count, drawn >= count { return }
            if await gate.pause(interval) || self.console.outputIsGone { return }
        }
    }

    private func picture(of subject: WatchSubject) async throws(ShellProblem) -> CommandOutput {
        switch subject {
        case .line(let line): return try await self.picture(of: line)
        case .request(let line, let tags): return try await self.picture(of: line, tags)
        }
    }

    /// The answer of a request that is sent now; each is an exchange of its own.
    private func picture(
        of line: RequestLine,
        _ tags: RequestTags
    ) async throws(ShellProblem) -> CommandOutput {
        let built = try await self.build(line, tags: tags)
        if built.options.isDryRun {
            return CommandOutput(await self.lines(of: built.request, in: self.outputContext()))
        }
        let exchange = await self.session.perform(built.request)
        if case .transport(let error, _)? = exchange.failure, error.cause == .cancelled {
            throw .interrupted
        }
        let context = self.outputContext()
        var lines = ConnectionLine.lines(for: exchange, in: context)
        if exchange.failure != nil {
            lines += ErrorSentences.render(exchange)?.lines(in: context) ?? []
        } else {
            let text = BodyText.text(
                try self.wholeContent(of: exchange),
                contentType: exchange.response?.head.first("content-type"),
                in: context
            )
            lines += text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map(String.init)
        }
        return CommandOutput(lines, json: [self.json(of: exchange)])
    }

    /// What a command shows now; `pool` shows connections and queue, and no limits.
    private func picture(of line: String) async throws(ShellProblem) -> CommandOutput {
        if line == "pool" {
            let snapshot = await self.session.transport.snapshot()
            return CommandOutput(
                PoolPicture.lines(of: snapshot, in: self.outputContext()),
                json: [PoolJSON.line(for: snapshot)]
            )
        }
        let parsed: ShellLine
        do {
            parsed = try self.parser.parse(line)
        } catch {
            throw .syntax(error)
        }
        guard case .command(let invocation) = parsed,
            let command = self.registry.command(invocation.name)
        else { preconditionFailure("\(line) is no command") }
        return try await command.run(invocation, in: self)
    }
}
