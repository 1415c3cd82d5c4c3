import HTTPModel
import HTTPTypes

/// What becomes of a response, judged by its head alone.
enum ResponseDecision: Hashable {
    /// The policy of redirects has decided, also that it is the result.
    case redirect(RedirectDecision)
    /// It challenges, and the session can answer.
    case authenticate(DigestChallenge)
    /// It says that its connection was the wrong one, and is tried on another.
    case misdirected
    /// It refuses our question whether the content is wanted, which is not asked again.
    case expectationRefused
    /// It has a status that is worth another try.
    case retry(RetryRecord)
    /// It is the result, though its status would be worth another try; why there is none.
    case notRetried(RetryRefusal)

    /// Whether nobody wants the content.
    var isDrained: Bool {
        switch self {
        case .redirect(.final), .redirect(.stop), .notRetried: false
        case .redirect(.follow), .redirect(.ask), .authenticate, .misdirected, .expectationRefused,
            .retry:
            true
        }
    }
}

/// All that decides about the response to one attempt; a value that asks nobody.
struct ResponseJudge: Sendable {
    /// The policy of redirects.
    var redirects: RedirectPolicy
    /// What it needs to know.
    var redirectContext: RedirectPolicy.Context
    /// What an answer to a challenge needs; nil without credentials that answer.
    var challenges: ChallengeContext?
    /// Whether a 421 may be tried on another connection (POOL.md rule 5).
    var leavesMisdirected = false
    /// Whether the server was asked if it wants the content, and not by the user.
    var hasExpectation = false
    /// The policy of retries, and what it needs to know; nil if no status is worth one.
    var retries: (policy: RetryPolicy, context: RetryPolicy.Context, now: Int64)?
    /// What tells whether the content can be sent again.
    var stamp: ContentStamp

    /// What is known of answers to challenges.
    struct ChallengeContext: Sendable {
        /// Challenges of this hop that were answered.
        var answered: Int
    }

    /// Decides what becomes of a response.
    func judge(_ head: ResponseHead) -> ResponseDecision {
        let redirect = self.redirects.decide(head, context: self.redirectContext) {
            self.stamp.obstacle
        }
        guard case .final = redirect else { return .redirect(redirect) }
        if head.status == 401, let challenge = self.challenge(of: head) {
            return .authenticate(challenge)
        }
        // Any method: whoever says 421 has not acted on it (RFC 9110, section 15.5.20).
        if head.status == 421, self.leavesMisdirected,
            !self.redirectContext.hasContent || self.stamp.isReplayable
        {
            return .misdirected
        }
        // Only HTTP/1.1 has the field that asks.
        if head.status == 417, self.hasExpectation, head.version != "HTTP/2",
            self.stamp.isReplayable
        {
            return .expectationRefused
        }
        guard let retries = self.retries else { return .redirect(.final) }
        let decision = retries.policy.decide(head, context: retries.context, now: retries.now) {
            self.stamp.isReplayable
        }
        return switch decision {
        case .none: .redirect(.final)
        case .retry(let record): .retry(record)
        case .refused(let refusal): .notRetried(refusal)
        }
    }

    /// The challenge that is answered: the first of a hop, and one more for a stale nonce.
    ///
    /// Content that cannot be sent again makes the challenge the result.
    private func challenge(of head: ResponseHead) -> DigestChallenge? {
        guard let context = self.challenges, context.answered < 2,
            let challenge = DigestChallenge.best(of: head),
            context.answered == 0 || challenge.isStale,
            !self.redirectContext.hasContent || self.stamp.isReplayable
        else { return nil }
        return challenge
    }
}
