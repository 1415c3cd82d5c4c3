package import HTTPModel

/// What a session is made with: clocks, ways out, limits on what it keeps.
package struct SessionConfiguration: Sendable {
    /// The value of the built-in `User-Agent` field.
    package var userAgent: String
    /// The settings it starts with.
    package var settings: SessionSettings
    /// The monotonic clock.
    package var clock: @Sendable () -> Instant
    /// Seconds since 1970, for the expiry of cookies.
    package var wallClock: @Sendable () -> Int64
    /// Takes what happened to requests above the pool: redirects, retries, refused retries.
    package var emit: @Sendable (SessionEvent) -> Void
    /// Asks whether a redirect from https to http may be followed; nil if nobody can be asked.
    package var confirmDowngrade: (@Sendable (_ from: URI, _ to: URI) async -> Bool)?
    /// The folder in which a folder for temporary files is made.
    package var temporaryFolder: String
    /// How many bytes of content the log keeps in memory over all exchanges.
    package var keptContentLimit: Int
    /// How many entries the log keeps.
    package var logLimit: Int

    /// Creates a configuration.
    package init(
        userAgent: String,
        settings: SessionSettings = SessionSettings(),
        clock: @escaping @Sendable () -> Instant,
        wallClock: @escaping @Sendable () -> Int64,
        emit: @escaping @Sendable (SessionEvent) -> Void = { _ in },
        confirmDowngrade: (@Sendable (_ from: URI, _ to: URI) async -> Bool)? = nil,
        temporaryFolder: String = "/tmp",
        keptContentLimit: Int = 256 << 20,
        logLimit: Int = 10_000
    ) {
        self.userAgent = userAgent
        self.settings = settings
        self.clock = clock
        self.wallClock = wallClock
        self.emit = emit
        self.confirmDowngrade = confirmDowngrade
        self.temporaryFolder = temporaryFolder
        self.keptContentLimit = keptContentLimit
        self.logLimit = logLimit
    }
}

/// Something that happened to a request above the pool; the driver of events numbers it.
package struct SessionEvent: Sendable, Hashable {
    /// When it happened.
    package var at: Instant
    /// The attempt that it happened to.
    package var request: RequestID
    /// The connection concerned.
    package var connection: ConnectionID?
    /// What happened: `request.redirect`, `request.retry` or `request.retry_refused`.
    package var kind: PoolEvent.Kind

    /// Creates an event.
    package init(
        at: Instant,
        request: RequestID,
        connection: ConnectionID? = nil,
        kind: PoolEvent.Kind
    ) {
        self.at = at
        self.request = request
        self.connection = connection
        self.kind = kind
    }
}
