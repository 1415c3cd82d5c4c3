import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage
import Synchronization

/// `pool probe`: what the server does with connections, measured on ones of its own.
extension PoolCommand {
    func probe(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator,
        _ tails: Tails
    ) async throws(ShellProblem) -> CommandOutput {
        var plan = ConnectionProbe.Plan()
        if let limit = try arguments.takeOption("--max", "a duration such as 2m") {
            plan.idleLimit = try Self.idleLimit(limit)
        }
        if let limit = try arguments.takeOption("--requests", "a number of requests") {
            plan.requestLimit = try Self.requestLimit(limit)
        }
        let target = try self.target(&arguments, evaluator)
        try arguments.end()
        let request: SessionRequest
        do throws(SessionRequestError) {
            // It has no content, and is answered wherever a GET is.
            request = try SessionRequest("HEAD", target)
        } catch {
            throw .request(error, nil)
        }
        let findings = await evaluator.probe(request, plan)
        let limits = evaluator.settings.limits
        let context = evaluator.outputContext(for: tails)
        let output = CommandOutput(
            ProbeReport.lines(of: findings, limits: limits, in: context),
            json: [ProbeJSON.line(of: findings, limits: limits)]
        )
        if Task.isCancelled {
            try await evaluator.print(output, tails: tails)
            throw .interrupted
        }
        guard case .failed(let error) = findings.idle else { return output }
        throw .probeFailed(error)
    }

    /// What is asked: a URL with its path, an origin's root, or the base.
    private func target(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) throws(ShellProblem) -> URI {
        guard let word = arguments.take() else {
            guard let base = evaluator.base else { throw .noBase }
            return base
        }
        let form: TargetForm =
            switch word.text.first {
            case "/": .originPath
            case "?": .query
            case ":": .localPort
            default: word.text.contains("://") ? .absolute(scheme: "") : .host
            }
        let resolver = TargetResolver(base: evaluator.base)
        if case .host = form, !evaluator.looksLikeOrigin(word.text) {
            throw .usage(
                command: "pool probe",
                .invalid(word.text, expected: "an origin such as http://127.0.0.1:8080"),
                word.span
            )
        }
        return try resolver.resolve(word.text, form: form, span: word.span).uri
    }

    private static func idleLimit(_ word: Arguments.Argument) throws(ShellProblem) -> Duration {
        guard let limit = DurationLiteral.parse(word.text), limit > .zero, limit <= .seconds(3600)
        else {
            throw .usage(
                command: "pool probe --max",
                .invalid(word.text, expected: "a duration of up to an hour, such as 90s or 5m"),
                word.span
            )
        }
        return limit
    }

    private static func requestLimit(_ word: Arguments.Argument) throws(ShellProblem) -> Int {
        guard let limit = Int(word.text), (1...1_000_000).contains(limit) else {
            throw .usage(
                command: "pool probe --requests",
                .invalid(word.text, expected: "a whole number from 1 to 1000000"),
                word.span
            )
        }
        return limit
    }
}

extension Evaluator {
    /// Probes, and shows how far it is; ^C ends it with what is known.
    fileprivate func probe(
        _ request: SessionRequest,
        _ plan: ConnectionProbe.Plan
    ) async -> ProbeFindings {
        let display = ProbeDisplay(
            console: self.console,
            idleLimit: plan.idleLimit,
            clock: self.configuration.clock
        )
        let limits =
            "idle for up to \(DurationText.text(plan.idleLimit)) (--max),"
            + " \(CountText.text(plan.requestLimit, "request")) (--requests)"
        let target = Sanitizer.line(request.target.description)
        self.console.errLine("probing \(target): \(limits)")
        // It ends with this scope.
        async let _ = display.run()
        return await self.session.probe(request, plan) { display.take($0) }
    }
}

/// The line that shows how far a probe is, on a terminal.
private final class ProbeDisplay: Sendable {
    private let console: Console
    private let idleLimit: Duration
    private let clock: @Sendable () -> Instant
    private let progress = Mutex(ConnectionProbe.Progress())

    init(console: Console, idleLimit: Duration, clock: @escaping @Sendable () -> Instant) {
        self.console = console
        self.idleLimit = idleLimit
        self.clock = clock
    }

    func take(_ progress: ConnectionProbe.Progress) {
        self.progress.withLock { $0 = progress }
    }

    /// Shows the line until the task is cancelled.
    func run() async {
        guard self.console.errorIsTerminal else { return }
        defer { self.console.showProgress(nil) }
        while !Task.isCancelled {
            let progress = self.progress.withLock { $0 }
            let idle = progress.idleSince.map { $0.duration(to: self.clock()) }
            self.console.showProgress(
                ProbeReport.progress(idle: idle, of: self.idleLimit, requests: progress.requests)
            )
            try? await Task.sleep(for: .milliseconds(200))
        }
    }
}
