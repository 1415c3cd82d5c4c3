package import HTTPModel

/// What connections tell the pool, and how they begin and end.
extension PoolMachine {
    /// A connection has been opened, and speaks a protocol that ALPN has chosen or that is fixed.
    ///
    /// It goes to whoever is first in its key's queue, not to the request that it was started for
    /// (POOL.md rule 14). If nobody waits any more it is kept idle, unless it is one too many.
    /// One of HTTP/2 carries nothing before `settingsReceived`; until then it may still fail.
    package mutating func connectSucceeded(
        _ id: ConnectionID,
        as spoken: ConnectionProtocol = .http1,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        // Never reported for a connection that has gone, but harmless.
        guard let slot = self.table.slot(of: id) else { return self.finish(step) }
        if let closing = self.table.connections[slot].closing {
            // A benign race: it was opened while it was being cancelled.
            step.perform(.close(id, closing.reason, force: true))
            return self.finish(step)
        }
        self.learn(spoken, from: slot, &step)
        switch spoken {
        case .http1: self.becomeUsable(slot, &step)
        case .http2:
            self.table.negotiatedHTTP2(slot)
            if self.isSurplus(slot) { self.beginClosing(slot, .h2Surplus, &step) }
        }
        return self.finish(step)
    }

    /// A connection that was being opened can carry requests now.
    mutating func becomeUsable(_ slot: Slot, _ step: inout Step) {
        self.table.change(slot) { $0.opened(now: step.now) }
        let connection = self.table.connections[slot]
        if let index = self.firstTaker(of: connection) {
            let waiter = self.waiting.remove(at: index, of: connection.key)
            self.dispatch(waiter, on: slot, &step)
        } else if let reason = connection.retiring {
            self.beginClosing(slot, reason, &step)
        } else if self.isOverLimit(slot) {
            self.beginClosing(slot, .shrunk, &step)
        }
        if connection.multiplexer != nil {
            self.dropSurplus(of: connection.key, .h2Surplus, &step)
        }
        // A request that counted on it may need another now: it may be too new for this one, or
        // have lost it to one that takes no other.
        self.settle(around: connection.origin, &step)
        self.park(slot, &step)
    }

    /// The oldest waiter that a connection which has just been opened can serve.
    private func firstTaker(of connection: Connection) -> Int? {
        guard self.mode == .running, !self.isPaused(connection.key),
            connection.multiplexer?.hasFreeStream(self.limits) ?? true
        else { return nil }
        return self.waiting.queue(of: connection.key).firstIndex { waiter in
            // Requests since a change of settings take none that was opened before it.
            waiter.generation <= connection.generation
                && (waiter.request.via ?? connection.id) == connection.id
        }
    }

    /// A connection could not be opened (POOL.md rule 45).
    ///
    /// Fails the oldest request of its key for which no other connection is being opened. Nothing
    /// is tried again here.
    package mutating func connectFailed(
        _ id: ConnectionID,
        error: TransportError,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        guard let slot = self.table.slot(of: id) else { return self.finish(step) }
        let reason: CloseReason = error.phase == .handshake ? .tlsFailed : .connectFailed
        let failure = Failure(reason: reason, error: error)
        self.end(slot, reason, failure: failure, &step)
        return self.finish(step)
    }

    /// The socket of a connection is closed: by the peer, or as the answer to `close` or
    /// `cancelConnect`.
    ///
    /// A request that was on it is the driver's to fail.
    ///
    /// - Parameters:
    ///   - id: The connection; one that is gone already is ignored.
    ///   - reason: Why it closed; only counts if the machine had not asked for it.
    ///   - bytesIn: Bytes that were received on it.
    ///   - bytesOut: Bytes that were sent on it.
    ///   - now: The current time.
    /// - Returns: What the driver must do.
    package mutating func connectionClosed(
        _ id: ConnectionID,
        reason: CloseReason,
        bytesIn: Int,
        bytesOut: Int,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        guard let slot = self.table.slot(of: id) else { return self.finish(step) }
        var failure: Failure?
        if self.table.connections[slot].isConnecting {
            // Whoever waits for it must learn of it, or it would be opened again without end.
            let error = TransportError(
                phase: .connect,
                origin: self.table.origins[self.table.connections[slot].origin].origin,
                connection: id,
                cause: .peerClosed(receivedBytes: bytesIn, isReset: reason == .peerReset)
            )
            failure = Failure(reason: .connectFailed, error: error)
        }
        self.end(
            slot,
            failure?.reason ?? reason,
            bytesIn: bytesIn,
            bytesOut: bytesOut,
            failure: failure,
            &step
        )
        return self.finish(step)
    }

