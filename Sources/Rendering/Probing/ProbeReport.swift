package import HTTPModel

/// What `pool probe` prints: what was measured, and what to set.
package enum ProbeReport {
    /// The lines of the report; `limits` are the pool's as they are.
    package static func lines(
        of findings: ProbeFindings,
        limits: PoolLimits,
        in context: RenderingContext = .plain
    ) -> [String] {
        let heading = [
            "probe of \(Sanitizer.line(findings.origin.description))",
            Sanitizer.line(findings.label.description), findings.version ?? "",
        ].clauses
        var table = Table(columns: [.init(""), .init("")], indent: 2, hasHeader: false)
        var rows = [
            ("idle", Self.idle(findings.idle)), ("requests", Self.requests(findings.requests)),
        ]
        if let field = findings.keepAliveField {
            rows.append(("says", "Keep-Alive: \(Sanitizer.line(field))"))
        }
        for (name, text) in rows { table.append([.init(name, role: .dim), .init(text)]) }
        let advice = ProbeAdvice(findings, limits: limits)
        let settings = advice.settings.map { setting in
            "  " + context.styled("set \(setting.name) \(setting.value)", as: .success)
                + context.styled(" · \(setting.reason)", as: .dim)
        }
        let remarks = advice.remarks.map { context.styled("  \($0)", as: .dim) }
        let lines =
            [context.styled(heading, as: .strong)]
            + table.lines(width: nil, palette: context.palette) + settings + remarks
        return lines.map { context.adapted($0) }
    }

    /// How far a probe is: how long its one connection has been idle, nil if it is not, and how
    /// many requests the other one has answered.
    package static func progress(idle: Duration?, of limit: Duration, requests: Int) -> String {
        [
            idle.map { "idle for \(Int($0.components.seconds)) s of \(DurationText.text(limit))" }
                ?? "",
            "\(CountText.text(requests, "request")) on one connection", "^C ends it",
        ].clauses
    }

    private static func idle(_ idle: ProbeFindings.Idle) -> String {
        switch idle {
        case .ended(let time, let reason):
            "\(DurationText.text(time)), then \(Self.end(reason))"
        case .alive(let time): "\(DurationText.text(time)) and longer (--max): it still answers"
        case .silent(let time):
            "open after \(DurationText.text(time)), but it does not answer any more: whatever"
                + " forgot the connection said nothing"
        case .interrupted(let time): "\(DurationText.text(time)) so far (interrupted)"
        case .notKept(let reason): "not at all: \(CloseSentences.words(reason))"
        case .failed(let error): "not measured: \(Self.words(error))"
        }
    }

    private static func requests(_ requests: ProbeFindings.Requests) -> String {
        let count = requests.count
        return switch requests.end {
        case .ended(let reason): "\(count) on one connection, then \(Self.end(reason))"
        case .bound: "\(count) and more on one connection (--requests)"
        case .interrupted: "\(count) so far on one connection (interrupted)"
        case .failed(let error): "\(count) on one connection, then \(Self.words(error))"
        }
    }

    /// How a connection ended, as the rest of a sentence.
    private static func end(_ reason: CloseReason) -> String {
        switch reason {
        case .peerClosed, .peerReset: CloseSentences.sentence(reason)
        case .idleTimeout, .serverKeepAlive, .serverKeepAliveShort, .maxAge, .maxUses,
            .peerKeepAliveMax, .peer408, .unsolicitedData, .serverClose, .clientClose, .http10,
            .untilEOF, .bodyUnread, .earlyResponse, .trailingData, .protocolError, .shrunk,
            .evictedForOtherOrigin, .idleLimit, .configChanged, .h2Surplus, .goaway,
            .pingTimeout, .refusedStream, .cancelled, .connectFailed, .tlsFailed, .timeout,
            .user, .shutdown:
            CloseSentences.words(reason)
        }
    }

    private static func words(_ error: TransportError) -> String {
        ErrorSentences.render(.transport(error, retryRefusal: nil)).words
    }
}

/// What follows from the findings of a probe.
package struct ProbeAdvice: Sendable, Hashable {
    /// A setting to change.
    package struct Setting: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// The value that it should have, as `set` takes it.
        package var value: String
        /// Why.
        package var reason: String
    }

    /// What to set.
    package private(set) var settings: [Setting] = []
    /// Why there is nothing else to set.
    package private(set) var remarks: [String] = []

    /// How much sooner than the server we should be: a request may be on its way for as long.
    private static let margin = Duration.seconds(1)

    /// Draws conclusions.
    package init(_ findings: ProbeFindings, limits: PoolLimits) {
        self.judge(findings.idle, limits, field: findings.keepAliveField)
        self.judge(findings.requests, limits)
    }

    private mutating func judge(
        _ idle: ProbeFindings.Idle,
        _ limits: PoolLimits,
        field: String?
    ) {
        let now = DurationText.text(limits.idleTimeout)
        switch idle {
        case .ended(let time, _), .silent(let time):
            let safe = Self.safe(time)
            guard limits.idleTimeout > safe else {
                self.remarks.append("pool.idle-timeout is \(now): sooner than the server, fine")
                return
            }
            if let field, field.lowercased().contains("timeout=") {
                self.remarks.append(
                    "pool.idle-timeout need not change: the Keep-Alive field is heeded"
                )
                return
            }
            self.settings.append(
                Setting(
                    name: "pool.idle-timeout",
                    value: Self.literal(safe),
                    reason: "now \(now); sooner than the server, no request meets its close"
                )
            )
        case .alive(let time) where time >= limits.idleTimeout:
            self.remarks.append("pool.idle-timeout is \(now): sooner than the server, fine")
        case .alive:
            self.remarks.append("pool.idle-timeout is \(now): only a longer --max can judge it")
        case .notKept:
            self.remarks.append("pool.idle-timeout has no effect: no connection is kept")
        case .interrupted, .failed: break
        }
    }

    private mutating func judge(_ requests: ProbeFindings.Requests, _ limits: PoolLimits) {
        guard case .ended(let reason) = requests.end, requests.count > 0 else { return }
        guard !reason.isAnnounced else {
            self.remarks.append("pool.max-uses need not be set: the server says when it is over")
            return
        }
        if let most = limits.maxUses, most <= requests.count {
            self.remarks.append("pool.max-uses is \(most): no more than the server takes, fine")
            return
        }
        self.settings.append(
            Setting(
                name: "pool.max-uses",
                value: "\(requests.count)",
                reason: "now \(limits.maxUses.map(String.init) ?? "off"); the server closes"
                    + " without a word"
            )
        )
    }

    /// A second sooner; half of what is no longer than two.
    private static func safe(_ time: Duration) -> Duration {
        let safe = max(time - Self.margin, time / 2)
        let unit: Int64 = safe >= .seconds(2) ? 1_000_000_000 : 10_000_000
        return .nanoseconds(max(unit, safe.wholeNanoseconds / unit * unit))
    }

    /// The duration as `set` takes it.
    private static func literal(_ duration: Duration) -> String {
        let milliseconds = duration.wholeNanoseconds / 1_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
