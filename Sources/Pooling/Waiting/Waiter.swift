import HTTPModel

/// A request that waits for a connection.
struct Waiter: Equatable, Sendable {
    let request: PoolRequest
    /// When it arrived at the pool, for the first time.
    let arrivedAt: Instant
    /// The configuration generation that it belongs to (POOL.md rule 4).
    let generation: Int
    /// What it has met on its way.
    let detours: Detours
    /// When it gives up, unless the connection it needs is being opened by then.
    var deadline: Instant
    /// Whether its timer is armed.
    var isTimed = false
    /// The first limit that it met; nil as long as none was in the way.
    var obstacle: Obstacle?
    /// Why it gets a new connection, as of the time when that was started (POOL.md rule 52).
    var reason: NewConnectionReason?

    /// Creates a waiter.
    init(
        request: PoolRequest,
        arrivedAt: Instant,
        generation: Int,
        detours: Detours = Detours(),
        deadline: Instant
    ) {
        self.request = request
        self.arrivedAt = arrivedAt
        self.generation = generation
        self.detours = detours
        self.deadline = deadline
    }

    /// A limit that is in the way, and who held it at the time.
    struct Obstacle: Equatable, Sendable {
        let cause: WaitCause
        let holders: [WaitRecord.Holder]
    }

    /// Its place in the one queue over all keys (POOL.md rule 15).
    var order: Order { Order(arrival: self.request.arrival, id: self.request.id) }

    /// A place in the queue; request IDs only matter between equal arrival numbers.
    struct Order: Equatable, Comparable, Sendable {
        let arrival: ArrivalNumber
        let id: RequestID

        static func < (lhs: Self, rhs: Self) -> Bool {
            (lhs.arrival, lhs.id) < (rhs.arrival, rhs.id)
        }
    }
}
