import HTTPModel

/// One event's answer in the making: when it happened, and what the driver must do.
struct Step: Sendable {
    /// When the event happened.
    let now: Instant
    /// What the driver must do, in order.
    private(set) var actions: [PoolAction] = []

    /// Creates an empty answer.
    init(now: Instant) {
        self.now = now
        // A checkout or a release takes no more.
        self.actions.reserveCapacity(4)
    }

    /// Adds an action.
    mutating func perform(_ action: PoolAction) {
        self.actions.append(action)
    }

    /// Adds the publishing of an event.
    mutating func emit(
        _ kind: PoolEvent.Kind,
        connection: ConnectionID? = nil,
        request: RequestID? = nil
    ) {
        self.actions.append(.emit(kind, connection: connection, request: request))
    }

    /// Adds what another step of the same event came to.
    mutating func append(_ other: Step) {
        self.actions += other.actions
    }
}
