import HTTPModel
import HTTPTypes

extension RetryPolicy {
    /// The policy as it is set.
    init(_ settings: SessionSettings) {
        self.init(
            limit: settings.maxRetries,
            statuses: settings.retryStatuses,
            backoff: settings.retryBackoff
        )
    }
}

extension Session {
    /// Decides what follows an attempt that failed, and says why it is not a retry.
    ///
    /// The single stale retry comes first; what it refuses, the policy does not do either.
    func next(
        after error: TransportError,
        _ run: inout ExchangeRun,
        _ exchange: Exchange,
        _ id: RequestID
    ) async -> (step: RetryStep, refusal: RetryRefusal?) {
        var stale = StaleRetryPolicy.decide(error, context: run.retryContext) {
            run.stamp.isReplayable
        }
        if let evidence = await self.confirmedEvidence(for: stale, error, run) {
            stale = .retry(rule: 34, evidence)
        }
        if self.retry(stale, &run, id, arrival: error.arrival) { return (.atOnce, nil) }
        if case .refused(_, let refusal) = stale { return (.none, refusal) }
        let settings = self.settings(for: run)
        let total = run.request.totalTimeout ?? settings.totalTimeout
        let now = self.configuration.clock()
        let left = total.map { $0 - exchange.issuedAt.duration(to: now) }
        let decision = RetryPolicy(settings).decide(
            error,
            context: run.policyContext(timeLeft: left)
        ) {
            run.stamp.isReplayable
        }
        switch decision {
        case .none: return (.none, nil)
        case .retry(let record): return (.retry(record), nil)
        case .refused(let refusal):
            self.emit(.requestRetryRefused(rule: 37, why: refusal), id, error.connection)
            return (.none, refusal)
        }
    }

    /// What an unanswered request goes by that only the person at the prompt can have sent again;
    /// nil if nobody is asked, or the answer is no.
    ///
    /// Nobody is asked about what runs in the background, or many times.
    private func confirmedEvidence(
        for decision: StaleRetryPolicy.Decision,
        _ error: TransportError,
        _ run: ExchangeRun
    ) async -> StaleEvidence? {
        guard case .refused(_, .notIdempotent) = decision, var evidence = error.stale,
            let confirm = self.configuration.confirmResend,
            !run.request.isBackground, !run.isRepeated, run.stamp.isReplayable
        else { return nil }
        let label = RequestLabel(
            method: run.hop.method.rawValue,
            target: run.hop.target.requestTarget
        )
        guard await confirm(label, evidence), run.stamp.isReplayable else { return nil }
        evidence.isConfirmed = true
        return evidence
    }

    /// Does what was decided: waits for a retry, which can be cancelled.
    func take(
        _ step: RetryStep,
        _ run: inout ExchangeRun,
        _ exchange: inout Exchange,
        _ id: RequestID
    ) async -> NextStep {
        switch step {
        case .none: return .finished
        case .atOnce: return .again
        case .retry(let record):
            self.emit(.requestPolicyRetry(record), id)
            let wait = RetryWait(
                exchange: exchange.number,
                isBackground: exchange.isBackground,
                duration: record.wait,
                record: record
            )
            do {
                // No connection is held meanwhile: the attempt before has given its own back.
                if record.wait > .zero { try await self.configuration.wait(wait) }
            } catch {
                exchange.cancelRetry(record, run.hop, at: self.configuration.clock())
                return .finished
            }
            run.retries += 1
            run.cause = .retry(record)
            run.isRetry = false
            run.arrival = nil
            return .again
        }
    }

    /// Prepares the answer to a challenge.
    func take(_ challenge: DigestChallenge, _ run: inout ExchangeRun, _ id: RequestID) {
        guard let credentials = run.digest else { return }
        self.digestExchanges.take(challenge, from: run.hop.target.origin, for: credentials)
        run.answered += 1
        run.cause = .challenge(challenge.record)
        self.emit(.requestChallenged(challenge.record), id)
    }

    /// Tells of something that happened to a request above the pool.
    func emit(_ kind: PoolEvent.Kind, _ id: RequestID, _ connection: ConnectionID? = nil) {
        self.configuration.emit(
            SessionEvent(
                at: self.configuration.clock(),
                request: id,
                connection: connection,
                kind: kind
            )
        )
    }
}

/// What follows an attempt that came to nothing.
enum RetryStep {
    /// Nothing.
    case none
    /// The single stale retry, which was prepared.
    case atOnce
    /// A retry by the policy.
    case retry(RetryRecord)
}
