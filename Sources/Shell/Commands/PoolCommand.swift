import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `pool`: the pool's state, and its limits changed while it runs.
struct PoolCommand: ShellCommand {
    let signature = CommandSignature("pool", acceptsTails: true)
    let group = CommandGroup.pool
    let summary = "the pool's state and limits; size, total, warm, close, pause, probe, ping"
    let help = CommandHelp(
        usage: [
            "pool [--for ORIGIN]", "pool size N [ORIGIN] [--force]", "pool total N [--force]",
            "pool warm N [ORIGIN]", "pool close #ID|idle|all|ORIGIN [--for ORIGIN] [--force]",
            "pool pause [ORIGIN]", "pool resume [ORIGIN]", "pool ping #ID",
            "pool probe [ORIGIN] [--max D] [--requests N]",
        ],
        text: """
            A change of size takes effect at once, in both directions: surplus idle connections
            close, the longest idle first; a running request is never cut off, unless --force says
            so; waiting requests go as soon as there is room. `warm` opens connections ahead of
            need. `close` closes idle connections now and busy ones when they have finished; with
            --force now. `pause` holds requests back, to one origin or all, and closes nothing;
            `resume` lets them go. `ping` measures the way to an HTTP/2 server and back.

            `probe` measures how long the server keeps an idle connection (up to --max, 2 minutes)
            and how many requests it takes on one (up to --requests, 1000), with HEAD requests over
            two connections of its own, and says what to set. ^C ends it with what is known.
            """,
        examples: [
            "pool", "pool size 3", "pool warm 2", "pool close idle", "pool pause",
            "pool probe /small?idle=0.2 --requests 20",
        ]
    )
    let completions: [String: [CompletionSource]] = ["N": [.nothing]]

