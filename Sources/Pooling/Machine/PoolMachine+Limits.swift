package import HTTPModel

/// Live resizing, in both directions (POOL.md rules 25 to 32).
extension PoolMachine {
    /// The user changed limits.
    ///
    /// Raised limits take effect at once. Lowered ones close idle connections, longest idle first,
    /// then cancel connects that nobody waits for, youngest first. A busy connection is never
    /// interrupted: what is above a limit is a number, and whichever is released first closes.
    ///
    /// - Parameters:
    ///   - limits: The new limits.
    ///   - force: Whether busy connections above the limits close now, youngest first.
    ///   - now: The current time.
    /// - Returns: What the driver must do.
    /// - Precondition: `limits.problem` is nil.
    package mutating func limitsChanged(
        to limits: PoolLimits,
        force: Bool = false,
        now: Instant
    ) -> [PoolAction] {
        Self.requireSound(limits)
        var step = Step(now: now)
        let old = self.limits
        guard old != limits else { return self.finish(step) }
        let before = LimitChange.all(from: old, to: limits).map { ($0, self.occupancy($0.name)) }
        self.limits = limits
        self.lifespan = Lifespan(limits)
        self.table.limitsChanged(to: limits)
        self.isTotalReported = false
        for (change, _) in before { self.beginConvergence(change, now: now) }
        var shrinking = Step(now: now)
        self.shrink(force: force, &shrinking)
        for (change, occupancy) in before {
            step.emit(
                .resized(
                    change.name,
                    old: change.old,
                    new: change.new,
                    open: occupancy.open,
                    busy: occupancy.busy,
                    idle: occupancy.idle,
                    over: self.over(change.name)
                )
            )
        }
        step.append(shrinking)
        self.renewDeadlines(old, &step)
        self.renewPings(old, &step)
        self.settle(around: nil, &step)
        self.reportConvergences(&step)
        return self.finish(step)
    }

    // MARK: Counting

    /// Connections that a limit is about, before a change closes any.
    func occupancy(_ name: PoolLimitName) -> (open: Int, busy: Int, idle: Int) {
        if case .perOrigin(let origin?) = name {
            guard let index = self.table.index(of: origin) else { return (0, 0, 0) }
            let book = self.table.origins[index]
            return (book.counted, book.busy, book.idle)
        }
        return (self.table.open.count, self.table.busyCount, self.table.idle.count)
    }

    /// How many connections remain above a limit: those that finish what they carry first.
    func over(_ name: PoolLimitName) -> Int {
        switch name {
        case .perOrigin: self.origins(of: name).reduce(0) { $0 + self.table.origins[$1].over }
        case .total: max(0, self.table.activeCount - self.limits.total)
        case .idle: max(0, self.table.idle.count - self.limits.idle)
        }
    }

    /// The origins for which a limit holds.
    private func origins(of name: PoolLimitName) -> [OriginIndex] {
        switch name {
        case .perOrigin(let origin?): self.table.index(of: origin).map { [$0] } ?? []
        case .perOrigin(nil):
            self.table.origins.indices.filter {
                self.limits.perOriginOverrides[self.table.origins[$0].origin] == nil
            }
        case .total, .idle: []
        }
    }

    private mutating func beginConvergence(_ change: LimitChange, now: Instant) {
        // A limit that is raised meanwhile converges sooner; one lowered again starts anew.
        guard change.new < change.old else { return }
        self.convergences.removeAll { $0.name == change.name }
        let origins = self.origins(of: change.name).filter {
            self.table.origins[$0].counted > self.table.origins[$0].limit
        }
        self.convergences.append(
            Convergence(name: change.name, old: change.old, startedAt: now, origins: origins)
        )
    }

    // MARK: Shrinking

