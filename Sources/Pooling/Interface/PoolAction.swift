package import HTTPModel

/// Something that the pool's driver must do.
///
/// Every event of `PoolMachine` answers with a list of these, which stands for a result type per
/// event: effects combine freely, and a list needs no case for each combination. The driver runs a
/// list in order and to its end before it runs the list of a later event. An event that comes up
/// while a list runs, such as a connection that closes at once, may be told to the machine right
/// away; its actions go to the end of the line.
package enum PoolAction: Sendable, Hashable {
    /// Opens a connection by the key's terms, then reports `connectSucceeded` or `connectFailed`.
    ///
    /// The key's version policy says what ALPN offers, or that prior knowledge of HTTP/2 is used.
    indirect case connect(ConnectionID, ConnectionKey)
    /// Gives up opening a connection, then reports `connectionClosed`.
    case cancelConnect(ConnectionID)
    /// Sends a request on a connection, then reports `requestFinished`, `requestNeverSent` or
    /// `connectionClosed`; over HTTP/2 on a new stream, see `streamFinished`.
    case dispatch(RequestID, on: ConnectionID, Dispatch)
    /// Tells a waiting request that it gets no connection.
    case fail(RequestID, PoolFailure)
    /// Closes a connection, then reports `connectionClosed`.
    ///
    /// With `force` requests on it are aborted; without, none is on it. Over HTTP/2 the peer is
    /// told by GOAWAY.
    case close(ConnectionID, CloseReason, force: Bool)
    /// Sends a PING, and reports `pingAnswered` if it is answered (POOL.md rule 42).
    case sendPing(ConnectionID)
    /// Looks whether an idle connection is still alive, and closes it and reports
    /// `connectionClosed` if it is not (POOL.md rule 21).
    case inspect(ConnectionID)
    /// Reports `timerFired` at an instant or soon after; replaces what was armed for that timer.
    case arm(PoolTimer, at: Instant)
    /// Forgets a timer that is armed.
    case disarm(PoolTimer)
    /// Publishes an event, with the next sequence number and the present time.
    case emit(PoolEvent.Kind, connection: ConnectionID? = nil, request: RequestID? = nil)
}

/// How a request came to its connection.
package struct Dispatch: Sendable, Hashable {
    /// Why it was this connection (POOL.md rule 52).
    package var decision: ReuseDecision
    /// Which request on this connection it is, from 1.
    package var requestNumber: Int
    private var rare: Rare

    /// Creates a record of how a request came to its connection.
    package init(
        decision: ReuseDecision,
        requestNumber: Int,
        wait: WaitRecord? = nil,
        others: [NewConnectionReason.Verdict] = []
    ) {
        self.decision = decision
        self.requestNumber = requestNumber
        self.rare = wait == nil && others.isEmpty ? .none : .some(wait, others)
    }

    /// The limit that it waited for; nil if none was in the way.
    package var wait: WaitRecord? {
        switch self.rare {
        case .none: nil
        case .some(let wait, _): wait
        }
    }

    /// Where a connection was reused, why each other one of the origin was not, if that was asked.
    package var others: [NewConnectionReason.Verdict] {
        switch self.rare {
        case .none: []
        case .some(_, let others): others
        }
    }

    /// What most have none of, out of line, where it does not make all actions larger.
    private enum Rare: Hashable {
        case none
        indirect case some(WaitRecord?, [NewConnectionReason.Verdict])
    }
}

/// A timer of the pool, by its owner.
package enum PoolTimer: Sendable, Hashable {
    /// An idle connection is kept no longer (POOL.md rule 17).
    case idle(ConnectionID)
    /// A request waits no longer (POOL.md rule 16).
    case queue(RequestID)
    /// Others wait no longer for the protocol that a connect brings to light (POOL.md rule 38).
    case protocolProbe(ConnectionID)
    /// A PING is due, or has not been answered (POOL.md rule 42).
    case ping(ConnectionID)
    /// Busy connections may finish no longer (POOL.md rule 47).
    case shutdownGrace
}

/// Why a waiting request gets no connection.
package enum PoolFailure: Sendable, Hashable {
    /// It waited for `pool.queue-timeout`; what held the limit at the end.
    indirect case queueTimedOut(limit: Duration, cause: WaitCause, holders: [WaitRecord.Holder])
    /// The connection that was being opened for its key could not be (POOL.md rule 45).
    indirect case connectFailed(TransportError)
    /// The connection that `--via` names cannot carry it; why it closes or closed, if it does.
    case viaUnavailable(ConnectionID, CloseReason?)
    /// It met four connections in a row that were dead before a byte of it was sent
    /// (POOL.md rule 33).
    case redispatchedTooOften
    /// Peers have proved not to have acted on it three times in a row, or once if its content
    /// cannot be sent again; the last proof (POOL.md rule 35).
    case unprocessed(NonProcessingProof)
    /// The session has ended.
    case shutDown
}
