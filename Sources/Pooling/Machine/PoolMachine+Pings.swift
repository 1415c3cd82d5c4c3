package import HTTPModel

/// PING: on demand, at intervals, and after a timeout (POOL.md rule 42).
extension PoolMachine {
    /// The user wants to know how quickly a connection answers.
    ///
    /// If a PING is under way already, its answer serves.
    ///
    /// - Returns: Why it cannot be, or nil; and what to do.
    package mutating func pingRequested(
        on id: ConnectionID,
        now: Instant
    ) -> (refusal: PingRefusal?, actions: [PoolAction]) {
        var step = Step(now: now)
        guard let slot = self.table.slot(of: id), self.table.connections[slot].closing == nil,
            !self.table.connections[slot].isConnecting
        else { return (.notOpen, self.finish(step)) }
        guard self.table.connections[slot].multiplexer != nil else {
            return (.notHTTP2, self.finish(step))
        }
        self.sendPing(slot, &step)
        return (nil, self.finish(step))
    }

    /// The peer has answered a PING.
    ///
    /// - Returns: How long that took, nil if none was under way; and what to do.
    package mutating func pingAnswered(
        on id: ConnectionID,
        now: Instant
    ) -> (roundTrip: Duration?, actions: [PoolAction]) {
        var step = Step(now: now)
        guard let slot = self.openMultiplexer(id),
            case .sent(let sentAt, _)? = self.table.connections[slot].multiplexer?.ping
        else { return (nil, self.finish(step)) }
        let roundTrip = sentAt.duration(to: now)
        step.emit(.http2(.ping(roundTrip: roundTrip)), connection: id)
        self.table.multiplex(slot) { $0.ping = .none }
        step.perform(.disarm(.ping(id)))
        self.schedulePing(slot, &step)
        return (roundTrip, self.finish(step))
    }

    /// Sends a PING, unless one is under way.
    mutating func sendPing(_ slot: Slot, _ step: inout Step) {
        if case .sent? = self.table.connections[slot].multiplexer?.ping { return }
        let id = self.table.connections[slot].id
        let deadline = step.now.advanced(by: Bounds.pingTimeout)
        self.table.multiplex(slot) { $0.ping = .sent(step.now, deadline: deadline) }
        step.perform(.sendPing(id))
        step.perform(.arm(.ping(id), at: deadline))
    }

    /// Arms the timer of the next PING if `h2.ping-interval` asks for one.
    mutating func schedulePing(_ slot: Slot, _ step: inout Step) {
        guard let interval = self.limits.h2PingInterval else { return }
        let due = step.now.advanced(by: interval)
        self.table.multiplex(slot) { $0.ping = .due(due) }
        step.perform(.arm(.ping(self.table.connections[slot].id), at: due))
    }

    /// The timer of a PING has run out: it is due, or unanswered.
    mutating func pingTimedOut(_ id: ConnectionID, _ step: inout Step) {
        guard let slot = self.openMultiplexer(id),
            let ping = self.table.connections[slot].multiplexer?.ping
        else { return }
        switch ping {
        // A benign race: it was on its way when it was disarmed.
        case .none: break
        case .due(let due) where due <= step.now: self.sendPing(slot, &step)
        case .sent(_, let deadline) where deadline <= step.now:
            self.table.multiplex(slot) { $0.ping = .none }
            self.beginClosing(slot, .pingTimeout, force: true, &step)
            self.settle(around: self.table.connections[slot].origin, &step)
        case .due(let at), .sent(_, let at): step.perform(.arm(.ping(id), at: at))
        }
    }

    /// Forgets the PING of a connection that closes.
    mutating func endPing(_ slot: Slot, _ step: inout Step) {
        guard let multiplexer = self.table.connections[slot].multiplexer,
            multiplexer.ping != .none
        else { return }
        self.table.multiplex(slot) { $0.ping = .none }
        step.perform(.disarm(.ping(self.table.connections[slot].id)))
    }

    /// Applies a changed `h2.ping-interval` to connections that no PING is under way on.
    mutating func renewPings(_ old: PoolLimits, _ step: inout Step) {
        guard old.h2PingInterval != self.limits.h2PingInterval else { return }
        for slot in self.table.openSlots() {
            let connection = self.table.connections[slot]
            guard let multiplexer = connection.multiplexer, connection.closing == nil,
                !connection.isConnecting
            else { continue }
            if case .sent = multiplexer.ping { continue }
            self.endPing(slot, &step)
            self.schedulePing(slot, &step)
        }
    }
}
