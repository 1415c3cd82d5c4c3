package import HTTPModel

/// The pool as a pure state machine: events in, actions out (POOL.md rule 53).
package struct PoolMachine: Equatable, Sendable {
    /// The limits in force.
    package private(set) var limits: PoolLimits

    /// Creates an empty pool.
    ///
    /// - Precondition: `limits.problem` is nil.
    package init(limits: PoolLimits = PoolLimits()) {
        self.limits = limits
    }

    /// Whether no connection is open, connecting or closing.
    package var hasNoConnections: Bool { true }

    /// A request wants a connection.
    package mutating func requestArrived(_ request: PoolRequest, now: Instant) -> [PoolAction] { [] }

    /// A request that waits is wanted no longer; ignored if it waits no longer.
    package mutating func requestCancelled(_ id: RequestID, now: Instant) -> [PoolAction] { [] }

    /// A connection has been opened.
    package mutating func connectSucceeded(_ id: ConnectionID, now: Instant) -> [PoolAction] { [] }

    /// A connection could not be opened (POOL.md rule 45).
    package mutating func connectFailed(
        _ id: ConnectionID,
        error: TransportError,
        now: Instant
    ) -> [PoolAction] { [] }

    /// The exchange on a connection is complete, both ways (POOL.md rule 22).
    package mutating func requestFinished(
        on id: ConnectionID,
        _ outcome: FinishOutcome,
        now: Instant
    ) -> [PoolAction] { [] }

    /// A connection was found dead before a byte of its request was handed to the socket
    /// (POOL.md rule 33); told before `connectionClosed`.
    package mutating func requestNeverSent(
        on id: ConnectionID,
        request: PoolRequest,
        reason: CloseReason,
        now: Instant
    ) -> [PoolAction] { [] }

    /// The socket of a connection is closed.
    package mutating func connectionClosed(
        _ id: ConnectionID,
        reason: CloseReason,
        bytesIn: Int,
        bytesOut: Int,
        now: Instant
    ) -> [PoolAction] { [] }

    /// A timer that was armed has run out.
    package mutating func timerFired(_ timer: PoolTimer, now: Instant) -> [PoolAction] { [] }

    /// The user changed limits (POOL.md rules 25 to 32); `force` also closes the youngest busy
    /// connections above them.
    package mutating func limitsChanged(
        to limits: PoolLimits,
        force: Bool = false,
        now: Instant
    ) -> [PoolAction] { [] }

    /// TLS or proxy settings changed (POOL.md rule 4).
    package mutating func configurationChanged(now: Instant) -> [PoolAction] { [] }

    /// The user wants `count` connections open ahead of need (POOL.md rule 46).
    package mutating func warm(
        _ key: ConnectionKey,
        count: Int,
        now: Instant
    ) -> (started: Int, actions: [PoolAction]) { (0, []) }

    /// The user closes connections (POOL.md rule 47): idle ones now, busy ones when they have
    /// finished, with `force` now.
    package mutating func close(
        _ selection: CloseSelection,
        force: Bool,
        now: Instant
    ) -> (concerned: [ConnectionID], actions: [PoolAction]) { ([], []) }

    /// The user stops dispatching; nothing is closed (POOL.md rule 10).
    package mutating func pause(now: Instant) -> [PoolAction] { [] }

    /// The user lets dispatching go on.
    package mutating func resume(now: Instant) -> [PoolAction] { [] }

    /// The session ends: idle connections close, busy ones get 2 s (POOL.md rule 47).
    package mutating func shutDown(now: Instant) -> [PoolAction] { [] }

    /// The pool as it is now; facts and bytes of open connections are the driver's to fill in.
    package func snapshot(now: Instant) -> PoolSnapshot { PoolSnapshot(limits: self.limits) }
}
