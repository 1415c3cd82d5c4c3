package import HTTPModel

extension CloseSentences {
    /// A whole sentence: what happened, and which setting or command changes it.
    ///
    /// `idle` is how long the connection had been idle, where that is known; `limits` are those in
    /// force, whose values are named where they matter.
    package static func explanation(
        _ reason: CloseReason,
        idle: Duration? = nil,
        limits: PoolLimits? = nil
    ) -> String {
        switch reason {
        case .idleTimeout: Self.idleTimeout(limits)
        case .serverKeepAlive: Self.serverKeepAlive
        case .serverKeepAliveShort: Self.serverKeepAliveShort
        case .maxAge: Self.maxAge(limits)
        case .maxUses: Self.maxUses(limits)
        case .peerKeepAliveMax: Self.peerKeepAliveMax
        case .peerClosed: Self.peerClosed(idle)
        case .peerReset: Self.peerReset(idle)
        case .peer408: Self.peer408
        case .unsolicitedData: Self.unsolicitedData
        case .serverClose: "The response said Connection: close; only the server can change that."
        case .clientClose: "The request said Connection: close; `headers` shows where that is from."
        case .http10: "The server speaks HTTP/1.0 and did not say Connection: keep-alive."
        case .untilEOF: Self.untilEOF
        case .bodyUnread: Self.bodyUnread
        case .earlyResponse: Self.earlyResponse
        case .trailingData: Self.trailingData
        case .protocolError: "The server broke the protocol; the error of its request says how."
        case .shrunk: Self.shrunk
        case .evictedForOtherOrigin: Self.evicted(limits)
        case .idleLimit: Self.idleLimit(limits)
        case .configChanged: Self.configChanged
        case .h2Surplus: "One HTTP/2 connection carries all requests, and it was a second one."
        case .goaway: "The server said GOAWAY: it takes no more requests on the connection."
        case .pingTimeout: "The server did not answer a PING; the connection was taken for dead."
        case .refusedStream: "The server refused a second stream on the connection."
        case .cancelled: Self.cancelled
        case .connectFailed: "It could not be opened; the error of its request says why."
        case .tlsFailed: "TLS could not be agreed on; the error of its request says why."
        case .timeout: Self.timeout
        case .user: "`pool close` closed it."
        case .shutdown: "The session ended."
        }
    }

    // MARK: Our limits

    private static func idleTimeout(_ limits: PoolLimits?) -> String {
        "It was idle for as long as pool.idle-timeout"
            + Self.value(limits.map { DurationText.text($0.idleTimeout) })
            + " allows; `set pool.idle-timeout 5m` keeps idle connections longer."
    }

    private static func maxAge(_ limits: PoolLimits?) -> String {
        "It was older than pool.max-age" + Self.value(limits?.maxAge.map { DurationText.text($0) })
            + " allows; `set pool.max-age off` lets connections grow old."
    }

    private static func maxUses(_ limits: PoolLimits?) -> String {
        "It had served as many requests as pool.max-uses"
            + Self.value(limits?.maxUses.map { "\($0)" })
            + " allows; `set pool.max-uses off` lifts that."
    }

    private static let shrunk =
        "A limit was lowered, and it was one too many; `pool size N` raises the limit again."

    private static func evicted(_ limits: PoolLimits?) -> String {
        "pool.size" + Self.value(limits.map { "\($0.perOrigin)" }) + " or pool.total"
            + Self.value(limits.map { "\($0.total)" })
            + " was reached, and a request needed its place: to another origin, under other terms"
            + " or for a new connection (--fresh). A higher limit makes room for both."
    }

    private static func idleLimit(_ limits: PoolLimits?) -> String {
        "More connections were idle than pool.idle" + Self.value(limits.map { "\($0.idle)" })
            + " allows; the one idle for longest goes first. `set pool.idle N` keeps more."
    }

    private static func value(_ text: String?) -> String {
        text.map { " (\($0))" } ?? ""
    }

    // MARK: The server's terms

    private static func peerClosed(_ idle: Duration?) -> String {
        guard let idle else { return "The server closed the connection." }
        return "The server closed the connection after \(DurationText.text(idle)) of idling;"
            + " a request that comes sooner finds it open."
    }

    private static func peerReset(_ idle: Duration?) -> String {
        let after = idle.map { " after \(DurationText.text($0)) of idling" } ?? ""
        return "The server reset the connection\(after);"
            + " a restart or a load balancer's idle limit are the usual causes."
    }

    private static let serverKeepAlive =
        "The server says how long it keeps idle connections (Keep-Alive: timeout); linger closes"
        + " a second earlier, so that no request meets the server's close."

    private static let serverKeepAliveShort =
        "The server keeps idle connections for a second or less (Keep-Alive: timeout), so a reuse"
        + " would race with its close."

    private static let peerKeepAliveMax =
        "The server says how many requests it takes on a connection (Keep-Alive: max), and it had"
        + " served them."

    private static let peer408 =
        "The server said 408 Request Timeout on an idle connection: its way of closing it."

    private static let unsolicitedData =
        "The server sent bytes while no request was under way; they could be mistaken for the"
        + " next response, so the connection was closed."

    private static let untilEOF =
        "The response had neither Content-Length nor chunks, so its content ended where the"
        + " connection ended (RFC 9112, section 6.3); only the server can change that."

    // MARK: Requests and responses

    private static let bodyUnread =
        "Nobody wanted the rest of a response, and it was longer than is worth reading (64 KiB or"
        + " 250 ms)."

    private static let earlyResponse =
        "The final response came before the request had been sent completely, so where the next"
        + " one would begin was unknown."

    private static let trailingData =
        "Bytes followed the response that belong to none; they could be mistaken for the next."

    private static let configChanged =
        "The connection settings have changed since it was opened; requests under the new ones"
        + " need a new connection."

    private static let cancelled =
        "Its request was cancelled while it was being opened or before the response was complete,"
        + " and an HTTP/1.1 connection cannot be used past an unfinished response."

    private static let timeout =
        "Its request timed out while it was being opened or before the response was complete, and"
        + " an HTTP/1.1 connection cannot be used past an unfinished response; timeout.response"
        + " and timeout.total are the bounds."
}
