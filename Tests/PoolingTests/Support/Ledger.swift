import HTTPModel
import Pooling

/// A naive second opinion on the pool: keeps its own books from the events told and the actions
/// asked for, recomputes everything from scratch, and records every demand that is not legal.
///
/// It knows POOL.md's rules by their words, and no more: arrays, no indices, no cleverness.
struct Ledger {
    struct Conn {
        let id: ConnectionID
        let key: ConnectionKey
        let generation: Int
        let startedAt: Instant
        var state = State.connecting
        var uses = 0
        var isRetired = false
        var idleSince: Instant?
        /// What only a connection of HTTP/2 has.
        var isHTTP2 = false
        var peerStreams: Int?
        var goesAway = false
        /// Whether it has been opened just now.
        var isNew = false

        enum State: Equatable {
            case connecting, open, closing
            case busy([RequestID])
        }

        var isIdle: Bool { self.state == .open }
        var isClosing: Bool { self.state == .closing }
        var isConnecting: Bool { self.state == .connecting }
        var requests: [RequestID] {
            guard case .busy(let ids) = self.state else { return [] }
            return ids
        }
        var request: RequestID? { self.requests.first }
        /// Whether it waits for the settings of its peer.
        var awaitsSettings: Bool { self.isConnecting && self.isHTTP2 }

        func hasFreeStream(_ limits: PoolLimits) -> Bool {
            self.requests.count < min(self.peerStreams ?? 0, limits.h2MaxStreams)
        }

        /// Whether another request may be put on it, as far as those on it go.
        func takesOne(_ limits: PoolLimits) -> Bool {
            guard self.isHTTP2 else { return self.isIdle }
            return (self.isIdle || self.request != nil && !self.isRetired)
                && self.hasFreeStream(limits)
        }
    }

    struct Wait {
        let request: PoolRequest
        let generation: Int
    }

    private(set) var limits: PoolLimits
    private(set) var conns: [Conn] = []
    private(set) var waits: [Wait] = []
    private(set) var timers: [PoolTimer: Instant] = [:]
    private(set) var endings: [RequestID: Int] = [:]
    private(set) var violations: [String] = []
    private(set) var requests: [RequestID: PoolRequest] = [:]
    private(set) var spoken: [ConnectionKey: ConnectionProtocol] = [:]
    private var closedOnce: Set<ConnectionID> = []
    private var announced: Set<ConnectionID> = []
    private var lastStarted = 0
    private var generation = 0
    var isPaused = false
    var pausedOrigins: Set<Origin> = []
    var isShutDown = false

    init(limits: PoolLimits) {
        self.limits = limits
    }

    mutating func complain(_ complaint: String) { self.violations.append(complaint) }

    func conn(_ id: ConnectionID) -> Conn? { self.conns.first { $0.id == id } }

    /// The connections that count against the limit of an origin (rule 7).
    func open(of origin: Origin) -> [Conn] {
        self.conns.filter { $0.key.origin == origin && !$0.goesAway }
    }

    func spoken(_ key: ConnectionKey) -> ConnectionProtocol? {
        key.fixedProtocol ?? self.spoken[key]
    }

    /// Whether those who wait may hope for a connection that is being opened (rules 38, 39).
    func isHeld(_ key: ConnectionKey) -> Bool {
        self.conns.contains { conn in
            conn.key == key && conn.isConnecting
                && (self.spoken(key) == .http2 || self.timers[.protocolProbe(conn.id)] != nil)
        }
    }

    private mutating func update(_ id: ConnectionID, _ change: (inout Conn) -> Void) {
        guard let index = self.conns.firstIndex(where: { $0.id == id }) else {
            return self.complain("\(id) is asked for and gone")
        }
        change(&self.conns[index])
    }
}

// MARK: - Events

extension Ledger {
    mutating func arrived(_ request: PoolRequest) {
        self.requests[request.id] = request
        self.endings[request.id] = 0
        self.waits.append(Wait(request: request, generation: self.generation))
    }

    /// The caller no longer wants a waiting request.
    mutating func left(_ id: RequestID) {
        guard let index = self.waits.firstIndex(where: { $0.request.id == id }) else { return }
        self.waits.remove(at: index)
        self.endings[id, default: 0] += 1
    }

