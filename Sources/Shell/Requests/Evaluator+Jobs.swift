import HTTPModel
import HTTPSession
import HTTPTypes
import Rendering
import SessionFiles
import ShellLanguage

/// Requests in the background.
extension Evaluator {
    /// Starts a job and says so; returns when the transport has its request, so that what the lines
    /// after it change is nothing to it.
    func startJob(
        _ built: BuiltRequest,
        line: RequestLine,
        number: Int,
        tags: RequestTags
    ) async {
        var request = built.request
        request.isBackground = true
        let label = RequestLabel(
            method: request.method.rawValue,
            target: request.target.requestTarget
        )
        let context = self.console.errorContext
        if !self.printsJSON {
            self.console.errLine(ConnectionLine.started(number...number, label, in: context))
        }
        let destination = self.destination(of: built, tails: line.tails)
        let session = self.session
        let progress = JobProgress(clock: self.configuration.clock)
        let handOver = HandOver()
        // Not detached: `jobs` holds it, and the session does not end before it has.
        let task = Task { [request] in
            let exchange = await session.perform(
                request,
                number: number,
                to: destination,
                observer: progress,
                handOver: handOver
            )
            return await self.jobEnded(exchange, tails: line.tails, tags: tags)
        }
        self.jobs.insert(
            JobTable.Job(
                numbers: number...number,
                label: label,
                startedAt: self.configuration.clock(),
                progress: progress,
                task: task
            )
        )
        await handOver.wait()
    }

    /// One notice when it is done, never a body.
    private func jobEnded(
        _ exchange: Exchange,
        tails: Tails,
        tags: RequestTags
    ) async -> ShellProblem? {
        if self.printsJSON {
            self.printJSON(of: exchange)
        } else {
            let context = self.console.errorContext
            for line in ConnectionLine.lines(for: exchange, in: context) {
                self.console.notice(line)
            }
            if exchange.failure != nil, let error = ErrorSentences.render(exchange) {
                for line in error.lines(in: context, at: Self.place?.text) {
                    self.console.notice(line)
                }
            }
        }
        let problem: ShellProblem?
        do throws(ShellProblem) {
            if !tails.filters.isEmpty, exchange.response != nil {
                try await self.send(
                    self.wholeContent(of: exchange),
                    through: tails,
                    exchange: exchange
                )
            }
            try await self.capture(tags.captures, from: exchange)
            try await self.check(exchange, tags.expectations)
            try self.check(outcomeOf: exchange)
            problem = nil
        } catch .interrupted {
            // `cancel` is what the user wanted.
            problem = nil
        } catch {
            problem = error
            self.tell(of: error)
        }
        self.jobs.ended(exchange.number, problem: problem)
        return problem
    }

    /// Starts a repetition as a job, and says so; returns when the transport has the first of its
    /// requests, as many as there are at a time.
    func startJob(_ lot: RepeatedRequest) async {
        let label = RequestLabel(
            method: lot.request.method.rawValue,
            target: lot.request.target.requestTarget
        )
        if !self.printsJSON {
            let context = self.console.errorContext
            self.console.errLine(ConnectionLine.started(lot.numbers, label, in: context))
        }
        // Not detached, as above.
        let handOver = HandOver(of: min(lot.parallel, lot.numbers.count))
        let task = Task { await self.carryOutJob(lot, handOver) }
        self.jobs.insert(
            JobTable.Job(
                numbers: lot.numbers,
                label: label,
                startedAt: self.configuration.clock(),
                progress: nil,
                task: task
            )
        )
        await handOver.wait()
    }

    /// Sends a repetition of the background; one notice when it is done, never its answers.
    private func carryOutJob(
        _ lot: RepeatedRequest,
        _ handOver: HandOver
    ) async -> ShellProblem? {
        // What comes before the first request may fail.
        defer { handOver.end() }
        var problem: ShellProblem?
        do throws(ShellProblem) {
            let (record, outcome) = try await self.carryOut(lot, handOver)
            if self.printsJSON {
                self.console.outLine(RepeatSummary(record).json)
            } else {
                let summary = RepeatSummary(record)
                for line in [summary.headline] + summary.failureLines { self.console.notice(line) }
            }
            try self.check(record, outcome)
        } catch .interrupted {
            // `cancel` is what the user wanted.
        } catch {
            problem = error
            self.tell(of: error)
        }
        self.jobs.ended(lot.numbers.lowerBound, problem: problem)
        return problem
    }

    /// Says why a job failed where its answer does not.
    private func tell(of problem: ShellProblem) {
        guard !self.printsJSON else { return self.report(problem, source: "", at: Self.place) }
        guard let words = ShellSentences.words(for: problem) else { return }
        let error = RenderedError(kind: words.kind, message: words.message, hint: words.note)
        for line in error.lines(in: self.console.errorContext, at: Self.place?.text) {
            self.console.notice(line)
        }
    }

    /// Waits for one job.
    func waitForJob(_ number: Int) async throws(ShellProblem) {
        guard let job = self.jobs.job(number) else { return }
        let problem = await self.wait(for: job)
        if Task.isCancelled { throw .interrupted }
        _ = self.jobs.takeFailure()
        if problem != nil { throw .jobFailed(number) }
    }

    /// Waits for all jobs; the problem of the first that failed since somebody looked.
    func waitForAllJobs() async -> ShellProblem? {
        while let job = self.jobs.all.first, !Task.isCancelled {
            _ = await self.wait(for: job)
        }
        return self.jobs.takeFailure()
    }

    /// Waits for a job, or until the waiting is cancelled: ^C ends `wait`, not the job.
    private func wait(for job: JobTable.Job) async -> ShellProblem? {
        let (ends, continuation) = AsyncStream.makeStream(
            of: ShellProblem?.self,
            bufferingPolicy: .bufferingOldest(1)
        )
        let watcher = Task {
            continuation.yield(await job.task.value)
            continuation.finish()
        }
        defer { watcher.cancel() }
        for await problem in ends { return problem }
        return nil
    }
}
