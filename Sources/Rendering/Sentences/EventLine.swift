package import HTTPModel

/// One line of `events` for each event (POOL.md rules 48 and 49).
///
///       12.345 s  #1    conn.closed         peer_closed by peer, age 13 s, 4 requests, …
///
/// Time since the start, what it is about (a connection, a request, or the pool), the event's
/// name, and its facts. Codes are those of `--json`.
package enum EventLine {
    /// The line of an event.
    package static func text(
        for event: PoolEvent,
        in context: RenderingContext = .plain,
        withDetails: Bool = true
    ) -> String {
        let subject = Self.subject(of: event).padded(toCells: 4)
        let opening = "\(Self.seconds(event.at))  \(subject)  "
        let name = event.name.padded(toCells: 18)
        var details = withDetails ? Sanitizer.line(Self.details(of: event)) : ""
        if let width = context.width {
            details = details.truncated(toCells: max(0, width - opening.cellWidth - 20))
        }
        let text =
            details.isEmpty
            ? opening + context.styled(event.name, as: Self.role(of: event.kind))
            : opening + context.styled(name, as: Self.role(of: event.kind)) + "  " + details
        return context.adapted(text)
    }

    /// The lines of an event: where the details do not fit behind its name they stand below it.
    package static func lines(
        for event: PoolEvent,
        in context: RenderingContext = .plain
    ) -> [String] {
        let details = Sanitizer.line(Self.details(of: event))
        guard let width = context.width, details.cellWidth > width - Self.detailsColumn else {
            return [Self.text(for: event, in: context)]
        }
        let first = Self.text(for: event, in: context, withDetails: false)
        // Out of its column it is still easier to read than on a line of its own.
        if first.cellWidth + 2 + details.cellWidth <= width {
            return [context.adapted("\(first)  \(details)")]
        }
        let indent = String(repeating: " ", count: 14)
        return [first]
            + details.wrapped(toCells: max(20, width - indent.count)).map {
                context.adapted(indent + $0)
            }
    }

    /// Where details begin: behind the time, what it is about and the name.
    private static let detailsColumn = 38

    /// Seconds with three decimals, flush right: events are compared by the millisecond.
    private static func seconds(_ instant: Instant) -> String {
        let milliseconds = max(0, instant.nanoseconds) / 1_000_000
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction) s".padded(toCells: 10, alignment: .right)
    }

    private static func subject(of event: PoolEvent) -> String {
        if event.name.hasPrefix("request."), let request = event.request { return "\(request)" }
        return event.connection?.description ?? event.request?.description ?? "–"
    }

    private static func role(of kind: PoolEvent.Kind) -> Role? {
        switch kind {
        case .requestFailed: .error
        case .requestRetry, .requestRetryRefused, .requestPolicyRetry, .requestRedispatched,
            .requestMisdirected,
            .requestExpectationRefused, .requestRemark, .warning:
            .warning
        case .closed, .retiring, .draining, .http2(.goaway), .http2(.refused): .notice
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestRedirect, .requestChallenged, .requestCancelled, .connecting, .resolved,
            .connectAttempt,
            .tcpConnected, .proxied, .tlsEstablished, .ready, .reused, .parked, .limitHit,
            .resized, .converged, .paused, .resumed, .generation, .http2(.settings),
            .http2(.ping), .http2(.fieldsRemoved):
            nil
        }
    }

    /// The facts of an event in a few words, not sanitised.
    private static func details(of event: PoolEvent) -> String {
        switch event.kind {
        case .requestQueued(let key, let position, let cause):
            "position \(position), \(WaitSentences.cause(cause)), \(key)"
        case .requestDispatched(let decision, let waited):
            Self.dispatched(decision, waited: waited, on: event.connection)
        case .requestSent(let bytes): ByteText.text(bytes)
        case .requestFirstByte(let time): "after \(DurationText.text(time))"
        case .requestDone(let status, let bytes, let total):
            "\(status), \(ByteText.text(bytes)), \(DurationText.text(total))"
        case .requestFailed(let error):
            "\(ErrorSentences.render(error).kind): \(ErrorSentences.render(error).message)"
        case .requestRedispatched(let from, let why): "from \(from): \(why.rawValue)"
        case .requestRetry(let rule, let evidence): Self.retry(evidence, by: rule)
        case .requestRetryRefused(let rule, let why):
            "not sent again: \(ErrorSentences.words(why)), rule \(rule)"
        case .requestPolicyRetry(let record): RetrySentences.plan(record)
        case .requestChallenged(let record): RetrySentences.challenge(record)
        case .requestExpectationRefused: "417, so without Expect: 100-continue"
        case .requestRemark(let remark): RemarkSentences.sentence(remark)
        case .requestMisdirected: "421, so on a fresh connection"
        case .requestRedirect(let status, let from, let to, let methodBefore, let stripped):
            "\(status) \(from) → \(to)" + (methodBefore.map { ", no longer \($0)" } ?? "")
                + (stripped.isEmpty ? "" : ", not sent on: \(stripped.joined(separator: ", "))")
        case .requestCancelled(let whileQueued): whileQueued ? "while queued" : "under way"
        case .connecting, .resolved, .connectAttempt, .tcpConnected, .proxied, .tlsEstablished,
            .ready, .reused, .parked, .retiring, .draining, .closed:
            Self.connectionDetails(of: event)
        case .http2(let event): Self.details(of: event)
        case .limitHit, .resized, .converged, .paused, .resumed, .generation, .warning:
            Self.poolDetails(of: event)
        }
    }

    private static func dispatched(
        _ decision: ReuseDecision,
        waited: Duration,
        on connection: ConnectionID?
    ) -> String {
        let how =
            switch decision {
            case .reused(let idle): "reused, \(Self.idle(idle))"
            case .stream(let beside): "stream beside \(beside)"
            case .new(let reason): "new, \(ReuseSentences.code(reason.code))"
            }
        let wait = waited > .zero ? ", waited \(DurationText.text(waited))" : ""
        return (connection.map { "\($0) " } ?? "") + how + wait
    }

    /// How long a reused connection had been idle.
    static func idle(_ idle: Duration) -> String {
        idle > .zero ? "idle \(DurationText.text(idle))" : "handed over directly"
    }

    private static func retry(_ evidence: StaleEvidence, by rule: Int) -> String {
        let found =
            rule == 36
            ? "408 on \(evidence.connection)"
            : "\(evidence.connection) \(evidence.reason.rawValue) before a byte of the response"
        let served = CountText.text(evidence.completedExchanges, "exchange")
        return "\(found), after \(served), rule \(rule)"
    }
}
