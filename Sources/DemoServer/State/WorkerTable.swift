/// Names a few workers who share a queue.
struct WorkerQueue: Sendable, Hashable {
    /// Whose they are.
    let name: String
    /// How many they are.
    let workers: Int
}

/// When workers will be free: a server that handles a few requests at a time, for `tune`.
struct WorkerTable: Sendable {
    /// Queues that are kept; when there are more, all begin anew.
    private static let limit = 1000

    private var freeAt: [WorkerQueue: [ContinuousClock.Instant]] = [:]

    /// Gives work to the worker who is free first; returns how long until it is done.
    mutating func hire(
        of queue: WorkerQueue,
        for work: Duration,
        now: ContinuousClock.Instant
    ) -> Duration {
        if self.freeAt.count >= Self.limit, self.freeAt[queue] == nil { self.freeAt = [:] }
        var workers = self.freeAt[queue] ?? Array(repeating: now, count: queue.workers)
        guard let first = workers.indices.min(by: { workers[$0] < workers[$1] }) else {
            return work
        }
        let end = max(now, workers[first]) + work
        workers[first] = end
        self.freeAt[queue] = workers
        return now.duration(to: end)
    }
}
