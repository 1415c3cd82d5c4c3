/// What `pool probe` found out about how a server treats connections.
package struct ProbeFindings: Sendable, Hashable {
    /// Who was asked.
    package var origin: Origin
    /// What was asked, as it stands in the request line, such as `HEAD /users`.
    package var label: RequestLabel
    /// The version of the responses, such as `HTTP/1.1`; nil if there were none.
    package var version: String?
    /// The server's `Keep-Alive` field, in its own words; nil if it sends none.
    package var keepAliveField: String?
    /// How long an idle connection lives.
    package var idle: Idle
    /// How many requests one connection takes.
    package var requests: Requests

    /// Creates findings.
    package init(
        origin: Origin,
        label: RequestLabel,
        version: String? = nil,
        keepAliveField: String? = nil,
        idle: Idle,
        requests: Requests
    ) {
        self.origin = origin
        self.label = label
        self.version = version
        self.keepAliveField = keepAliveField
        self.idle = idle
        self.requests = requests
    }

    /// What became of a connection that was left idle.
    package enum Idle: Sendable, Hashable {
        /// It ended after it had been idle for so long.
        case ended(after: Duration, CloseReason)
        /// It was open at the end of the time given, and took another request.
        case alive(after: Duration)
        /// It was open at the end of the time given, and took no other request: whatever forgot it
        /// on the way said nothing.
        case silent(after: Duration)
        /// It was open when the measurement was interrupted.
        case interrupted(after: Duration)
        /// It ended with the first response.
        case notKept(CloseReason)
        /// There was no response.
        case failed(TransportError)
    }

    /// How many requests one connection took, and why no more.
    package struct Requests: Sendable, Hashable {
        /// How many were answered.
        package var count: Int
        /// Why there were no more.
        package var end: End

        /// Creates a count.
        package init(count: Int, end: End) {
            self.count = count
            self.end = end
        }
    }

    /// Why no more requests went over one connection.
    package enum End: Sendable, Hashable {
        /// It ended.
        case ended(CloseReason)
        /// There were as many as there were to be.
        case bound
        /// The measurement was interrupted.
        case interrupted
        /// A request failed.
        case failed(TransportError)
    }
}

extension CloseReason {
    /// Whether the peer announces such an end in time, so that no request meets it.
    package var isAnnounced: Bool {
        switch self {
        case .serverClose, .clientClose, .http10, .untilEOF, .goaway, .peerKeepAliveMax: true
        case .idleTimeout, .serverKeepAlive, .serverKeepAliveShort, .maxAge, .maxUses,
            .peerClosed, .peerReset, .peer408, .unsolicitedData, .bodyUnread, .earlyResponse,
            .trailingData, .protocolError, .shrunk, .evictedForOtherOrigin, .idleLimit,
            .configChanged, .h2Surplus, .pingTimeout, .refusedStream, .cancelled, .connectFailed,
            .tlsFailed, .timeout, .user, .shutdown:
            false
        }
    }
}
