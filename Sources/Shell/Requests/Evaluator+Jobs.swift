import HTTPModel
import HTTPSession
import HTTPTypes
import Rendering
import SessionFiles
import ShellLanguage

/// Requests in the background.
extension Evaluator {
    /// Starts a job and says so.
    func startJob(
        _ built: BuiltRequest,
        line: RequestLine,
        number: Int,
        tags: RequestTags
    ) {
        var request = built.request
        request.isBackground = true
        let label = RequestLabel(
            method: request.method.rawValue,
            target: request.target.requestTarget
        )
        let context = self.console.errorContext
        if !self.printsJSON {
            self.console.errLine(ConnectionLine.started(number, label, in: context))
        }
        let destination = self.destination(of: built, tails: line.tails)
        let session = self.session
        let progress = JobProgress(clock: self.configuration.clock)
        // Not detached: `jobs` holds it, and the session does not end before it has.
        let task = Task { [request] in
            let exchange = await session.perform(
                request,
                number: number,
                to: destination,
                observer: progress
            )
            return await self.jobEnded(exchange, tails: line.tails, tags: tags)
        }
        self.jobs.insert(
            JobTable.Job(
                number: number,
                label: label,
                startedAt: self.configuration.clock(),
                progress: progress,
                task: task
            )
        )
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
                    self.contentBytes(of: exchange),
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
        }
        self.jobs.ended(exchange.number, problem: problem)
        return problem
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
