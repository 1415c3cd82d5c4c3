import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `jobs`: what runs in the background.
struct JobsCommand: ShellCommand {
    let signature = CommandSignature("jobs", acceptsTails: true)
    let group = CommandGroup.requests
    let summary = "the requests in the background"
    let help = CommandHelp(
        usage: ["jobs"],
        text: """
            A request that ends in & runs in the background; its job number is its exchange's. Each
            has a line: how long it has run, on which connection or what it waits for, and how much
            of its answer has arrived. When it is done one line says so. `wait` waits for it,
            `cancel` ends it. A repetition is one job, under the first of its numbers.
            """,
        examples: ["get /slow?ms=200 &", "20x2 get /slow?ms=20 &", "jobs", "wait"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        try await evaluator.arguments(of: invocation).end()
        let jobs = evaluator.jobs.all
        guard !jobs.isEmpty else { return .remark("no jobs; `get /slow &` starts one") }
        let snapshot = await evaluator.session.transport.snapshot()
        let now = evaluator.configuration.clock()
        var lines: [String] = []
        for job in jobs {
            let elapsed = job.startedAt.duration(to: now)
            var parts = [ConnectionLine.background(job.numbers, job.label)]
            parts.append(DurationText.text(elapsed))
            parts.append(Self.state(of: job, snapshot))
            if let progress = job.progress?.text(at: now) { parts.append(progress) }
            if let finished = await evaluator.session.finishedCount(ofRepetition: job.number) {
                let planned = job.numbers.count
                parts.append(ProgressText.text(finished: finished, of: planned, after: elapsed))
            }
            lines.append(parts.joined(separator: " · "))
        }
        return CommandOutput(lines)
    }

    /// On which connections it is, or what it waits for.
    private static func state(of job: JobTable.Job, _ snapshot: PoolSnapshot) -> String {
        let carriers = snapshot.connections.filter { connection in
            connection.request.map { job.numbers.contains($0.exchange) } ?? false
                || connection.streams?.requests.contains {
                    job.numbers.contains($0.request.exchange)
                } ?? false
        }
        if !carriers.isEmpty {
            let more = carriers.count > 4 ? " and \(carriers.count - 4) more" : ""
            return "on \(carriers.prefix(4).map(\.id.description).joined(separator: " "))\(more)"
        }
        let waiting = snapshot.waiting.first { job.numbers.contains($0.request.exchange) }
        if let waiting { return "waiting: \(WaitSentences.cause(waiting.cause))" }
        // Between two of a repetition nothing is under way for a moment.
        if job.numbers.count > 1 { return "running" }
        // Before the first attempt reaches the pool, between two, and after the last.
        return job.progress?.hasBegun == true ? "ending" : "on no connection yet"
    }
}

/// `wait [N]`: waits for jobs.
struct WaitCommand: ShellCommand {
    let signature = CommandSignature("wait")
    let group = CommandGroup.requests
    let summary = "wait for a job, or for all"
    let help = CommandHelp(
        usage: ["wait", "wait N"],
        text: "Waits until a job, or every job, has ended. ^C ends the waiting, not the job.",
        examples: ["get /slow?ms=200 &", "wait"]
    )
    let completions: [String: [CompletionSource]] = ["N": [.jobs]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        guard arguments.next != nil else {
            // The job itself has said why.
            if let problem = await evaluator.waitForAllJobs() {
                throw .scriptFailed(status: problem.exitStatus)
            }
            if Task.isCancelled { throw .interrupted }
            return .none
        }
        let (number, span) = try arguments.takeNumber("a job's number", minimum: 1)
        try arguments.end()
        if evaluator.jobs.job(number) == nil,
            await evaluator.session.entry(number) == nil
        {
            throw .usage(
                command: "wait",
                .invalid("\(number)", expected: "the number of a job; `jobs` lists them"),
                span
            )
        }
        try await evaluator.waitForJob(number)
        return .none
    }
}

/// `cancel N`: ends a job.
struct CancelCommand: ShellCommand {
    let signature = CommandSignature("cancel")
    let group = CommandGroup.requests
    let summary = "end a job"
    let help = CommandHelp(
        usage: ["cancel N"],
        text: "Cancels a request in the background; its connection is closed.",
        examples: ["get /slow?ms=5000 &", "cancel 1"]
    )
    let completions: [String: [CompletionSource]] = ["N": [.jobs]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let (number, span) = try arguments.takeNumber("a job's number", minimum: 1)
        try arguments.end()
        guard let job = evaluator.jobs.job(number) else {
            throw .usage(
                command: "cancel",
                .invalid("\(number)", expected: "the number of a job; `jobs` lists them"),
                span
            )
        }
        job.task.cancel()
        _ = await job.task.value
        return .none
    }
}
