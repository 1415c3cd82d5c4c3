package import HTTPModel

/// Why a connection closed, in words (POOL.md rule 50).
package enum CloseSentences {
    /// A few words that can follow `closed:`, such as `60 s idle` or `shrunk`.
    ///
    /// `idle` is how long the connection had been idle, where that is known.
    package static func words(_ reason: CloseReason, idle: Duration? = nil) -> String {
        let idle = idle.map { "\(DurationText.text($0)) idle" }
        return switch reason {
        case .idleTimeout: idle ?? "idle for too long"
        case .serverKeepAlive:
            idle.map { "\($0), the server's Keep-Alive limit" } ?? "the server's Keep-Alive limit"
        case .serverKeepAliveShort: "the server keeps idle connections too briefly"
        case .maxAge: "pool.max-age reached"
        case .maxUses: "pool.max-uses reached"
        case .peerKeepAliveMax: "the server's limit of requests reached"
        case .peerClosed: "peer closed"
        case .peerReset: "peer reset"
        case .peer408: "the server said 408 while it was idle"
        case .unsolicitedData: "the server sent bytes that nobody asked for"
        case .serverClose: "the response said Connection: close"
        case .clientClose: "the request said Connection: close"
        case .http10: "HTTP/1.0 without keep-alive"
        case .untilEOF: "the content ended with the connection"
        case .bodyUnread: "the rest of a response was not read"
        case .earlyResponse: "the response came before the request was sent"
        case .trailingData: "bytes followed the response"
        case .protocolError: "protocol error"
        case .shrunk: "shrunk"
        case .evictedForOtherOrigin: "made room for another connection"
        case .idleLimit: "pool.idle reached"
        case .configChanged: "connection settings changed"
        case .h2Surplus: "one HTTP/2 connection is enough"
        case .goaway: "the server said GOAWAY"
        case .pingTimeout: "PING not answered"
        case .refusedStream: "the server refused a second stream"
        case .cancelled: "its request was cancelled"
        case .connectFailed: "could not be opened"
        case .tlsFailed: "TLS failed"
        case .timeout: "its request timed out"
        case .user: "pool close"
        case .shutdown: "the session ended"
        }
    }

    /// What follows a connection's number: `closed by peer after 5.0 s idle`, `closed: shrunk`.
    package static func sentence(_ reason: CloseReason, idle: Duration? = nil) -> String {
        let after = idle.map { " after \(DurationText.text($0)) idle" } ?? ""
        return switch reason {
        case .peerClosed: "closed by peer\(after)"
        case .peerReset: "reset by peer\(after)"
        case .idleTimeout, .serverKeepAlive, .serverKeepAliveShort, .maxAge, .maxUses,
            .peerKeepAliveMax, .peer408, .unsolicitedData, .serverClose, .clientClose, .http10,
            .untilEOF, .bodyUnread, .earlyResponse, .trailingData, .protocolError, .shrunk,
            .evictedForOtherOrigin, .idleLimit, .configChanged, .h2Surplus, .goaway,
            .pingTimeout, .refusedStream, .cancelled, .connectFailed, .tlsFailed, .timeout,
            .user, .shutdown:
            "closed: \(Self.words(reason, idle: idle))"
        }
    }
}
