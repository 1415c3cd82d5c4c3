/// The state of a connection, as `sockets` shows it.
package enum ConnectionState: String, Sendable, Hashable, CaseIterable {
    /// Being opened.
    case connecting
    /// Open, without a request.
    case idle
    /// Carrying a request.
    case busy
    /// Finishing what it carries, without taking more.
    case draining
    /// Being closed.
    case closing
    /// Closed.
    case closed
}

/// One connection as the pool sees it at one instant.
package struct ConnectionSnapshot: Sendable, Hashable {
    /// The connection.
    package var id: ConnectionID
    /// Its key.
    package var key: ConnectionKey
    /// The configuration generation that it was opened under (POOL.md rule 4).
    package var generation: Int
    /// Its state.
    package var state: ConnectionState
    /// Whether no request has used it yet.
    package var isUnused: Bool
    /// Since it was started.
    package var age: Duration
    /// For how long it has been idle; nil unless idle.
    package var idleFor: Duration?
    /// The time left until it is closed for idling, with the rule that sets it; nil unless idle.
    package var deadline: IdleDeadline?
    /// Requests it has been given.
    package var requestCount: Int
    /// The request it carries; over HTTP/2, the oldest.
    package var request: RequestID?
    /// Method and target of that request.
    package var label: RequestLabel?
    /// Its streams; nil unless it speaks HTTP/2.
    package var streams: StreamUse?
    /// Exchanges it served, the most recent 100 of them.
    package var servedExchanges: [Int]
    /// The server's `Keep-Alive` field, if it sent one.
    package var keepAlive: KeepAliveHint?
    /// Why it is closing or closed.
    package var closeReason: CloseReason?
    /// How long ago it was closed; nil unless closed.
    package var closedFor: Duration?
    /// Bytes received, on the wire.
    package var bytesIn: Int
    /// Bytes sent, on the wire.
    package var bytesOut: Int
    /// What the transport knows.
    package var facts: ConnectionFacts
    /// What the kernel knows; nil when closed.
    package var tcp: TCPFacts?

    /// Creates a snapshot.
    package init(
        id: ConnectionID,
        key: ConnectionKey,
        generation: Int = 0,
        state: ConnectionState,
        isUnused: Bool = false,
        age: Duration = .zero,
        idleFor: Duration? = nil,
        deadline: IdleDeadline? = nil,
        requestCount: Int = 0,
        request: RequestID? = nil,
        label: RequestLabel? = nil,
        streams: StreamUse? = nil,
        servedExchanges: [Int] = [],
        keepAlive: KeepAliveHint? = nil,
        closeReason: CloseReason? = nil,
        closedFor: Duration? = nil,
        bytesIn: Int = 0,
        bytesOut: Int = 0,
        facts: ConnectionFacts = ConnectionFacts(),
        tcp: TCPFacts? = nil
    ) {
        self.id = id
        self.key = key
        self.generation = generation
        self.state = state
        self.isUnused = isUnused
        self.age = age
        self.idleFor = idleFor
        self.deadline = deadline
        self.requestCount = requestCount
        self.request = request
        self.label = label
        self.streams = streams
        self.servedExchanges = servedExchanges
        self.keepAlive = keepAlive
        self.closeReason = closeReason
        self.closedFor = closedFor
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.facts = facts
        self.tcp = tcp
    }
}

/// The streams of a connection of HTTP/2 (POOL.md rules 40 and 51).
package struct StreamUse: Sendable, Hashable {
    /// How many may run at once: the least of what the peer and `h2.max-streams` allow.
    package var limit: Int
    /// The requests that run, oldest first.
    package var requests: [Carried]

    /// Creates a record of streams.
    package init(limit: Int, requests: [Carried] = []) {
        self.limit = limit
        self.requests = requests
    }

    /// How many run.
    package var active: Int { self.requests.count }

    /// A request on a stream.
    package struct Carried: Sendable, Hashable {
        /// The request.
        package var request: RequestID
        /// Method and target.
        package var label: RequestLabel
        /// For how long it has been on the stream.
        package var busyFor: Duration

        /// Creates a record of a request.
        package init(request: RequestID, label: RequestLabel, busyFor: Duration) {
            self.request = request
            self.label = label
            self.busyFor = busyFor
        }
    }
}

