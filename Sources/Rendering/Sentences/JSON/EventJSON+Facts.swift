internal import HTTPModel

extension EventJSON {
    /// Writes the facts of a `request.*` event; nothing for others.
    static func writeRequest(_ event: PoolEvent, to object: inout JSONWriter.Object) {
        switch event.kind {
        case .requestQueued(let key, let position, let cause):
            object.member("key", key.description)
            object.member("position", position)
            Self.write(cause, as: "reason", to: &object)
        case .requestDispatched(let decision, let waited):
            object.milliseconds("waitMs", waited)
            Self.write(decision, to: &object)
        case .requestSent(let bytes): object.member("bytes", bytes)
        case .requestFirstByte(let time): object.milliseconds("tookMs", time)
        case .requestDone(let status, let bytes, let total):
            object.member("status", status)
            object.member("bytes", bytes)
            object.milliseconds("tookMs", total)
        case .requestFailed(let error): object.error("error", ErrorSentences.render(error))
        case .requestRedispatched(let from, let why):
            object.member("from", from.number)
            object.member("to", event.connection?.number)
            object.member("why", why.rawValue)
        case .requestRetry(let rule, let evidence):
            object.member("rule", rule)
            object.object("evidence") { object in
                object.member("conn", evidence.connection.number)
                object.member("completedExchanges", evidence.completedExchanges)
                object.member("reason", evidence.reason.rawValue)
            }
        case .requestRetryRefused(let rule, let why):
            object.member("rule", rule)
            object.member("why", Self.code(why))
        case .requestPolicyRetry(let record):
            object.member("rule", 37)
            object.object("evidence") { Self.write(record, to: &$0) }
        case .requestRemark(let remark):
            object.member("remark", RemarkSentences.code(remark))
            object.member("text", RemarkSentences.sentence(remark))
        case .requestExpectationRefused: Self.write(status: 417, of: event, to: &object)
        case .requestMisdirected:
            object.member("rule", 5)
            Self.write(status: 421, of: event, to: &object)
        case .requestChallenged(let record):
            object.member("scheme", record.scheme)
            object.member("algorithm", record.algorithm)
            object.member("realm", record.realm)
            object.member("stale", record.isStale)
        case .requestRedirect(let status, let from, let to, let methodBefore, let stripped):
            object.member("status", status)
            object.member("from", from)
            object.member("to", to)
            object.member("methodBefore", methodBefore)
            object.strings("stripped", stripped)
        case .requestCancelled(let whileQueued):
            object.member("state", whileQueued ? "queued" : "busy")
        case .connecting, .resolved, .connectAttempt, .tcpConnected, .proxied, .tlsEstablished,
            .ready, .reused, .parked, .retiring, .draining, .closed, .limitHit, .resized,
            .converged, .paused, .resumed, .generation, .warning, .http2:
            break
        }
    }

    /// Writes the status that led to another attempt, and who sent it.
    private static func write(
        status: Int,
        of event: PoolEvent,
        to object: inout JSONWriter.Object
    ) {
        object.object("evidence") { object in
            object.member("conn", event.connection?.number)
            object.member("reason", "status_\(status)")
        }
    }

    /// Writes what a retry by the policy goes by.
    private static func write(_ record: RetryRecord, to object: inout JSONWriter.Object) {
        object.member("reason", RetrySentences.code(record.evidence))
        object.member("retry", record.number)
        object.member("max", record.limit)
        object.milliseconds("waitMs", record.wait)
        object.member("retryAfter", record.isServersWait)
    }

    private static func write(_ decision: ReuseDecision, to object: inout JSONWriter.Object) {
        switch decision {
        case .reused(let idle):
            object.member("how", "reused")
            object.milliseconds("idleMs", idle)
            object.null("why")
        case .stream(let beside):
            object.member("how", "stream")
            object.member("beside", beside)
            object.null("idleMs")
            object.null("why")
        case .new(let reason):
            object.member("how", "new")
            object.null("idleMs")
            object.member("why", ReuseSentences.code(reason.code))
        }
    }

    /// Writes the facts of a `conn.*` event; nothing for others.
    static func writeConnection(_ kind: PoolEvent.Kind, to object: inout JSONWriter.Object) {
        switch kind {
        case .connecting(let key, let why):
            object.member("key", key.description)
            object.member("why", ReuseSentences.code(why))
        case .resolved(let addresses, let took, let cached):
            object.strings("addrs", addresses)
            object.milliseconds("tookMs", took)
            object.member("cached", cached)
        case .connectAttempt(let address, let error, let took):
            object.member("addr", address)
            object.member("result", error ?? "connected")
            object.milliseconds("tookMs", took)
        case .tcpConnected(let local, let remote, let took):
            object.member("local", local)
            object.member("remote", remote)
            object.milliseconds("tookMs", took)
        case .proxied(let route, let target, let took):
            object.member("proxy", route.description)
            object.member("kind", route.code)
            object.member("target", target)
            object.milliseconds("tookMs", took)
        case .tlsEstablished(let facts, let took): Self.write(facts, took: took, to: &object)
        case .ready(let applicationProtocol, let total):
            object.member("protocol", applicationProtocol)
            object.milliseconds("totalMs", total)
        case .reused(let idle, let count):
            object.milliseconds("idleMs", idle)
            object.member("nth", count)
        case .parked(let deadline, let why):
            object.milliseconds("deadlineMs", deadline)
            object.member("whyDeadline", why.rawValue)
        case .retiring(let why): object.member("why", why.rawValue)
        case .draining(let why, let streams):
            object.member("why", why.rawValue)
            object.member("streams", streams)
        case .closed(let epitaph): Self.write(epitaph, to: &object)
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestFailed, .requestRedispatched, .requestRetry, .requestRetryRefused,
            .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark,
            .requestRedirect, .requestCancelled, .limitHit, .resized, .converged, .paused,
            .resumed, .generation, .warning, .http2:
            break
        }
    }

