import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `tune REQUEST`: the same work at several pool sizes.
struct TuneCommand: ShellCommand {
    let signature = CommandSignature(
        "tune",
        arguments: .request,
        optionsAfterRequest: ["--sizes", "--concurrency", "--requests", "--rounds"]
    )
    let group = CommandGroup.traffic
    let summary = "the same work at several pool sizes, and which size to take"
    let help = CommandHelp(
        usage: [
            "tune [--sizes 1,2,4,8] [--concurrency N] [--requests N] [--rounds N] [--json] REQUEST"
        ],
        text: """
            Sends a request many times at each pool size: cold, so that connections are opened
            first, and then warm. The sizes take turns in each round (1 2 4 8, 2 4 8 1, …), so that
            whatever else goes on falls on all of them. The advice is the smallest size that no
            larger one beat in every round and by a fifth at least. The pool's size is afterwards as
            before. Over HTTP/2 there is no advice: one connection carries all requests as streams.

            Without --requests there are as many as take about ten seconds in all; without
            --concurrency they come twice as many at a time as the largest size. These options may
            stand behind the request too; a --json there is the request's own.
            """,
        examples: ["tune get /workers", "tune get /workers?workers=2 --sizes 2,4,8 --rounds 3"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var plan = TuningPlan()
        if let sizes = try arguments.takeOption("--sizes", "sizes such as 1,2,4,8") {
            plan.sizes = try Self.sizes(sizes)
        }
        plan.concurrency = try Self.count("--concurrency", &arguments)
        plan.requests = try Self.count("--requests", &arguments)
        plan.rounds = try Self.count("--rounds", &arguments) ?? plan.rounds
        if arguments.takeFlag("--json") { evaluator.lineWantsJSON = true }
        try arguments.end()
        guard let line = invocation.request else {
            throw .usage(command: "tune", .missing("a request, such as `tune get /users`"), nil)
        }
        guard line.count == nil, line.tails.isEmpty else {
            throw .usage(
                command: "tune",
                .invalid("this request", expected: "one request without a count, | or >"),
                nil
            )
        }
        let tuning = try await evaluator.tune(line, plan)
        let lines = TuningReport.lines(of: tuning, in: evaluator.outputContext())
        return CommandOutput(lines, json: [TuningJSON.line(of: tuning)])
    }

    private static func sizes(_ word: Arguments.Argument) throws(ShellProblem) -> [Int] {
        let sizes = word.text.split(separator: ",", omittingEmptySubsequences: false)
            .map { Int($0) ?? 0 }
        guard sizes.count <= 12, sizes.allSatisfy({ (1...1000).contains($0) }) else {
            throw .usage(
                command: "tune --sizes",
                .invalid(word.text, expected: "up to 12 whole numbers from 1 to 1000: 1,2,4,8"),
                word.span
            )
        }
        return Set(sizes).sorted()
    }

    private static func count(
        _ name: String,
        _ arguments: inout Arguments
    ) throws(ShellProblem) -> Int? {
        guard let word = try arguments.takeOption(name, "a number") else { return nil }
        guard let count = Int(word.text), (1...100_000).contains(count) else {
            throw .usage(
                command: "tune \(name)",
                .invalid(word.text, expected: "a whole number from 1 to 100000"),
                word.span
            )
        }
        return count
    }
}

/// What is to be measured.
struct TuningPlan {
    /// The sizes, in rising order.
    var sizes = [1, 2, 4, 8]
    /// How many requests at a time; nil is twice the largest size.
    var concurrency: Int?
    /// How many requests in each measurement; nil is as many as time allows.
    var requests: Int?
    /// How often each size has its turn.
    var rounds = 5

    /// How long all measurements together should take, about.
    static let budget = Duration.seconds(10)

    /// How many at a time.
    var parallel: Int { self.concurrency ?? 2 * (self.sizes.last ?? 1) }

