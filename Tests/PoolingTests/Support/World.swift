import HTTPModel
import TestSupport

@testable import Pooling

/// A pool among virtual clients and servers that misbehave, on a virtual clock.
///
/// Every choice comes from one seed, so a run that fails can be run again.
struct World {
    var machine: PoolMachine
    var ledger: Ledger
    private(set) var log: [[PoolAction]] = []
    private(set) var history: [String] = []
    private(set) var now = Instant.start
    private var generator: SeededGenerator
    private var arrivals: UInt64 = 0
    let keys: [ConnectionKey]
    /// What the server that may choose chooses, as a rule.
    let serverSpeaksHTTP2: Bool

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let limits = Self.limits(using: &generator)
        self.machine = PoolMachine(limits: limits)
        self.machine.checksItself = false
        self.ledger = Ledger(limits: limits)
        let a = Origin(scheme: .https, host: "a.test")
        self.keys = [
            ConnectionKey(origin: a, tlsDigest: 1),
            ConnectionKey(origin: a, tlsDigest: 2),
            ConnectionKey(origin: Origin(scheme: .http, host: "b.test")),
            ConnectionKey(origin: Origin(scheme: .http, host: "c.test", port: 8080)),
            .auto, .h2c,
        ]
        self.serverSpeaksHTTP2 = .random(using: &generator)
        self.generator = generator
    }

    private static func limits(using generator: inout SeededGenerator) -> PoolLimits {
        let b = Origin(scheme: .http, host: "b.test")
        return PoolLimits(
            perOrigin: .random(in: 1...4, using: &generator),
            perOriginOverrides: Bool.random(using: &generator)
                ? [:] : [b: .random(in: 1...5, using: &generator)],
            total: .random(in: 1...7, using: &generator),
            idle: .random(in: 1...5, using: &generator),
            idleTimeout: .seconds(Int.random(in: 0...60, using: &generator)),
            maxAge: Bool.random(using: &generator)
                ? nil : .seconds(Int.random(in: 1...90, using: &generator)),
            maxUses: Bool.random(using: &generator) ? nil : .random(in: 1...5, using: &generator),
            queueTimeout: .seconds(Int.random(in: 1...30, using: &generator)),
            reuseOrder: Bool.random(using: &generator) ? .lifo : .fifo,
            h2Connections: .random(in: 1...2, using: &generator),
            h2MaxStreams: .random(in: 1...4, using: &generator),
            h2PingInterval: Bool.random(using: &generator)
                ? nil : .seconds(Int.random(in: 1...40, using: &generator))
        )
    }

    /// Lets one thing happen; what is wrong afterwards.
    mutating func step() -> [String] {
        self.act()
        return self.check()
    }

    private mutating func check() -> [String] {
        var wrong = self.ledger.audit(self.machine, now: self.now)
        if let violation = self.machine.violation { wrong.append(violation) }
        return wrong
    }

    /// Lets everything come to its end; what is wrong afterwards.
    mutating func comeToRest() -> [String] {
        self.resume()
        var rounds = 0
        while !self.ledger.waits.isEmpty || self.ledger.conns.contains(where: { !$0.isIdle }) {
            for conn in self.ledger.conns { self.settle(conn) }
            rounds += 1
            if rounds > 200 {
                return ["does not come to rest: \(self.ledger.waits.map(\.request))"]
            }
        }
        var wrong = self.check()
        for (request, count) in self.ledger.endings where count != 1 {
            wrong.append("\(request) ended \(count) times")
        }
        let origins = Set(self.ledger.conns.map(\.key.origin))
        for origin in origins
        where self.ledger.open(of: origin).count > self.ledger.limits.perOrigin(for: origin) {
            wrong.append("\(origin) stays above its limit")
        }
        if self.ledger.conns.count > self.ledger.limits.total { wrong.append("stays above total") }
        for key in self.keys {
            let multiplexers = self.ledger.conns.count { $0.key == key && $0.isHTTP2 }
            if multiplexers > self.ledger.limits.h2Connections {
                wrong.append("\(key) stays above h2.connections")
            }
        }
        return wrong
    }

    /// Ends the session; what is wrong once the last socket is closed.
    mutating func end() -> [String] {
        for _ in 0..<3 { self.arrive() }
        self.ledger.isShutDown = true
        self.hear("shut down", self.machine.shutDown(now: self.now))
        var wrong = self.check()
        while let conn = self.ledger.conns.first {
            if let (timer, at) = self.nextTimer(), conn.request != nil, self.roll(0..<2) == 0 {
                self.now = max(self.now, at)
                self.ledger.fired(timer)
                self.hear("\(timer)", self.machine.timerFired(timer, now: self.now))
            } else if conn.request != nil {
                self.finish(on: conn.id, .persistent(nil))
            } else {
                self.close(conn.id, .peerClosed)
            }
            wrong += self.check()
        }
        if !self.machine.hasNoConnections { wrong.append("connections outlive the session") }
        if !self.ledger.timers.isEmpty { wrong.append("timers outlive: \(self.ledger.timers)") }
        for (request, count) in self.ledger.endings where count != 1 {
            wrong.append("\(request) ended \(count) times")
        }
        return wrong
    }

    private mutating func settle(_ conn: Ledger.Conn) {
        switch conn.state {
        case .connecting where conn.awaitsSettings: self.settings(on: conn.id, streams: 2)
        case .connecting: self.succeed(conn.id)
        case .open where conn.isHTTP2 && !conn.hasFreeStream(self.ledger.limits):
            self.settings(on: conn.id, streams: 2)
        case .busy: self.finish(on: conn.id, .persistent(nil))
        case .closing: self.close(conn.id, .peerClosed)
        case .open: break
        }
    }

    // MARK: Chance

    mutating func roll(_ range: Range<Int>) -> Int {
        .random(in: range, using: &self.generator)
    }

    mutating func conn(where condition: (Ledger.Conn) -> Bool) -> ConnectionID? {
        self.ledger.conns.filter(condition).randomElement(using: &self.generator)?.id
    }

    private mutating func act() {
        switch self.roll(0..<125) {
        case 0..<27: self.arrive()
        case 27..<42:
            if let id = self.conn(where: { $0.isConnecting && !$0.isHTTP2 }) { self.succeed(id) }
        case 100...: self.actOnHTTP2()
        case 42..<45: if let id = self.conn(where: \.isConnecting) { self.failConnect(id) }
        case 45..<62: if let id = self.conn(where: { $0.request != nil }) { self.finish(id) }
        case 62..<72: if let id = self.conn(where: \.isClosing) { self.close(id, .peerClosed) }
        case 72..<75:
            if let id = self.conn(where: { !$0.isConnecting }) { self.close(id, .peerReset) }
        case 75..<78: if let id = self.conn(where: { $0.request != nil }) { self.neverSend(on: id) }
        case 78..<81: self.cancel()
        case 81..<88: self.wait()
        case 88..<90: self.race()
        case 90..<93: self.resize()
        case 93..<95: self.ledger.isPaused ? self.resume() : self.pause()
        case 99: self.pauseOrResumeOne()
        case 95: self.reconfigure()
        case 96..<98: self.warm()
        default: self.closeSome()
        }
    }

    // MARK: Happenings

    mutating func hear(_ what: String, _ actions: [PoolAction]) {
        self.history.append("\(self.now.nanoseconds / 1_000_000) ms: \(what)")
        self.log.append(actions)
        self.ledger.apply(actions, now: self.now)
    }

    private mutating func arrive() {
        self.arrivals += 1
        let kind = self.roll(0..<20)
        let request = PoolRequest(
            id: RequestID(exchange: Int(self.arrivals)),
            key: self.keys[self.roll(0..<self.keys.count)],
            label: RequestLabel(method: "GET", target: "/\(self.arrivals)"),
            arrival: ArrivalNumber(self.arrivals),
            wantsFresh: kind < 3,
            via: kind == 3 ? self.conn { _ in true } : nil
        )
        self.ledger.arrived(request)
        self.hear("\(request.id) arrives", self.machine.requestArrived(request, now: self.now))
    }

    private mutating func succeed(_ id: ConnectionID) {
        guard let key = self.ledger.conn(id)?.key else { return }
        let chosen: ConnectionProtocol =
            self.serverSpeaksHTTP2 == (self.roll(0..<10) > 0) ? .http2 : .http1
        let spoken = key.fixedProtocol ?? chosen
        self.ledger.negotiated(id, spoken)
        if spoken == .http1 { self.ledger.opened(id, now: self.now) }
        let actions = self.machine.connectSucceeded(id, as: spoken, now: self.now)
        self.hear("\(id) opens as \(spoken)", actions)
    }

    private mutating func failConnect(_ id: ConnectionID) {
        guard let key = self.ledger.conn(id)?.key else { return }
        let error = TransportError(
            phase: .connect,
            origin: key.origin,
            connection: id,
            cause: .refused(addresses: [])
        )
        self.ledger.ended(id)
        self.hear("\(id) is refused", self.machine.connectFailed(id, error: error, now: self.now))
    }

    private mutating func finish(_ id: ConnectionID) {
        let outcome: FinishOutcome =
            switch self.roll(0..<10) {
            case 0: .condemned(.serverClose)
            case 1: .persistent(KeepAliveHint(timeout: .seconds(self.roll(0..<9)), max: nil))
            case 2: .persistent(KeepAliveHint(timeout: nil, max: self.roll(0..<4)))
            default: .persistent(nil)
            }
        self.finish(on: id, outcome)
    }

    private mutating func finish(on id: ConnectionID, _ outcome: FinishOutcome) {
        guard let conn = self.ledger.conn(id), let request = conn.request else { return }
        if conn.isHTTP2 { return self.endStream(on: conn) }
        self.ledger.finished(request, on: id, now: self.now)
        self.hear(
            "\(id) finishes, \(outcome)",
            self.machine.requestFinished(on: id, outcome, now: self.now)
        )
    }

    private mutating func close(_ id: ConnectionID, _ reason: CloseReason) {
        self.ledger.ended(id)
        self.hear(
            "\(id) is closed",
            self.machine.connectionClosed(
                id,
                reason: reason,
                bytesIn: 1,
                bytesOut: 2,
                now: self.now
            )
        )
    }

    private mutating func neverSend(on id: ConnectionID) {
        guard let request = self.ledger.conn(id)?.request.flatMap({ self.ledger.requests[$0] })
        else { return }
        self.ledger.returned(request.id, from: id, wasSent: false, now: self.now)
        let actions = self.machine.requestNeverSent(
            on: id,
            request: request,
            reason: .peerClosed,
            now: self.now
        )
        self.hear("\(request.id) is never sent on \(id)", actions)
    }

    private mutating func cancel() {
        guard let wait = self.ledger.waits.randomElement(using: &self.generator) else { return }
        let id = wait.request.id
        self.ledger.left(id)
        self.hear("\(id) is cancelled", self.machine.requestCancelled(id, now: self.now))
    }

    /// Time passes, and timers run out in order.
    private mutating func wait() {
        let end = self.now.advanced(by: .milliseconds(self.roll(1..<9000)))
        while let (timer, at) = self.nextTimer(), at <= end {
            self.now = max(self.now, at)
            self.ledger.fired(timer)
            self.hear("\(timer)", self.machine.timerFired(timer, now: self.now))
        }
        self.now = end
    }

    private func nextTimer() -> (PoolTimer, Instant)? {
        self.ledger.timers
            .map { ($0.key, $0.value) }
            .min { ($0.1, "\($0.0)") < ($1.1, "\($1.0)") }
    }

    /// Something is told that has been overtaken by events.
    private mutating func race() {
        let unknown = ConnectionID(1_000_000)
        switch self.roll(0..<6) {
        case 0: self.hear("stale", self.machine.timerFired(.idle(unknown), now: self.now))
        case 1:
            let timer = PoolTimer.queue(RequestID(exchange: 1_000_000))
            self.hear("stale", self.machine.timerFired(timer, now: self.now))
        case 2:
            self.hear("stale", self.machine.connectSucceeded(unknown, now: self.now))
        case 3:
            self.hear(
                "stale",
                self.machine.requestFinished(on: unknown, .persistent(nil), now: self.now)
            )
        case 4:
            // Opened while it was being cancelled, or finished while it was being aborted.
            guard let id = self.conn(where: \.isClosing) else { return }
            self.hear("\(id) late", self.machine.connectSucceeded(id, now: self.now))
        default:
            guard let id = self.conn(where: \.isClosing) else { return }
            self.hear(
                "\(id) late",
                self.machine.requestFinished(on: id, .persistent(nil), now: self.now)
            )
        }
    }

    private mutating func resize() {
        let limits = Self.limits(using: &self.generator)
        self.ledger.limitsChanged(to: limits)
        let force = self.roll(0..<5) == 0
        let actions = self.machine.limitsChanged(to: limits, force: force, now: self.now)
        self.hear("\(limits), force \(force)", actions)
    }

    private mutating func pause() {
        self.ledger.isPaused = true
        self.hear("pause", self.machine.pause(now: self.now))
    }

    private mutating func pauseOrResumeOne() {
        let origin = self.keys[self.roll(0..<self.keys.count)].origin
        if self.ledger.pausedOrigins.remove(origin) != nil {
            self.hear("resume \(origin)", self.machine.resume(origin, now: self.now))
        } else {
            self.ledger.pausedOrigins.insert(origin)
            self.hear("pause \(origin)", self.machine.pause(origin, now: self.now))
        }
    }

    private mutating func resume() {
        self.ledger.isPaused = false
        self.ledger.pausedOrigins = []
        self.hear("resume", self.machine.resume(now: self.now))
    }

    private mutating func reconfigure() {
        let actions = self.machine.configurationChanged([.proxy], now: self.now)
        self.ledger.configurationChanged()
        self.hear("configuration changes", actions)
    }

    private mutating func warm() {
        let key = self.keys[self.roll(0..<self.keys.count)]
        let (_, actions) = self.machine.warm(key, count: self.roll(1..<4), now: self.now)
        self.hear("warm \(key)", actions)
    }

    private mutating func closeSome() {
        let selection: CloseSelection =
            switch self.roll(0..<4) {
            case 0: .idle
            case 1: .origin(self.keys[self.roll(0..<self.keys.count)].origin)
            case 2: self.conn { _ in true }.map { .connection($0) } ?? .all
            default: .all
            }
        let force = self.roll(0..<2) == 0
        let (_, actions) = self.machine.close(selection, force: force, now: self.now)
        self.hear("close \(selection), force \(force)", actions)
    }
}
