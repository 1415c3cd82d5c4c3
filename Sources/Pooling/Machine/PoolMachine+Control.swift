package import HTTPModel

/// What the user does to the pool, besides changing limits.
extension PoolMachine {
    /// TLS or proxy settings changed (POOL.md rule 4).
    ///
    /// Idle connections close, busy ones when they have finished; connects that nobody waits for
    /// are cancelled, the others serve one request that arrived before the change.
    package mutating func configurationChanged(
        _ parts: [ConfigurationPart],
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        self.generation += 1
        self.table.forgetProtocols()
        step.emit(.generation(self.generation, why: parts))
        self.close(self.table.openSlots(), .configChanged, force: false, &step)
        self.settle(around: nil, &step)
        return self.finish(step)
    }

    /// How connections to some origins are made changed, and is as it was for others: theirs close
    /// as under rule 4, in all ways that lead there.
    package mutating func configurationChanged(
        for origins: Set<Origin>,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        let slots = origins.sorted().flatMap { self.slots(of: $0) }
        guard !slots.isEmpty else { return self.finish(step) }
        self.close(slots, .configChanged, force: false, &step)
        self.settle(around: nil, &step)
        return self.finish(step)
    }

    /// The user wants `count` connections open ahead of need (POOL.md rule 46).
    ///
    /// Opens as many as are missing and as limits allow, `pool.idle` included; closes none.
    ///
    /// - Returns: How many were started, and what to do.
    package mutating func warm(
        _ key: ConnectionKey,
        count: Int,
        now: Instant
    ) -> (started: Int, actions: [PoolAction]) {
        var step = Step(now: now)
        guard self.mode != .shutDown else { return (0, self.finish(step)) }
        let index = self.table.enter(key, limits: self.limits)
        let book = self.table.keys[index]
        let origin = self.table.origins[book.origin]
        let present = book.used.count + book.unused.count + book.connecting.count + book.busy
        let warming = self.table.keys.reduce(0) { $0 + $1.warming }
        let isHTTP2 = book.spoken == .http2
        let missing = [
            count - present,
            isHTTP2 ? self.limits.h2Connections - present : .max,
            origin.limit - origin.counted,
            self.limits.total - self.table.open.count,
            self.limits.idle - self.table.idle.count - warming,
        ].reduce(.max, min)
        guard missing > 0 else { return (0, self.finish(step)) }
        for _ in 0..<missing { self.connect(index, for: .warm, why: .warmed, &step) }
        return (missing, self.finish(step))
    }

    /// The user closes connections (POOL.md rule 47).
    ///
    /// Idle ones close now, busy ones when they have finished, with `force` now. A connect is
    /// cancelled if nobody waits for it or with `force`; else it serves one request.
    ///
    /// - Returns: The connections concerned, in order of their numbers, and what to do.
    package mutating func close(
        _ selection: CloseSelection,
        force: Bool,
        now: Instant
    ) -> (concerned: [ConnectionID], actions: [PoolAction]) {
        var step = Step(now: now)
        let slots = self.slots(in: selection).filter { self.table.connections[$0].closing == nil }
        self.close(slots, .user, force: force, &step)
        if !slots.isEmpty { self.settle(around: nil, &step) }
        return (slots.map { self.table.connections[$0].id }, self.finish(step))
    }

    private func slots(in selection: CloseSelection) -> [Slot] {
        switch selection {
        case .connection(let id): self.table.slot(of: id).map { [$0] } ?? []
        case .origin(let origin): self.slots(of: origin)
        case .idleOf(let origin):
            self.slots(of: origin).filter { self.table.connections[$0].idle != nil }
        case .idle: self.table.openSlots().filter { self.table.connections[$0].idle != nil }
        case .all: self.table.openSlots()
        }
    }

    private func slots(of origin: Origin) -> [Slot] {
        self.table.index(of: origin).map { self.table.members(of: $0) } ?? []
    }

    /// Closes connections as soon as may be; of those being opened, the youngest first.
    private mutating func close(
        _ slots: [Slot],
        _ reason: CloseReason,
        force: Bool,
        _ step: inout Step
    ) {
        let connecting = slots.filter { self.table.connections[$0].isConnecting }
        for slot in slots where !self.table.connections[slot].isConnecting {
            self.close(slot, reason, force: force, &step)
        }
        for slot in connecting.reversed() { self.close(slot, reason, force: force, &step) }
    }

