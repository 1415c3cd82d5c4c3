package import HTTPModel

/// What connections of HTTP/2 and their streams tell the pool (POOL.md rules 35 and 39 to 41).
///
/// The driver's part of it: `connectSucceeded(_:as: .http2)` once ALPN or prior knowledge has
/// chosen, with `timeout.connect` running on; `settingsReceived` with the first SETTINGS and with
/// each later one. A `dispatch` action then opens one stream, never more than the pool counts, and
/// each ends in one of `streamFinished`, `streamUnprocessed`, `requestNeverSent` and
/// `connectionClosed`. Events of one GOAWAY are told in this order: `goawayReceived`, then
/// `streamUnprocessed` for each stream above the last. A `close` action sends GOAWAY and closes.
extension PoolMachine {
    /// A SETTINGS frame has come (POOL.md rule 40).
    ///
    /// With the first one a connection of HTTP/2 can carry requests. A lowered number of streams
    /// leaves running ones alone; none is opened until fewer run.
    package mutating func settingsReceived(
        on id: ConnectionID,
        _ settings: HTTP2Settings,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        // Benign races: it is gone, or closing.
        guard let slot = self.openMultiplexer(id) else { return self.finish(step) }
        self.table.multiplex(slot) { $0.received(settings) }
        let streams = self.streamLimit(of: slot)
        step.emit(.http2(.settings(settings, streams: streams)), connection: id)
        if self.table.connections[slot].isConnecting {
            self.schedulePing(slot, &step)
            self.becomeUsable(slot, &step)
        } else {
            self.settle(around: self.table.connections[slot].origin, &step)
        }
        return self.finish(step)
    }

    /// A stream has ended: its response is complete, or we have reset it.
    package mutating func streamFinished(
        _ request: RequestID,
        on id: ConnectionID,
        _ outcome: StreamOutcome = .ended,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        // Benign races: the connection is gone or closing, with all that it carried.
        guard let slot = self.openMultiplexer(id), self.table.endStream(slot, request) != nil
        else { return self.finish(step) }
        switch outcome {
        case .ended: break
        // The whole connection may be dead (rule 42).
        case .timedOut: self.sendPing(slot, &step)
        // As after a request of HTTP/1.1 that says so (rule 24); other streams finish first.
        case .endedForGood:
            if self.table.connections[slot].works.isEmpty {
                self.release(slot, .condemned(.clientClose), &step)
                return self.finish(step)
            }
            self.retire(slot, .clientClose, &step)
        }
        self.streamEnded(slot, &step)
        return self.finish(step)
    }

    /// The peer has proved not to have acted on a request, which goes elsewhere, whatever its
    /// method, with its first place in the queue (POOL.md rule 35).
    ///
    /// At most twice; a second refusal drains the connection.
    package mutating func streamUnprocessed(
        _ request: PoolRequest,
        on id: ConnectionID,
        _ proof: NonProcessingProof,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        guard let slot = self.openMultiplexer(id),
            let work = self.table.endStream(slot, request.id)
        else { return self.finish(step) }
        if case .refused(let stream) = proof {
            step.emit(.http2(.refused(stream: stream)), connection: id, request: request.id)
            if self.table.multiplex(slot, { $0.refused() }) {
                self.retire(slot, .refusedStream, &step)
            }
        }
        if self.mode == .shutDown {
            step.perform(.fail(request.id, .shutDown))
        } else if !request.isReplayable || work.detours.refusals >= Bounds.refusals {
            step.perform(.fail(request.id, .unprocessed(proof)))
        } else {
            step.emit(
                .requestRedispatched(from: id, why: proof.reason),
                connection: id,
                request: request.id
            )
            var detours = work.detours
            detours.refusals += 1
            self.admit(request, arrivedAt: work.arrivedAt, detours, &step)
        }
        // The request itself may have taken the stream again.
        self.streamEnded(slot, &step)
        return self.finish(step)
    }

    /// The peer said GOAWAY: streams up to the last finish, no more are opened (POOL.md rule 41).
    ///
    /// From now on the connection counts against `pool.total` only (rule 7). Ignored before the
    /// first SETTINGS, where it breaks the protocol (RFC 9113, section 3.4).
    package mutating func goawayReceived(
        on id: ConnectionID,
        _ goaway: GoAway,
        now: Instant
    ) -> [PoolAction] {
        var step = Step(now: now)
        guard let slot = self.openMultiplexer(id), !self.table.connections[slot].isConnecting
        else { return self.finish(step) }
        step.emit(.http2(.goaway(goaway)), connection: id)
        self.table.goAway(slot)
        self.drain(slot, .goaway, &step)
        self.noteRoom(self.table.connections[slot].origin)
        self.settle(around: self.table.connections[slot].origin, &step)
        return self.finish(step)
    }

    /// A connection has no stream identifiers left (POOL.md rule 41; RFC 9113, section 5.1.1).
    package mutating func streamIDsExhausted(on id: ConnectionID, now: Instant) -> [PoolAction] {
        var step = Step(now: now)
        guard let slot = self.openMultiplexer(id), !self.table.connections[slot].isConnecting
        else { return self.finish(step) }
        self.drain(slot, .maxUses, &step)
        self.settle(around: self.table.connections[slot].origin, &step)
        return self.finish(step)
    }

    // MARK: Streams

