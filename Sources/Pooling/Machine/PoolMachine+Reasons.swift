import HTTPModel

/// Why things are as they are: for the line after a response, `why`, and errors (POOL.md rule 52).
extension PoolMachine {
    /// Why a request gets a new connection, as things stand; `except` is that connection, if it is
    /// in the table already.
    func newConnectionReason(
        for request: PoolRequest,
        _ key: KeyIndex,
        except: Slot? = nil
    ) -> NewConnectionReason {
        NewConnectionReason(
            self.newConnectionCode(for: request, key),
            connections: self.verdicts(for: request, key, except: except)
        )
    }

    private func newConnectionCode(
        for request: PoolRequest,
        _ key: KeyIndex
    ) -> NewConnectionReason.Code {
        if request.wantsFresh { return .fresh }
        let book = self.table.keys[key]
        // One that takes no other request after those it carries is not busy but leaving.
        let leaving =
            book.busy == 0
            ? []
            : self.table.slots(of: key).filter {
                let connection = self.table.connections[$0]
                return connection.isBusy && (connection.isGoingAway || connection.retiring != nil)
            }
        let alike = self.negotiatedKey(for: request).map { self.table.keys[$0].busy } ?? 0
        let taken = book.busy - leaving.count + book.connecting.count + alike
        if taken > 0 { return .allBusy(taken) }
        if let slot = leaving.last {
            let connection = self.table.connections[slot]
            let reason = connection.isGoingAway ? .goaway : connection.retiring ?? .goaway
            return .closed(connection.id, reason, idle: nil)
        }
        if let gone = book.lastGone { return .closed(gone.id, gone.reason, idle: gone.idleFor) }
        let origin = self.table.origins[book.origin]
        if let part = self.differentKey(from: key, of: origin) { return .keyDiffers(part) }
        guard let gone = origin.lastGone else { return .noneYet }
        if gone.reason == .configChanged {
            return .closed(gone.id, gone.reason, idle: gone.idleFor)
        }
        return book.key.difference(from: self.table.keys[gone.key].key).map { .keyDiffers($0) }
            ?? .noneYet
    }

    /// In what the connections of an origin's other keys differ; nil if it has none.
    private func differentKey(from key: KeyIndex, of origin: OriginBook) -> ConnectionKeyPart? {
        for other in origin.keys where other != key {
            let book = self.table.keys[other]
            guard book.hasIdle || book.busy > 0 || !book.connecting.isEmpty else { continue }
            return self.table.keys[key].key.difference(from: book.key)
        }
        return nil
    }

    /// Why each of the origin's connections does not serve a request; at most 64 of them.
    ///
    /// `usable` is what is said of one that could.
    func verdicts(
        for request: PoolRequest,
        _ key: KeyIndex,
        except: Slot?,
        usable: NewConnectionReason.Finding = .taken
    ) -> [NewConnectionReason.Verdict] {
        let book = self.table.keys[key]
        let members = self.table.members(of: book.origin, limit: Bounds.verdicts)
        var verdicts: [NewConnectionReason.Verdict] = []
        verdicts.reserveCapacity(members.count + 1)
        if let gone = book.lastGone, self.table.slot(of: gone.id) == nil {
            verdicts.append(.init(connection: gone.id, finding: .closed(gone.reason)))
        }
        for slot in members where slot != except {
            let connection = self.table.connections[slot]
            verdicts.append(
                .init(
                    connection: connection.id,
                    finding: self.finding(on: connection, for: request, key, usable)
                )
            )
        }
        return verdicts
    }

    private func finding(
        on connection: Connection,
        for request: PoolRequest,
        _ key: KeyIndex,
        _ usable: NewConnectionReason.Finding
    ) -> NewConnectionReason.Finding {
        let part = request.key.difference(from: self.table.keys[connection.key].key)
        let isAlike = connection.key == self.negotiatedKey(for: request)
        if let part, connection.closing == nil, !isAlike { return .keyDiffers(part) }
        switch connection.state {
        case .connecting: return .connecting
        case .idle: return request.wantsFresh ? .freshWanted : usable
        case .busy:
            if let reason = connection.retiring { return .closing(reason) }
            return .busy(connection.work?.label)
        case .streaming:
            if let reason = connection.retiring { return .closing(reason) }
            if connection.multiplexer?.hasFreeStream(self.limits) == true {
                return request.wantsFresh ? .freshWanted : usable
            }
            return .streamsFull(connection.works.count)
        case .closing(let closing): return .closing(closing.reason)
        case .closed: preconditionFailure("\(connection.id) is closed and still listed")
        }
    }

    // MARK: Waiting

