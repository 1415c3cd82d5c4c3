import HTTPModel

/// Chooses the events of one connection, or of one origin; told all of them, in order.
///
/// An event names a connection or a request, but only the first one of each names the origin: so
/// that is remembered.
struct EventFilter {
    private let origin: Origin?
    private let connection: ConnectionID?
    private var connections: [ConnectionID: Origin] = [:]
    private var requests: [RequestID: Origin] = [:]

    /// Creates a filter; `snapshot` knows connections that were opened before the first event.
    init(origin: Origin?, connection: ConnectionID?, _ snapshot: PoolSnapshot) {
        self.origin = origin
        self.connection = connection
        guard origin != nil else { return }
        for known in snapshot.closed + snapshot.connections {
            self.connections[known.id] = known.key.origin
        }
    }

    /// Whether the next event is among those that are wanted.
    mutating func takes(_ event: PoolEvent) -> Bool {
        if let connection, event.connection != connection { return false }
        guard let origin else { return true }
        // What concerns all concerns this one.
        return self.origin(of: event).map { $0 == origin } ?? Self.concernsAll(event.kind)
    }

    /// The origin that an event is about, as far as it is known.
    private mutating func origin(of event: PoolEvent) -> Origin? {
        let named = Self.named(by: event.kind)
        if let id = event.connection, let named { self.connections[id] = named }
        let found =
            named ?? event.request.flatMap { self.requests[$0] }
            ?? event.connection.flatMap { self.connections[$0] }
        if let id = event.request, let found { self.requests[id] = found }
        return found
    }

    /// The origin that stands in an event itself.
    private static func named(by kind: PoolEvent.Kind) -> Origin? {
        switch kind {
        case .requestQueued(let key, _, _), .connecting(let key, _): key.origin
        case .requestFailed(let error): error.origin
        case .closed(let epitaph): epitaph.key.origin
        case .resized(.perOrigin(let origin), _, _, _, _, _, _),
            .converged(.perOrigin(let origin), _, _), .paused(let origin), .resumed(let origin):
            origin
        case .warning(.churn(let origin, _, _, _)), .warning(.idleChurn(let origin, _, _, _)):
            origin
        case .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestRedispatched, .requestRetry, .requestRetryRefused, .requestPolicyRetry,
            .requestChallenged, .requestMisdirected, .requestExpectationRefused, .requestRemark,
            .requestRedirect, .requestCancelled,
            .resolved, .connectAttempt, .tcpConnected, .proxied, .tlsEstablished, .ready, .reused,
            .parked, .retiring, .draining, .http2, .limitHit, .resized, .converged, .generation:
            nil
        }
    }

    /// Whether an event is about the whole pool.
    private static func concernsAll(_ kind: PoolEvent.Kind) -> Bool {
        switch kind {
        case .limitHit, .resized, .converged, .paused, .resumed, .generation, .warning: true
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestFailed, .requestRedispatched, .requestRetry, .requestRetryRefused,
            .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark, .requestRedirect,
            .requestCancelled, .connecting, .resolved, .connectAttempt, .tcpConnected, .proxied,
            .tlsEstablished, .ready, .reused, .parked, .retiring, .draining, .closed, .http2:
            false
        }
    }
}
