package import HTTPModel

/// The pool as a pure state machine: events in, actions out (POOL.md rule 53).
///
/// It decides everything about connections and nothing else does. It reads no clock and rolls no
/// dice: every event brings its time along, so a log of events replays to the same actions. Three
/// layers, each understood alone: `Connection` is one connection; `ConnectionTable` and
/// `WaitingRequests` are the connections and the requests by key; this type is the policy.
///
/// - The driver tells each event once, in the order in which things happened, and runs the actions.
/// - An event about a connection or request that is gone already is a benign race, and is ignored.
/// - Time never runs backwards from one event to the next.
package struct PoolMachine: Equatable, Sendable {
    /// The limits in force.
    package internal(set) var limits: PoolLimits
    /// What they say of single connections.
    var lifespan: Lifespan
    /// The connections.
    var table = ConnectionTable()
    /// The requests that wait.
    var waiting = WaitingRequests()
    /// The last connections that closed.
    var closed = ClosedConnections()
    /// Counts changes of TLS and proxy settings (POOL.md rule 4).
    var generation = 0
    /// The number of the connection that was started last.
    var lastConnection = 0
    /// Whether dispatching is paused, or has ended for good.
    var mode = Mode.running
    /// How many origins are paused by themselves.
    var pausedCount = 0
    /// Lowered limits that the pool is still above (POOL.md rule 31).
    var convergences: [Convergence] = []
    /// Whether it has been said that `pool.total` is reached.
    var isTotalReported = false

    /// Whether the timer of the last stretch is armed.
    var isGraceArmed = false

    /// Whether debug builds check the state after each event; off where a test reports by itself.
    var checksItself = true

    /// Creates an empty pool.
    ///
    /// - Precondition: `limits.problem` is nil.
    package init(limits: PoolLimits = PoolLimits()) {
        Self.requireSound(limits)
        self.limits = limits
        self.lifespan = Lifespan(limits)
    }

    /// Whether requests are dispatched.
    enum Mode: Equatable, Sendable {
        /// They are. Can transition to: paused, shutDown.
        case running
        /// They wait (POOL.md rule 10). Can transition to: running, shutDown.
        case paused
        /// They fail; the session has ended (POOL.md rule 47). The end.
        case shutDown
    }

    /// Whether no connection is open, connecting or closing.
    package var hasNoConnections: Bool { self.table.open.isEmpty }

    /// The clocks may drift apart by so much before it means that the computer slept (POOL.md rule
    /// 21).
    package static let clockTolerance = Duration.seconds(5)

    /// The numbers that POOL.md fixes and no setting changes.
    enum Bounds {
        /// A request meets at most so many dead connections (rule 33).
        static let redispatches = 3
        /// A request is refused without having been acted on so often before it fails (rule 35).
        static let refusals = 2
        /// One connect keeps others waiting for its protocol for so long (rule 38).
        static let protocolProbe = Duration.milliseconds(300)
        /// A PING must be answered in this time (rule 42).
        static let pingTimeout = Duration.seconds(5)
        /// Busy connections get so long at the end (rule 47).
        static let shutdownGrace = Duration.seconds(2)
        /// Closed connections that stay visible (rule 51).
        static let closedKept = 50
        /// Holders of a limit that are listed, longest open first.
        static let holders = 16
        /// Connections of an origin that are listed with why they did not serve.
        static let verdicts = 64
    }

    static func requireSound(_ limits: PoolLimits) {
        if let problem = limits.problem {
            preconditionFailure("limits must be checked before the pool gets them: \(problem)")
        }
    }

    /// Ends an event.
    func finish(_ step: Step) -> [PoolAction] {
        self.assertInvariantsIfSmall()
        return step.actions
    }
}