    /// What the waiter at an index waits for, as things stand.
    func obstacle(at index: Int, of key: KeyIndex) -> WaitCause {
        let queue = self.waiting.queue(of: key)
        if self.mode == .paused || self.isPaused(key) { return .paused }
        if let via = queue[index].request.via { return .via(via) }
        let book = self.table.keys[key]
        if book.isHeld || queue.demand(before: index) < book.connecting.count {
            return .connecting
        }
        if !queue[index].request.wantsFresh, self.awaitsStreams(key),
            let slot = book.streaming.first(where: {
                self.table.connections[$0].retiring == nil
            }) ?? book.used.first ?? book.unused.first
        {
            return .streams(self.table.connections[slot].id, limit: self.streamLimit(of: slot))
        }
        let origin = self.table.origins[book.origin]
        return origin.hasRoom ? .total(limit: self.limits.total) : .perOrigin(limit: origin.limit)
    }

    /// Who holds what a waiter waits for, longest open first; at most 16.
    func holders(of cause: WaitCause, _ key: KeyIndex, now: Instant) -> [WaitRecord.Holder] {
        let slots: [Slot] =
            switch cause {
            case .connecting, .paused: []
            case .perOrigin:
                self.table.members(of: self.table.keys[key].origin, limit: Bounds.holders)
            case .total: self.table.openSlots(limit: Bounds.holders)
            case .via(let id), .streams(let id, _): self.table.slot(of: id).map { [$0] } ?? []
            }
        return slots.compactMap { slot in
            let connection = self.table.connections[slot]
            if case .perOrigin = cause, connection.isGoingAway { return nil }
            switch connection.state {
            case .connecting:
                return .init(
                    connection: connection.id,
                    request: nil,
                    busyFor: connection.startedAt.duration(to: now)
                )
            case .busy, .streaming:
                return connection.works.first.map { work in
                    .init(
                        connection: connection.id,
                        request: work.label,
                        busyFor: work.since.duration(to: now)
                    )
                }
            case .closing(let closing):
                var holder = WaitRecord.Holder(
                    connection: connection.id,
                    request: nil,
                    busyFor: closing.since.duration(to: now)
                )
                holder.isClosing = true
                return holder
            case .idle, .closed: return nil
            }
        }
    }

    /// Notes the first limit that the waiter at an index meets, and says once that it is reached.
    mutating func noteObstacle(at index: Int, of key: KeyIndex, _ step: inout Step) {
        guard self.waiting.queue(of: key)[index].obstacle == nil else { return }
        let cause = self.obstacle(at: index, of: key)
        if case .connecting = cause { return }
        let holders = self.holders(of: cause, key, now: step.now)
        self.waiting.update(at: index, of: key) {
            $0.obstacle = Waiter.Obstacle(cause: cause, holders: holders)
        }
        self.reportLimit(cause, holders, self.table.keys[key].origin, &step)
    }

    /// Says that a limit is reached, once until it is so no longer.
    private mutating func reportLimit(
        _ cause: WaitCause,
        _ holders: [WaitRecord.Holder],
        _ origin: OriginIndex,
        _ step: inout Step
    ) {
        switch cause {
        case .perOrigin:
            guard !self.table.origins[origin].isLimitReported else { return }
            self.table.setLimitReported(true, of: origin)
        case .total:
            guard !self.isTotalReported else { return }
            self.isTotalReported = true
        case .connecting, .streams, .paused, .via: return
        }
        step.emit(.limitHit(cause, holders: holders.map(\.connection)))
    }

    // MARK: Churn

    /// Notes that one more request wants a connection of an origin.
    mutating func noteDemand(of origin: OriginIndex) {
        guard self.table.origins[origin].churn.limit != nil else { return }
        let book = self.table.origins[origin]
        let waiting = book.keys.reduce(0) { $0 + self.waiting.queue(of: $1).count }
        self.table.watch(origin) { $0.demanded(book.busy + waiting + 1) }
    }

    /// Notes that a limit closes a connection of an origin (POOL.md rule 11).
    mutating func noteLimitClose(_ slot: Slot, _ reason: CloseReason, now: Instant) {
        let index = self.table.connections[slot].origin
        let origin = self.table.origins[index]
        let limit: ChurnWatch.Limit
        if reason == .idleLimit {
            limit = .idle(self.limits.idle)
        } else if reason != .evictedForOtherOrigin, reason != .shrunk {
            return
        } else if origin.hasRoom {
            limit = .counted(.total(limit: self.limits.total), value: self.limits.total)
        } else {
            limit = .counted(.perOrigin(limit: origin.limit), value: origin.limit)
        }
        self.table.watch(index) { $0.closed(by: limit, now: now) }
    }

    /// Warns of an origin whose connections a limit closes for them to be opened again.
    mutating func noteConnect(_ origin: OriginIndex, _ step: inout Step) {
        guard let finding = self.table.watch(origin, { $0.connected(now: step.now) }) else {
            return
        }
        let warning: PoolWarning =
            switch finding.limit {
            case .counted(let cause, _):
                .churn(
                    origin: self.table.origins[origin].origin,
                    limit: cause,
                    concurrency: finding.concurrency,
                    extraConnects: finding.extraConnects
                )
            case .idle(let limit):
                .idleChurn(
                    origin: self.table.origins[origin].origin,
                    limit: limit,
                    concurrency: finding.concurrency,
                    extraConnects: finding.extraConnects
                )
            }
        step.emit(.warning(warning))
    }
}
