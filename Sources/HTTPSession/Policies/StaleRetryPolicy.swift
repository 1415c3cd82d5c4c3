import HTTPModel
import HTTPTypes

/// Whether a request is sent a second time because its reused connection had died.
///
/// That is done exactly once, on a fresh connection (POOL.md rules 34 and 36). Pure functions.
enum StaleRetryPolicy {
    /// What is decided.
    enum Decision: Hashable {
        /// Nothing speaks for a retry.
        case none
        /// It is sent again.
        case retry(rule: Int, StaleEvidence)
        /// It would be, but must not.
        case refused(rule: Int, RetryRefusal)
    }

    /// What is known of the request.
    struct Context {
        /// Its method.
        var method: HTTPRequest.Method
        /// Whether it has an `Idempotency-Key` field.
        var hasIdempotencyKey: Bool
        /// Whether it is a retry already.
        var isRetry: Bool

        /// Whether sending it twice does no more than sending it once, as far as we can know.
        var isIdempotent: Bool { self.method.isIdempotent || self.hasIdempotencyKey }
    }

    /// Decides about a request that got no byte of a response (rule 34).
    ///
    /// A failed retry is never retried, whatever it failed of (RFC 9110, section 9.2.2).
    static func decide(
        _ error: TransportError,
        context: Context,
        isReplayable: () -> Bool
    ) -> Decision {
        if context.isRetry {
            return error.cause == .cancelled ? .none : .refused(rule: 34, .alreadyRetried)
        }
        guard let evidence = error.stale else { return .none }
        return self.decide(rule: 34, evidence, context: context, isReplayable: isReplayable)
    }

    /// Decides about a 408 on a reused connection, which says that the server had given up waiting
    /// before our request came (rule 36).
    static func decide(
        _ response: TransportResponse,
        context: Context,
        isReplayable: () -> Bool
    ) -> Decision {
        guard response.head.status == 408, response.use.decision.isReused else { return .none }
        guard !context.isRetry else { return .none }
        let evidence = StaleEvidence(
            connection: response.use.connection,
            completedExchanges: response.use.requestNumber - 1,
            reason: .peer408
        )
        return self.decide(rule: 36, evidence, context: context, isReplayable: isReplayable)
    }

    private static func decide(
        rule: Int,
        _ evidence: StaleEvidence,
        context: Context,
        isReplayable: () -> Bool
    ) -> Decision {
        guard context.isIdempotent else {
            return .refused(rule: rule, .notIdempotent(method: context.method.rawValue))
        }
        guard isReplayable() else { return .refused(rule: rule, .contentNotReplayable) }
        return .retry(rule: rule, evidence)
    }
}

extension HTTPRequest.Method {
    /// Whether the method is idempotent (RFC 9110, section 9.2.2).
    var isIdempotent: Bool {
        switch self {
        case .get, .head, .options, .trace, .put, .delete: true
        default: false
        }
    }
}
