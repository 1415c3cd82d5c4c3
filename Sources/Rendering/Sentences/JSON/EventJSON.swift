package import HTTPModel

/// The `event` object of `--json`: `seq`, `ms`, `name`, who, and the facts of the event.
///
/// The facts are the fields of POOL.md rules 48 and 49 in camelCase.
/// What those rules call `ms` is `tookMs` here, because `ms` is the time of the event.
package enum EventJSON {
    /// The object on one line.
    package static func line(for event: PoolEvent) -> String {
        JSONLine.text("event") { object in
            object.member("seq", event.sequence)
            object.milliseconds("ms", Instant.start.duration(to: event.at))
            object.member("name", event.name)
            if let request = event.request {
                object.member("req", request.exchange)
                object.member("attempt", request.attempt)
            }
            object.member("conn", ifPresent: event.connection?.number)
            Self.writeFacts(of: event, to: &object)
        }
    }

    private static func writeFacts(of event: PoolEvent, to object: inout JSONWriter.Object) {
        switch event.kind {
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestFailed, .requestRedispatched, .requestRetry, .requestRetryRefused,
            .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark,
            .requestRedirect, .requestCancelled:
            Self.writeRequest(event, to: &object)
        case .connecting, .resolved, .connectAttempt, .tcpConnected, .proxied, .tlsEstablished,
            .ready, .reused, .parked, .retiring, .draining, .closed:
            Self.writeConnection(event.kind, to: &object)
        case .http2(let event): Self.write(event, to: &object)
        case .limitHit, .resized, .converged, .paused, .resumed, .generation, .warning:
            Self.writePool(event.kind, to: &object)
        }
    }

    /// Writes what was in the way, and the value of the limit if it was one.
    static func write(_ cause: WaitCause, as key: String, to object: inout JSONWriter.Object) {
        object.member(key, WaitSentences.code(cause))
        object.member("value", WaitSentences.setting(cause)?.value)
    }

    /// The machine code of a refusal to send a request again.
    static func code(_ refusal: RetryRefusal) -> String {
        switch refusal {
        case .notIdempotent: "not_idempotent"
        case .contentNotReplayable: "content_not_replayable"
        case .alreadyRetried: "already_retried"
        case .exhausted: "retries_exhausted"
        case .waitTooLong: "wait_too_long"
        case .noTimeLeft: "no_time_left"
        }
    }
}
