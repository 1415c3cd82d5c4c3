import HTTPModel

/// Who gets what: selection and fairness (POOL.md rules 12 to 15).
extension PoolMachine {
    /// Gives waiting requests what they can have, oldest first (POOL.md rule 12).
    ///
    /// For each waiter: (a) an idle connection; (b) a free stream; (c) one
    /// that is being opened for its key, or is opened now, if limits allow; (d) the slot of an idle
    /// connection that it cannot use, which closes; (e) else it waits on.
    ///
    /// A released connection is idle only for this pass: it goes to the oldest waiter of its key,
    /// unless an older waiter of another key needs its slot. So nobody starves behind a busier
    /// origin, and no newcomer gets in between (POOL.md rule 15).
    ///
    /// Something changed about `origin`, or anywhere if that is nil. Unless `pool.total` is or was
    /// reached, only the waiters of that origin can gain by it.
    mutating func settle(
        around origin: OriginIndex?,
        totalWasReached: Bool = false,
        _ step: inout Step
    ) {
        guard self.mode == .running, !self.waiting.isEmpty else { return }
        let isTotalReached = self.table.open.count >= self.limits.total
        var keys =
            if let origin, !isTotalReached, !totalWasReached {
                self.table.origins[origin].keys
            } else { self.waiting.keys }
        if self.pausedCount > 0 { keys.removeAll { self.isPaused($0) } }
        var round = Round(keys: keys, table: self.table, waiting: self.waiting)
        while let (turn, key, index) = round.next(in: self.waiting) {
            if self.table.idle.isEmpty, self.table.streamingCount == 0,
                self.table.open.count >= self.limits.total, self.roomInAll(round) <= 0
            {
                break
            }
            self.serve(turn, key, index, &round, &step)
        }
    }

    /// Whether the user has paused the origin of a key, by itself (POOL.md rule 10).
    func isPaused(_ key: KeyIndex) -> Bool {
        self.pausedCount > 0 && self.table.origins[self.table.keys[key].origin].isPaused
    }

    /// Does for one waiter what can be done.
    private mutating func serve(
        _ turn: Int,
        _ key: KeyIndex,
        _ index: Int,
        _ round: inout Round,
        _ step: inout Step
    ) {
        let request = self.waiting.queue(of: key)[index].request
        if let slot = self.takeable(for: request, key, &step) {
            let waiter = self.waiting.remove(at: index, of: key)
            self.dispatch(waiter, on: slot, &step)
            return
        }
        // Its connection may just have closed for its age, and so have refused it.
        guard self.waiting.location(of: request.id) != nil else { return }
        // Where the protocol is about to be known, one connection may do for all.
        if request.via != nil || self.table.keys[key].isHeld || round.countConnecting(turn) {
            round.passed(turn)
            return
        }
        switch self.room(for: request, key, round) {
        case .now:
            let reason = self.newConnectionReason(for: request, key)
            self.waiting.update(at: index, of: key) { $0.reason = reason }
            self.connect(key, for: .demand, why: reason.code, &step)
            round.passed(turn)
        case .afterClosing(let victim):
            self.noteObstacle(at: index, of: key, &step)
            if let victim { self.beginClosing(victim, .evictedForOtherOrigin, &step) }
            round.promise(self.table.keys[key].origin)
            round.passed(turn)
        case .afterStream, .none:
            self.noteObstacle(at: index, of: key, &step)
            // What blocks this waiter blocks the younger ones of its key too: no connection of the
            // key is idle, else it would have been this one's to use or to replace. Only those
            // that want a fresh connection and those that do not are blocked by different things.
            if self.waiting.queue(of: key).freshCount == 0 {
                round.blocked(turn)
            } else {
                round.passed(turn)
            }
        }
    }

    // MARK: Room

    /// Whether and when a waiter can have a new connection.
    private enum Room {
        /// Now.
        case now
        /// When a connection has closed that is closing, or that must now begin to.
        case afterClosing(Slot?)
        /// When a stream has ended: `h2.connections` allows no other connection.
        case afterStream
        /// Not until something changes.
        case none
    }

    /// The room that the waiter whose turn it is has (POOL.md rule 12, c to e).
    ///
    /// There are never more victims than blocked waiters less closings under way: each closing
    /// connection's slot is promised to one of them, oldest first.
    private func room(for request: PoolRequest, _ key: KeyIndex, _ round: Round) -> Room {
        if !request.wantsFresh, self.awaitsStreams(key) { return .afterStream }
        let index = self.table.keys[key].origin
        let origin = self.table.origins[index]
        if origin.limit - origin.active - round.promised(of: index) <= 0 {
            guard let victim = self.table.longestIdle(of: index) else { return .none }
            return .afterClosing(victim)
        }
        if self.roomInAll(round) <= 0 {
            guard let victim = self.table.idle.first else { return .none }
            return .afterClosing(victim)
        }
        return origin.hasRoom && self.table.open.count < self.limits.total
            ? .now : .afterClosing(nil)
    }