    /// How many requests in each measurement, if one takes `latency`.
    ///
    /// At size s the work takes latency × requests ÷ s; each round has it twice at each size.
    func requestCount(latency: Duration) -> Int {
        if let requests = self.requests { return requests }
        let each = self.sizes.reduce(0.0) { $0 + 1 / Double($1) } * 2 * Double(self.rounds)
        let affordable = Self.budget / max(latency, .microseconds(100)) / each
        return max(2 * (self.sizes.last ?? 1), min(500, Int(affordable)))
    }
}

extension Evaluator {
    /// Measures a request at several pool sizes, which take turns.
    func tune(
        _ line: RequestLine,
        _ plan: TuningPlan
    ) async throws(ShellProblem) -> Tuning {
        let built = try await self.build(line, tags: self.takeTags())
        let origin = built.request.target.origin
        let settings = self.settings
        let probe = await self.repeatQuietly(built.request, count: 1, parallel: 1)
        guard probe.failed == 0, !Task.isCancelled else {
            await self.apply(settings)
            if let failure = probe.failures.first?.failure {
                self.console.errLine(ErrorSentences.render(failure).message)
            }
            throw Task.isCancelled ? .interrupted : .repetitionFailed(1)
        }
        var tuning = Tuning(
            sizes: plan.sizes,
            requests: plan.requestCount(latency: probe.elapsed),
            concurrency: plan.parallel
        )
        defer { self.console.showProgress(nil) }
        for round in 0..<plan.rounds {
            for turn in tuning.sizes.indices {
                let size = tuning.sizes[(round + turn) % tuning.sizes.count]
                let share = (round * tuning.sizes.count + turn) * 100
                self.console.showProgress(
                    "round \(round + 1) of \(plan.rounds) · pool.size \(size)"
                        + " · \(share / (plan.rounds * tuning.sizes.count)) %"
                )
                await self.setSize(size, of: origin, like: settings)
                await self.closeAll(of: origin)
                for isWarm in [false, true] {
                    let record = await self.repeatQuietly(
                        built.request,
                        count: tuning.requests,
                        parallel: tuning.concurrency
                    )
                    guard !Task.isCancelled else {
                        await self.apply(settings)
                        throw .interrupted
                    }
                    if record.sample?.response?.head.version.hasPrefix("HTTP/2") == true {
                        let most = tuning.streamConnections ?? 0
                        tuning.streamConnections = max(most, record.connections.count)
                    }
                    tuning.samples.append(
                        Tuning.Sample(record, size: size, round: round, isWarm: isWarm)
                    )
                }
            }
        }
        await self.apply(settings)
        return tuning
    }

    private func setSize(_ size: Int, of origin: Origin, like before: SettingsValues) async {
        var settings = before
        settings.limits.perOriginOverrides[origin] = size
        settings.limits.total = max(settings.limits.total, size)
        settings.limits.idle = max(settings.limits.idle, size)
        await self.apply(settings)
    }

    /// Closes the connections of an origin, and waits until they are gone.
    private func closeAll(of origin: Origin) async {
        let transport = self.session.transport
        _ = await transport.close(.origin(origin), force: false)
        // A closing connection still holds its place; the transport bounds how long it takes.
        for _ in 0..<200 {
            let open = await transport.snapshot().connections
            guard open.contains(where: { $0.key.origin == origin }) else { return }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func repeatQuietly(
        _ request: SessionRequest,
        count: Int,
        parallel: Int
    ) async -> RepeatRecord {
        let repetition = HTTPSession.Repetition(request, count: count, parallel: parallel)
        let session = self.session
        guard let executor = self.configuration.networkExecutor else {
            return await session.perform(repetition)
        }
        return await withTaskExecutorPreference(executor) { await session.perform(repetition) }
    }
}

extension Tuning.Sample {
    fileprivate init(_ record: RepeatRecord, size: Int, round: Int, isWarm: Bool) {
        self.init(
            size: size,
            round: round,
            isWarm: isWarm,
            elapsed: record.elapsed,
            latencies: record.newLatencies + record.reusedLatencies,
            failed: record.failed
        )
    }
}
