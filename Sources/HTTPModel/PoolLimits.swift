/// The pool's limits and time bounds (POOL.md rule 6); all can change while requests run.
package struct PoolLimits: Sendable, Hashable {
    /// Connections per origin: `pool.size`, at least 1.
    package var perOrigin: Int
    /// Overrides of `perOrigin` for single origins (rule 32).
    package var perOriginOverrides: [Origin: Int]
    /// Connections in all: `pool.total`, at least 1.
    package var total: Int
    /// Idle connections in all: `pool.idle`, at least 1.
    package var idle: Int
    /// How long an idle connection is kept: `pool.idle-timeout`.
    package var idleTimeout: Duration
    /// The age at which a connection retires: `pool.max-age`; nil is off.
    package var maxAge: Duration?
    /// The number of requests after which a connection retires: `pool.max-uses`; nil is off.
    package var maxUses: Int?
    /// How long a request may wait for a connection: `pool.queue-timeout`.
    package var queueTimeout: Duration
    /// Which idle connection is taken first: `pool.reuse`.
    package var reuseOrder: ReuseOrder
    /// Connections of HTTP/2 per key: `h2.connections`, at least 1.
    package var h2Connections: Int
    /// Streams at once on a connection of HTTP/2, unless the peer allows fewer: `h2.max-streams`.
    package var h2MaxStreams: Int
    /// How often a connection of HTTP/2 is pinged: `h2.ping-interval`; nil is off.
    package var h2PingInterval: Duration?

    /// Creates limits; the defaults are those of a new session.
    package init(
        perOrigin: Int = 10,
        perOriginOverrides: [Origin: Int] = [:],
        total: Int = 64,
        idle: Int = 32,
        idleTimeout: Duration = .seconds(60),
        maxAge: Duration? = nil,
        maxUses: Int? = nil,
        queueTimeout: Duration = .seconds(30),
        reuseOrder: ReuseOrder = .lifo,
        h2Connections: Int = 1,
        h2MaxStreams: Int = 100,
        h2PingInterval: Duration? = nil
    ) {
        self.perOrigin = perOrigin
        self.perOriginOverrides = perOriginOverrides
        self.total = total
        self.idle = idle
        self.idleTimeout = idleTimeout
        self.maxAge = maxAge
        self.maxUses = maxUses
        self.queueTimeout = queueTimeout
        self.reuseOrder = reuseOrder
        self.h2Connections = h2Connections
        self.h2MaxStreams = h2MaxStreams
        self.h2PingInterval = h2PingInterval
    }

    /// The limit that holds for `origin`.
    package func perOrigin(for origin: Origin) -> Int {
        self.perOriginOverrides[origin] ?? self.perOrigin
    }
}

/// Which idle connection is taken first (POOL.md rule 13).
package enum ReuseOrder: String, Sendable, Hashable, CaseIterable {
    /// The most recently used one, so that a surplus ages and closes.
    case lifo
    /// The one that has been idle longest.
    case fifo
}

/// The limit that a resize changed.
package enum PoolLimitName: Sendable, Hashable {
    /// `pool.size`, for all origins or for one.
    case perOrigin(Origin?)
    /// `pool.total`.
    case total
    /// `pool.idle`.
    case idle
}