    /// How many streams may run at once on a connection of HTTP/2.
    func streamLimit(of slot: Slot) -> Int {
        self.table.connections[slot].multiplexer?.limit(self.limits) ?? 0
    }

    /// The slot of a connection of HTTP/2 that is not closing.
    func openMultiplexer(_ id: ConnectionID) -> Slot? {
        guard let slot = self.table.slot(of: id),
            self.table.connections[slot].multiplexer != nil,
            self.table.connections[slot].closing == nil
        else { return nil }
        return slot
    }

    /// The connection of HTTP/2 that has a stream free for a request; those that must take no more
    /// are drained on the way (POOL.md rules 12b and 21).
    ///
    /// The one that has been busy longest, so that others may become idle and go.
    mutating func takeableStream(
        for request: PoolRequest,
        _ key: KeyIndex,
        _ step: inout Step
    ) -> Slot? {
        guard !request.wantsFresh || request.via != nil else { return nil }
        for slot in self.table.keys[key].streaming {
            let connection = self.table.connections[slot]
            guard connection.retiring == nil, request.via ?? connection.id == connection.id,
                connection.multiplexer?.hasFreeStream(self.limits) == true
            else { continue }
            let unfitness = connection.unfitnessForStream(self.lifespan, now: step.now)
            guard let reason = unfitness else { return slot }
            self.retire(slot, reason, &step)
        }
        return nil
    }

    /// A stream is free again, or with the last one the connection.
    private mutating func streamEnded(_ slot: Slot, _ step: inout Step) {
        let connection = self.table.connections[slot]
        // A benign race with what the ping or the request's new way brought about.
        guard connection.isBusy, connection.closing == nil else { return }
        guard connection.works.isEmpty else {
            if connection.retiring == nil { self.settle(around: connection.origin, &step) }
            return
        }
        self.release(slot, .persistent(nil), &step)
    }

    /// Lets a connection finish its streams and then close; at once if it has none.
    mutating func drain(_ slot: Slot, _ reason: CloseReason, _ step: inout Step) {
        if self.table.connections[slot].idle != nil {
            self.beginClosing(slot, reason, &step)
        } else {
            self.retire(slot, reason, &step)
        }
    }

    // MARK: From one protocol to the other

    /// Notes which protocol the connections of a key speak (POOL.md rules 38 and 39).
    mutating func learn(_ spoken: ConnectionProtocol, from slot: Slot, _ step: inout Step) {
        self.endProbe(slot, &step)
        // One that was opened before a change of settings knows nothing of the present.
        guard self.table.connections[slot].generation == self.generation else { return }
        self.table.learn(spoken, of: self.table.connections[slot].key)
    }

    /// A connect no longer keeps others waiting for its outcome.
    mutating func endProbe(_ slot: Slot, _ step: inout Step) {
        let (id, key) = (self.table.connections[slot].id, self.table.connections[slot].key)
        guard self.table.keys[key].probe == id else { return }
        self.table.setProbe(nil, of: key)
        step.perform(.disarm(.protocolProbe(id)))
    }

    /// A connect has kept others waiting for long enough (POOL.md rule 38).
    mutating func probeTimedOut(_ id: ConnectionID, _ step: inout Step) {
        guard let slot = self.table.slot(of: id) else { return }
        let connection = self.table.connections[slot]
        guard self.table.keys[connection.key].probe == id else { return }
        let deadline = connection.startedAt.advanced(by: Bounds.protocolProbe)
        guard deadline <= step.now else {
            step.perform(.arm(.protocolProbe(id), at: deadline))
            return
        }
        self.table.setProbe(nil, of: connection.key)
        self.settle(around: connection.origin, &step)
    }

    /// Whether a connection that turns out to speak HTTP/2 is one too many (POOL.md rule 39).
    func isSurplus(_ slot: Slot) -> Bool {
        let key = self.table.connections[slot].key
        let others = self.table.multiplexers(of: key).filter { $0 != slot }
        return others.count >= self.limits.h2Connections
            && self.waiting.queue(of: key).freshCount == 0
    }

    /// Lets connections of HTTP/1.1 go, now that their key speaks HTTP/2, and those of HTTP/2
    /// beyond `h2.connections`, the one with the fewest streams first (POOL.md rules 29 and 39).
    mutating func dropSurplus(of key: KeyIndex, _ reason: CloseReason, _ step: inout Step) {
        for slot in self.table.slots(of: key) where self.table.connections[slot].isHTTP1 {
            self.drain(slot, .h2Surplus, &step)
        }
        var open = self.table.multiplexers(of: key)
        while open.count > self.limits.h2Connections, let slot = self.fewestStreams(among: open) {
            open.removeAll { $0 == slot }
            self.drain(slot, reason, &step)
        }
    }

    /// The connection that carries the fewest streams; of several, the one that was started first.
    func fewestStreams(among slots: [Slot]) -> Slot? {
        slots.min { self.streamCount(of: $0) < self.streamCount(of: $1) }
    }

    private func streamCount(of slot: Slot) -> Int {
        self.table.connections[slot].multiplexer?.works.count ?? 0
    }
}

/// How a stream ended.
package enum StreamOutcome: Sendable, Hashable {
    /// Its response was complete, or nobody wanted the rest of it, or the peer reset it.
    case ended
    /// As before, and its request said `Connection: close`.
    case endedForGood
    /// Nothing came of it for too long, and so we have reset it.
    case timedOut
}
