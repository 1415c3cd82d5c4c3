import HTTPModel

/// Requests that run in the background; a job's number is its exchange's, or that of the first of
/// a repetition's.
struct JobTable {
    /// A job.
    struct Job {
        /// The numbers of its exchanges: more than one of a repetition.
        let numbers: ClosedRange<Int>
        /// What it does.
        let label: RequestLabel
        /// When it was started.
        let startedAt: Instant
        /// How much of its answer has arrived; nil of a repetition.
        let progress: JobProgress?
        /// Its task; the value is the problem it ended with.
        let task: Task<ShellProblem?, Never>

        /// The number.
        var number: Int { self.numbers.lowerBound }
    }

    private var running: [Int: Job] = [:]
    /// Failures of jobs that nobody has waited for.
    private(set) var unseenFailure: ShellProblem?

    /// The jobs by number.
    var all: [Job] { self.running.values.sorted { $0.number < $1.number } }

    /// The job with this number.
    func job(_ number: Int) -> Job? { self.running[number] }

    /// Adds a job.
    mutating func insert(_ job: Job) {
        self.running[job.number] = job
    }

    /// Hears that a job has ended.
    mutating func ended(_ number: Int, problem: ShellProblem?) {
        self.running[number] = nil
        if self.unseenFailure == nil { self.unseenFailure = problem }
    }

    /// Takes the failure that nobody has seen yet.
    mutating func takeFailure() -> ShellProblem? {
        defer { self.unseenFailure = nil }
        return self.unseenFailure
    }

    /// Cancels all jobs; they end by themselves.
    func cancelAll() {
        for job in self.running.values { job.task.cancel() }
    }
}
