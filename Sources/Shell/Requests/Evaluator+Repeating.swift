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
    /// How many bytes of contents may wait in memory for their turn.
    private static let heldLimit = 16 << 20

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
        try line.checkOptions(for: .repeated)
        var line = line
        let built = try await self.build(line, tags: tags)
        line.tails = try await self.resolvingFile(of: line.repeatedTails)
        self.remarkOrigin(of: built)
        await self.remarkCredentials(of: built)
        if built.options.isDryRun {
            self.announce(built.request, count: count, parallel: parallel)
            try await self.showPreview(of: built.request, tails: line.tails)
            return
        }
        var request = built.request
        request.isBackground = line.tails.isBackground
        let numbers = self.session.reserveNumbers(count: count)
        var typed = try await self.typedRequest(line, request, tags: tags)
        typed.repetition = (count, parallel)
        self.typed.insert(typed, for: numbers.lowerBound)
        let lot = RepeatedRequest(
            line: line,
            request: request,
            numbers: numbers,
            parallel: parallel,
            tags: tags,
            context: line.tails.isBackground
                ? LineContext(base: self.base, variables: self.variables) : nil
        )
        if line.tails.isBackground {
            await self.startJob(lot)
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
        _ lot: RepeatedRequest,
        _ handOver: HandOver? = nil
    ) async throws(ShellProblem) -> (RepeatRecord, ExpectationTally) {
        let (line, tags) = (lot.line, lot.tags)
        let outcome = ExpectationTally()
        var repetition = HTTPSession.Repetition(
            lot.request,
            count: lot.numbers.count,
            parallel: lot.parallel
        )
        repetition.handOver = handOver
        if Self.isDynamic(line) || self.liveDefaults.areDynamic {
            repetition.remake = { index in await self.remake(lot, index: index, outcome) }
        }
        let output = try await self.output(for: line.tails)
        if output != nil || tags.concernsResponse || self.printsJSON {
            repetition.heldLimit = Self.heldLimit
            repetition.inOrder = { exchange in
                await self.took(exchange, into: output, tags: tags, tally: outcome)
            }
        }
        let record = await self.perform(repetition, lot)
        await self.console.arrivingOutputTaken()
        do throws(ShellProblem) {
            try await output?.finish()
        } catch {
            outcome.problem = outcome.problem ?? error
        }
        if record.finished < record.planned, self.console.outputIsGone { throw .outputGone }
        return (record, outcome)
    }

    /// What takes the contents; nil where nobody wants them: they are data where output is no
    /// terminal, and where tails take them.
    private func output(for tails: Tails) async throws(ShellProblem) -> RepetitionOutput? {
        var path: String?
        if let redirection = tails.redirection {
            let resolved = self.localPath(try await self.resolve(redirection.path.template))
            path = resolved
            if tails.filters.isEmpty, resolved == "/dev/null" {
                // What goes there need not be kept, but there must be such a file.
                try await Self.write([], to: resolved, appending: true, redirection.path.span)
                return nil
            }
        } else if tails.filters.isEmpty {
            guard !tails.isBackground, !self.console.outputIsTerminal, !self.printsJSON,
                self.settings.show.contains(.body)
            else { return nil }
        }
        return RepetitionOutput(self, tails: tails, path: path, isJSON: self.printsJSON)
    }

    private func perform(
        _ repetition: HTTPSession.Repetition,
        _ lot: RepeatedRequest
    ) async -> RepeatRecord {
        let session = self.session
        let numbers = lot.numbers
        // A filter that prints to the terminal meanwhile would print into the line of progress.
        let filterPrints =
            self.console.outputIsTerminal && !lot.line.tails.filters.allSatisfy(\.isPath)
        let progress =
            lot.request.isBackground || filterPrints ? nil : self.startProgress(of: numbers)
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
        if Task.isCancelled { throw .interrupted }
        if let problem = outcome.problem { throw problem }
        if record.failed > 0 { throw .repetitionFailed(record.failed) }
        if outcome.failed > 0 { throw .expectationFailed }
        let gravest = record.statuses.keys.max() ?? 0
        if self.checksStatus, gravest >= 300 { throw .statusClass(gravest) }
    }

    /// Whether something in the line is new for each repetition.
    private static func isDynamic(_ line: RequestLine) -> Bool {
        Template.parse(line.source).isDynamic
    }

    /// Makes the request of a repetition anew: the line means what it did when it was entered, and
    /// the defaults are those of now.
    ///
    /// - Returns: Nil where that cannot be done, which ends the repetition.
    private func remake(
        _ lot: RepeatedRequest,
        index: Int,
        _ outcome: ExpectationTally
    ) async -> HTTPSession.SessionRequest? {
        do throws(ShellProblem) {
            return try await self.remake(lot, index: index)
        } catch {
            outcome.problem = outcome.problem ?? error
            return nil
        }
    }

    private func remake(
        _ lot: RepeatedRequest,
        index: Int
    ) async throws(ShellProblem) -> HTTPSession.SessionRequest {
        try await self.asRepetition(index) { () async throws(ShellProblem) in
            var request = try await self.binding(Self.$enteredContext, to: lot.context) {
                () async throws(ShellProblem) in
                try await self.buildLine(lot.line, tags: lot.tags).request
            }
            request.isBackground = lot.line.tails.isBackground
            try await self.makeDefaults(for: &request, isKept: false)
            return request
        }
    }

    /// Does something for the repetition with an index, which `{{$index}}` is in it.
    func asRepetition<Value: Sendable>(
        _ index: Int,
        _ body: () async throws(ShellProblem) -> Value
    ) async throws(ShellProblem) -> Value {
        try await self.binding(Self.$repetitionIndex, to: index, body)
    }

    private func binding<Bound: Sendable, Value: Sendable>(
        _ local: TaskLocal<Bound>,
        to bound: Bound,
        _ body: () async throws(ShellProblem) -> Value
    ) async throws(ShellProblem) -> Value {
        let result: Result<Value, ShellProblem> = await local.withValue(bound) {
            do throws(ShellProblem) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: What comes of it

    /// Does what is to be done with an exchange in its turn; returns whether to go on.
    private func took(
        _ exchange: Exchange,
        into output: RepetitionOutput?,
        tags: RequestTags,
        tally: ExpectationTally
    ) async -> Bool {
        // This runs on the event loop, which waits for no reader.
        var goesOn = await output?.take(exchange) ?? true
        if self.printsJSON, output == nil || output?.path != nil {
            var exchange = exchange
            if let path = output?.path {
                let size = exchange.content.count
                exchange.content = .file(SavedContent(path: path, size: size))
            }
            await self.console.outLineWaiting(self.json(of: exchange))
            goesOn = goesOn && !self.console.outputIsGone
        }
        do throws(ShellProblem) {
            try await self.check(exchange, tags.expectations)
        } catch {
            tally.failed += 1
        }
        do throws(ShellProblem) {
            try await self.capture(tags.captures, from: exchange)
        } catch {
            tally.problem = tally.problem ?? error
        }
        await self.console.errorsTaken()
        return goesOn
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
    /// What the line depended on when it was entered, if others are entered while it is sent.
    let context: Evaluator.LineContext?
}

extension Template {
    /// Whether it yields something new each time.
    var isDynamic: Bool {
        self.references.contains(where: \.isNewEachTime)
    }
}

/// Counts failed expectations, and keeps why something was not captured or not passed on; used by
/// one task at a time, the evaluator's.
final class ExpectationTally: @unchecked Sendable {
    // `@unchecked Sendable`: touched only inside the evaluator, as above.
    var failed = 0
    var problem: ShellProblem?
}
