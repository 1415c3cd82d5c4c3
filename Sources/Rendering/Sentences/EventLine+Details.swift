internal import HTTPModel

extension EventLine {
    /// The facts of a `conn.*` event; empty for others.
    static func connectionDetails(of event: PoolEvent) -> String {
        switch event.kind {
        case .connecting(let key, let why): "\(key), \(ReuseSentences.code(why))"
        case .resolved(let addresses, let took, let cached):
            "\(addresses.joined(separator: ", ")), \(cached ? "cached" : DurationText.text(took))"
        case .connectAttempt(let address, let error, let took):
            "\(address), \(error ?? "connected"), \(DurationText.text(took))"
        case .tcpConnected(let local, let remote, let took):
            "\(local ?? "–") → \(remote ?? "–"), \(DurationText.text(took))"
        case .proxied(let route, let target, let took):
            "\(route) → \(target), \(DurationText.text(took))"
        case .tlsEstablished(let facts, let took): Self.tls(facts, took: took)
        case .ready(let applicationProtocol, let total):
            "\(applicationProtocol), \(DurationText.text(total))"
        case .reused(let idle, let count):
            "\(CountText.ordinal(count, "request")), \(Self.idle(idle))"
        case .parked(let deadline, let why):
            "closes in \(DurationText.text(deadline)), \(why.rawValue)"
        case .retiring(let why): why.rawValue
        case .draining(let why, let streams):
            "\(why.rawValue), \(CountText.text(streams, "stream")) to finish"
        case .closed(let epitaph): Self.closed(epitaph)
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestFailed, .requestRedispatched, .requestRetry, .requestRetryRefused,
            .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark,
            .requestRedirect, .requestCancelled, .limitHit, .resized, .converged, .paused,
            .resumed, .generation, .warning, .http2:
            ""
        }
    }

    /// The facts of an `h2.*` event.
    static func details(of event: HTTP2Event) -> String {
        switch event {
        case .settings(let settings, let streams):
            ["\(CountText.text(streams, "stream")) at once", Self.words(settings)].clauses
        case .goaway(let goaway):
            "\(goaway.code), streams up to \(goaway.lastStream) finish"
                + (goaway.debugData.isEmpty ? "" : ": \(goaway.debugData)")
        case .refused(let stream): "stream \(stream)"
        case .ping(let roundTrip): "answered after \(DurationText.text(roundTrip))"
        case .fieldsRemoved(let names):
            "not sent, because HTTP/2 does not carry it: \(names.joined(separator: ", "))"
        }
    }

    private static func words(_ settings: HTTP2Settings) -> String {
        [
            settings.maxConcurrentStreams.map { "max_concurrent_streams \($0)" },
            settings.initialWindowSize.map { "initial_window_size \($0)" },
            settings.maxFrameSize.map { "max_frame_size \($0)" },
            settings.maxHeaderListSize.map { "max_header_list_size \($0)" },
            settings.headerTableSize.map { "header_table_size \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    /// The facts of a `pool.*` event; empty for others.
    static func poolDetails(of event: PoolEvent) -> String {
        switch event.kind {
        case .limitHit(let cause, let holders):
            holders.isEmpty
                ? WaitSentences.cause(cause)
                : "\(WaitSentences.cause(cause)), held by \(ResizeLine.list(holders))"
        case .resized(let limit, let old, let new, let open, let busy, let idle, let over):
            ResizeLine.text(
                limit,
                old: old,
                new: new,
                open: open,
                busy: busy,
                idle: idle,
                over: over
            )
        case .converged(let limit, let took, let closed):
            "\(ResizeLine.name(limit)) reached after \(DurationText.text(took))"
                + (closed.isEmpty ? "" : ", closed \(ResizeLine.list(closed))")
        case .paused(let origin), .resumed(let origin): origin?.description ?? ""
        case .generation(let number, let parts):
            "connections are of generation \(number) from now on: other"
                + " \(parts.map(\.rawValue).joined(separator: " and "))"
        case .warning(let warning): Notice.words(warning)
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestFailed, .requestRedispatched, .requestRetry, .requestRetryRefused,
            .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark,
            .requestRedirect, .requestCancelled, .connecting, .resolved, .connectAttempt,
            .tcpConnected, .proxied, .tlsEstablished, .ready, .reused, .parked, .retiring,
            .draining, .closed, .http2:
            ""
        }
    }

    private static func tls(_ facts: TLSFacts, took: Duration) -> String {
        [
            facts.version, facts.alpn.map { "ALPN \($0)" }, facts.certificates.first?.subject,
            facts.isVerified ? nil : "not verified", DurationText.text(took),
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private static func closed(_ epitaph: ConnectionEpitaph) -> String {
        [
            "\(epitaph.reason.rawValue) by \(epitaph.closer.rawValue)",
            epitaph.idleFor.map { "idle \(DurationText.text($0))" },
            "age \(DurationText.text(epitaph.age))",
            CountText.text(epitaph.requestCount, "request"),
            "\(ByteText.text(epitaph.bytesIn)) in", "\(ByteText.text(epitaph.bytesOut)) out",
            epitaph.unsolicited.isEmpty ? nil : "unasked: \(Sanitizer.line(epitaph.unsolicited))",
        ].compactMap { $0 }.joined(separator: ", ")
    }
}
