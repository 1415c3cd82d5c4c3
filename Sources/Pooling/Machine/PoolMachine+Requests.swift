package import HTTPModel

/// What requests tell the pool.
extension PoolMachine {
    /// A request wants a connection.
    ///
    /// It gets an idle one at once, or waits: for one that is being opened, or for a place under a
    /// limit (POOL.md rule 12).
    package mutating func requestArrived(_ request: PoolRequest, now: Instant) -> [PoolAction] {
        var step = Step(now: now)
        self.admit(request, arrivedAt: now, Detours(), &step)
        return self.finish(step)
    }

    /// A waiting request is wanted no longer (POOL.md rule 16).
    ///
    /// If it is on a connection already, the driver ends that and reports `connectionClosed`; then
    /// this is ignored. `reason` is what a connect closes for that was started for it.
    package mutating func requestCancelled(
        _ id: RequestID,
        reason: CloseReason = .cancelled,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        // Not waiting is a benign race: it was dispatched or failed in the meantime.
        if let (key, index) = self.waiting.location(of: id) {
            let waiter = self.dequeue(at: index, of: key, &step)
            if waiter.request.via == nil { self.cancelSurplusConnect(of: key, reason, &step) }
            self.settle(around: self.table.keys[key].origin, &step)
        }
        return self.finish(step)
    }

    /// The exchange on a connection is complete, both ways (POOL.md rule 22).
    ///
    /// A connection that may stay goes to whoever waits for it, else it is parked.
    package mutating func requestFinished(
        on id: ConnectionID,
        _ outcome: FinishOutcome,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        // Benign races: the connection closed, or is being aborted, under its last byte.
        guard let slot = self.table.slot(of: id),
            self.table.connections[slot].closing == nil
        else { return self.finish(step) }
        precondition(
            self.table.connections[slot].isBusy
                && self.table.connections[slot].multiplexer == nil,
            "\(id) finished a request while \(self.table.connections[slot].state)"
        )
        self.release(slot, outcome, &step)
        return self.finish(step)
    }

    /// Lets go of a connection that has nothing to carry any more.
    mutating func release(_ slot: Slot, _ outcome: FinishOutcome, _ step: inout Step) {
        if let reason = self.table.judge(slot, outcome, self.lifespan, now: step.now) {
            self.beginClosing(slot, reason, &step)
        } else if self.isOverLimit(slot) {
            // Whichever is released first while over a limit closes (POOL.md rule 28).
            self.beginClosing(slot, .shrunk, &step)
        } else {
            self.table.change(slot) { $0.released(now: step.now) }
            self.settle(around: self.table.connections[slot].origin, &step)
            self.park(slot, &step)
        }
    }

    /// A connection was found dead before a byte of its request was handed to the socket.
    ///
    /// The connection closes and the request goes elsewhere, whatever its method, with its first
    /// place in the queue (POOL.md rule 33). To be told before `connectionClosed`. Over HTTP/2 the
    /// stream was never opened; other streams go on, and the connection closes after them.
    package mutating func requestNeverSent(
        on id: ConnectionID,
        request: PoolRequest,
        reason: CloseReason,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        var arrivedAt = now
        var detours = Detours()
        if let (slot, work) = self.work(of: request.id, on: id) {
            arrivedAt = work.arrivedAt
            detours = work.detours
            self.table.change(slot) { $0.neverSent() }
            if self.table.connections[slot].multiplexer == nil
                || self.table.connections[slot].works.isEmpty
            {
                self.beginClosing(slot, reason, force: true, &step)
            } else {
                self.retire(slot, reason, &step)
            }
        }
        detours.deadConnections += 1
        if self.mode == .shutDown {
            step.perform(.fail(request.id, .shutDown))
        } else if detours.deadConnections > Bounds.redispatches {
            step.perform(.fail(request.id, .redispatchedTooOften))
        } else {
            step.emit(
                .requestRedispatched(from: id, why: reason),
                connection: id,
                request: request.id
            )
            self.admit(request, arrivedAt: arrivedAt, detours, &step)
        }
        return self.finish(step)
    }

    /// A request that a connection carries; over HTTP/2 it is taken off its stream.
    private mutating func work(
        of request: RequestID,
        on id: ConnectionID
    ) -> (slot: Slot, work: Connection.Work)? {
        guard let slot = self.table.slot(of: id) else { return nil }
        if let work = self.table.connections[slot].work {
            precondition(work.request == request, "\(id) carries \(work.request)")
            return (slot, work)
        }
        return self.openMultiplexer(id).flatMap { slot in
            self.table.endStream(slot, request).map { (slot, $0) }
        }
    }

    // MARK: Waiting

