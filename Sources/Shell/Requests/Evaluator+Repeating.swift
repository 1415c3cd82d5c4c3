import HTTPModel
import HTTPSession
import HTTPTypes
import Rendering
import SessionFiles
import ShellLanguage

/// `200x8 get /users`: many requests, one entry in the log (LANGUAGE.md, section 7).
extension Evaluator {
    /// The greatest number of repetitions of one line.
    static let repetitionLimit = 100_000_000

    /// Performs a request line many times.
    func performRepeatedly(
        _ line: RequestLine,
        count: Int,
        parallel: Int,
        tags: RequestTags
    ) async throws(ShellProblem) {
        guard (1...Self.repetitionLimit).contains(count), parallel >= 1 else {
            throw .usage(
                command: "repeat",
                .invalid("\(count)x\(parallel)", expected: "counts from 1 up"),
                nil
            )
        }
        var line = line
        let built = try await self.build(line, tags: tags)
        line.tails = try await self.resolvingFile(of: line.tails)
        self.remarkOrigin(of: built)
        await self.remarkCredentials(of: built)
        var request = built.request
        request.isBackground = line.tails.isBackground
        let numbers = self.session.reserveNumbers(count: count)
        var typed = try await self.typedRequest(line, request)
        typed.repetition = (count, parallel)
        self.typed.insert(typed, for: numbers.lowerBound)
        let lot = RepeatedRequest(
            line: line,
            request: request,
            numbers: numbers,
            parallel: parallel,
            tags: tags
        )
        if line.tails.isBackground {
            self.startJob(lot)
            return
        }
        await self.remarkPause(of: request.target.origin)
        self.announce(request, count: count, parallel: parallel)
        let (record, outcome) = try await self.carryOut(lot)
        self.showSummary(of: record)
        try self.check(record, outcome)
    }

    /// Sends a repetition, and its bodies through the tails; returns what came of it.
    func carryOut(
        _ lot: RepeatedRequest
    ) async throws(ShellProblem) -> (RepeatRecord, ExpectationTally) {
        let (line, tags) = (lot.line, lot.tags)
        var repetition = HTTPSession.Repetition(
            lot.request,
            count: lot.numbers.count,
            parallel: lot.parallel
        )
        if Self.isDynamic(line) || self.liveDefaults.areDynamic {
            repetition.remake = self.remake(line, tags)
        }
        let collector = BodyCollector(line.tails.filters)
        let outcome = ExpectationTally()
        let wantsBodies = self.wantsBodies(line)
        // Without tails nothing needs all bodies at once: they go out as they come.
        let collects = wantsBodies && !line.tails.isEmpty
        if wantsBodies || tags.concernsResponse || self.printsJSON {
            repetition.inOrder = { exchange in
                await self.took(
                    exchange,
                    into: collects ? collector : nil,
                    isShown: wantsBodies && !collects,
                    tags: tags,
                    tally: outcome
                )
            }
        }
        let record = await self.perform(repetition, numbers: lot.numbers)
        await self.console.arrivingOutputTaken()
        if collects {
            try await self.send(
                collector.bytes,
                through: line.tails,
                exchange: record.sample,
                passedPaths: true
            )
            outcome.captureProblem = outcome.captureProblem ?? collector.problem
        } else if let redirection = line.tails.redirection {
            // `> /dev/null`: nobody wants the bodies, but the file is opened all the same.
            let path = self.localPath(try await self.resolve(redirection.path.template))
            try await Self.write(
                [],
                to: path,
                appending: redirection.appends,
                redirection.path.span
            )
        }
        return (record, outcome)
    }

    private func perform(
        _ repetition: HTTPSession.Repetition,
        numbers: ClosedRange<Int>
    ) async -> RepeatRecord {
        let session = self.session
        let progress =
            repetition.request.isBackground ? nil : self.startProgress(of: numbers)
        defer {
            if let progress {
                progress.cancel()
                self.console.showProgress(nil)
            }
        }
        guard let executor = self.configuration.networkExecutor else {
            return await session.perform(repetition, numbers: numbers)
        }
        // Without the preference every resumption would hop over the global executor.
        return await withTaskExecutorPreference(executor) {
            await session.perform(repetition, numbers: numbers)
        }
    }

    /// Shows at a terminal how far a repetition is, as soon as it takes a second.
    ///
    /// Not detached: whoever performs the repetition cancels it.
    private func startProgress(of numbers: ClosedRange<Int>) -> Task<Void, Never>? {
        guard self.console.errorIsTerminal, !self.printsJSON else { return nil }
        let session = self.session
        let console = self.console
        let clock = self.configuration.clock
        let startedAt = clock()
        return Task {
            var pause = ArrivingAnswer.patience
            while (try? await Task.sleep(for: pause)) != nil {
                pause = ArrivingAnswer.interval
                guard let finished = await session.finishedCount(ofRepetition: numbers.lowerBound),
                    !Task.isCancelled
                else { return }
                console.showProgress(
                    ProgressText.text(
                        finished: finished,
                        of: numbers.count,
                        after: startedAt.duration(to: clock())
                    )
                )
            }
        }
    }

    /// The problem that a repetition is for its line: the gravest of its exchanges'.
    func check(_ record: RepeatRecord, _ outcome: ExpectationTally) throws(ShellProblem) {
        if let problem = outcome.captureProblem { throw problem }
        if Task.isCancelled { throw .interrupted }
        if record.failed > 0 { throw .repetitionFailed(record.failed) }
        if outcome.failed > 0 { throw .expectationFailed }
        let gravest = record.statuses.keys.max() ?? 0
        if self.checksStatus, gravest >= 300 { throw .statusClass(gravest) }
    }

