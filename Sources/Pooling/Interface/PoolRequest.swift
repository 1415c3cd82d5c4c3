package import HTTPModel

/// A request as the pool sees it: who it is for, and which connections it takes.
package struct PoolRequest: Sendable, Hashable {
    /// Names the attempt.
    package var id: RequestID
    /// What its connection must have in common with it.
    package var key: ConnectionKey
    /// Method and request target, for sentences such as "busy with GET /slow".
    package var label: RequestLabel
    /// Its place in the queue; retries keep their first one (POOL.md rule 15).
    package var arrival: ArrivalNumber
    /// Whether it takes only a connection that is opened from now on: `--fresh`, retries.
    package var wantsFresh: Bool
    /// The only connection that it takes: `--via`.
    package var via: ConnectionID?
    /// Whether it matters why other connections did not serve, though one was reused.
    package var wantsVerdicts = false
    /// Whether its content can be sent again (POOL.md rule 35).
    package var isReplayable: Bool

    /// Creates a request.
    package init(
        id: RequestID,
        key: ConnectionKey,
        label: RequestLabel,
        arrival: ArrivalNumber,
        wantsFresh: Bool = false,
        via: ConnectionID? = nil,
        isReplayable: Bool = true
    ) {
        self.id = id
        self.key = key
        self.label = label
        self.arrival = arrival
        self.wantsFresh = wantsFresh
        self.via = via
        self.isReplayable = isReplayable
    }
}

/// What the messages of an exchange say about its connection's future (POOL.md rule 22).
///
/// The driver judges the messages. Limits, ages, the server's hint and changes of configuration
/// are the machine's to judge.
package enum FinishOutcome: Sendable, Hashable {
    /// It may carry another request; what the response's `Keep-Alive` field said, if it had one.
    case persistent(KeepAliveHint?)
    /// It must not carry another request.
    case condemned(CloseReason)
}
