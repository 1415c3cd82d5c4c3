internal import Synchronization

/// What the routes of one server read and change.
final class DemoState: Sendable {
    /// The routes, for the index and the description of the API.
    let routes: [Route]

    private let registry: ConnectionRegistry
    private let store: Mutex<Store>
    private let workers = Mutex(WorkerTable())

    /// Creates the initial state.
    init(registry: ConnectionRegistry, maximumEntries: Int, routes: [Route]) {
        self.registry = registry
        self.routes = routes
        self.store = Mutex(Store(maximumEntries: maximumEntries))
    }

    /// The counts of the server.
    var statistics: DemoStatistics { self.registry.statistics }

    /// The store as it is now.
    var snapshot: Store { self.store.withLock { $0 } }

    /// Changes the store; nobody sees it half changed.
    func change<Result: Sendable>(
        _ body: (inout Store) throws(RouteError) -> Result
    ) throws(RouteError) -> Result {
        try self.store.withLock { (store) throws(RouteError) -> Result in try body(&store) }
    }

    /// Gives work to the worker who is free first; returns how long until it is done.
    func hireWorker(
        of queue: WorkerQueue,
        for work: Duration,
        now: ContinuousClock.Instant
    ) -> Duration {
        self.workers.withLock { $0.hire(of: queue, for: work, now: now) }
    }

    /// Who sent this request.
    func login(of request: DemoRequest) throws(RouteError) -> Login {
        guard let login = self.snapshot.login(of: request) else { throw .notLoggedIn }
        return login
    }
}
