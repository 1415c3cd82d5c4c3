import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `pool`: the pool's state, and its limits changed while it runs.
struct PoolCommand: ShellCommand {
    let signature = CommandSignature("pool", acceptsTails: true)
    let group = CommandGroup.pool
    let summary = "the pool's state and limits; size, total, warm, close, pause, ping"
    let help = CommandHelp(
        usage: [
            "pool", "pool size N [--for ORIGIN]", "pool total N",
            "pool warm N [ORIGIN]", "pool close #ID|idle|all|ORIGIN [--force]",
            "pool pause", "pool resume", "pool ping #ID",
        ],
        text: """
            A change of size takes effect at once, in both directions: surplus idle connections
            close, the longest idle first; a running request is never cut off; waiting requests go
            as soon as there is room. `warm` opens connections ahead of need. `close` closes idle
            connections now and busy ones when they have finished; with --force now. `pause` holds
            requests back and closes nothing; `resume` lets them go. `ping` measures the way to an
            HTTP/2 server and back.
            """,
        examples: ["pool", "pool size 3", "pool warm 2", "pool close idle", "pool pause"]
    )
    let completions: [String: [CompletionSource]] = ["N": [.nothing]]

    private static let actions = [
        "size", "total", "warm", "close", "pause", "resume", "ping",
    ]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        guard let action = arguments.take() else {
            return await self.report(evaluator, invocation.tails)
        }
        switch action.text {
        case "size":
            let scope = try self.origin(&arguments, evaluator, after: 1)
            let size = try arguments.take("a number of connections")
            try arguments.end()
            return try await evaluator.setPoolSize(size, for: scope)
        case "total":
            let (total, _) = try arguments.takeNumber("a number of connections", minimum: 1)
            try arguments.end()
            return try await evaluator.changeLimits("pool.total", to: "\(total)")
        case "warm":
            let scope = try self.origin(&arguments, evaluator, after: 1)
            let (count, _) = try arguments.takeNumber("a number of connections", minimum: 1)
            try arguments.end()
            return try await self.warm(count, scope ?? evaluator.base?.origin, evaluator)
        case "close": return try await self.close(&arguments, evaluator)
        case "pause", "resume":
            try arguments.end()
            return await self.setPaused(action.text == "pause", evaluator)
        case "ping": return try await self.ping(&arguments, evaluator)
        case "probe": throw .notYet("pool probe", action.span)
        default: throw arguments.unknown(action, known: Self.actions)
        }
    }

    /// The origin given by `--for`, or as the word after the first `count`.
    private func origin(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator,
        after count: Int
    ) throws(ShellProblem) -> Origin? {
        if let scope = try arguments.takeOption("--for", "an origin") {
            return try evaluator.origin(named: scope)
        }
        let words = arguments.remaining
        guard words.count == count + 1 else { return nil }
        let origin = try evaluator.origin(named: words[count])
        var rest = Arguments(command: "pool", Array(words.prefix(count)))
        swap(&rest, &arguments)
        return origin
    }

    private func report(_ evaluator: isolated Evaluator, _ tails: Tails) async -> CommandOutput {
        let snapshot = await evaluator.session.transport.snapshot()
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
        _ evaluator: isolated Evaluator
    ) async -> CommandOutput {
        let transport = evaluator.session.transport
        let before = await transport.snapshot()
        guard before.isPaused != isPaused else {
            return .remark(isPaused ? "paused already" : "not paused")
        }
        await transport.setPaused(isPaused)
        if isPaused { return .remark("paused: requests wait until `pool resume`") }
        let waiting = CountText.text(before.waiting.count, "waiting request")
        return .remark("resumed: \(waiting) can go")
    }

    private func ping(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        guard let id = try arguments.takeConnection() else {
            _ = try arguments.take("#ID")
            throw .noSuchConnection(0)
        }
        try arguments.end()
        do {
            let roundTrip = try await evaluator.session.transport.ping(id)
            return CommandOutput(["\(id) answered after \(DurationText.text(roundTrip))"])
        } catch {
            throw .cannotPing(id.number, error)
        }
    }

    private func close(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let force = arguments.takeFlag("--force")
        let selection: CloseSelection
        if let id = try arguments.takeConnection() {
            selection = .connection(id)
        } else {
            let word = try arguments.take("#ID, idle, all or an origin")
            switch word.text {
            case "idle": selection = .idle
            case "all": selection = .all
            default: selection = .origin(try evaluator.origin(named: word))
            }
        }
        try arguments.end()
        let concerned = await evaluator.session.transport.close(selection, force: force)
        if case .connection(let id) = selection, concerned.isEmpty {
            throw .noSuchConnection(id.number)
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
}

extension Evaluator {
    /// Changes `pool.size`, for all origins or for one, and says what it does.
    func setPoolSize(
        _ size: Arguments.Argument,
        for origin: Origin?
    ) async throws(ShellProblem) -> CommandOutput {
        guard let count = Int(size.text), count >= 1, count <= 1_000_000 else {
            throw .settingValue(
                name: "pool.size",
                value: size.text,
                expected: "a whole number from 1 up",
                size.span
            )
        }
        guard let origin else { return try await self.changeLimits("pool.size", to: size.text) }
        var settings = self.settings
        settings.limits.perOriginOverrides[origin] = count
        return await self.applyLimits(settings)
    }

    /// Changes a limit by its setting's name, and says what it does.
    func changeLimits(
        _ name: String,
        to value: String
    ) async throws(ShellProblem) -> CommandOutput {
        let setting = try Self.setting(name, nil)
        var settings = self.settings
        guard setting.set(&settings, value) else {
            throw .settingValue(name: name, value: value, expected: setting.expected, nil)
        }
        self.settingSources[name] = .session
        return await self.applyLimits(settings)
    }

    private func applyLimits(_ settings: SettingsValues) async -> CommandOutput {
        let before = self.events.latestSequence
        await self.apply(settings)
        let context = self.console.outputContext
        let news = self.events.events.filter { $0.sequence > before }
        let snapshot = await self.session.transport.snapshot()
        // Those that are still closing, and those that have closed within the same turn.
        let closed = news.compactMap { event -> ConnectionID? in
            guard case .closed(let epitaph) = event.kind, epitaph.reason == .shrunk else {
                return nil
            }
            return event.connection
        }
        let closing = snapshot.connections.filter {
            $0.state == .closing && $0.closeReason == .shrunk
        }
        let ids = Set(closed + closing.map(\.id)).sorted()
        let lines = news.compactMap { ResizeLine.text(for: $0, closing: ids, in: context) }
        let json = PoolJSON.line(for: snapshot)
        guard !lines.isEmpty else { return .remark("nothing changed", json: [json]) }
        return CommandOutput(lines, json: [json], isRemark: true)
    }
}
