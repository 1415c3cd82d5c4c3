import HTTPModel
import Pooling

/// What an event asks of sockets and requests, in one word each.
enum IO: Equatable {
    case connect(Int)
    case cancel(Int)
    case send(Int, on: Int)
    case fail(Int)
    case close(Int, CloseReason)
    case abort(Int, CloseReason)
    case ping(Int)
    case inspect(Int)
}

/// A pool under a clock that stands still until it is told, for steps of one line.
///
/// Requests and connections are called by their numbers; each event returns what it asks of
/// sockets and requests, and leaves all its actions in `actions`.
struct Bench {
    var pool: PoolMachine
    var now = Instant.start
    private(set) var actions: [PoolAction] = []

    init(_ change: (inout PoolLimits) -> Void = { _ in }) {
        var limits = PoolLimits()
        change(&limits)
        self.pool = PoolMachine(limits: limits)
    }

    static func request(
        _ number: Int,
        _ key: ConnectionKey = .a,
        fresh: Bool = false,
        via: Int? = nil
    ) -> PoolRequest {
        PoolRequest(
            id: RequestID(exchange: number),
            key: key,
            label: RequestLabel(method: "GET", target: "/\(number)"),
            arrival: ArrivalNumber(UInt64(number)),
            wantsFresh: fresh,
            via: via.map(ConnectionID.init)
        )
    }

    private mutating func hear(_ actions: [PoolAction]) -> [IO] {
        self.actions = actions
        self.pool.assertInvariants()
        return actions.compactMap { action in
            switch action {
            case .connect(let id, _): .connect(id.number)
            case .cancelConnect(let id): .cancel(id.number)
            case .dispatch(let request, let id, _): .send(request.exchange, on: id.number)
            case .fail(let request, _): .fail(request.exchange)
            case .close(let id, let reason, let force):
                force ? .abort(id.number, reason) : .close(id.number, reason)
            case .sendPing(let id): .ping(id.number)
            case .inspect(let id): .inspect(id.number)
            case .arm, .disarm, .emit: nil
            }
        }
    }
}

// MARK: - Events

extension Bench {
    @discardableResult
    mutating func arrives(
        _ number: Int,
        _ key: ConnectionKey = .a,
        fresh: Bool = false,
        via: Int? = nil,
        asks: Bool = false
    ) -> [IO] {
        var request = Self.request(number, key, fresh: fresh, via: via)
        request.wantsVerdicts = asks
        return self.hear(self.pool.requestArrived(request, now: self.now))
    }

    @discardableResult
    mutating func isCancelled(_ number: Int) -> [IO] {
        self.hear(self.pool.requestCancelled(RequestID(exchange: number), now: self.now))
    }

    @discardableResult
    mutating func opens(_ number: Int, as spoken: ConnectionProtocol = .http1) -> [IO] {
        self.hear(self.pool.connectSucceeded(ConnectionID(number), as: spoken, now: self.now))
    }

    @discardableResult
    mutating func settles(_ number: Int, streams: Int? = nil) -> [IO] {
        let settings = HTTP2Settings(maxConcurrentStreams: streams)
        return self.hear(
            self.pool.settingsReceived(on: ConnectionID(number), settings, now: self.now)
        )
    }

    /// A connection turns out to speak HTTP/2, and its peer's settings come.
    @discardableResult
    mutating func opensHTTP2(_ number: Int, streams: Int? = nil) -> [IO] {
        let asked = self.opens(number, as: .http2)
        return asked + self.settles(number, streams: streams)
    }

    /// The stream of a request ends.
    @discardableResult
    mutating func ends(_ request: Int, on number: Int, _ outcome: StreamOutcome = .ended) -> [IO] {
        let id = RequestID(exchange: request)
        return self.hear(
            self.pool.streamFinished(id, on: ConnectionID(number), outcome, now: self.now)
        )
    }