    /// Whether bodies are to be kept: they are data where output is no terminal, and where tails
    /// take them, but not for /dev/null.
    private func wantsBodies(_ line: RequestLine) -> Bool {
        if self.printsJSON { return false }
        if !line.tails.filters.isEmpty { return true }
        if let redirection = line.tails.redirection {
            return redirection.path.literalText != "/dev/null"
        }
        return !line.tails.isBackground && !self.console.outputIsTerminal
            && self.settings.show.contains(.body)
    }

    /// Whether something in the line is new for each repetition.
    private static func isDynamic(_ line: RequestLine) -> Bool {
        Template.parse(line.source).isDynamic
    }

    private func remake(
        _ line: RequestLine,
        _ tags: RequestTags
    ) -> @Sendable (Int) async -> HTTPSession.SessionRequest? {
        { index in await self.rebuild(line, tags, index: index) }
    }

    private func rebuild(
        _ line: RequestLine,
        _ tags: RequestTags,
        index: Int
    ) async -> HTTPSession.SessionRequest? {
        try? await self.asRepetition(index) { () async throws(ShellProblem) in
            var request = try await self.build(line, tags: tags).request
            request.isBackground = line.tails.isBackground
            return request
        }
    }

    /// Does something for the repetition with an index, which `{{$index}}` is in it.
    func asRepetition<Value: Sendable>(
        _ index: Int,
        _ body: () async throws(ShellProblem) -> Value
    ) async throws(ShellProblem) -> Value {
        let result: Result<Value, ShellProblem> = await Self.$repetitionIndex.withValue(index) {
            do throws(ShellProblem) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: What comes of it

    private func took(
        _ exchange: Exchange,
        into collector: BodyCollector?,
        isShown: Bool,
        tags: RequestTags,
        tally: ExpectationTally
    ) async {
        // This runs on the event loop, which waits for no reader.
        if self.printsJSON { await self.console.outLineWaiting(self.json(of: exchange)) }
        if isShown { await self.console.outWaiting(self.contentBytes(of: exchange)) }
        collector?.append(self.contentBytes(of: exchange))
        do throws(ShellProblem) {
            try await self.check(exchange, tags.expectations)
        } catch {
            tally.failed += 1
        }
        do throws(ShellProblem) {
            try await self.capture(tags.captures, from: exchange)
        } catch {
            tally.captureProblem = error
        }
    }

    /// The first line: what is about to happen, and what the pool size does to it.
    private func announce(
        _ request: HTTPSession.SessionRequest,
        count: Int,
        parallel: Int
    ) {
        guard !self.printsJSON else { return }
        var text = "\(count) × \(request.method.rawValue) \(request.target.requestTarget)"
        if parallel > 1 {
            text += ", at most \(parallel) at a time"
            let size = self.settings.limits.perOrigin(for: request.target.origin)
            if size < parallel { text += "; pool.size \(size) lets \(size) run" }
        }
        self.console.errLine(text)
    }

    private func showSummary(of record: RepeatRecord) {
        let summary = RepeatSummary(record)
        if self.printsJSON {
            self.console.outLine(summary.json)
            return
        }
        let toTerminal = self.console.outputIsTerminal
        let context = toTerminal ? self.console.outputContext : self.console.errorContext
        let lines = summary.lines(in: context)
        lines.forEach(toTerminal ? self.console.outTalk : self.console.errLine)
    }
}

/// A request line that is sent many times.
struct RepeatedRequest: Sendable {
    /// The line.
    let line: RequestLine
    /// Its request; when it is made anew for each repetition, the first one.
    let request: HTTPSession.SessionRequest
    /// The numbers of the exchanges.
    let numbers: ClosedRange<Int>
    /// How many at a time.
    let parallel: Int
    /// What the lines before it ask.
    let tags: RequestTags
}

extension Template {
    /// Whether it yields something new each time.
    var isDynamic: Bool {
        self.placeholders.contains { placeholder in
            switch placeholder.reference {
            case .dynamic, .index: true
            case .variable, .exchange, .lastBody, .environment, .secret: false
            }
        }
    }
}

/// Collects contents in order; used by one task at a time, the evaluator's.
private final class BodyCollector: @unchecked Sendable {
    // `@unchecked Sendable`: touched only inside the evaluator, whose isolation `took` and
    // `performRepeatedly` share.
    private(set) var bytes: [UInt8] = []
    /// Why the paths found nothing in the first content of which that is so.
    private(set) var problem: ShellProblem?
    private let filters: [Tails.Filter]

    /// Creates a collector of what these filters leave; those that are no paths come later, and
    /// get all at once.
    init(_ filters: [Tails.Filter]) {
        self.filters = filters
    }

    /// Takes in the next content; a path is asked of each by itself.
    func append(_ content: [UInt8]) {
        var content = content
        do throws(ShellProblem) {
            for case .jsonPath(let path, let span) in self.filters {
                content = try Evaluator.apply(path: path, to: content, span: span)
            }
            self.bytes += content
        } catch {
            self.problem = self.problem ?? error
        }
    }
}

extension Tails.Filter {
    /// Whether it is a JSONPath.
    var isPath: Bool {
        switch self {
        case .jsonPath: true
        case .shell: false
        }
    }
}

/// Counts failed expectations, and keeps why nothing was captured; used by one task at a time, the
/// evaluator's.
final class ExpectationTally: @unchecked Sendable {
    // `@unchecked Sendable`: touched only inside the evaluator, as above.
    var failed = 0
    var captureProblem: ShellProblem?
}
