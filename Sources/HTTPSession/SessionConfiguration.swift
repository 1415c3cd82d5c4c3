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
    /// Asks whether a request is sent again that may have been acted on, for its reused connection
    /// ended without an answer (POOL.md rule 34); nil if nobody can be asked.
    package var confirmResend: (@Sendable (RequestLabel, StaleEvidence) async -> Bool)?
    /// Waits before a retry, which the user may see; throws if the wait is cancelled.
    package var wait: @Sendable (RetryWait) async throws -> Void
    /// Makes a value for Digest that is new each time: at least 64 bits of chance as text.
    package var makeClientNonce: @Sendable () -> String
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
        wait: @escaping @Sendable (RetryWait) async throws -> Void = {
            try await Task.sleep(for: $0.duration)
        },
        makeClientNonce: @escaping @Sendable () -> String = Self.randomNonce,
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
        self.wait = wait
        self.makeClientNonce = makeClientNonce
        self.temporaryFolder = temporaryFolder
        self.keptContentLimit = keptContentLimit
        self.logLimit = logLimit
    }

    /// 128 bits of chance, in hexadecimal digits.
    private static func randomNonce() -> String {
        let halves = (0..<2).map { _ in UInt64.random(in: .min ... .max) }
        return halves.map { String($0, radix: 16) }.joined()
    }
}

/// A wait before a retry.
package struct RetryWait: Sendable, Hashable {
    /// The number of the exchange.
    package var exchange: Int
    /// Whether it runs in the background, so that nobody looks at it.
    package var isBackground: Bool
    /// How long.
    package var duration: Duration
    /// What it is for.
    package var record: RetryRecord
}

/// Something that happened to a request above the pool; the driver of events numbers it.
package struct SessionEvent: Sendable, Hashable {
    /// When it happened.
    package var at: Instant
    /// The attempt that it happened to.
    package var request: RequestID
    /// The connection concerned.
    package var connection: ConnectionID?
    /// What happened: a redirect, a retry or its refusal, an answered challenge.
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
