/// Why a request got the connection it got (POOL.md rule 52).
package enum ReuseDecision: Sendable, Hashable {
    /// It went out on a connection that had been open before.
    ///
    /// `idle` is how long that connection had been idle: zero when handed over directly.
    case reused(idle: Duration)
    /// It went out on a stream of a connection that carried `beside` other requests.
    case stream(beside: Int)
    /// It went out on a connection that no request had used before.
    ///
    /// Indirect because it is large and rare: each reuse would be as large.
    indirect case new(NewConnectionReason)

    /// For how long the connection had been idle, which is zero beside other streams; nil if it
    /// was new.
    package var idle: Duration? {
        switch self {
        case .reused(let idle): idle
        case .stream: .zero
        case .new: nil
        }
    }

    /// Whether an open connection was used.
    package var isReused: Bool {
        switch self {
        case .reused, .stream: true
        case .new: false
        }
    }
}

/// Why no open connection was reused, with the connections that were looked at.
package struct NewConnectionReason: Sendable, Hashable {
    /// The reason that counts.
    package var code: Code
    /// Every connection of the origin at the time of the decision, with why it did not serve.
    package var connections: [Verdict]

    /// Creates a reason.
    package init(_ code: Code, connections: [Verdict] = []) {
        self.code = code
        self.connections = connections
    }

    /// The closed set of reasons.
    package enum Code: Sendable, Hashable {
        /// The first connection to this origin.
        case noneYet
        /// All connections were busy; the number says how many.
        case allBusy(Int)
        /// The most recently closed connection of this key would have served, had it not closed.
        case closed(ConnectionID, CloseReason, idle: Duration?)
        /// The open connections were made under other terms.
        case keyDiffers(ConnectionKeyPart)
        /// A new connection was asked for.
        case fresh
        /// It was opened ahead of need, and no request had used it.
        case warmed
        /// It was opened for a request that then went elsewhere, and no other had used it.
        case spare

        /// Whether it was open before the request came.
        package var isStock: Bool {
            switch self {
            case .warmed, .spare: true
            case .noneYet, .allBusy, .closed, .keyDiffers, .fresh: false
            }
        }
    }

    /// Why one connection did not serve.
    package struct Verdict: Sendable, Hashable {
        /// The connection.
        package var connection: ConnectionID
        /// Why it did not serve.
        package var finding: Finding

        /// Creates a verdict.
        package init(connection: ConnectionID, finding: Finding) {
            self.connection = connection
            self.finding = finding
        }
    }

    /// What was found when one connection was looked at.
    package enum Finding: Sendable, Hashable {
        /// Still being opened.
        case connecting
        /// Busy with another request.
        case busy(RequestLabel?)
        /// All of its streams are in use; how many it has.
        case streamsFull(Int)
        /// On its way out.
        case closing(CloseReason)
        /// Already closed.
        case closed(CloseReason)
        /// Open, but made under other terms.
        case keyDiffers(ConnectionKeyPart)
        /// Usable, but a new connection was asked for.
        case freshWanted
        /// Usable, and taken.
        case taken
        /// Usable as well, and not needed: another one came first (POOL.md rule 13).
        case notNeeded
    }
}

/// What a request had to wait for before it got a connection.
package struct WaitRecord: Sendable, Hashable {
    /// How long it waited.
    package var duration: Duration
    /// What was in the way.
    package var cause: WaitCause
    /// The connections that held the limit when the wait began.
    package var holders: [Holder]

    /// Creates a record of a wait.
    package init(duration: Duration, cause: WaitCause, holders: [Holder]) {
        self.duration = duration
        self.cause = cause
        self.holders = holders
    }

    /// A connection that holds a slot under a limit.
    package struct Holder: Sendable, Hashable {
        /// The connection.
        package var connection: ConnectionID
        /// The request that it carries, if any.
        package var request: RequestLabel?
        /// For how long it has been busy (or connecting).
        package var busyFor: Duration
        /// Whether it is closing; one without a request is being opened otherwise.
        package var isClosing = false

        /// Creates a holder.
        package init(connection: ConnectionID, request: RequestLabel?, busyFor: Duration) {
            self.connection = connection
            self.request = request
            self.busyFor = busyFor
        }
    }
}

/// What kept a request in the queue.
package enum WaitCause: Sendable, Hashable {
    /// Nothing but the connect itself: a slot was free and the connection was being opened.
    case connecting
    /// `pool.size` was reached.
    case perOrigin(limit: Int)
    /// `pool.total` was reached.
    case total(limit: Int)
    /// All streams of the HTTP/2 connection were in use, and `h2.connections` allows no other.
    case streams(ConnectionID, limit: Int)
    /// The pool was paused.
    case paused
    /// The one connection that may carry it was busy: `--via`.
    case via(ConnectionID)
}
