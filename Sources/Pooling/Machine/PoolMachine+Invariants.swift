import HTTPModel

/// What always holds between two events (POOL.md rule 54).
extension PoolMachine {
    /// Stops the program if the state contradicts itself.
    ///
    /// For tests; debug builds also check small pools after each event, release builds nothing.
    package func assertInvariants() {
        if let violation = self.violation {
            preconditionFailure("the pool contradicts itself: \(violation)")
        }
    }

    /// Checks, in debug builds, a pool that is small enough for the check to go unnoticed.
    func assertInvariantsIfSmall() {
        assert(
            !self.checksItself || self.table.open.count + self.waiting.count > 24
                || self.violation == nil,
            "the pool contradicts itself: \(self.violation ?? "")"
        )
    }

    /// The first contradiction in the state; nil if there is none.
    var violation: String? {
        self.countViolation ?? self.idleViolation ?? self.limitViolation ?? self.waitingViolation
    }

    /// Lists and counts say what the connections say.
    private var countViolation: String? {
        let table = self.table
        let open = table.openSlots().map { table.connections[$0] }
        guard open.map(\.id) == open.map(\.id).sorted() else { return "open out of order" }
        if open.contains(where: { $0.state == .closed }) { return "a closed connection is open" }
        if table.busyCount != open.count(where: \.isBusy) { return "busy miscounted" }
        if table.closingCount != open.count(where: { $0.closing != nil }) {
            return "closing miscounted"
        }
        for (index, origin) in table.origins.enumerated() {
            let members = open.filter { $0.origin == index }
            guard table.members(of: index).map({ table.connections[$0].id }) == members.map(\.id),
                origin.busy == members.count(where: \.isBusy),
                origin.idle == members.count(where: { $0.idle != nil }),
                origin.closing == members.count(where: { $0.closing != nil }),
                origin.goingAway == members.count(where: \.isGoingAway),
                origin.goingAwayClosing
                    == members.count(where: { $0.isGoingAway && $0.closing != nil }),
                origin.limit == self.limits.perOrigin(for: origin.origin)
            else { return "\(origin.origin) miscounted" }
        }
        for (index, key) in table.keys.enumerated() {
            let members = open.filter { $0.key == index }
            guard
                key.connecting.map({ table.connections[$0].id })
                    == members.filter(\.isConnecting).map(\.id),
                key.warming == members.count(where: { $0.isConnecting && $0.purpose == .warm }),
                key.busy == members.count(where: \.isBusy),
                key.used.count == members.count(where: { $0.idle != nil && !$0.isUnused }),
                key.unused.count == members.count(where: { $0.idle != nil && $0.isUnused }),
                key.streaming.count == members.count(where: { $0.state == .streaming }),
                key.probe.map({ id in members.contains { $0.id == id && $0.isConnecting } })
                    ?? true
            else { return "\(key.key) miscounted" }
        }
        return nil
    }

    /// Idle connections are in order, have a timer, and may be idle.
    private var idleViolation: String? {
        var since = Instant(nanoseconds: .min)
        let idle = self.table.idleSlots()
        guard
            idle.count
                == self.table.openSlots().count(where: {
                    self.table.connections[$0].idle != nil
                })
        else { return "idle miscounted" }
        for slot in idle {
            let connection = self.table.connections[slot]
            guard let spell = connection.idle else { return "\(connection.id) is not idle" }
            if spell.since < since { return "\(connection.id) is idle out of order" }
            guard let deadline = spell.deadline, let timerAt = connection.timerAt,
                timerAt <= deadline.at
            else { return "\(connection.id) idles without a timer" }
            if connection.retiring != nil { return "\(connection.id) is retired and idle" }
            if connection.generation != self.generation { return "\(connection.id) is outdated" }
            since = spell.since
        }
        return nil
    }

    /// Limits are kept, or on their way to being kept.
    private var limitViolation: String? {
        if self.table.idle.count > self.limits.idle { return "more idle than pool.idle" }
        for slot in self.table.openSlots() where self.isOverLimit(slot) {
            let connection = self.table.connections[slot]
            if connection.idle != nil { return "\(connection.id) is idle above a limit" }
        }
        return nil
    }

    /// Nobody waits in vain (POOL.md rule 12), and the queue is in order (rule 15).
    private var waitingViolation: String? {
        let waiters = self.waiting.inOrder()
        if waiters.count != self.waiting.count { return "waiting miscounted" }
        if self.mode == .shutDown, !waiters.isEmpty { return "waiting after the end" }
        for (key, waiter) in waiters {
            guard let (found, index) = self.waiting.location(of: waiter.request.id), found == key,
                self.waiting.queue(of: key)[index] == waiter
            else { return "request \(waiter.request.id) is lost" }
            guard self.mode == .running, !self.isPaused(key) else { continue }
            if let via = waiter.request.via {
                guard let slot = self.table.slot(of: via),
                    self.table.connections[slot].mayServeLater
                else { return "request \(waiter.request.id) waits for \(via), which is gone" }
            }
            if let slot = self.takeableViolating(waiter, key) {
                return "request \(waiter.request.id) waits beside \(slot)"
            }
        }
        guard self.mode == .running else { return nil }
        for key in self.waiting.keys where !self.isPaused(key) {
            let book = self.table.keys[key]
            let demand = self.waiting.demand(for: key)
            if demand > book.connecting.count, !book.isHeld, !self.awaitsStreams(key),
                self.table.origins[book.origin].hasRoom,
                self.table.open.count < self.limits.total
            {
                return "\(book.key) has waiters and room"
            }
        }
        return nil
    }

    /// The connection, idle or with a stream free, that a waiter should have been given.
    private func takeableViolating(_ waiter: Waiter, _ key: KeyIndex) -> ConnectionID? {
        for slot in self.table.slots(of: key) {
            let connection = self.table.connections[slot]
            let hasStream =
                connection.isBusy && connection.retiring == nil
                && connection.multiplexer?.hasFreeStream(self.limits) ?? false
            guard connection.idle != nil && self.isOpenHanded(slot) || hasStream else { continue }
            if let via = waiter.request.via, via != connection.id { continue }
            if waiter.request.wantsFresh, waiter.request.via == nil { continue }
            return connection.id
        }
        return nil
    }
}