    private mutating func shrink(force: Bool, _ step: inout Step) {
        for slot in self.table.idleSlots() where self.isOverLimit(slot) {
            self.beginClosing(slot, .shrunk, &step)
        }
        while self.table.idle.count > self.limits.idle, let longest = self.table.idle.first {
            self.beginClosing(longest, .shrunk, &step)
        }
        let youngestFirst = self.table.openSlots().reversed()
        for slot in youngestFirst where self.isOverLimit(slot) && self.isUnneededConnect(slot) {
            self.beginClosing(slot, .shrunk, &step)
        }
        self.drainSurplus(&step)
        guard force else { return }
        // Those that drain go first, for they go in any case.
        let draining = youngestFirst.filter { self.table.connections[$0].isDraining }
        let others = youngestFirst.filter { !self.table.connections[$0].isDraining }
        for slot in draining + others where self.table.connections[slot].isBusy {
            let over = self.table.origins[self.table.connections[slot].origin].over
            guard over > 0 || self.table.activeCount > self.limits.total else { continue }
            self.beginClosing(slot, .shrunk, force: true, &step)
        }
    }

    /// Drains connections of HTTP/2 that are above a limit, those with the fewest streams first:
    /// they are never released as long as requests keep coming (POOL.md rule 29).
    private mutating func drainSurplus(_ step: inout Step) {
        for key in self.table.keys.indices where self.table.keys[key].spoken == .http2 {
            self.dropSurplus(of: key, .shrunk, &step)
        }
        while true {
            let streaming = self.table.openSlots().filter {
                if case .streaming = self.table.connections[$0].state { return true }
                return false
            }
            let candidates = streaming.filter { slot in
                let connection = self.table.connections[slot]
                let draining = streaming.filter { self.table.connections[$0].retiring != nil }
                let neighbours = draining.count {
                    self.table.connections[$0].origin == connection.origin
                        && !self.table.connections[$0].isGoingAway
                }
                return connection.retiring == nil
                    && (self.table.origins[connection.origin].over > neighbours
                        || self.table.activeCount - self.limits.total > draining.count)
            }
            guard let slot = self.fewestStreams(among: candidates) else { return }
            self.retire(slot, .shrunk, &step)
        }
    }

    /// Whether a connection is being opened that no waiter would get.
    func isUnneededConnect(_ slot: Slot) -> Bool {
        guard self.table.connections[slot].isConnecting else { return false }
        let key = self.table.connections[slot].key
        return self.table.keys[key].connecting.count > self.waiting.demand(for: key)
    }

    // MARK: Time bounds

    /// Applies changed time bounds to those who idle and wait already.
    private mutating func renewDeadlines(_ old: PoolLimits, _ step: inout Step) {
        if old.idleTimeout != self.limits.idleTimeout || old.maxAge != self.limits.maxAge {
            for slot in self.table.idleSlots() {
                let (deadline, needsTimer) = self.table.park(slot, self.lifespan)
                guard needsTimer else { continue }
                step.perform(.arm(.idle(self.table.connections[slot].id), at: deadline.at))
            }
        }
        guard old.queueTimeout != self.limits.queueTimeout else { return }
        for (key, waiter) in self.waiting.inOrder() {
            guard let (_, index) = self.waiting.location(of: waiter.request.id) else { continue }
            let deadline = max(
                waiter.arrivedAt.advanced(by: self.limits.queueTimeout),
                step.now
            )
            self.waiting.update(at: index, of: key) { $0.deadline = deadline }
            step.perform(.arm(.queue(waiter.request.id), at: deadline))
        }
    }
}

/// A limit on the number of connections that has another value now.
struct LimitChange: Equatable, Sendable {
    let name: PoolLimitName
    let old: Int
    let new: Int

    /// The changes between two sets of limits: all origins, single origins in order, the rest.
    static func all(from old: PoolLimits, to new: PoolLimits) -> [Self] {
        let overridden = Set(old.perOriginOverrides.keys).union(new.perOriginOverrides.keys)
        let candidates =
            [Self(name: .perOrigin(nil), old: old.perOrigin, new: new.perOrigin)]
            + overridden.sorted().map { origin in
                Self(
                    name: .perOrigin(origin),
                    old: old.perOrigin(for: origin),
                    new: new.perOrigin(for: origin)
                )
            } + [
                Self(name: .total, old: old.total, new: new.total),
                Self(name: .idle, old: old.idle, new: new.idle),
            ]
        return candidates.filter { $0.old != $0.new }
    }
}
