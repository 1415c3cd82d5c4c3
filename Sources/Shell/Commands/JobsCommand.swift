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
            `cancel` ends it.
            """,
        examples: ["get /slow?ms=200 &", "jobs", "wait"]
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
        let lines = jobs.map { job in
            let age = DurationText.text(job.startedAt.duration(to: now))
            let label = Sanitizer.line(job.label.description)
            let state = Self.state(job.number, snapshot)
            let progress = job.progress.text(at: now).map { " · \($0)" } ?? ""
            return "\(job.number) · \(label) · \(age) · \(state)\(progress)"
        }
        return CommandOutput(lines)
    }

    private static func state(_ number: Int, _ snapshot: PoolSnapshot) -> String {
        if let waiting = snapshot.waiting.first(where: { $0.request.exchange == number }) {
            return "waiting: \(WaitSentences.cause(waiting.cause))"
        }
        let carrier = snapshot.connections.first { $0.request?.exchange == number }
        return carrier.map { "on \($0.id)" } ?? "ending"
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
            if let problem = await evaluator.waitForAllJobs() { throw problem }
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
