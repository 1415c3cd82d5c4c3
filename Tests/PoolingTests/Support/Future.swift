import HTTPModel

@testable import Pooling

/// One of the ways things can go.
struct Future {
    private(set) var history: [Event] = []
    private var machine: PoolMachine
    private var ledger: Ledger
    private var arrived = 0

    /// Something that can happen next.
    enum Event: Hashable {
        case arrives
        case opens(ConnectionID, ConnectionProtocol)
        case settles(ConnectionID, streams: Int)
        case ends(RequestID, on: ConnectionID)
        case isRefusedStream(RequestID, on: ConnectionID)
        case goesAway(ConnectionID)
        case isRefused(ConnectionID)
        case finishes(ConnectionID)
        case isClosed(ConnectionID)
        case isCancelled(RequestID)
        case resizes(perOrigin: Int)
        case totals(Int)
    }

    init(limits: PoolLimits) {
        self.machine = PoolMachine(limits: limits)
        self.machine.checksItself = false
        self.ledger = Ledger(limits: limits)
    }

    /// Everything that can happen next.
    func events(_ keys: [ConnectionKey]) -> [Event] {
        var events: [Event] = self.arrived < keys.count ? [.arrives] : []
        for conn in self.ledger.conns {
            switch conn.state {
            case .connecting where conn.isHTTP2:
                events += [.settles(conn.id, streams: 1), .settles(conn.id, streams: 2)]
                events.append(.isRefused(conn.id))
            case .connecting:
                let spoken = conn.key.fixedProtocol.map { [$0] } ?? ConnectionProtocol.allCases
                events += spoken.map { .opens(conn.id, $0) } + [.isRefused(conn.id)]
            case .busy where conn.isHTTP2:
                events += conn.requests.map { .ends($0, on: conn.id) }
                events += conn.requests.map { .isRefusedStream($0, on: conn.id) }
                events += [.goesAway(conn.id), .isClosed(conn.id)]
            case .busy: events += [.finishes(conn.id), .isClosed(conn.id)]
            case .open, .closing: events.append(.isClosed(conn.id))
            }
        }
        events += self.ledger.waits.map { .isCancelled($0.request.id) }
        events.append(.resizes(perOrigin: 3 - self.machine.limits.perOrigin))
        events.append(.totals(3 - self.machine.limits.total))
        return events
    }

    mutating func happens(_ event: Event, _ keys: [ConnectionKey]) {
        self.history.append(event)
        let now = Instant.start
        let actions: [PoolAction]
        switch event {
        case .arrives:
            self.arrived += 1
            let request = Bench.request(self.arrived, keys[self.arrived - 1])
            self.ledger.arrived(request)
            actions = self.machine.requestArrived(request, now: now)
        case .opens(let id, let spoken):
            self.ledger.negotiated(id, spoken)
            if spoken == .http1 { self.ledger.opened(id, now: now) }
            actions = self.machine.connectSucceeded(id, as: spoken, now: now)
        case .settles, .ends, .isRefusedStream, .goesAway: actions = self.happensOnHTTP2(event)
        case .isRefused(let id):
            self.ledger.ended(id)
            let error = TransportError(
                phase: .connect,
                origin: ConnectionKey.a.origin,
                cause: .refused(addresses: [])
            )
            actions = self.machine.connectFailed(id, error: error, now: now)
        case .finishes(let id):
            guard let request = self.ledger.conn(id)?.request else { return }
            self.ledger.finished(request, on: id, now: now)
            actions = self.machine.requestFinished(on: id, .persistent(nil), now: now)
        case .isClosed(let id):
            self.ledger.ended(id)
            actions = self.machine.connectionClosed(
                id,
                reason: .peerClosed,
                bytesIn: 0,
                bytesOut: 0,
                now: now
            )
        case .isCancelled(let id):
            self.ledger.left(id)
            actions = self.machine.requestCancelled(id, now: now)
        case .resizes(let perOrigin): actions = self.resize { $0.perOrigin = perOrigin }
        case .totals(let total): actions = self.resize { $0.total = total }
        }
        self.ledger.apply(actions, now: now)
    }

    private mutating func happensOnHTTP2(_ event: Event) -> [PoolAction] {
        let now = Instant.start
        switch event {
        case .settles(let id, let streams):
            self.ledger.settingsCame(id, streams: streams, now: now)
            let settings = HTTP2Settings(maxConcurrentStreams: streams)
            return self.machine.settingsReceived(on: id, settings, now: now)
        case .ends(let request, let id):
            self.ledger.finished(request, on: id, now: now)
            return self.machine.streamFinished(request, on: id, now: now)
        case .isRefusedStream(let id, let connection):
            guard let request = self.ledger.requests[id] else { return [] }
            self.ledger.returned(id, from: connection, wasSent: true, now: now)
            let proof = NonProcessingProof.refused(stream: 1)
            return self.machine.streamUnprocessed(request, on: connection, proof, now: now)
        case .goesAway(let id):
            self.ledger.wentAway(id)
            return self.machine.goawayReceived(on: id, GoAway(lastStream: 9), now: now)
        default: return []
        }
    }

    private mutating func resize(_ change: (inout PoolLimits) -> Void) -> [PoolAction] {
        var limits = self.machine.limits
        change(&limits)
        self.ledger.limitsChanged(to: limits)
        return self.machine.limitsChanged(to: limits, now: .start)
    }

    /// What is wrong now.
    mutating func audit() -> [String] {
        var wrong = self.ledger.audit(self.machine, now: .start)
        if let violation = self.machine.violation { wrong.append(violation) }
        return wrong
    }

    /// Lets everything come to its end; what is wrong then.
    mutating func comeToRest(_ keys: [ConnectionKey]) -> [String] {
        for _ in 0..<100 {
            let conn = self.ledger.conns.first { !$0.isIdle }
            guard let conn else { break }
            switch conn.state {
            case .connecting where conn.isHTTP2: self.happens(.settles(conn.id, streams: 2), keys)
            case .connecting:
                self.happens(.opens(conn.id, conn.key.fixedProtocol ?? .http2), keys)
            case .busy(let requests) where conn.isHTTP2:
                self.happens(.ends(requests[0], on: conn.id), keys)
            case .busy: self.happens(.finishes(conn.id), keys)
            case .closing: self.happens(.isClosed(conn.id), keys)
            case .open: break
            }
        }
        var wrong = self.audit()
        if !self.ledger.waits.isEmpty { wrong.append("somebody waits for ever") }
        if self.ledger.endings.values.contains(where: { $0 != 1 }) {
            wrong.append("endings: \(self.ledger.endings)")
        }
        return wrong
    }

    /// What the pool asked for so far that it must not ask for.
    var illegal: [String] { self.ledger.violations }

    /// All that matters for what can follow: futures of one essence are one, however they came
    /// about.
    var essence: PoolSnapshot {
        var snapshot = self.machine.snapshot(now: .start)
        // Stands for the requests that have arrived and the connections that were started.
        snapshot.closed = [
            ConnectionSnapshot(
                id: ConnectionID(self.machine.lastConnection),
                key: .a,
                state: .closed,
                requestCount: self.arrived
            )
        ]
        return snapshot
    }
}