    mutating func negotiated(_ id: ConnectionID, _ spoken: ConnectionProtocol) {
        guard let conn = self.conn(id), !conn.isClosing else { return }
        if conn.generation == self.generation { self.spoken[conn.key] = spoken }
        self.update(id) { $0.isHTTP2 = spoken == .http2 }
    }

    mutating func settingsCame(_ id: ConnectionID, streams: Int?, now: Instant) {
        guard let conn = self.conn(id), !conn.isClosing else { return }
        self.update(id) { $0.peerStreams = streams ?? conn.peerStreams ?? 100 }
        if conn.isConnecting { self.opened(id, now: now) }
    }

    mutating func wentAway(_ id: ConnectionID) {
        self.update(id) { $0.goesAway = true }
    }

    mutating func opened(_ id: ConnectionID, now: Instant) {
        self.update(id) {
            $0.state = .open
            $0.idleSince = now
            $0.isNew = true
        }
    }

    mutating func finished(_ request: RequestID, on id: ConnectionID, now: Instant) {
        guard let conn = self.conn(id), conn.requests.contains(request) else { return }
        self.endings[request, default: 0] += 1
        self.takeOff(request, conn, now: now)
    }

    /// The request goes back into the queue.
    mutating func returned(
        _ id: RequestID,
        from connection: ConnectionID,
        wasSent: Bool,
        now: Instant
    ) {
        guard let conn = self.conn(connection), conn.requests.contains(id),
            let request = self.requests[id]
        else { return }
        self.waits.append(Wait(request: request, generation: self.generation))
        self.takeOff(id, conn, now: now)
        if !wasSent { self.update(connection) { $0.uses -= 1 } }
    }

    private mutating func takeOff(_ request: RequestID, _ conn: Conn, now: Instant) {
        let rest = conn.requests.filter { $0 != request }
        self.update(conn.id) {
            $0.state = rest.isEmpty ? .open : .busy(rest)
            $0.idleSince = rest.isEmpty ? now : nil
        }
    }

    /// A socket is closed; what it carried fails.
    mutating func ended(_ id: ConnectionID) {
        guard let conn = self.conn(id) else { return }
        for request in conn.requests { self.endings[request, default: 0] += 1 }
        self.conns.removeAll { $0.id == id }
    }

    mutating func fired(_ timer: PoolTimer) { self.timers[timer] = nil }

    mutating func limitsChanged(to limits: PoolLimits) { self.limits = limits }

    mutating func configurationChanged() {
        self.generation += 1
        self.spoken = [:]
        self.retire(self.conns.map(\.id))
    }

    mutating func retire(_ ids: [ConnectionID]) {
        for id in ids { self.update(id) { $0.isRetired = true } }
    }
}

// MARK: - Actions

extension Ledger {
    mutating func apply(_ actions: [PoolAction], now: Instant) {
        for action in actions { self.apply(action, now: now) }
    }

    private mutating func apply(_ action: PoolAction, now: Instant) {
        switch action {
        case .connect(let id, let key): self.connect(id, key, now: now)
        case .cancelConnect(let id):
            if self.conn(id)?.isConnecting != true || self.conn(id)?.isHTTP2 == true {
                self.complain("\(id) is not connecting")
            }
            self.update(id) { $0.state = .closing }
        case .dispatch(let request, let id, let dispatch): self.dispatch(request, id, dispatch)
        case .fail(let id, _):
            if !self.waits.contains(where: { $0.request.id == id }) {
                self.complain("\(id) fails without waiting")
            }
            self.left(id)
        case .close(let id, _, let force): self.close(id, force: force)
        case .sendPing(let id), .inspect(let id):
            if self.conn(id)?.isClosing ?? true { self.complain("\(id) is asked, and gone") }
        case .arm(let timer, let deadline): self.timers[timer] = deadline
        case .disarm(let timer):
            if self.timers.removeValue(forKey: timer) == nil {
                self.complain("\(timer) is disarmed without being armed")
            }
        case .emit(let kind, let connection, _): self.heard(kind, connection)
        }
    }