    private static let actions = [
        "size", "total", "warm", "close", "pause", "resume", "ping", "probe",
    ]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        guard arguments.next?.text != "--for", let action = arguments.take() else {
            let scope = try self.scope(&arguments, evaluator)
            try arguments.end()
            return await self.report(scope, evaluator, invocation.tails)
        }
        switch action.text {
        case "size":
            let force = arguments.takeFlag("--force")
            let scope = try self.scope(&arguments, evaluator, after: 1)
            let size = try arguments.take("a number of connections")
            try arguments.end()
            return try await evaluator.setPoolSize(size, for: scope, force: force)
        case "total":
            let force = arguments.takeFlag("--force")
            let (total, _) = try arguments.takeNumber("a number of connections", minimum: 1)
            try arguments.end()
            return try await evaluator.changeLimits("pool.total", to: "\(total)", force: force)
        case "warm":
            let scope = try self.scope(&arguments, evaluator, after: 1)
            let (count, _) = try arguments.takeNumber("a number of connections", minimum: 1)
            try arguments.end()
            return try await self.warm(count, scope ?? evaluator.base?.origin, evaluator)
        case "close": return try await self.close(&arguments, evaluator)
        case "pause", "resume":
            let scope = try self.scope(&arguments, evaluator, after: 0)
            try arguments.end()
            return await self.setPaused(action.text == "pause", scope, evaluator)
        case "ping": return try await self.ping(&arguments, evaluator)
        case "probe": return try await self.probe(&arguments, evaluator, invocation.tails)
        default: throw arguments.unknown(action, known: Self.actions)
        }
    }

    /// The origin given by `--for`, or as the word after the first `count`.
    private func scope(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator,
        after count: Int? = nil
    ) throws(ShellProblem) -> Origin? {
        if let scope = try arguments.takeOption("--for", "an origin") {
            return try evaluator.origin(named: scope)
        }
        guard let count else { return nil }
        let words = arguments.remaining
        guard words.count == count + 1 else { return nil }
        guard evaluator.looksLikeOrigin(words[count].text) else {
            throw .usage(
                command: "pool",
                .invalid(words[count].text, expected: "an origin such as http://127.0.0.1:8080"),
                words[count].span
            )
        }
        arguments = Arguments(command: "pool", Array(words.prefix(count)))
        return try evaluator.origin(named: words[count])
    }

    private func report(
        _ scope: Origin?,
        _ evaluator: isolated Evaluator,
        _ tails: Tails
    ) async -> CommandOutput {
        var snapshot = await evaluator.session.transport.snapshot()
        if let scope { snapshot = snapshot.restricted(to: scope) }
        var sources: [String: String] = [:]
        for (name, source) in evaluator.settingSources { sources[name] = source.rawValue }
        let context = evaluator.outputContext(for: tails)
        return CommandOutput(
            PoolReport.lines(of: snapshot, sources: sources, in: context),
            json: [PoolJSON.line(for: snapshot)]
        )
    }

    private func warm(
        _ count: Int,
        _ origin: Origin?,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        guard let origin else { throw .noBase }
        let started = await evaluator.session.transport.warm(origin, count: count)
        let text = started == 0 ? "nothing to open" : "opening \(started)"
        return .remark("\(text): \(origin), \(count) wanted")
    }

    private func setPaused(
        _ isPaused: Bool,
        _ origin: Origin?,
        _ evaluator: isolated Evaluator
    ) async -> CommandOutput {
        let transport = evaluator.session.transport
        let before = await transport.snapshot()
        let wasPaused = origin.map(before.pausedOrigins.contains) ?? before.isPaused
        // All of them go at once, those that were paused one by one too.
        let resumesSome = !isPaused && origin == nil && !before.pausedOrigins.isEmpty
        let place = origin.map { " for \($0)" } ?? ""
        guard wasPaused != isPaused || resumesSome else {
            let also = !isPaused && before.isPaused ? ", but all are: `pool resume`" : ""
            return .remark((isPaused ? "paused already" : "not paused") + place + also)
        }
        await transport.setPaused(isPaused, for: origin)
        if isPaused {
            return .remark("paused\(place): requests wait until `pool resume`")
        }
        let concerned = origin.map { before.restricted(to: $0) } ?? before
        let waiting = CountText.text(concerned.waiting.count, "waiting request")
        let still = origin != nil && before.isPaused ? "; all are paused still" : " can go"
        return .remark("resumed\(place): \(waiting)\(still)")
    }

    private func ping(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let word = arguments.next
        guard let id = try arguments.takeConnection() else {
            let word = try arguments.take("#ID")
            throw .usage(
                command: "pool ping",
                .invalid(word.text, expected: "the number of a connection; `sockets` lists them"),
                word.span
            )
        }
        try arguments.end()
        do {
            let roundTrip = try await evaluator.session.transport.ping(id)
            return CommandOutput(["\(id) answered after \(DurationText.text(roundTrip))"])
        } catch {
            throw .cannotPing(id.number, error, word?.span)
        }
    }

    private func close(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let force = arguments.takeFlag("--force")
        let scope = try self.scope(&arguments, evaluator)
        let word = arguments.next
        let selection = try self.selection(&arguments, scope, evaluator)
        try arguments.end()
        let concerned = await evaluator.session.transport.close(selection, force: force)
        if let line = selection.savedLine { evaluator.noteForSave(line) }
        if case .connection(let id) = selection, concerned.isEmpty {
            let snapshot = await evaluator.session.transport.snapshot()
            let known = (snapshot.connections + snapshot.closed).first { $0.id == id }
            guard let known, let reason = known.closeReason else {
                throw .noSuchConnection(id.number, word?.span)
            }
            let state = known.state == .closed ? "closed" : "closing"
            return .remark("\(id) is \(state) already: \(CloseSentences.words(reason))")
        }
        guard !concerned.isEmpty else { return .remark("nothing to close") }
        let now = concerned.filter { $0.state != .busy || force }.map(\.id.description)
        let later = concerned.filter { $0.state == .busy && !force }.map(\.id.description)
        var parts: [String] = []
        if !now.isEmpty { parts.append("closing \(now.joined(separator: " "))") }
        if !later.isEmpty {
            parts.append("\(later.joined(separator: " ")) when finished (--force: now)")
        }
        return .remark(parts.joined(separator: " · "))
    }

    /// What is to be closed; `scope` is the origin that `--for` gives.
    private func selection(
        _ arguments: inout Arguments,
        _ scope: Origin?,
        _ evaluator: isolated Evaluator
    ) throws(ShellProblem) -> CloseSelection {
        if scope == nil, let id = try arguments.takeConnection() { return .connection(id) }
        let what = "#ID, idle, all or an origin"
        let word = try arguments.take(what)
        switch (word.text, scope) {
        case ("idle", nil): return .idle
        case ("all", nil): return .all
        case ("idle", let scope?): return .idleOf(scope)
        case ("all", let scope?): return .origin(scope)
        case (let text, nil) where evaluator.looksLikeOrigin(text):
            return .origin(try evaluator.origin(named: word))
        case (let text, _):
            let nearest = NearestNames.of(text, among: ["idle", "all"])
            throw .usage(
                command: "pool close",
                .invalid(
                    text,
                    expected: nearest.first.map { "did you mean \($0)?" }
                        ?? (scope == nil ? what : "idle or all, with --for")
                ),
                word.span
            )
        }
    }
}

extension CloseSelection {
    /// The line that closes the same in a session file; nil for one connection, whose number is
    /// another one there.
    fileprivate var savedLine: String? {
        switch self {
        case .connection: nil
        case .idle: "pool close idle"
        case .all: "pool close all"
        case .idleOf(let origin): "pool close idle --for \(origin)"
        case .origin(let origin): "pool close all --for \(origin)"
        }
    }
}