    /// Whether a key has as many connections of HTTP/2 as `h2.connections` allows (rule 40).
    func awaitsStreams(_ key: KeyIndex) -> Bool {
        let book = self.table.keys[key]
        guard book.spoken == .http2 else { return false }
        // One that idles beside who waits has a peer that allows no stream.
        let open =
            book.used.count + book.unused.count
            + book.streaming.count { self.table.connections[$0].retiring == nil }
        return open > 0 && open + book.connecting.count >= self.limits.h2Connections
    }

    /// Free slots under `pool.total`, with those that closings under way will free and that nobody
    /// older has been promised.
    private func roomInAll(_ round: Round) -> Int {
        self.limits.total - self.table.activeCount - round.promised
    }

    /// Whether a connection is one too many, so that it closes instead of being kept.
    ///
    /// Those of HTTP/2 that drain are on their way out, and make room enough (POOL.md rule 29).
    func isOverLimit(_ slot: Slot) -> Bool {
        let index = self.table.connections[slot].origin
        let over = self.table.origins[index].over
        if over > 0 {
            let draining = self.table.members(of: index).count {
                let connection = self.table.connections[$0]
                return connection.isDraining && !connection.isGoingAway
            }
            if over > draining { return true }
        }
        let overInAll = self.table.activeCount - self.limits.total
        return overInAll > 0
            && overInAll > self.table.openSlots().count { self.table.connections[$0].isDraining }
    }

    // MARK: Dispatching

    /// The idle connection that a request takes; those past their time are closed on the way
    /// (POOL.md rules 13 and 21).
    mutating func takeableIdle(
        for request: PoolRequest,
        _ key: KeyIndex,
        _ step: inout Step
    ) -> Slot? {
        if let via = request.via {
            guard let slot = self.table.slot(of: via),
                self.table.connections[slot].key == key,
                self.table.connections[slot].idle != nil, self.isOpenHanded(slot)
            else { return nil }
            guard let reason = self.unfitness(slot, now: step.now) else { return slot }
            self.beginClosing(slot, reason, &step)
            return nil
        }
        // A new connection is one that is opened from now on (POOL.md rule 24).
        guard !request.wantsFresh else { return nil }
        while let slot = self.table.preferredIdle(of: key, order: self.limits.reuseOrder),
            self.isOpenHanded(slot)
        {
            guard let reason = self.unfitness(slot, now: step.now) else { return slot }
            self.beginClosing(slot, reason, &step)
        }
        return nil
    }

    /// Whether an idle connection takes a request; a peer of HTTP/2 may allow no stream at all.
    @inline(__always)
    func isOpenHanded(_ slot: Slot) -> Bool {
        guard self.table.connections[slot].multiplexer != nil else { return true }
        return self.table.connections[slot].multiplexer?.hasFreeStream(self.limits) ?? true
    }

    @inline(__always)
    private func unfitness(_ slot: Slot, now: Instant) -> CloseReason? {
        self.table.connections[slot].unfitness(self.lifespan, now: now)
    }

    /// The connection that a request takes: an idle one, else one that has a stream free.
    mutating func takeable(
        for request: PoolRequest,
        _ key: KeyIndex,
        _ step: inout Step
    ) -> Slot? {
        if let slot = self.takeableIdle(for: request, key, &step) { return slot }
        guard !self.table.keys[key].streaming.isEmpty else { return nil }
        return self.takeableStream(for: request, key, &step)
    }

    /// The connection that a request takes on arrival.
    ///
    /// One that insists on a version may also have what ALPN has agreed on that version for.
    mutating func takeableAtOnce(
        for request: PoolRequest,
        _ key: KeyIndex,
        _ step: inout Step
    ) -> Slot? {
        if let slot = self.takeable(for: request, key, &step) { return slot }
        guard let other = self.negotiatedKey(for: request) else { return nil }
        return self.takeable(for: request, other, &step)
    }

    /// The key whose connections ALPN may have given any version, and has given the one that a
    /// request insists on.
    func negotiatedKey(for request: PoolRequest) -> KeyIndex? {
        var open = request.key
        // Cleartext has no ALPN.
        guard open.origin.scheme == .https, let wanted = open.fixedProtocol else { return nil }
        open.versionPolicy = .auto
        guard let other = self.table.index(of: open), self.table.keys[other].spoken == wanted
        else { return nil }
        return other
    }

