import HTTPModel
import Testing

@testable import Pooling

@Suite("Pool machine: every short sequence")
struct ExhaustiveTests {
    /// Which origins the three requests are for.
    static let patterns: [[ConnectionKey]] = [
        [.a, .a, .a], [.a, .a, .b], [.a, .b, .a], [.a, .b, .b],
    ]

    @Test(arguments: 1...2, Self.patterns.indices)
    func `no order of seven events breaks a rule`(limit: Int, pattern: Int) {
        let keys = Self.patterns[pattern]
        for total in 1...2 {
            let limits = PoolLimits(perOrigin: limit, total: total, idle: 1)
            var seen: Set<PoolSnapshot> = []
            var futures = [Future(limits: limits)]
            for depth in 1...7 {
                futures = futures.flatMap { future in
                    future.events(keys).compactMap { event in
                        var next = future
                        next.happens(event, keys)
                        let isNew = seen.insert(next.essence).inserted
                        let wrong = isNew ? next.audit() : next.illegal
                        if !wrong.isEmpty {
                            Issue.record("\(limits), depth \(depth): \(wrong), \(next.history)")
                        }
                        return isNew ? next : nil
                    }
                }
            }
            for var future in futures {
                let wrong = future.comeToRest(keys)
                #expect(wrong.isEmpty, "\(limits), at rest: \(future.history)")
            }
        }
    }
}

/// One of the ways things can go.
struct Future {
    private(set) var history: [Event] = []
    private var machine: PoolMachine
    private var ledger: Ledger
    private var arrived = 0

    /// Something that can happen next.
    enum Event: Hashable {
        case arrives
        case opens(ConnectionID)
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
            case .connecting: events += [.opens(conn.id), .isRefused(conn.id)]
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
        case .opens(let id):
            self.ledger.opened(id, now: now)
            actions = self.machine.connectSucceeded(id, now: now)
        case .isRefused(let id):
            self.ledger.ended(id)
            let error = TransportError(
                phase: .connect,
                origin: ConnectionKey.a.origin,
                cause: .refused(addresses: [])
            )
            actions = self.machine.connectFailed(id, error: error, now: now)
        case .finishes(let id):
            self.ledger.finished(on: id, now: now)
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
            case .connecting: self.happens(.opens(conn.id), keys)
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
