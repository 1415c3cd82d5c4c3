import DequeModule
import HTTPModel

/// One connection: its state, its books, and when it must go.
///
///     connecting ──▶ idle ◀──▶ busy, streaming
///         │           │         │
///         └───────────┴────┬────┘
///                          ▼
///                       closing ──▶ closed
///
/// Knows nothing of other connections or of limits on their number. One of HTTP/1.1 is `busy` with
/// one request, one of HTTP/2 `streaming` with as many as its multiplexer counts.
///
/// What each checkout and release looks at comes first, to be together in memory.
struct Connection: Equatable, Sendable {
    let id: ConnectionID
    /// The key's place in the table.
    let key: KeyIndex
    /// The origin's place in the table.
    let origin: OriginIndex
    /// The configuration generation that it is opened under (POOL.md rule 4).
    let generation: Int
    let purpose: Purpose
    let startedAt: Instant
    private(set) var state = State.connecting
    /// Requests that it has been given.
    private(set) var requestCount = 0
    /// How many more requests the server takes; nil if it did not say.
    private(set) var remainingUses: Int?
    /// Why it will close once its requests are finished; nil if it may stay.
    private(set) var retiring: CloseReason?
    /// When the timer of its idle deadline runs out; nil while none is armed.
    ///
    /// Left armed when the connection is taken: parked again, it needs no other unless that must
    /// run out earlier. One that runs out too early is armed anew.
    private(set) var timerAt: Instant?
    /// The request that it carries; nil unless busy.
    ///
    /// Beside the state, which is looked at much more often, and is nothing but numbers so.
    private(set) var work: Work?
    /// Exchanges that it has been given, the most recent 100 of them.
    private(set) var servedExchanges: Deque<Int> = []
    /// What the server said last about keeping it.
    private(set) var keepAlive: KeepAliveHint?
    /// Its streams; nil unless it speaks HTTP/2.
    private(set) var multiplexer: Multiplexer?

    /// Creates a connection that is being opened.
    init(
        id: ConnectionID,
        key: KeyIndex,
        origin: OriginIndex,
        generation: Int,
        purpose: Purpose,
        startedAt: Instant
    ) {
        self.id = id
        self.key = key
        self.origin = origin
        self.generation = generation
        self.purpose = purpose
        self.startedAt = startedAt
    }

    /// What a connection is opened for.
    enum Purpose: Equatable, Sendable {
        /// A request waits for it, or waited when it was started.
        case demand
        /// The user wants it open ahead of need (POOL.md rule 46).
        case warm
    }

    /// What a connection is doing.
    enum State: Equatable, Sendable {
        /// Being opened. Counts against limits. Can transition to: idle, busy, closing, closed.
        case connecting
        /// Open, without a request. Can transition to: busy, streaming, closing, closed.
        case idle(Idle)
        /// Carrying a request, `work`. Can transition to: idle, closing, closed.
        case busy
        /// Carrying requests on streams. Can transition to: idle, closing, closed.
        case streaming
        /// Being closed; still holds its slot (POOL.md rule 7). Can transition to: closed.
        case closing(Closing)
        /// Its socket is closed. The end.
        case closed
    }

    /// An idle spell.
    struct Idle: Equatable, Sendable {
        let since: Instant
        /// When it ends by itself; nil until the connection is parked.
        ///
        /// It is parked once it is clear that nobody takes it at once. While there is a deadline
        /// a timer is armed that runs out no later.
        var deadline: Deadline?
    }

    /// When an idle connection closes, and by which rule.
    struct Deadline: Equatable, Sendable {
        let at: Instant
        let reason: CloseReason
    }

    /// A request on its connection.
    struct Work: Equatable, Sendable {
        let request: RequestID
        let label: RequestLabel
        /// When the request arrived at the pool.
        let arrivedAt: Instant
        /// What it had met before.
        let detours: Detours
        /// When it got the connection.
        let since: Instant
    }

    /// The last stretch.
    struct Closing: Equatable, Sendable {
        let reason: CloseReason
        let since: Instant
        /// How long it had been idle; nil if it was not.
        let idleFor: Duration?
        /// Whether it had been open at all.
        let wasOpen: Bool
    }
}

// MARK: - Events

extension Connection {
    /// How long a connection stays that was opened for a request which then did not need it
    /// (POOL.md rule 46).
    static let unusedIdleTimeout = Duration.seconds(10)

    /// How much earlier than the server we give up an idle connection (POOL.md rule 17).
    static let keepAliveMargin = Duration.seconds(1)

    /// It is open.
    mutating func opened(now: Instant) {
        guard case .connecting = self.state else {
            preconditionFailure("\(self.id) was opened while \(self.state)")
        }
        self.state = .idle(Idle(since: now))
    }

    /// It speaks HTTP/2, and awaits the peer's settings.
    mutating func negotiatedHTTP2() {
        guard case .connecting = self.state else {
            preconditionFailure("\(self.id) negotiated HTTP/2 while \(self.state)")
        }
        self.multiplexer = Multiplexer()
    }