    /// Why a connection was never opened.
    private struct Failure {
        let reason: CloseReason
        let error: TransportError
    }

    // MARK: Beginning

    /// Starts a connection.
    mutating func connect(
        _ key: KeyIndex,
        for purpose: Connection.Purpose,
        why: NewConnectionReason.Code,
        _ step: inout Step
    ) {
        self.lastConnection += 1
        let id = ConnectionID(self.lastConnection)
        _ = self.table.start(
            id,
            key: key,
            generation: self.generation,
            purpose: purpose,
            now: step.now
        )
        let connectionKey = self.table.keys[key].key
        step.emit(.connecting(key: connectionKey, why: why), connection: id)
        self.noteConnect(self.table.keys[key].origin, &step)
        step.perform(.connect(id, connectionKey))
        // Beside one that has been waited for in vain, none is waited for.
        if self.table.keys[key].spoken == nil, self.table.keys[key].connecting.count == 1 {
            self.table.setProbe(id, of: key)
            step.perform(
                .arm(.protocolProbe(id), at: step.now.advanced(by: Bounds.protocolProbe))
            )
        }
    }

    // MARK: Idling

    /// Keeps a connection that nobody took, and then closes whatever is above `pool.idle`: the
    /// longest idle first, and only after those who wait were served (POOL.md rule 9).
    mutating func park(_ slot: Slot, _ step: inout Step) {
        guard let idle = self.table.connections[slot].idle, idle.deadline == nil else { return }
        let id = self.table.connections[slot].id
        let (deadline, needsTimer) = self.table.park(slot, self.lifespan)
        step.emit(
            .parked(deadline: step.now.duration(to: deadline.at), why: deadline.reason),
            connection: id
        )
        if needsTimer { step.perform(.arm(.idle(id), at: deadline.at)) }
        while self.table.idle.count > self.limits.idle, let longest = self.table.idle.first {
            self.beginClosing(longest, .idleLimit, &step)
        }
    }

    /// The timer of an idle connection has run out (POOL.md rule 17).
    mutating func idleTimedOut(_ id: ConnectionID, _ step: inout Step) {
        // Gone is a benign race: the timer was on its way when it was disarmed.
        guard let slot = self.table.slot(of: id) else { return }
        if let next = self.table.timerRanOut(slot, now: step.now) {
            // It belonged to an earlier spell, or ran early: this spell still needs one.
            step.perform(.arm(.idle(id), at: next))
        } else if let deadline = self.table.connections[slot].idle?.deadline {
            self.beginClosing(slot, deadline.reason, &step)
        }
    }

    // MARK: Ending

    /// Begins to close a connection; it holds its slot until its socket is closed (POOL.md rule 7).
    mutating func beginClosing(
        _ slot: Slot,
        _ reason: CloseReason,
        force: Bool = false,
        _ step: inout Step
    ) {
        let before = self.table.connections[slot]
        if self.table.timerDisarmed(slot) { step.perform(.disarm(.idle(before.id))) }
        self.endProbe(slot, &step)
        self.endPing(slot, &step)
        self.noteLimitClose(slot, reason, now: step.now)
        self.table.change(slot) { $0.beginClosing(reason, now: step.now) }
        if let closing = self.table.connections[slot].closing, closing.wasOpen {
            self.remember(before, reason, idleFor: closing.idleFor)
        }
        if reason == .shrunk {
            for index in self.convergences.indices {
                self.convergences[index].beganClosing(before.id, of: before.origin)
            }
        }
        step.perform(
            before.isConnecting && before.multiplexer == nil
                ? .cancelConnect(before.id) : .close(before.id, reason, force: force)
        )
        self.refuseRequests(via: before.id, before.key, reason, &step)
    }

