import HTTPModel
import HTTPTypes

/// Whether an exchange is sent again by `retry.*` (SESSION.md, section 5): pure functions.
///
/// It runs above the pool, and apart from the single stale retry (POOL.md rule 37). What has been
/// sent to a server is sent again only if that does no harm; what never left may always.
struct RetryPolicy: Hashable {
    /// How often an exchange is sent again: `retry.max`.
    var limit: Int
    /// The statuses that are worth another try: `retry.status`.
    var statuses: Set<Int>
    /// The wait before the first retry: `retry.backoff`.
    var backoff: Duration

    /// The longest wait that backing off comes to.
    static let longestBackoff: Duration = .seconds(120)
    /// The longest wait that a server is granted.
    static let longestRetryAfter: Duration = .seconds(6 * 60 * 60)

    /// What is known of the exchange.
    struct Context {
        /// The method.
        var method: HTTPRequest.Method
        /// Whether sending it twice does no more than sending it once, as far as we can know.
        var isIdempotent: Bool
        /// Retries by the policy so far.
        var done: Int
        /// What is left of the bound on the whole exchange; nil is no bound.
        var timeLeft: Duration?
    }

    /// What is decided.
    enum Decision: Hashable {
        /// The policy has nothing to say.
        case none
        /// It is sent again.
        case retry(RetryRecord)
        /// It would be, but must not.
        case refused(RetryRefusal)
    }

    /// Decides about an attempt without a response.
    func decide(
        _ error: TransportError,
        context: Context,
        isReplayable: () -> Bool
    ) -> Decision {
        guard self.limit > 0, let evidence = error.retryEvidence else { return .none }
        if evidence != .notConnected {
            guard context.isIdempotent else {
                return .refused(.notIdempotent(method: context.method.rawValue))
            }
        }
        guard isReplayable() else { return .refused(.contentNotReplayable) }
        return self.plan(evidence, context: context, serversWait: nil)
    }

    /// Decides about a response, by its status.
    ///
    /// `now` is in seconds since 1970, for a `Retry-After` that is a date.
    func decide(
        _ head: ResponseHead,
        context: Context,
        now: Int64,
        isReplayable: () -> Bool
    ) -> Decision {
        guard self.limit > 0, self.statuses.contains(head.status) else { return .none }
        guard context.isIdempotent else {
            return .refused(.notIdempotent(method: context.method.rawValue))
        }
        guard isReplayable() else { return .refused(.contentNotReplayable) }
        let wait = head.first("Retry-After").flatMap { Self.retryAfter($0, now: now) }
        return self.plan(.status(head.status), context: context, serversWait: wait)
    }

    private func plan(
        _ evidence: RetryRecord.Evidence,
        context: Context,
        serversWait: Duration?
    ) -> Decision {
        guard context.done < self.limit else { return .refused(.exhausted(limit: self.limit)) }
        let wait = serversWait ?? self.backoff(before: context.done + 1)
        guard wait <= Self.longestRetryAfter else {
            return .refused(.waitTooLong(wait, limit: Self.longestRetryAfter))
        }
        if let left = context.timeLeft, wait >= left { return .refused(.noTimeLeft(wait)) }
        return .retry(
            RetryRecord(
                number: context.done + 1,
                limit: self.limit,
                evidence: evidence,
                wait: wait,
                isServersWait: serversWait != nil
            )
        )
    }

    /// The wait before retry `number`: doubled for each one before, within bounds.
    func backoff(before number: Int) -> Duration {
        // Beyond 2^40 even a millisecond is far above the bound.
        let factor = 1 << min(max(number - 1, 0), 40)
        let seconds = Double(self.backoff.components.seconds)
        guard seconds * Double(factor) <= 120 else { return Self.longestBackoff }
        return min(self.backoff * factor, Self.longestBackoff)
    }

    /// The wait that a `Retry-After` asks for (RFC 9110, section 10.2.3): seconds, or until a date.
    ///
    /// Nil if it is neither. A date that is over is no wait.
    static func retryAfter(_ text: String, now: Int64) -> Duration? {
        let value = text.trimmingBlanks
        if !value.isEmpty, value.utf8.allSatisfy(\.isDigit) {
            return .seconds(Int64(value) ?? .max >> 1)
        }
        // RFC 9110's three formats of dates are all ones that cookies know.
        guard let date = CookieDate.parse(Array(value.utf8)) else { return nil }
        return .seconds(max(0, date - now))
    }
}

extension TransportError {
    /// What a retry could go by; nil for failures that another try would meet again, or that the
    /// user brought about.
    fileprivate var retryEvidence: RetryRecord.Evidence? {
        switch self.cause {
        case .refused, .unreachable, .resolverFailed: .notConnected
        case .timedOut: self.phase == .connect || self.phase == .resolve ? .notConnected : nil
        case .peerClosed(let received, _):
            switch self.phase {
            case .connect: .notConnected
            case .send, .receive: received == 0 ? .noResponse : nil
            case .queue, .resolve, .handshake, .decode: nil
            }
        case .nameNotFound, .noUsableAddress, .sourceAddress, .proxy, .certificate, .tlsOptions,
            .tls, .queueTimedOut, .truncated, .streamReset, .protocolViolation, .decoding, .sink,
            .requestContent, .cancelled, .closedByUs, .unprocessed, .connectionUnavailable,
            .shutDown:
            nil
        }
    }
}