    /// Closes a connection as soon as may be.
    private mutating func close(
        _ slot: Slot,
        _ reason: CloseReason,
        force: Bool,
        _ step: inout Step
    ) {
        switch self.table.connections[slot].state {
        case .idle: self.beginClosing(slot, reason, &step)
        case .busy where force, .streaming where force:
            self.beginClosing(slot, reason, force: true, &step)
        case .connecting where force || self.isUnneededConnect(slot):
            self.beginClosing(slot, reason, &step)
        case .connecting, .busy, .streaming: self.retire(slot, reason, &step)
        case .closing, .closed: break
        }
    }

    /// The wall clock has gone ahead of the monotonic clock: the machine was asleep (POOL.md rule
    /// 21).
    ///
    /// The peers' clocks went on meanwhile. Idle connections whose deadlines have passed by theirs
    /// close; the others have that much less time left, and are inspected. A jump of 5 s or less
    /// changes nothing.
    package mutating func clockJumped(by jump: Duration, now: Instant) -> [PoolAction] {
        var step = Step(now: now)
        guard jump > Self.clockTolerance else { return self.finish(step) }
        for slot in self.table.idleSlots() {
            let connection = self.table.connections[slot]
            guard let deadline = connection.idle?.deadline else { continue }
            if deadline.at <= now.advanced(by: jump) {
                self.beginClosing(slot, deadline.reason, &step)
            } else {
                let next = self.table.bringForward(slot, by: jump)
                if let next { step.perform(.arm(.idle(connection.id), at: next)) }
                step.perform(.inspect(connection.id))
            }
        }
        self.settle(around: nil, &step)
        return self.finish(step)
    }

    // MARK: Pauses

    /// The user stops dispatching, to one origin or at all; nothing is closed (POOL.md rule 10).
    package mutating func pause(_ origin: Origin? = nil, now: Instant) -> [PoolAction] {
        var step = Step(now: now)
        if let origin {
            let index = self.table.enter(origin, limits: self.limits)
            if !self.table.origins[index].isPaused, self.mode != .shutDown {
                self.setPaused(true, index, &step)
            }
        } else if self.mode == .running {
            self.mode = .paused
            step.emit(.paused(nil))
        }
        return self.finish(step)
    }

    /// The user lets dispatching go on: to one origin, or to all, those that were paused by
    /// themselves included.
    package mutating func resume(_ origin: Origin? = nil, now: Instant) -> [PoolAction] {
        var step = Step(now: now)
        if origin == nil, self.mode == .paused {
            self.mode = .running
            step.emit(.resumed(nil))
        }
        for paused in self.pausedOrigins where origin == nil || paused == origin {
            guard let index = self.table.index(of: paused) else { continue }
            self.setPaused(false, index, &step)
        }
        if !step.actions.isEmpty { self.settle(around: nil, &step) }
        return self.finish(step)
    }

    private mutating func setPaused(_ isPaused: Bool, _ index: OriginIndex, _ step: inout Step) {
        self.table.setPaused(isPaused, of: index)
        self.pausedCount += isPaused ? 1 : -1
        let origin = self.table.origins[index].origin
        step.emit(isPaused ? .paused(origin) : .resumed(origin))
    }

    /// The origins that are paused by themselves, in order.
    var pausedOrigins: [Origin] {
        guard self.pausedCount > 0 else { return [] }
        return self.table.origins.filter(\.isPaused).map(\.origin).sorted()
    }

    // MARK: The end

    /// The session ends (POOL.md rule 47).
    ///
    /// Waiting requests fail, idle connections close, connects are cancelled; busy connections get
    /// 2 s. All is over when `hasNoConnections`.
    package mutating func shutDown(now: Instant) -> [PoolAction] {
        var step = Step(now: now)
        guard self.mode != .shutDown else { return self.finish(step) }
        self.mode = .shutDown
        for (key, waiter) in self.waiting.inOrder() {
            guard let (_, index) = self.waiting.location(of: waiter.request.id) else { continue }
            self.refuse(at: index, of: key, .shutDown, &step)
        }
        self.close(self.table.openSlots(), .shutdown, force: false, &step)
        if self.table.busyCount > 0 {
            self.isGraceArmed = true
            step.perform(.arm(.shutdownGrace, at: now.advanced(by: Bounds.shutdownGrace)))
        }
        return self.finish(step)
    }

    /// Busy connections have had their time.
    mutating func graceEnded(_ step: inout Step) {
        guard self.mode == .shutDown else { return }
        self.isGraceArmed = false
        for slot in self.table.openSlots() where self.table.connections[slot].isBusy {
            self.beginClosing(slot, .shutdown, force: true, &step)
        }
    }

    /// Forgets the timer once the last connection has closed.
    mutating func endGrace(_ step: inout Step) {
        guard self.isGraceArmed, self.table.open.isEmpty else { return }
        self.isGraceArmed = false
        step.perform(.disarm(.shutdownGrace))
    }
}