    private static func write(
        _ facts: TLSFacts,
        took: Duration,
        to object: inout JSONWriter.Object
    ) {
        object.member("version", facts.version)
        object.member("alpn", facts.alpn)
        object.member("subject", facts.certificates.first?.subject)
        object.member("issuer", facts.certificates.first?.issuer)
        object.member("expires", facts.certificates.first?.expiry)
        object.member("verified", facts.isVerified)
        object.milliseconds("tookMs", took)
    }

    private static func write(_ epitaph: ConnectionEpitaph, to object: inout JSONWriter.Object) {
        object.member("key", epitaph.key.description)
        object.member("reason", epitaph.reason.rawValue)
        object.member("by", epitaph.closer.rawValue)
        object.milliseconds("ageMs", epitaph.age)
        object.milliseconds("idleMs", epitaph.idleFor)
        object.member("requests", epitaph.requestCount)
        object.member("bytesIn", epitaph.bytesIn)
        object.member("bytesOut", epitaph.bytesOut)
        if !epitaph.unsolicited.isEmpty {
            object.member("unsolicited", Sanitizer.line(epitaph.unsolicited))
        }
    }

    /// Writes the facts of an `h2.*` event.
    static func write(_ event: HTTP2Event, to object: inout JSONWriter.Object) {
        switch event {
        case .settings(let settings, let streams):
            object.member("streams", streams)
            object.member("maxConcurrentStreams", settings.maxConcurrentStreams)
            object.member("initialWindowSize", settings.initialWindowSize)
            object.member("maxFrameSize", settings.maxFrameSize)
            object.member("maxHeaderListSize", settings.maxHeaderListSize)
            object.member("headerTableSize", settings.headerTableSize)
        case .goaway(let goaway):
            object.member("last", goaway.lastStream)
            object.member("code", goaway.code.description)
            object.member("debug", goaway.debugData)
        case .refused(let stream): object.member("stream", stream)
        case .ping(let roundTrip): object.milliseconds("rttMs", roundTrip)
        case .fieldsRemoved(let names): object.strings("names", names)
        }
    }

    /// Writes the facts of a `pool.*` event; nothing for others.
    static func writePool(_ kind: PoolEvent.Kind, to object: inout JSONWriter.Object) {
        switch kind {
        case .limitHit(let cause, let holders):
            Self.write(cause, as: "limit", to: &object)
            object.connections("holders", holders)
        case .resized(let limit, let old, let new, let open, let busy, let idle, let over):
            Self.write(limit, to: &object)
            object.member("old", old)
            object.member("new", new)
            object.member("open", open)
            object.member("busy", busy)
            object.member("idle", idle)
            object.member("overBy", over)
        case .converged(let limit, let took, let closed):
            Self.write(limit, to: &object)
            object.milliseconds("tookMs", took)
            object.connections("closed", closed)
        case .paused(let origin), .resumed(let origin):
            object.member("origin", ifPresent: origin?.description)
        case .generation(let number, let parts):
            object.member("n", number)
            object.strings("why", parts.map(\.rawValue))
        case .warning(let warning): Self.write(warning, to: &object)
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestFailed, .requestRedispatched, .requestRetry,
            .requestRetryRefused, .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark,
            .requestRedirect,
            .requestCancelled, .connecting, .resolved,
            .connectAttempt, .tcpConnected, .proxied, .tlsEstablished, .ready, .reused, .parked,
            .retiring, .draining, .closed, .http2:
            break
        }
    }

    private static func write(_ limit: PoolLimitName, to object: inout JSONWriter.Object) {
        switch limit {
        case .perOrigin(let origin):
            object.member("limit", "per_origin")
            object.member("origin", origin?.description)
        case .total:
            object.member("limit", "total")
            object.null("origin")
        case .idle:
            object.member("limit", "idle")
            object.null("origin")
        }
    }

    private static func write(_ warning: PoolWarning, to object: inout JSONWriter.Object) {
        object.member("warning", "churn")
        switch warning {
        case .churn(let origin, let cause, let concurrency, let extraConnects):
            object.member("origin", origin.description)
            Self.write(cause, as: "limit", to: &object)
            object.member("concurrency", concurrency)
            object.member("extraConnects", extraConnects)
        case .idleChurn(let origin, let limit, let concurrency, let extraConnects):
            object.member("origin", origin.description)
            object.member("limit", "idle")
            object.member("value", limit)
            object.member("concurrency", concurrency)
            object.member("extraConnects", extraConnects)
        }
    }
}
