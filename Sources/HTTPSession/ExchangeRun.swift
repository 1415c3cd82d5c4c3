import HTTPModel
import HTTPTypes

/// Where an exchange stands between two attempts.
struct ExchangeRun {
    /// The request as the user meant it.
    let request: SessionRequest
    /// What is sent next.
    var hop: Hop
    /// Its fields, if they are there already.
    var prepared: Composition?
    /// Who watches.
    var observer: (any BodyObserver)?
    /// Who waits until the transport has the first attempt; nil once it has.
    var handOver: HandOver?
    /// The settings of when its line was entered, if others are entered meanwhile.
    let settings: EnteredSettings?
    /// What leads to it.
    var cause = Attempt.Cause.initial
    /// Redirects that were followed.
    var followed = 0
    /// Whether the next attempt is a stale retry.
    var isRetry = false
    /// Whether this hop was tried on another connection after a 421.
    var wasMisdirected = false
    /// Whether the server of this hop has refused to be asked if it wants the content.
    var skipsExpectation = false
    /// Retries by the policy.
    var retries = 0
    /// Challenges of this hop that were answered.
    var answered = 0
    /// The credentials that answer challenges of this hop.
    var digest: Credentials?
    /// The place in the queue that a retry keeps.
    var arrival: ArrivalNumber?
    /// Whether it is one of a repetition, in which nobody looks at single ones.
    let isRepeated: Bool
    /// The state of the content's files before it was first sent.
    let stamp: ContentStamp
    /// The fields that the last attempt sent.
    var sentFields = HTTPFields()
}

/// The settings as they were when a request was entered.
struct EnteredSettings {
    /// Those of all origins.
    let all: SessionSettings
    /// Those of single ones.
    let byOrigin: [Origin: SessionSettings]

    /// The settings that hold for requests to `origin`.
    func settings(for origin: Origin) -> SessionSettings { self.byOrigin[origin] ?? self.all }
}

/// What follows an attempt.
enum NextStep {
    /// Another one.
    case again
    /// Nothing.
    case finished
}

extension ExchangeRun {
    /// What the policy of retries needs to know.
    var retryContext: StaleRetryPolicy.Context {
        StaleRetryPolicy.Context(
            method: self.hop.method,
            hasIdempotencyKey: self.sentFields.contains(.idempotencyKey),
            isRetry: self.isRetry
        )
    }

    /// What the policy of retries by `retry.*` needs to know.
    func policyContext(timeLeft: Duration?) -> RetryPolicy.Context {
        RetryPolicy.Context(
            method: self.hop.method,
            isIdempotent: self.retryContext.isIdempotent,
            done: self.retries,
            timeLeft: timeLeft
        )
    }

    /// Whether the next attempt wants a connection that no request has used.
    func wantsFreshConnection(isFirst: Bool) -> Bool {
        if self.isRetry { return true }
        if case .misdirected = self.cause { return true }
        guard self.request.wantsFreshConnection else { return false }
        if case .retry = self.cause { return true }
        return isFirst
    }

    /// Tells whoever watches that content is about to go out; returns who hears how much has.
    func observeUpload() -> (@Sendable (Int) -> Void)? {
        guard let observer = self.observer, let length = self.hop.body.length else { return nil }
        // How long it is once it has been coded shows at its end.
        observer.began(sending: self.request.coding == nil ? length : nil)
        return { observer.sent($0) }
    }

    /// Whether redirects have led back to an origin that they had left.
    var isBack: Bool { self.hop.left.contains(self.hop.target.origin) }

    /// The names of the fields that a redirect keeps from going where it leads (SESSION.md, RD2):
    /// those that the hop before sent and that only its origin may have, and, on the way back to
    /// an origin, those that were given for it.
    func stripped(by next: Composition, crossesOrigin: Bool) -> [String] {
        guard self.hop.hasLeftFirstOrigin else { return [] }
        var names: [HTTPField.Name] = []
        for name in next.stripped where self.isBack || self.sentFields.contains(name) {
            if !names.contains(name) { names.append(name) }
        }
        // What is bound to the origin before is not meant for this one, and so not even left out.
        for field in self.sentFields where crossesOrigin && !next.fields.contains(field.name) {
            // A cookie of the store goes by its own rules, and content has its own line.
            let isBound =
                field.name != .cookie && field.name != .host
                && !(self.hop.hasLostContent && field.name.describesContent)
            if isBound, !names.contains(field.name) { names.append(field.name) }
        }
        return names.map(\.rawName)
    }

    /// Goes where a redirect leads.
    mutating func follow(_ step: RedirectStep) {
        self.answered = 0
        self.wasMisdirected = false
        self.skipsExpectation = false
        self.cause = .redirect(
            RedirectRecord(
                status: step.status,
                from: self.hop.target,
                to: step.target,
                methodBefore: step.methodBefore?.rawValue,
                droppedContent: step.dropsContent && self.hop.body != .none,
                ignoredUserInfo: step.ignoresUserInfo
            )
        )
        self.hop.follow(step)
        self.followed += 1
    }
}

extension Exchange {
    /// Ends with a redirect that was not followed: the attempt that was not made says why.
    mutating func stop(
        _ failure: ExchangeFailure,
        _ response: TransportResponse,
        _ hop: Hop,
        to target: URI?
    ) {
        var failure = failure
        let target = target ?? hop.target
        if case .tooManyRedirects(let limit, _) = failure {
            let chain = self.attempts.map(\.target.description) + [target.description]
            failure = .tooManyRedirects(limit: limit, chain: chain)
        }
        let record = RedirectRecord(status: response.head.status, from: hop.target, to: target)
        self.attempts.append(
            Attempt(
                cause: .redirect(record),
                method: hop.method.rawValue,
                target: target,
                sentFields: [],
                startedAt: self.attempts.last?.startedAt ?? self.issuedAt,
                result: .failed(failure)
            )
        )
    }

    /// Ends while waiting for a retry, which was not made.
    mutating func cancelRetry(_ record: RetryRecord, _ hop: Hop, at now: Instant) {
        let error = TransportError(
            phase: .queue,
            origin: hop.target.origin,
            cause: .cancelled
        )
        self.attempts.append(
            Attempt(
                cause: .retry(record),
                method: hop.method.rawValue,
                target: hop.target,
                sentFields: [],
                startedAt: now,
                result: .failed(.transport(error, retryRefusal: nil))
            )
        )
    }

    /// Turns the last attempt into one whose content would not go where it was to go.
    mutating func fail(
        _ error: BodySinkError,
        _ response: TransportResponse,
        at origin: Origin
    ) {
        guard var last = self.attempts.popLast() else { return }
        let failure = TransportError(
            phase: .receive,
            origin: origin,
            connection: response.use.connection,
            cause: .sink(detail: error.detail),
            elapsed: response.timings.total,
            timings: response.timings,
            use: response.use
        )
        last.result = .failed(.transport(failure, retryRefusal: nil))
        self.attempts.append(last)
    }
}