    /// Lets a connection finish what it carries, or what it is being opened for, and then close.
    mutating func retire(_ slot: Slot, _ reason: CloseReason, _ step: inout Step) {
        let connection = self.table.connections[slot]
        guard connection.retiring == nil else { return }
        self.table.retire(slot, reason)
        step.emit(
            connection.multiplexer == nil
                ? .retiring(why: reason)
                : .draining(why: reason, streams: connection.works.count),
            connection: connection.id
        )
        self.refuseRequests(via: connection.id, connection.key, reason, &step)
    }

    /// Takes a closed connection off the books, and gives its slot to whoever waits for it.
    private mutating func end(
        _ slot: Slot,
        _ reported: CloseReason,
        bytesIn: Int = 0,
        bytesOut: Int = 0,
        failure: Failure? = nil,
        _ step: inout Step
    ) {
        let totalWasReached = self.table.open.count >= self.limits.total
        let connection = self.table.connections[slot]
        let epitaph = self.epitaph(
            of: connection,
            reported,
            bytesIn: bytesIn,
            bytesOut: bytesOut,
            now: step.now
        )
        if self.table.timerDisarmed(slot) { step.perform(.disarm(.idle(connection.id))) }
        self.endProbe(slot, &step)
        self.endPing(slot, &step)
        self.closed.append(
            self.snapshot(of: connection, epitaph: epitaph, now: step.now),
            closedAt: step.now
        )
        self.table.remove(slot)
        if connection.closing == nil, failure == nil {
            self.remember(connection, epitaph.reason, idleFor: epitaph.idleFor)
        }
        step.emit(
            .closed(epitaph),
            connection: connection.id,
            request: connection.work?.request
        )
        self.noteRoom(connection.origin)
        for index in self.convergences.indices { self.convergences[index].ended(connection.id) }
        self.reportConvergences(&step)
        self.refuseRequests(via: connection.id, connection.key, epitaph.reason, &step)
        if let failure, connection.closing == nil {
            self.refuseOldest(of: connection.key, failure.error, &step)
        }
        self.endGrace(&step)
        self.settle(around: connection.origin, totalWasReached: totalWasReached, &step)
    }

    /// Fails the oldest request of a key for which no connection is being opened, or all of them
    /// where one connection was to carry them all.
    private mutating func refuseOldest(
        of key: KeyIndex,
        _ error: TransportError,
        _ step: inout Step
    ) {
        let book = self.table.keys[key]
        let connecting = book.connecting.count
        if book.spoken == .http2, connecting == 0, book.streaming.isEmpty, !book.hasIdle {
            // All who wait were to share it.
            while let index = self.waiting.queue(of: key).index(ofDemand: 0) {
                self.refuse(at: index, of: key, .connectFailed(error), &step)
            }
            return
        }
        guard let index = self.waiting.queue(of: key).index(ofDemand: connecting) else { return }
        self.refuse(at: index, of: key, .connectFailed(error), &step)
    }

    private func epitaph(
        of connection: Connection,
        _ reported: CloseReason,
        bytesIn: Int,
        bytesOut: Int,
        now: Instant
    ) -> ConnectionEpitaph {
        let reason = connection.closing?.reason ?? reported
        return ConnectionEpitaph(
            key: self.table.keys[connection.key].key,
            reason: reason,
            closer: reason.closer,
            age: connection.startedAt.duration(to: now),
            idleFor: connection.closing.map(\.idleFor)
                ?? connection.idle.map { $0.since.duration(to: now) },
            requestCount: connection.requestCount,
            bytesIn: bytesIn,
            bytesOut: bytesOut
        )
    }

    private mutating func remember(
        _ connection: Connection,
        _ reason: CloseReason,
        idleFor: Duration?
    ) {
        self.table.remember(
            GoneConnection(
                id: connection.id,
                key: connection.key,
                reason: reason,
                idleFor: idleFor
            )
        )
    }

    /// Notes that limits which were reached may be so no longer.
    mutating func noteRoom(_ origin: OriginIndex) {
        let book = self.table.origins[origin]
        if book.isLimitReported, book.hasRoom { self.table.setLimitReported(false, of: origin) }
        if self.table.open.count < self.limits.total { self.isTotalReported = false }
    }
}