/// The server's `Keep-Alive: timeout=5, max=100`.
package struct KeepAliveHint: Sendable, Hashable {
    /// How long the server keeps an idle connection.
    package var timeout: Duration?
    /// How many more requests the server takes on this connection.
    package var max: Int?

    /// Creates a hint.
    package init(timeout: Duration? = nil, max: Int? = nil) {
        self.timeout = timeout
        self.max = max
    }
}

/// When an idle connection will be closed, and by which rule (POOL.md rule 17).
package struct IdleDeadline: Sendable, Hashable {
    /// The time left.
    package var remaining: Duration
    /// The reason it will close with.
    package var reason: CloseReason

    /// Creates a deadline.
    package init(remaining: Duration, reason: CloseReason) {
        self.remaining = remaining
        self.reason = reason
    }
}

/// The whole pool at one instant.
package struct PoolSnapshot: Sendable, Hashable {
    /// The limits in force.
    package var limits: PoolLimits
    /// Open connections by ID.
    package var connections: [ConnectionSnapshot]
    /// The last 50 closed connections, most recent last.
    package var closed: [ConnectionSnapshot]
    /// Waiting requests, oldest first.
    package var waiting: [WaitingSnapshot]
    /// Whether dispatching is paused.
    package var isPaused: Bool
    /// The origins that are paused by themselves, in order.
    package var pausedOrigins: [Origin]
    /// Lowered limits that the pool is still above.
    package var resizes: [ResizeProgress] = []

    /// Creates a snapshot.
    package init(
        limits: PoolLimits = PoolLimits(),
        connections: [ConnectionSnapshot] = [],
        closed: [ConnectionSnapshot] = [],
        waiting: [WaitingSnapshot] = [],
        isPaused: Bool = false,
        pausedOrigins: [Origin] = []
    ) {
        self.limits = limits
        self.connections = connections
        self.closed = closed
        self.waiting = waiting
        self.isPaused = isPaused
        self.pausedOrigins = pausedOrigins
    }

    /// The same with what concerns `origin` alone; limits stay as they are.
    package func restricted(to origin: Origin) -> Self {
        var restricted = self
        restricted.connections.removeAll { $0.key.origin != origin }
        restricted.closed.removeAll { $0.key.origin != origin }
        restricted.waiting.removeAll { $0.key.origin != origin }
        restricted.pausedOrigins.removeAll { $0 != origin }
        restricted.resizes.removeAll { $0.limit != .perOrigin(origin) }
        restricted.limits.perOriginOverrides = self.limits.perOriginOverrides.filter {
            $0.key == origin
        }
        return restricted
    }

    /// How many of `connections` leave `pool.size` to their successors: the peer said GOAWAY
    /// (POOL.md rule 7).
    package static func goingAway(among connections: [ConnectionSnapshot]) -> Int {
        connections.count { $0.state == .draining && $0.closeReason == .goaway }
    }

    /// The number of open connections in `state`.
    package func count(_ state: ConnectionState) -> Int {
        self.connections.count { $0.state == state }
    }
}

/// A lowered limit that the pool is still above (POOL.md rule 31).
package struct ResizeProgress: Sendable, Hashable {
    /// The limit.
    package var limit: PoolLimitName
    /// What it was.
    package var old: Int
    /// What it is.
    package var new: Int
    /// How many of the connections that it is about carry requests.
    package var busy: Int
    /// How many of them will close when they have finished.
    package var over: Int

    /// Creates a record of a limit on its way to being kept.
    package init(limit: PoolLimitName, old: Int, new: Int, busy: Int, over: Int) {
        self.limit = limit
        self.old = old
        self.new = new
        self.busy = busy
        self.over = over
    }
}

/// A request in the queue.
package struct WaitingSnapshot: Sendable, Hashable {
    /// The request.
    package var request: RequestID
    /// Method and target.
    package var label: RequestLabel
    /// The key it waits for.
    package var key: ConnectionKey
    /// For how long it has been waiting.
    package var waitingFor: Duration
    /// What it waits for.
    package var cause: WaitCause

    /// Creates a snapshot.
    package init(
        request: RequestID,
        label: RequestLabel,
        key: ConnectionKey,
        waitingFor: Duration,
        cause: WaitCause
    ) {
        self.request = request
        self.label = label
        self.key = key
        self.waitingFor = waitingFor
        self.cause = cause
    }
}