    /// The peer proves not to have acted on a request.
    @discardableResult
    mutating func isUnprocessed(
        _ request: PoolRequest,
        on number: Int,
        _ proof: NonProcessingProof = .refused(stream: 1)
    ) -> [IO] {
        let id = ConnectionID(number)
        return self.hear(self.pool.streamUnprocessed(request, on: id, proof, now: self.now))
    }

    @discardableResult
    mutating func goesAway(_ number: Int, last: Int = 1) -> [IO] {
        let goaway = GoAway(lastStream: last)
        return self.hear(
            self.pool.goawayReceived(on: ConnectionID(number), goaway, now: self.now)
        )
    }

    @discardableResult
    mutating func runsOutOfStreams(_ number: Int) -> [IO] {
        self.hear(self.pool.streamIDsExhausted(on: ConnectionID(number), now: self.now))
    }

    @discardableResult
    mutating func isPinged(_ number: Int) -> [IO] {
        self.hear(self.pool.pingRequested(on: ConnectionID(number), now: self.now).actions)
    }

    @discardableResult
    mutating func answersPing(_ number: Int) -> [IO] {
        self.hear(self.pool.pingAnswered(on: ConnectionID(number), now: self.now).actions)
    }

    @discardableResult
    mutating func wakes(after jump: Duration) -> [IO] {
        self.hear(self.pool.clockJumped(by: jump, now: self.now))
    }

    @discardableResult
    mutating func isRefused(_ number: Int, _ phase: TransportError.Phase = .connect) -> [IO] {
        let error = TransportError(
            phase: phase,
            origin: ConnectionKey.a.origin,
            connection: ConnectionID(number),
            cause: .refused(addresses: ["192.0.2.1"])
        )
        return self.hear(
            self.pool.connectFailed(ConnectionID(number), error: error, now: self.now)
        )
    }

    @discardableResult
    mutating func finishes(_ number: Int, _ outcome: FinishOutcome = .persistent(nil)) -> [IO] {
        self.hear(self.pool.requestFinished(on: ConnectionID(number), outcome, now: self.now))
    }

    @discardableResult
    mutating func isNeverSent(_ request: PoolRequest, on number: Int) -> [IO] {
        self.hear(
            self.pool.requestNeverSent(
                on: ConnectionID(number),
                request: request,
                reason: .peerClosed,
                now: self.now
            )
        )
    }

    @discardableResult
    mutating func isClosed(_ number: Int, _ reason: CloseReason = .peerClosed) -> [IO] {
        self.hear(
            self.pool.connectionClosed(
                ConnectionID(number),
                reason: reason,
                bytesIn: 200,
                bytesOut: 100,
                now: self.now
            )
        )
    }

    @discardableResult
    mutating func fires(_ timer: PoolTimer) -> [IO] {
        self.hear(self.pool.timerFired(timer, now: self.now))
    }

    @discardableResult
    mutating func resizes(
        force: Bool = false,
        _ change: (inout PoolLimits) -> Void
    ) -> [IO] {
        var limits = self.pool.limits
        change(&limits)
        return self.hear(self.pool.limitsChanged(to: limits, force: force, now: self.now))
    }

    @discardableResult
    mutating func reconfigures() -> [IO] {
        self.hear(self.pool.configurationChanged([.tls], now: self.now))
    }

    @discardableResult
    mutating func reconfigures(_ origins: Set<Origin>) -> [IO] {
        self.hear(self.pool.configurationChanged(for: origins, now: self.now))
    }

    @discardableResult
    mutating func warms(_ count: Int, _ key: ConnectionKey = .a) -> [IO] {
        self.hear(self.pool.warm(key, count: count, now: self.now).actions)
    }

    @discardableResult
    mutating func closes(_ selection: CloseSelection, force: Bool = false) -> [IO] {
        self.hear(self.pool.close(selection, force: force, now: self.now).actions)
    }

    @discardableResult
    mutating func pauses(_ key: ConnectionKey? = nil) -> [IO] {
        self.hear(self.pool.pause(key?.origin, now: self.now))
    }

    @discardableResult
    mutating func resumes(_ key: ConnectionKey? = nil) -> [IO] {
        self.hear(self.pool.resume(key?.origin, now: self.now))
    }