    /// Something happened to its streams that leaves its state as it is.
    mutating func multiplex<Result>(_ event: (inout Multiplexer) -> Result) -> Result {
        guard var multiplexer = self.multiplexer else {
            preconditionFailure("\(self.id) has no streams")
        }
        // Moved out and in again, so that its list of requests is not copied.
        self.multiplexer = nil
        defer { self.multiplexer = multiplexer }
        return event(&multiplexer)
    }

    /// Nobody takes it at once, so it is kept until a deadline; whether a timer must be armed.
    @inline(__always)
    mutating func parked(_ lifespan: Lifespan) -> (deadline: Deadline, needsTimer: Bool) {
        guard case .idle(var idle) = self.state else {
            preconditionFailure("\(self.id) was parked while \(self.state)")
        }
        let deadline = self.idleDeadline(since: idle.since, lifespan)
        idle.deadline = deadline
        self.state = .idle(idle)
        return (deadline, self.needsTimer(at: deadline.at))
    }

    /// The computer was asleep while it was parked, and its deadline comes that much sooner; when
    /// its timer must run out, if not when it does anyway (POOL.md rule 21).
    mutating func broughtForward(by jump: Duration) -> Instant? {
        guard case .idle(var idle) = self.state, let deadline = idle.deadline else { return nil }
        let at = deadline.at.advanced(by: .zero - jump)
        idle.deadline = Deadline(at: at, reason: deadline.reason)
        self.state = .idle(idle)
        return self.needsTimer(at: at) ? at : nil
    }

    /// Whether a timer must be armed that runs out at an instant; if so, it is taken to be.
    private mutating func needsTimer(at instant: Instant) -> Bool {
        if let timerAt = self.timerAt, timerAt <= instant { return false }
        self.timerAt = instant
        return true
    }

    /// Its timer has run out; when it must do so again, for a deadline that is still to come.
    mutating func timerRanOut(now: Instant) -> Instant? {
        self.timerAt = nil
        guard let deadline = self.idle?.deadline, deadline.at > now else { return nil }
        self.timerAt = deadline.at
        return deadline.at
    }

    /// Its timer is disarmed; whether it was armed.
    mutating func timerDisarmed() -> Bool {
        defer { self.timerAt = nil }
        return self.timerAt != nil
    }

    /// It carries a request now.
    mutating func taken(by work: Work) {
        switch self.state {
        case .idle where self.multiplexer == nil:
            self.state = .busy
            self.work = work
        case .idle, .streaming:
            self.state = .streaming
            self.multiplex { $0.began(work) }
        case .connecting, .busy, .closing, .closed:
            preconditionFailure("\(self.id) was given \(work.request) while \(self.state)")
        }
        self.requestCount += 1
        if let remaining = self.remainingUses { self.remainingUses = remaining - 1 }
        if self.servedExchanges.count == 100 { self.servedExchanges.removeFirst() }
        self.servedExchanges.append(work.request.exchange)
    }

    /// Its request is finished and it may carry another.
    mutating func released(now: Instant) {
        guard self.isBusy else {
            preconditionFailure("\(self.id) was released while \(self.state)")
        }
        self.state = .idle(Idle(since: now))
        self.work = nil
    }

    /// Not a byte of its request was sent, so it was never given that one (POOL.md rule 33).
    mutating func neverSent() {
        self.requestCount -= 1
        self.servedExchanges.removeLast()
    }

    /// It must not carry another request.
    mutating func retire(_ reason: CloseReason) {
        self.retiring = self.retiring ?? reason
    }

    /// Its closing begins.
    mutating func beginClosing(_ reason: CloseReason, now: Instant) {
        let (idleFor, wasOpen): (Duration?, Bool) =
            switch self.state {
            case .connecting: (nil, false)
            case .idle(let idle): (idle.since.duration(to: now), true)
            case .busy, .streaming: (nil, true)
            case .closing, .closed:
                preconditionFailure("\(self.id) was closed while \(self.state)")
            }
        self.work = nil
        self.state = .closing(
            Closing(reason: reason, since: now, idleFor: idleFor, wasOpen: wasOpen)
        )
    }

    /// Its socket is closed.
    mutating func ended() {
        self.state = .closed
    }
}

// MARK: - Judgements

extension Connection {
    /// Notes what a finished exchange says, and why the connection must close after it; nil if it
    /// may be kept, as far as it is concerned itself (POOL.md rules 17, 21 and 22).
    @inline(__always)
    mutating func judged(
        _ outcome: FinishOutcome,
        _ lifespan: Lifespan,
        now: Instant
    ) -> CloseReason? {
        switch outcome {
        case .condemned(let reason): return reason
        case .persistent(let hint):
            self.note(hint)
            if let reason = self.retiring { return reason }
            if let reason = self.wornOut(lifespan) { return reason }
            if let age = lifespan.age, self.startedAt.advanced(byNanoseconds: age) <= now {
                return .maxAge
            }
            if let timeout = self.keepAlive?.timeout, timeout <= Self.keepAliveMargin {
                return .serverKeepAliveShort
            }
            return nil
        }
    }

