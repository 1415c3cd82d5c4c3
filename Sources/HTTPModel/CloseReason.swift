/// Why a connection was closed: a closed set (POOL.md rule 50), spelled as in `--json`.
package enum CloseReason: String, Sendable, Hashable, CaseIterable {
    /// Idle for `pool.idle-timeout`.
    case idleTimeout = "idle_timeout"
    /// Idle for almost as long as the server's Keep-Alive field allows.
    case serverKeepAlive = "server_keepalive"
    /// The server keeps idle connections for a second or less, so reuse would race.
    case serverKeepAliveShort = "server_keepalive_short"
    /// Older than `pool.max-age`.
    case maxAge = "max_age"
    /// Served `pool.max-uses` requests.
    case maxUses = "max_uses"
    /// Served as many requests as the server's `Keep-Alive: max` allows.
    case peerKeepAliveMax = "peer_keepalive_max"
    /// The peer closed it.
    case peerClosed = "peer_closed"
    /// The peer reset it.
    case peerReset = "peer_reset"
    /// The peer said 408 Request Timeout while it was idle.
    case peer408 = "peer_408"
    /// The peer sent bytes that nobody asked for while it was idle.
    case unsolicitedData = "unsolicited_data"
    /// The response said `Connection: close`.
    case serverClose = "server_close"
    /// The request said `Connection: close`.
    case clientClose = "client_close"
    /// An HTTP/1.0 peer that does not keep connections.
    case http10
    /// The response's content was delimited by the end of the connection.
    case untilEOF = "until_eof"
    /// The rest of a response that nobody wanted was too long to read.
    case bodyUnread = "body_unread"
    /// The final response came before the request was completely written.
    case earlyResponse = "early_response"
    /// Bytes followed the response.
    case trailingData = "trailing_data"
    /// The peer broke the protocol.
    case protocolError = "protocol_error"
    /// A limit was lowered.
    case shrunk
    /// Made room for another origin under `pool.total`.
    case evictedForOtherOrigin = "evicted_for_other_origin"
    /// More idle connections than `pool.idle` allows.
    case idleLimit = "idle_limit"
    /// The TLS settings it was opened with have changed.
    case configChanged = "config_changed"
    /// A second HTTP/2 connection where one is enough.
    case h2Surplus = "h2_surplus"
    /// The peer said GOAWAY.
    case goaway
    /// A PING was not answered.
    case pingTimeout = "ping_timeout"
    /// The peer refused a second stream.
    case refusedStream = "refused_stream"
    /// The request on it was cancelled.
    case cancelled
    /// It could not be opened.
    case connectFailed = "connect_failed"
    /// TLS could not be agreed on.
    case tlsFailed = "tls_failed"
    /// A timeout ended its request.
    case timeout
    /// `pool close`.
    case user
    /// The session ended.
    case shutdown
}

/// Who ended a connection.
package enum Closer: String, Sendable, Hashable {
    /// linger.
    case us
    /// The server.
    case peer
}

extension CloseReason {
    /// Who ends a connection that closes for this reason.
    package var closer: Closer {
        switch self {
        case .peerClosed, .peerReset, .untilEOF, .goaway: .peer
        case .idleTimeout, .serverKeepAlive, .serverKeepAliveShort, .maxAge, .maxUses,
            .peerKeepAliveMax, .peer408, .unsolicitedData, .serverClose, .clientClose, .http10,
            .bodyUnread, .earlyResponse, .trailingData, .protocolError, .shrunk,
            .evictedForOtherOrigin, .idleLimit, .configChanged, .h2Surplus, .pingTimeout,
            .refusedStream, .cancelled, .connectFailed, .tlsFailed, .timeout, .user, .shutdown:
            .us
        }
    }
}