    /// Takes a request in: on an idle connection, into the queue, or not at all.
    mutating func admit(
        _ request: PoolRequest,
        arrivedAt: Instant,
        _ detours: Detours,
        _ step: inout Step
    ) {
        guard self.mode != .shutDown else {
            step.perform(.fail(request.id, .shutDown))
            return
        }
        let key = self.table.enter(request.key, limits: self.limits)
        self.noteDemand(of: self.table.keys[key].origin)
        // An idle connection is nobody else's: whoever waits either cannot use it, or could not use
        // its slot, or has the slot of a connection that is closing. But one that comes back may be
        // younger than others that wait for a stream.
        if self.mode == .running, detours.isNone, !self.isPaused(key),
            let slot = self.takeableAtOnce(for: request, key, &step)
        {
            self.dispatch(request, arrivedAt: arrivedAt, detours, on: slot, &step)
        } else if let via = request.via, let failure = self.unavailability(of: via, for: key) {
            step.perform(.fail(request.id, failure))
        } else {
            let waiter = Waiter(
                request: request,
                arrivedAt: arrivedAt,
                generation: self.generation,
                detours: detours,
                deadline: step.now.advanced(by: self.limits.queueTimeout)
            )
            self.enqueue(waiter, key, &step)
        }
    }

    private mutating func enqueue(_ waiter: Waiter, _ key: KeyIndex, _ step: inout Step) {
        let id = waiter.request.id
        let position = self.waiting.insert(waiter, for: key)
        var settled = Step(now: step.now)
        self.settle(around: self.table.keys[key].origin, &settled)
        defer { step.append(settled) }
        // What comes back may have been served at once.
        guard let (_, index) = self.waiting.location(of: id) else { return }
        let cause = self.obstacle(at: index, of: key)
        step.emit(
            .requestQueued(key: waiter.request.key, position: position, cause: cause),
            request: id
        )
        step.perform(.arm(.queue(id), at: waiter.deadline))
        self.waiting.update(at: index, of: key) { $0.isTimed = true }
        self.noteObstacle(at: index, of: key, &step)
        if case .connecting = cause, self.waiting.queue(of: key)[index].reason == nil {
            // The connection was started for another request, but this one will get it.
            let reason = self.newConnectionReason(for: waiter.request, key)
            self.waiting.update(at: index, of: key) { $0.reason = reason }
        }
    }

    /// Takes a request out of the queue.
    @discardableResult
    mutating func dequeue(at index: Int, of key: KeyIndex, _ step: inout Step) -> Waiter {
        let waiter = self.waiting.remove(at: index, of: key)
        if waiter.isTimed { step.perform(.disarm(.queue(waiter.request.id))) }
        return waiter
    }

    /// Takes a request out of the queue that gets no connection.
    mutating func refuse(
        at index: Int,
        of key: KeyIndex,
        _ failure: PoolFailure,
        _ step: inout Step
    ) {
        let waiter = self.dequeue(at: index, of: key, &step)
        step.perform(.fail(waiter.request.id, failure))
    }

    /// A request has waited for its time (POOL.md rule 16).
    mutating func queueTimedOut(_ id: RequestID, _ step: inout Step) {
        // Not waiting is a benign race: the timer was on its way when it was disarmed.
        guard let (key, index) = self.waiting.location(of: id) else { return }
        let cause = self.obstacle(at: index, of: key)
        var deadline = self.waiting.queue(of: key)[index].deadline
        if case .connecting = cause {
            // No limit is in the way; opening the connection has a time bound of its own.
            deadline = max(deadline, step.now).advanced(by: self.limits.queueTimeout)
        }
        guard deadline <= step.now else {
            self.waiting.update(at: index, of: key) { $0.deadline = deadline }
            step.perform(.arm(.queue(id), at: deadline))
            return
        }
        let holders = self.holders(of: cause, key, now: step.now)
        _ = self.waiting.remove(at: index, of: key)
        step.perform(
            .fail(
                id,
                .queueTimedOut(limit: self.limits.queueTimeout, cause: cause, holders: holders)
            )
        )
        self.cancelSurplusConnect(of: key, .timeout, &step)
        self.settle(around: self.table.keys[key].origin, &step)
    }

    /// Lets the youngest connect go that was started for a request which has left (POOL.md rule
    /// 16).
    private mutating func cancelSurplusConnect(
        of key: KeyIndex,
        _ reason: CloseReason,
        _ step: inout Step
    ) {
        let book = self.table.keys[key]
        guard book.connecting.count - book.warming > self.waiting.demand(for: key),
            let slot = book.connecting.last(where: {
                self.table.connections[$0].purpose == .demand
            })
        else { return }
        self.beginClosing(slot, reason, &step)
    }

    // MARK: One connection only

    /// Why a connection that a request insists on cannot carry it; nil if it can, now or later.
    private func unavailability(of id: ConnectionID, for key: KeyIndex) -> PoolFailure? {
        guard let slot = self.table.slot(of: id) else {
            return .viaUnavailable(id, self.closed.reason(of: id))
        }
        let connection = self.table.connections[slot]
        if connection.mayServeLater, connection.key == key { return nil }
        return .viaUnavailable(id, connection.closing?.reason ?? connection.retiring)
    }

    /// Fails the requests that insist on a connection which takes no more.
    mutating func refuseRequests(
        via id: ConnectionID,
        _ key: KeyIndex,
        _ reason: CloseReason,
        _ step: inout Step
    ) {
        while self.waiting.queue(of: key).viaCount > 0,
            let index = self.waiting.queue(of: key).firstIndex(where: { $0.request.via == id })
        {
            self.refuse(at: index, of: key, .viaUnavailable(id, reason), &step)
        }
    }
}