    /// Puts a request that waited on a connection that is idle or has a stream free.
    mutating func dispatch(_ waiter: Waiter, on slot: Slot, _ step: inout Step) {
        if waiter.isTimed { step.perform(.disarm(.queue(waiter.request.id))) }
        self.dispatch(
            waiter.request,
            arrivedAt: waiter.arrivedAt,
            waiter.detours,
            waited: waiter,
            on: slot,
            &step
        )
    }

    /// Puts a request on a connection that is idle or has a stream free.
    mutating func dispatch(
        _ request: PoolRequest,
        arrivedAt: Instant,
        _ detours: Detours,
        waited waiter: Waiter? = nil,
        on slot: Slot,
        _ step: inout Step
    ) {
        let dispatch = self.describeDispatch(request, arrivedAt, waiter, on: slot, now: step.now)
        let id = self.table.connections[slot].id
        let work = Connection.Work(
            request: request.id,
            label: request.label,
            arrivedAt: arrivedAt,
            detours: detours,
            since: step.now
        )
        if self.table.connections[slot].isBusy {
            self.table.addStream(slot, work)
        } else {
            self.table.change(slot) { $0.taken(by: work) }
        }
        step.emit(
            .requestDispatched(
                decision: dispatch.decision,
                waited: arrivedAt.duration(to: step.now)
            ),
            connection: id,
            request: request.id
        )
        if let idle = dispatch.decision.idle {
            step.emit(
                .reused(idle: idle, requestCount: dispatch.requestNumber),
                connection: id,
                request: request.id
            )
        }
        step.perform(.dispatch(request.id, on: id, dispatch))
    }

    private func describeDispatch(
        _ request: PoolRequest,
        _ arrivedAt: Instant,
        _ waiter: Waiter?,
        on slot: Slot,
        now: Instant
    ) -> Dispatch {
        let requestNumber = self.table.connections[slot].requestCount + 1
        let idle = self.table.connections[slot].idle
        if requestNumber > 1 {
            let beside = self.table.connections[slot].works.count
            return Dispatch(
                decision: beside > 0
                    ? .stream(beside: beside)
                    : .reused(idle: idle?.since.duration(to: now) ?? .zero),
                requestNumber: requestNumber,
                wait: waiter.flatMap { self.wait(of: $0, until: now) },
                others: request.wantsVerdicts ? self.others(than: slot, for: request) : []
            )
        }
        let stock = self.stock(slot, for: request)
        let reason = self.firstUseReason(request, waiter, of: slot, stock)
        // The wait for a slot is over when the connection is started; the rest is its price.
        let start = self.table.connections[slot].startedAt
        let end = stock == nil ? max(start, arrivedAt) : now
        return Dispatch(
            decision: .new(reason),
            requestNumber: requestNumber,
            wait: waiter.flatMap { self.wait(of: $0, until: end) }
        )
    }

    /// Why each other connection of the origin does not serve a request that `slot` serves.
    private func others(
        than slot: Slot,
        for request: PoolRequest
    ) -> [NewConnectionReason.Verdict] {
        let connection = self.table.connections[slot]
        guard self.table.origins[connection.origin].members.count > 1 else { return [] }
        let verdicts = self.verdicts(
            for: request,
            connection.key,
            except: slot,
            usable: .notNeeded
        )
        return verdicts.filter {
            if case .closed = $0.finding { return false }
            return true
        }
    }

    private func wait(of waiter: Waiter, until end: Instant) -> WaitRecord? {
        waiter.obstacle.map { obstacle in
            WaitRecord(
                duration: waiter.arrivedAt.duration(to: end),
                cause: obstacle.cause,
                holders: obstacle.holders
            )
        }
    }

    /// Why an unused connection was there before its first request; nil if it was opened for that.
    private func stock(_ slot: Slot, for request: PoolRequest) -> NewConnectionReason.Code? {
        if request.wantsFresh { return nil }
        if self.table.connections[slot].purpose == .warm { return .warmed }
        return self.table.connections[slot].idle?.deadline == nil ? nil : .spare
    }

    /// Why the first request on a connection gets a new one.
    private func firstUseReason(
        _ request: PoolRequest,
        _ waiter: Waiter?,
        of slot: Slot,
        _ stock: NewConnectionReason.Code?
    ) -> NewConnectionReason {
        let key = self.table.connections[slot].key
        if let stock {
            let verdicts = self.verdicts(for: request, key, except: slot)
            return NewConnectionReason(stock, connections: verdicts)
        }
        return waiter?.reason ?? self.newConnectionReason(for: request, key, except: slot)
    }
}
