package import HTTPModel
import HTTPTypes
import NIOCore
import Pooling

/// Carries requests over pooled connections: the driver of `PoolMachine`.
///
/// An actor on the event loop that carries its connections: a request, the pool's decision and the
/// channel are one sequence without a hop or a lock. It decides nothing about connections; it runs
/// what the machine returns, and tells the machine what happened.
package actor PooledTransport: Transport {
    /// How long a PING took to be answered, or why it was not.
    typealias PingResult = Result<Duration, PingRefusal>

    /// Takes the pool's events, on the event loop, in order.
    package typealias EventSink = @Sendable (PoolEvent) -> Void

    /// One connection that is open.
    struct OpenConnection {
        let opened: Dial.Opened
        /// Why we are closing it; nil while we are not.
        var closing: CloseReason?
        /// What came while it was idle: the first 256 bytes.
        var unsolicited: [UInt8] = []

        /// What is known of it by now.
        var facts: ConnectionFacts {
            var facts = self.opened.facts
            facts.unsolicited = self.unsolicited
            return facts
        }
    }

    /// What is remembered of a connection that has closed.
    struct Remains {
        let facts: ConnectionFacts
        let bytesIn: Int
        let bytesOut: Int
    }

    /// A timer of ours or of the machine.
    enum TimerKey: Hashable, Sendable {
        case pool(PoolTimer)
        case connect(ConnectionID)
        case total(RequestID)
    }

    /// The executor of everything that does network work.
    package nonisolated let executor: LoopExecutor
    let loop: any EventLoop
    private let eventSink: EventSink
    /// Whether the server's `Keep-Alive` field counts (POOL.md rule 17).
    let heedsKeepAlive: Bool
    private var sequence: UInt64 = 0
    private var arrivals: UInt64 = 0

    var machine: PoolMachine
    var options: ConnectionOptions
    /// How often they were to change.
    var optionsChange = 0
    /// The options of the origins that have their own.
    var optionsByOrigin: [Origin: ConnectionOptions] = [:]
    var contexts: TLSContexts
    var keys: ConnectionKeys
    var keysByOrigin: [Origin: ConnectionKeys] = [:]
    var addressCache = AddressCache()
    var dials: [ConnectionID: Dial] = [:]
    var connections: [ConnectionID: OpenConnection] = [:]
    var remains: [ConnectionID: Remains] = [:]
    var remainsOrder: CircularBuffer<ConnectionID> = []
    /// Requests that have not ended, waiting or on a connection.
    var transfers: [RequestID: Transfer] = [:]
    var timers = TimerTable<TimerKey>()
    let flushes: FlushTurn
    private var sleepWatch: SleepWatch
    var pendingActions: CircularBuffer<PoolAction> = []
    var isRunningActions = false
    /// Who waits for the answer to a PING.
    var pingWaiters: [ConnectionID: [CheckedContinuation<PingResult, Never>]] = [:]
    var shutdownWaiters: [CheckedContinuation<Void, Never>] = []

    /// Creates a transport on the loop of `executor`.
    package init(
        executor: LoopExecutor,
        limits: PoolLimits = PoolLimits(),
        options: ConnectionOptions = ConnectionOptions(),
        wallClock: @escaping WallClock = systemWallClock,
        eventSink: @escaping EventSink = { _ in }
    ) {
        self.init(
            executor: executor,
            limits: limits,
            options: options,
            contexts: TLSContexts(),
            heedsKeepAlive: true,
            wallClock: wallClock,
            eventSink: eventSink
        )
    }

    /// Creates a transport with TLS contexts that there are already.
    init(
        executor: LoopExecutor,
        limits: PoolLimits,
        options: ConnectionOptions,
        optionsByOrigin: [Origin: ConnectionOptions] = [:],
        contexts: TLSContexts,
        heedsKeepAlive: Bool,
        wallClock: @escaping WallClock,
        eventSink: @escaping EventSink
    ) {
        self.executor = executor
        self.loop = executor.loop
        self.eventSink = eventSink
        self.flushes = FlushTurn(loop: executor.loop)
        self.sleepWatch = SleepWatch(wallClock: wallClock, now: MonotonicClock.now())
        self.heedsKeepAlive = heedsKeepAlive
        self.contexts = contexts
        self.machine = PoolMachine(limits: limits)
        self.options = options
        self.keys = ConnectionKeys(
            options: options,
            tlsDigest: self.contexts.number(of: options.tls)
        )
        self.optionsByOrigin = optionsByOrigin
        for (origin, options) in optionsByOrigin {
            let digest = self.contexts.number(of: options.tls)
            self.keysByOrigin[origin] = ConnectionKeys(options: options, tlsDigest: digest)
        }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.executor.asUnownedSerialExecutor()
    }

    // MARK: Requests

    package func send(
        _ request: TransportRequest,
        to sink: any BodySink
    ) async throws(TransportError) -> TransportResponse {
        let id = request.id
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.start(request, sink: sink, continuation: continuation)
            }
        } onCancel: {
            // A later turn of the loop than that of `start`, which looks for what came before it.
            self.loop.execute { self.assumeIsolated { $0.cancel(id) } }
        }
        return try outcome.get()
    }

    private func start(
        _ request: TransportRequest,
        sink: any BodySink,
        continuation: CheckedContinuation<Transfer.Outcome, Never>
    ) {
        let now = MonotonicClock.now()
        let transfer = Transfer(
            request: request.encodingSmallContent(),
            sink: sink,
            arrivedAt: now,
            arrival: request.arrival ?? self.nextArrival(),
            continuation: continuation
        )
        precondition(self.transfers[request.id] == nil, "request \(request.id) was sent twice")
        self.transfers[request.id] = transfer
        defer { request.onArrival?() }
        guard !Task.isCancelled else {
            self.emit(.requestCancelled(whileQueued: true), request: request.id, now: now)
            self.fail(transfer, phase: .queue, cause: .cancelled, now: now)
            return
        }
        self.noteSleep(now: now)
        if let limit = request.totalTimeout {
            self.arm(.total(request.id), at: now.advanced(by: limit), now: now)
        }
        let actions = self.machine.requestArrived(self.poolRequest(of: transfer), now: now)
        self.run(actions, now: now)
    }

    private func nextArrival() -> ArrivalNumber {
        self.arrivals += 1
        return ArrivalNumber(self.arrivals)
    }

    /// The request as the pool sees it.
    func poolRequest(of transfer: Transfer) -> PoolRequest {
        let request = transfer.request
        var asked = PoolRequest(
            id: request.id,
            key: self.key(for: request),
            label: RequestLabel(method: request.method.rawValue, target: request.target),
            arrival: transfer.arrival,
            wantsFresh: request.wantsFreshConnection,
            via: request.via
        )
        asked.wantsVerdicts = request.wantsVerdicts
        return asked
    }

    private func key(for request: TransportRequest) -> ConnectionKey {
        var key = self.key(for: request.origin, version: request.version)
        if request.withholdsCertificate, key.tlsDigest != 0 {
            key.tlsDigest = self.contexts.number(
                of: self.options(for: request.origin).tls.anonymous
            )
        }
        return key
    }

    /// The connection key for `origin` under the options in force.
    func key(for origin: Origin, version: HTTPVersionPolicy? = nil) -> ConnectionKey {
        var key = self.keysByOrigin[origin]?.key(for: origin) ?? self.keys.key(for: origin)
        let wanted = version ?? self.options(for: origin).version
        key.versionPolicy =
            switch (origin.scheme, key.route) {
            // A proxy that forwards is spoken to as it has always been.
            case (_, .forward): .http1
            // Cleartext has no ALPN, so there is nothing to choose.
            case (.http, _): wanted == .auto ? .http1 : wanted
            case (.https, _): wanted
            }
        return key
    }

    private func cancel(_ id: RequestID) {
        self.end(id, cause: .cancelled, closing: .cancelled)
    }

    /// Ends a request from our side, wherever it is.
    func end(_ id: RequestID, cause: TransportError.Cause, closing: CloseReason) {
        // A benign race: it has just ended by itself.
        guard let transfer = self.transfers[id] else { return }
        let now = MonotonicClock.now()
        if let carrier = transfer.carrier {
            if case .cancelled = cause {
                self.emit(.requestCancelled(whileQueued: false), request: id, now: now)
            }
            carrier.abort(
                transfer,
                TransferFailure(phase: .receive, cause: cause, closing: closing)
            )
            return
        }
        if case .cancelled = cause {
            self.emit(.requestCancelled(whileQueued: true), request: id, now: now)
        }
        let actions = self.machine.requestCancelled(id, reason: closing, now: now)
        self.fail(transfer, phase: .queue, cause: cause, now: now)
        self.run(actions, now: now)
    }

    /// Tells the caller of a request that it failed.
    func fail(
        _ transfer: Transfer,
        phase: TransportError.Phase,
        cause: TransportError.Cause,
        stale: StaleEvidence? = nil,
        now: Instant
    ) {
        var error = TransportError(
            phase: phase,
            origin: transfer.request.origin,
            connection: transfer.use?.connection,
            cause: cause,
            elapsed: transfer.arrivedAt.duration(to: now),
            stale: stale,
            arrival: transfer.arrival,
            timings: transfer.timings(now: now),
            use: transfer.use
        )
        error.redispatches = transfer.redispatches
        self.finish(transfer, .failure(error), event: .requestFailed(error), now: now)
    }

    /// Ends a request: forgets it, says so, and answers its caller.
    func finish(
        _ transfer: Transfer,
        _ outcome: Transfer.Outcome,
        event: PoolEvent.Kind,
        now: Instant
    ) {
        let id = transfer.request.id
        self.transfers[id] = nil
        if transfer.request.totalTimeout != nil { self.timers.remove(.total(id)) }
        self.emit(event, connection: transfer.use?.connection, request: id, now: now)
        transfer.finish(outcome)
    }

    // MARK: Events

    /// Numbers an event and hands it on.
    func emit(
        _ kind: PoolEvent.Kind,
        connection: ConnectionID? = nil,
        request: RequestID? = nil,
        now: Instant
    ) {
        self.sequence += 1
        self.eventSink(
            PoolEvent(
                sequence: self.sequence,
                at: now,
                connection: connection,
                request: request,
                kind: kind
            )
        )
    }

    // MARK: Timers

    /// Arms a timer.
    func arm(_ key: TimerKey, at deadline: Instant, now: Instant) {
        self.timers.arm(key, at: deadline, now: now, on: self.loop, fire: self.timerFire)
    }

    /// Disarms a timer of the machine.
    func disarm(_ timer: PoolTimer) {
        switch timer {
        // A request waits but once.
        case .queue: self.timers.remove(.pool(timer))
        case .idle, .protocolProbe, .ping, .shutdownGrace: self.timers.disarm(.pool(timer))
        }
    }

    /// Tells the machine if the computer was asleep: peers may have closed what looks idle to us
    /// (POOL.md rule 21).
    private func noteSleep(now: Instant) {
        guard let jump = self.sleepWatch.slept(now: now) else { return }
        self.run(self.machine.clockJumped(by: jump, now: now), now: now)
    }

    private nonisolated var timerFire: @Sendable () -> Void {
        { self.assumeIsolated { $0.timersFired() } }
    }

    private func timersFired() {
        let now = MonotonicClock.now()
        self.noteSleep(now: now)
        while let key = self.timers.takeDue(now: now, on: self.loop, fire: self.timerFire) {
            self.timerFired(key, now: now)
        }
    }

    private func timerFired(_ key: TimerKey, now: Instant) {
        switch key {
        case .pool(let timer): self.run(self.machine.timerFired(timer, now: now), now: now)
        case .connect(let id): self.connectTimedOut(id, now: now)
        case .total(let id):
            let limit = self.transfers[id]?.request.totalTimeout ?? .zero
            self.end(
                id,
                cause: .timedOut(limit: limit, setting: "timeout.total"),
                closing: .timeout
            )
        }
    }
}