    private mutating func connect(_ id: ConnectionID, _ key: ConnectionKey, now: Instant) {
        if id.number != self.lastStarted + 1 { self.complain("\(id) is out of sequence") }
        self.lastStarted = id.number
        if self.conns.count >= self.limits.total { self.complain("\(id) exceeds total") }
        if self.open(of: key.origin).count >= self.limits.perOrigin(for: key.origin) {
            self.complain("\(id) exceeds per origin")
        }
        if self.isShutDown { self.complain("\(id) is opened after the end") }
        self.conns.append(
            Conn(id: id, key: key, generation: self.generation, startedAt: now)
        )
    }

    private mutating func close(_ id: ConnectionID, force: Bool) {
        guard let conn = self.conn(id) else { return self.complain("\(id) closes and is gone") }
        if conn.isClosing, !force { self.complain("\(id) closes twice") }
        for request in conn.requests {
            if !force { self.complain("\(id) closes under \(request)") }
            // The driver aborts it.
            self.endings[request, default: 0] += 1
        }
        self.update(id) { $0.state = .closing }
    }

    private mutating func dispatch(_ id: RequestID, _ on: ConnectionID, _ dispatch: Dispatch) {
        guard let index = self.waits.firstIndex(where: { $0.request.id == id }),
            let conn = self.conn(on)
        else { return self.complain("\(id) is dispatched out of nowhere") }
        let wait = self.waits.remove(at: index)
        if !conn.takesOne(self.limits) {
            self.complain("\(id) goes on \(on), which is \(conn.state)")
        }
        if !self.accepts(wait, conn) { self.complain("\(id) must not go on \(on)") }
        if conn.isRetired, conn.uses > 0 { self.complain("\(id) goes on \(on), which is retired") }
        if self.isPaused || self.pausedOrigins.contains(wait.request.key.origin) {
            self.complain("\(id) is dispatched in a pause")
        }
        for other in self.waits where other.request.arrival < wait.request.arrival {
            if self.accepts(other, conn) { self.complain("\(id) overtakes \(other.request.id)") }
        }
        self.update(on) {
            $0.state = .busy(conn.requests + [id])
            $0.uses += 1
            $0.idleSince = nil
        }
        if dispatch.requestNumber != conn.uses + 1 { self.complain("\(on) counts wrongly") }
        if dispatch.decision.isReused != (conn.uses > 0) { self.complain("\(on) is not new") }
    }

    private mutating func heard(_ kind: PoolEvent.Kind, _ connection: ConnectionID?) {
        guard let connection else { return }
        switch kind {
        case .connecting:
            if !self.announced.insert(connection).inserted { self.complain("\(connection) twice") }
        case .closed:
            if !self.closedOnce.insert(connection).inserted || !self.announced.contains(connection)
            {
                self.complain("\(connection) closes twice, or unannounced")
            }
            if self.conn(connection) != nil { self.complain("\(connection) closes while open") }
        case .retiring, .draining: self.update(connection) { $0.isRetired = true }
        default: break
        }
    }

    private func accepts(_ wait: Wait, _ conn: Conn) -> Bool {
        guard wait.request.key == conn.key else { return false }
        if conn.isRetired, wait.generation > conn.generation { return false }
        if let via = wait.request.via { return via == conn.id }
        return !wait.request.wantsFresh || conn.uses == 0 && conn.isNew
    }
}

// MARK: - What must hold

extension Ledger {
    /// Everything that is wrong, between two events.
    mutating func audit(_ machine: PoolMachine, now: Instant) -> [String] {
        for conn in self.conns where conn.isNew { self.update(conn.id) { $0.isNew = false } }
        if let chance = self.missedChance() { self.complain(chance) }
        if self.conns.count(where: \.isIdle) > self.limits.idle { self.complain("too many idle") }
        for conn in self.conns where conn.isIdle && conn.isRetired {
            self.complain("\(conn.id) idles though retired")
        }
        self.auditTimers()
        self.audit(machine.snapshot(now: now))
        for (request, count) in self.endings where count > 1 {
            self.complain("\(request) ended \(count) times")
        }
        return self.violations
    }

