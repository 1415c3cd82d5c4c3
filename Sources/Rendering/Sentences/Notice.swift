package import HTTPModel

/// What is told above the prompt while the user types: things that happen by themselves.
///
/// Echoes of what the user is doing at the moment are not: the result of a command, or of the
/// request in the foreground, says it already.
package enum Notice {
    /// The notice for an event, such as `· #1 closed by peer after 5.0 s idle`; nil for most.
    ///
    /// The limits in force let it name the value that was reached.
    package static func text(
        for event: PoolEvent,
        limits: PoolLimits? = nil,
        in context: RenderingContext = .plain
    ) -> String? {
        guard let words = Self.words(for: event, limits: limits) else { return nil }
        var role = Role.notice
        if case .warning = event.kind { role = .warning }
        return context.adapted(context.styled("· \(words)", as: role))
    }

    private static func words(for event: PoolEvent, limits: PoolLimits?) -> String? {
        switch event.kind {
        case .closed(let epitaph):
            guard let connection = event.connection, Self.isNews(epitaph) else { return nil }
            return "\(connection) \(CloseSentences.sentence(epitaph.reason, idle: epitaph.idleFor))"
        case .converged(let limit, let took, let closed):
            // Reached by closing idle connections, it was reached by what the command has told.
            guard took > .milliseconds(100), !closed.isEmpty else { return nil }
            let value = limits.map { " \(Self.value(of: limit, in: $0))" } ?? ""
            return "\(ResizeLine.name(limit))\(value) reached: closed \(ResizeLine.list(closed))"
                + " (\(DurationText.text(took)))"
        case .warning(let warning): return Self.words(warning)
        case .http2(.fieldsRemoved(let names)):
            // POOL.md rule 43: fields that speak of one connection are not sent on a stream.
            let list = Sanitizer.line(names.joined(separator: ", "))
            return "not sent: \(list), which HTTP/2 does not carry"
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestFailed, .requestRedispatched, .requestRetry, .requestRetryRefused,
            .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark,
            .requestRedirect, .requestCancelled, .connecting, .resolved, .connectAttempt,
            .tcpConnected, .proxied, .tlsEstablished, .ready, .reused, .parked, .retiring,
            .draining, .limitHit, .resized, .paused, .resumed, .generation, .http2(.settings),
            .http2(.goaway),
            .http2(.refused), .http2(.ping):
            return nil
        }
    }

    /// Whether a closed connection is news, as opposed to an echo of a command or of a failure.
    private static func isNews(_ epitaph: ConnectionEpitaph) -> Bool {
        switch epitaph.reason {
        // Without idling, a request was under way, and its own line tells of its end.
        case .peerClosed, .peerReset: epitaph.idleFor != nil
        // The idle ones close while the command that asks for it prints their numbers.
        case .shrunk, .user: epitaph.idleFor == nil
        case .clientClose, .protocolError, .cancelled, .connectFailed, .tlsFailed, .timeout,
            .shutdown:
            false
        case .idleTimeout, .serverKeepAlive, .serverKeepAliveShort, .maxAge, .maxUses,
            .peerKeepAliveMax, .peer408, .unsolicitedData, .serverClose, .http10, .untilEOF,
            .bodyUnread, .earlyResponse, .trailingData, .evictedForOtherOrigin, .idleLimit,
            .configChanged, .h2Surplus, .goaway, .pingTimeout, .refusedStream:
            true
        }
    }

    private static func value(of limit: PoolLimitName, in limits: PoolLimits) -> Int {
        switch limit {
        case .perOrigin(nil): limits.perOrigin
        case .perOrigin(let origin?): limits.perOrigin(for: origin)
        case .total: limits.total
        case .idle: limits.idle
        }
    }

    /// A warning about the pool (POOL.md rule 11).
    static func words(_ warning: PoolWarning) -> String {
        switch warning {
        case .churn(let origin, let cause, let concurrency, let extraConnects):
            let setting = WaitSentences.setting(cause)
            return Self.churn(
                of: origin,
                under: setting.map { ("\($0.name) \($0.value)", $0.name) },
                concurrency: concurrency,
                extraConnects: extraConnects
            )
        case .idleChurn(let origin, let limit, let concurrency, let extraConnects):
            return Self.churn(
                of: origin,
                under: ("pool.idle \(limit)", "pool.idle"),
                concurrency: concurrency,
                extraConnects: extraConnects
            )
        }
    }

    private static func churn(
        of origin: Origin,
        under limit: (text: String, setting: String)?,
        concurrency: Int,
        extraConnects: Int
    ) -> String {
        let extra = "\(CountText.text(extraConnects, "extra connect")) in the last minute"
        let place = Sanitizer.line(origin.description)
        guard let limit else {
            return "connections to \(place) are closed and opened again: \(extra)"
        }
        return "\(limit.text) is below your concurrency \(concurrency) to \(place): \(extra);"
            + " `set \(limit.setting) \(concurrency)` avoids them"
    }
}
