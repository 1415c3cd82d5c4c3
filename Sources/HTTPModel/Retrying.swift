/// Why a request may be, or was, sent again after its reused connection died (POOL.md rule 34).
package struct StaleEvidence: Sendable, Hashable {
    /// The connection that died.
    package var connection: ConnectionID
    /// How many exchanges it had completed before.
    package var completedExchanges: Int
    /// How it ended.
    package var reason: CloseReason
    /// Whether the person at the prompt wants it sent again, though that may do it twice.
    package var isConfirmed = false

    /// Creates evidence.
    package init(connection: ConnectionID, completedExchanges: Int, reason: CloseReason) {
        self.connection = connection
        self.completedExchanges = completedExchanges
        self.reason = reason
    }
}

/// A connection whose peer has proved not to have acted on a request, which then went elsewhere
/// (POOL.md rule 35).
package struct Redispatch: Sendable, Hashable {
    /// The connection.
    package var connection: ConnectionID
    /// The proof.
    package var proof: NonProcessingProof

    /// Creates a record of a request that went elsewhere.
    package init(connection: ConnectionID, proof: NonProcessingProof) {
        self.connection = connection
        self.proof = proof
    }
}

/// Why a request was not sent again.
package enum RetryRefusal: Sendable, Hashable {
    /// The method is not idempotent, and there was no `Idempotency-Key`.
    case notIdempotent(method: String)
    /// The content cannot be sent a second time.
    case contentNotReplayable
    /// It had been retried already.
    case alreadyRetried
    /// `retry.max` is reached.
    case exhausted(limit: Int)
    /// The server asks for a longer wait than anybody would have.
    case waitTooLong(Duration, limit: Duration)
    /// The wait would outlast the bound on the whole exchange.
    case noTimeLeft(Duration)
}

/// One retry by the policy: what it goes by, and how long it waits (SESSION.md, section 5).
package struct RetryRecord: Sendable, Hashable {
    /// Which retry of the exchange it is, from 1.
    package var number: Int
    /// How many there may be: `retry.max`.
    package var limit: Int
    /// What the attempt before came to.
    package var evidence: Evidence
    /// How long is waited before it.
    package var wait: Duration
    /// Whether the server said how long, in `Retry-After`.
    package var isServersWait: Bool

    /// Creates a record of a retry.
    package init(
        number: Int,
        limit: Int,
        evidence: Evidence,
        wait: Duration,
        isServersWait: Bool = false
    ) {
        self.number = number
        self.limit = limit
        self.evidence = evidence
        self.wait = wait
        self.isServersWait = isServersWait
    }

    /// What a retry goes by.
    package enum Evidence: Sendable, Hashable {
        /// No connection could be made, so nothing was sent: any method.
        case notConnected
        /// The connection ended before a byte of the response: idempotent requests.
        case noResponse
        /// A status that `retry.status` names: idempotent requests.
        case status(Int)
    }
}

/// A challenge that the session answered (RFC 9110, section 11.4).
package struct ChallengeRecord: Sendable, Hashable {
    /// The authentication scheme, such as `Digest`.
    package var scheme: String
    /// The hash algorithm as the server spells it, such as `SHA-256`.
    package var algorithm: String
    /// The protection space.
    package var realm: String
    /// Whether the server only wanted a newer nonce.
    package var isStale: Bool

    /// Creates a record of a challenge.
    package init(scheme: String, algorithm: String, realm: String, isStale: Bool = false) {
        self.scheme = scheme
        self.algorithm = algorithm
        self.realm = realm
        self.isStale = isStale
    }
}