    private mutating func auditTimers() {
        let idle = self.conns.filter(\.isIdle).map { PoolTimer.idle($0.id) }
        let queue = self.waits.map { PoolTimer.queue($0.request.id) }
        let needed = Set(idle + queue)
        let armed = Set(self.timers.keys).subtracting([.shutdownGrace])
        // A timer of an earlier idle spell may still run.
        var allowed = needed
        for conn in self.conns where !conn.isClosing {
            allowed.formUnion([.idle(conn.id), .ping(conn.id), .protocolProbe(conn.id)])
        }
        if !needed.isSubset(of: armed) || !armed.isSubset(of: allowed) {
            self.complain("timers \(armed) are not those needed, \(needed)")
        }
    }

    private mutating func audit(_ snapshot: PoolSnapshot) {
        let expected = self.conns.sorted { $0.id < $1.id }
        if snapshot.connections.map(\.id) != expected.map(\.id) {
            return self.complain("open: \(snapshot.connections.map(\.id))")
        }
        for (shown, conn) in zip(snapshot.connections, expected) {
            let state: ConnectionState =
                switch conn.state {
                case .connecting: .connecting
                case .open: .idle
                case .closing: .closing
                case .busy: conn.isRetired ? .draining : .busy
                }
            let streams = shown.streams?.requests.map(\.request)
            if shown.state != state || shown.requestCount != conn.uses
                || shown.request != conn.request
                || (streams != nil) != conn.isHTTP2
                || conn.isHTTP2 && !conn.isClosing && streams != conn.requests
            {
                self.complain("\(conn.id) is \(shown.state), not \(state)")
            }
        }
        let waiting = self.waits.map(\.request).sorted { $0.arrival < $1.arrival }
        if snapshot.waiting.map(\.request) != waiting.map(\.id) { self.complain("waiting differs") }
    }

    /// What rule 12, read word by word, would still do for somebody.
    private func missedChance() -> String? {
        guard !self.isPaused, !self.isShutDown else { return nil }
        var connecting: [ConnectionKey: Int] = [:]
        for conn in self.conns where conn.isConnecting { connecting[conn.key, default: 0] += 1 }
        let closing = self.conns.filter(\.isClosing)
        var promised: [Origin: Int] = [:]
        for wait in self.waits.sorted(by: { $0.request.arrival < $1.request.arrival }) {
            let (id, key) = (wait.request.id, wait.request.key)
            if self.pausedOrigins.contains(key.origin) { continue }
            if self.conns.contains(where: {
                $0.takesOne(self.limits) && self.accepts(wait, $0)
            }) {
                return "\(id) waits beside a connection that is free"
            }
            if wait.request.via != nil || self.isHeld(key) { continue }
            if connecting[key, default: 0] > 0 {
                connecting[key, default: 0] -= 1
                continue
            }
            if !wait.request.wantsFresh, self.awaitsStreams(key) { continue }
            let members = self.open(of: key.origin)
            let limit = self.limits.perOrigin(for: key.origin)
            if members.count < limit, self.conns.count < self.limits.total {
                return "\(id) waits beside a free slot"
            }
            let active = members.count - members.count(where: \.isClosing)
            if active + promised[key.origin, default: 0] >= limit {
                if members.contains(where: \.isIdle) { return "\(id) waits: own origin idles" }
                continue
            }
            let inAll = self.conns.count - closing.count + promised.values.reduce(0, +)
            if inAll >= self.limits.total {
                if self.conns.contains(where: \.isIdle) { return "\(id) waits: others idle" }
                continue
            }
            promised[key.origin, default: 0] += 1
        }
        return nil
    }

    /// Whether no further connection of HTTP/2 is allowed for a key (rule 40).
    private func awaitsStreams(_ key: ConnectionKey) -> Bool {
        guard self.spoken(key) == .http2 else { return false }
        let open = self.conns.count {
            $0.key == key && !$0.isRetired && ($0.isIdle || $0.request != nil)
        }
        let connecting = self.conns.count { $0.key == key && $0.isConnecting }
        return open > 0 && open + connecting >= self.limits.h2Connections
    }
}