    /// Why an idle connection must not be taken although its timer has not closed it yet; nil if
    /// it may (POOL.md rule 21).
    ///
    /// One that is handed over directly has just been judged and is not judged again.
    @inline(__always)
    func unfitness(_ lifespan: Lifespan, now: Instant) -> CloseReason? {
        guard case .idle(let idle) = self.state, let deadline = idle.deadline else { return nil }
        if deadline.at <= now { return deadline.reason }
        return self.wornOut(lifespan)
    }

    /// When an idle spell ends by itself: the earliest of our timeout, the server's less a second,
    /// and the connection's age (POOL.md rule 17).
    @inline(__always)
    func idleDeadline(since: Instant, _ lifespan: Lifespan) -> Deadline {
        let isSpare = self.isUnused && self.purpose == .demand
        let timeout = isSpare ? lifespan.unusedIdle : lifespan.idle
        var deadline = Deadline(
            at: since.advanced(byNanoseconds: timeout),
            reason: .idleTimeout
        )
        if let hint = self.keepAlive?.timeout {
            let at = since.advanced(by: hint - Self.keepAliveMargin)
            if at < deadline.at { deadline = Deadline(at: at, reason: .serverKeepAlive) }
        }
        if let age = lifespan.age {
            let at = self.startedAt.advanced(byNanoseconds: age)
            if at < deadline.at { deadline = Deadline(at: at, reason: .maxAge) }
        }
        return deadline
    }

    /// Why a streaming connection must not be given another stream; nil if it may (rule 21).
    func unfitnessForStream(_ lifespan: Lifespan, now: Instant) -> CloseReason? {
        if let reason = self.wornOut(lifespan) { return reason }
        guard let age = lifespan.age else { return nil }
        return self.startedAt.advanced(byNanoseconds: age) <= now ? .maxAge : nil
    }

    /// Why it takes no further request, by their number; nil if it does.
    @inline(__always)
    private func wornOut(_ lifespan: Lifespan) -> CloseReason? {
        if let uses = lifespan.uses, self.requestCount >= uses { return .maxUses }
        if let remaining = self.remainingUses, remaining <= 0 { return .peerKeepAliveMax }
        return nil
    }

    /// Notes the server's hint; a response without one takes nothing back.
    @inline(__always)
    private mutating func note(_ hint: KeepAliveHint?) {
        guard let hint else { return }
        self.keepAlive = KeepAliveHint(
            timeout: hint.timeout ?? self.keepAlive?.timeout,
            max: hint.max ?? self.keepAlive?.max
        )
        self.remainingUses = hint.max ?? self.remainingUses
    }
}

// MARK: - Facts

extension Connection {
    /// Whether no request has used it.
    @inline(__always)
    var isUnused: Bool { self.requestCount == 0 }

    /// The present idle spell; nil unless idle.
    @inline(__always)
    var idle: Idle? {
        guard case .idle(let idle) = self.state else { return nil }
        return idle
    }

    /// The requests that it carries, oldest first.
    var works: [Work] {
        switch self.state {
        case .busy: self.work.map { [$0] } ?? []
        case .streaming: self.multiplexer?.works ?? []
        case .connecting, .idle, .closing, .closed: []
        }
    }

    /// Whether it carries a request.
    @inline(__always)
    var isBusy: Bool {
        switch self.state {
        case .busy, .streaming: true
        case .connecting, .idle, .closing, .closed: false
        }
    }

    /// Whether it is open and speaks HTTP/1.1.
    var isHTTP1: Bool {
        switch self.state {
        case .idle, .busy: self.multiplexer == nil
        case .connecting, .streaming, .closing, .closed: false
        }
    }

    /// Whether it finishes its streams and takes no others.
    var isDraining: Bool {
        guard case .streaming = self.state else { return false }
        return self.retiring != nil
    }

    /// Whether it leaves `pool.size` to its successor (POOL.md rule 7).
    @inline(__always)
    var isGoingAway: Bool { self.multiplexer?.isGoingAway ?? false }

    /// How it is closing; nil unless it is.
    @inline(__always)
    var closing: Closing? {
        guard case .closing(let closing) = self.state else { return nil }
        return closing
    }

    /// Whether it is being opened.
    @inline(__always)
    var isConnecting: Bool {
        guard case .connecting = self.state else { return false }
        return true
    }

    /// Whether it takes a request at some later time, if it is not idle now.
    var mayServeLater: Bool {
        switch self.state {
        case .connecting, .idle, .busy, .streaming: self.retiring == nil
        case .closing, .closed: false
        }
    }
}