    @discardableResult
    mutating func shutsDown() -> [IO] { self.hear(self.pool.shutDown(now: self.now)) }

    mutating func passes(_ duration: Duration) { self.now = self.now.advanced(by: duration) }

    // MARK: Several at once

    /// Requests arrive, and each gets a new connection.
    mutating func serves(_ numbers: ClosedRange<Int>, _ key: ConnectionKey = .a) {
        for number in numbers { self.arrives(number, key) }
        let connecting = self.connections.filter { $0.state == .connecting && $0.key == key }
        for connection in connecting { self.opens(connection.id.number) }
    }

    /// Connections become idle, a second apart.
    mutating func finishes(_ numbers: ClosedRange<Int>) {
        for number in numbers {
            self.finishes(number)
            self.passes(.seconds(1))
        }
    }
}

// MARK: - What is seen

extension Bench {
    var snapshot: PoolSnapshot { self.pool.snapshot(now: self.now) }

    var connections: [ConnectionSnapshot] { self.snapshot.connections }

    /// The states of the open connections, in order of their numbers.
    var states: [ConnectionState] { self.connections.map(\.state) }

    /// The numbers of the requests that wait, oldest first.
    var waiting: [Int] { self.snapshot.waiting.map(\.request.exchange) }

    /// The events of the last step.
    var events: [PoolEvent.Kind] {
        self.actions.compactMap { action in
            guard case .emit(let kind, _, _) = action else { return nil }
            return kind
        }
    }

    /// The names of the events of the last step.
    var eventNames: [String] {
        self.events.map { PoolEvent(sequence: 1, at: self.now, kind: $0).name }
    }

    /// How the last request that was dispatched came to its connection.
    var dispatch: Dispatch? {
        for case .dispatch(_, _, let dispatch) in self.actions.reversed() { return dispatch }
        return nil
    }

    /// How long the last request that was dispatched had been there.
    var waited: Duration? {
        for case .requestDispatched(_, let waited) in self.events.reversed() { return waited }
        return nil
    }

    /// Why the last request that was dispatched got a new connection.
    var newReason: NewConnectionReason? {
        guard case .new(let reason)? = self.dispatch?.decision else { return nil }
        return reason
    }

    /// Why the last request that failed did so.
    var failure: PoolFailure? {
        for case .fail(_, let failure) in self.actions.reversed() { return failure }
        return nil
    }

    /// What was said of the last connection that closed.
    var epitaph: ConnectionEpitaph? {
        for case .emit(.closed(let epitaph), _, _) in self.actions.reversed() { return epitaph }
        return nil
    }

    /// When a timer was armed for in the last step.
    func deadline(of timer: PoolTimer) -> Instant? {
        for case .arm(timer, let deadline) in self.actions.reversed() { return deadline }
        return nil
    }

    /// How many open connections are in a state.
    func count(_ state: ConnectionState) -> Int { self.snapshot.count(state) }
}

extension ConnectionKey {
    /// A key of the same origin as `auto` that insists on a version.
    static func auto(only version: HTTPVersionPolicy) -> Self {
        var key = Self.auto
        key.versionPolicy = version
        return key
    }

    static let a = ConnectionKey(origin: Origin(scheme: .https, host: "a.test"), tlsDigest: 1)
    static let aOther = ConnectionKey(origin: Origin(scheme: .https, host: "a.test"), tlsDigest: 2)
    static let b = ConnectionKey(origin: Origin(scheme: .http, host: "b.test"))
    /// A key whose protocol is for ALPN to say.
    static let auto = ConnectionKey(
        origin: Origin(scheme: .https, host: "auto.test"),
        tlsDigest: 1,
        versionPolicy: .auto
    )
    /// A key of HTTP/2 by prior knowledge.
    static let h2c = ConnectionKey(
        origin: Origin(scheme: .http, host: "h2c.test"),
        versionPolicy: .http2
    )
    static let c = ConnectionKey(origin: Origin(scheme: .http, host: "c.test"))
}
