/// Something that happened to a request, a connection or the pool (POOL.md rules 48 to 50).
///
/// Everything that linger shows, saves or exports about connections is made from these and from
/// `Exchange`.
package struct PoolEvent: Sendable, Hashable {
    /// The place in the session's one sequence, from 1.
    package var sequence: UInt64
    /// When it happened.
    package var at: Instant
    /// The connection concerned.
    package var connection: ConnectionID?
    /// The request concerned.
    package var request: RequestID?
    /// What happened.
    package var kind: Kind

    /// Creates an event.
    package init(
        sequence: UInt64,
        at: Instant,
        connection: ConnectionID? = nil,
        request: RequestID? = nil,
        kind: Kind
    ) {
        self.sequence = sequence
        self.at = at
        self.connection = connection
        self.request = request
        self.kind = kind
    }

    /// What happened.
    ///
    /// All events are as large as the largest: those that come with every request are kept small,
    /// the others are indirect.
    package enum Kind: Sendable, Hashable {
        // request.*
        indirect case requestQueued(key: ConnectionKey, position: Int, cause: WaitCause)
        case requestDispatched(decision: ReuseDecision, waited: Duration)
        case requestSent(bytes: Int)
        case requestFirstByte(after: Duration)
        case requestDone(status: Int, bytes: Int, total: Duration)
        indirect case requestFailed(TransportError)
        case requestRedispatched(from: ConnectionID, why: CloseReason)
        indirect case requestRetry(rule: Int, evidence: StaleEvidence)
        indirect case requestRetryRefused(rule: Int, why: RetryRefusal)
        indirect case requestPolicyRetry(RetryRecord)
        indirect case requestChallenged(ChallengeRecord)
        case requestMisdirected
        case requestExpectationRefused
        indirect case requestRemark(AttemptRemark)
        indirect case requestRedirect(
            status: Int,
            from: String,
            to: String,
            methodBefore: String?,
            stripped: [String]
        )
        case requestCancelled(whileQueued: Bool)
        // conn.*
        indirect case connecting(key: ConnectionKey, why: NewConnectionReason.Code)
        indirect case resolved(addresses: [String], took: Duration, cached: Bool)
        indirect case connectAttempt(address: String, error: String?, took: Duration)
        indirect case tcpConnected(local: String?, remote: String?, took: Duration)
        indirect case proxied(ConnectionRoute, target: String, took: Duration)
        indirect case tlsEstablished(TLSFacts, took: Duration)
        indirect case ready(applicationProtocol: String, total: Duration)
        case reused(idle: Duration, requestCount: Int)
        case parked(deadline: Duration, why: CloseReason)
        case retiring(why: CloseReason)
        case draining(why: CloseReason, streams: Int)
        indirect case closed(ConnectionEpitaph)
        // h2.*
        indirect case http2(HTTP2Event)
        // pool.*
        indirect case limitHit(WaitCause, holders: [ConnectionID])
        indirect case resized(
            PoolLimitName,
            old: Int,
            new: Int,
            open: Int,
            busy: Int,
            idle: Int,
            over: Int
        )
        indirect case converged(PoolLimitName, took: Duration, closed: [ConnectionID])
        /// Requests wait: those to one origin, or all.
        case paused(Origin?)
        /// They go again: those to one origin, or all.
        case resumed(Origin?)
        case generation(Int, why: [ConfigurationPart])
        indirect case warning(PoolWarning)
    }

    /// The event's name, as rules 48 and 49 spell it.
    package var name: String {
        switch self.kind {
        case .requestQueued: "request.queued"
        case .requestDispatched: "request.dispatched"
        case .requestSent: "request.sent"
        case .requestFirstByte: "request.first_byte"
        case .requestDone: "request.done"
        case .requestFailed: "request.failed"
        case .requestRedispatched: "request.redispatched"
        case .requestRetry: "request.retry"
        case .requestRetryRefused: "request.retry_refused"
        case .requestPolicyRetry: "request.retry"
        case .requestChallenged: "request.challenge"
        case .requestMisdirected, .requestExpectationRefused: "request.retry"
        case .requestRemark: "request.remark"
        case .requestRedirect: "request.redirect"
        case .requestCancelled: "request.cancelled"
        case .connecting: "conn.connecting"
        case .resolved: "conn.dns"
        case .connectAttempt: "conn.attempt"
        case .tcpConnected: "conn.tcp"
        case .proxied: "conn.proxy"
        case .tlsEstablished: "conn.tls"
        case .ready: "conn.ready"
        case .reused: "conn.reused"
        case .parked: "conn.parked"
        case .retiring: "conn.retiring"
        case .draining: "conn.draining"
        case .closed: "conn.closed"
        case .http2(.settings): "h2.settings"
        case .http2(.goaway): "h2.goaway"
        case .http2(.refused): "h2.refused"
        case .http2(.ping): "h2.ping"
        case .http2(.fieldsRemoved): "h2.fields_removed"
        case .limitHit: "pool.limit_hit"
        case .resized: "pool.resized"
        case .converged: "pool.converged"
        case .paused: "pool.paused"
        case .resumed: "pool.resumed"
        case .generation: "pool.generation"
        case .warning: "pool.warning"
        }
    }
}

/// What of the settings for all connections can change under open ones (POOL.md rule 4).
package enum ConfigurationPart: String, Sendable, Hashable {
    /// Whom we trust, who we are: `tls.*`.
    case tls
    /// The way: `proxy`.
    case proxy
}

/// What is said of a connection when it has closed.
package struct ConnectionEpitaph: Sendable, Hashable {
    /// Its key.
    package var key: ConnectionKey
    /// Why it closed.
    package var reason: CloseReason
    /// Who closed it.
    package var closer: Closer
    /// Since it was started.
    package var age: Duration
    /// How long it had been idle when it closed; nil if it was not idle.
    package var idleFor: Duration?
    /// Requests it was given.
    package var requestCount: Int
    /// Bytes received.
    package var bytesIn: Int
    /// Bytes sent.
    package var bytesOut: Int
    /// What came while it was idle, and so ended it: the first 256 bytes (POOL.md rule 19).
    package var unsolicited: [UInt8] = []

    /// Creates an epitaph.
    package init(
        key: ConnectionKey,
        reason: CloseReason,
        closer: Closer,
        age: Duration,
        idleFor: Duration? = nil,
        requestCount: Int,
        bytesIn: Int = 0,
        bytesOut: Int = 0
    ) {
        self.key = key
        self.reason = reason
        self.closer = closer
        self.age = age
        self.idleFor = idleFor
        self.requestCount = requestCount
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
    }
}

/// Something about the pool that the user should know.
package enum PoolWarning: Sendable, Hashable {
    /// A limit closes connections that are then opened again (POOL.md rule 11).
    case churn(origin: Origin, limit: WaitCause, concurrency: Int, extraConnects: Int)
    /// The same with `pool.idle`, which no request ever waits for.
    case idleChurn(origin: Origin, limit: Int, concurrency: Int, extraConnects: Int)
}
