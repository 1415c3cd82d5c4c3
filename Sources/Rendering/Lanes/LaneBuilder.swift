package import HTTPModel

/// Makes lanes from events, one after another.
///
/// Most kinds of event do not change the picture, so they are picked out, not switched over. A
/// request that was handed to a connection and never sent (POOL.md rule 33) leaves no bar there.
package struct LaneBuilder: Sendable {
    /// A request in the queue.
    private struct Queued {
        var at: Instant
        var cause: WaitCause
    }

    /// Where the bar of a request is.
    private struct Place {
        var lane: Int
        var bar: Int
    }

    private var result = Lanes()
    private var laneIndices: [ConnectionID: Int] = [:]
    private var queued: [RequestID: Queued] = [:]
    private var places: [RequestID: Place] = [:]
    private var first: Instant?
    private var latest = Instant.start

    /// Creates a builder that has heard of nothing.
    package init() {}

    /// The lanes of these events, until `now`.
    package static func lanes(of events: some Sequence<PoolEvent>, until now: Instant) -> Lanes {
        var builder = Self()
        for event in events { builder.receive(event) }
        return builder.lanes(until: now)
    }

    /// What has been heard of, until the last event, or until `now` if something is under way.
    package consuming func lanes(until now: Instant) -> Lanes {
        for (id, queued) in self.queued {
            self.result.unserved.append(
                UnservedRequest(request: id, queuedAt: queued.at, cause: queued.cause)
            )
        }
        self.result.unserved.sort { $0.request < $1.request }
        self.result.lanes.sort { $0.connection < $1.connection }
        for index in self.result.lanes.indices { self.result.lanes[index].stackBars() }
        let isIdle = self.places.isEmpty && self.queued.isEmpty
        let end = isIdle ? self.latest : max(now, self.latest)
        self.result.span = (self.first ?? end)...end
        self.result.zero = self.result.span.lowerBound
        return self.result
    }

    /// Hears of the next event.
    package mutating func receive(_ event: PoolEvent) {
        if self.first == nil {
            self.first = event.at
            self.result.isCut = event.sequence > 1
        }
        self.latest = max(self.latest, event.at)
        guard !self.receiveRequest(event), !self.receiveConnection(event) else { return }
        if case .requestRetry = event.kind { self.result.retries += 1 }
        if case .resized(let limit, let old, let new, _, _, _, _) = event.kind {
            self.result.resizes.append(
                Lanes.Resize(at: event.at, limit: limit, old: old, new: new)
            )
        }
    }

    // MARK: Requests

    /// Hears of what happened to a request; returns whether the event was about that.
    private mutating func receiveRequest(_ event: PoolEvent) -> Bool {
        guard let request = event.request else { return false }
        if case .requestQueued(_, _, let cause) = event.kind {
            self.queued[request] = Queued(at: event.at, cause: cause)
        } else if case .requestDispatched(let decision, let waited) = event.kind {
            guard let connection = event.connection else { return true }
            self.dispatched(request, on: connection, decision, waited: waited, at: event.at)
        } else if case .requestSent = event.kind {
            self.change(request) { $0.sentAt = event.at }
        } else if case .requestFirstByte = event.kind {
            self.change(request) { $0.firstByteAt = event.at }
        } else if case .requestDone(let status, let bytes, let total) = event.kind {
            self.change(request) { $0.bytesIn = bytes }
            self.ended(request, at: event.at, .answered(status), total: total)
        } else if case .requestFailed(let error) = event.kind {
            // It comes after `request.cancelled` too, and says how long that took.
            let outcome: LaneBar.Outcome =
                error.cause == .cancelled
                ? .cancelled : .failed(ErrorSentences.render(error).kind)
            self.ended(request, at: event.at, outcome, total: error.elapsed)
        } else if case .requestRedispatched(let from, _) = event.kind {
            self.withdrawn(request, from: from)
        } else {
            return false
        }
        return true
    }

    private mutating func dispatched(
        _ request: RequestID,
        on connection: ConnectionID,
        _ decision: ReuseDecision,
        waited: Duration,
        at now: Instant
    ) {
        let lane = self.lane(of: connection)
        let arrivedAt = now.advanced(by: .zero - waited)
        var bar = LaneBar(
            request: request,
            arrivedAt: arrivedAt,
            queueEndedAt: arrivedAt,
            startedAt: now,
            isReused: decision.isReused
        )
        switch decision {
        case .reused(let idle): bar.idle = idle
        // Its connection was at work, and did not idle.
        case .stream: break
        case .new(let reason): bar.reason = reason.code
        }
        if let cause = self.queued.removeValue(forKey: request)?.cause, cause != .connecting {
            bar.waitCause = cause
            // A wait for a place is over when the connection is started; the rest is its price.
            let opened =
                bar.savedHandshake
                ? nil : self.result.lanes[lane].openedAt
            bar.queueEndedAt = max(arrivedAt, opened ?? now)
        }
        self.places[request] = Place(lane: lane, bar: self.result.lanes[lane].bars.count)
        self.result.lanes[lane].bars.append(bar)
    }

    private mutating func ended(
        _ request: RequestID,
        at now: Instant,
        _ outcome: LaneBar.Outcome,
        total: Duration
    ) {
        if let place = self.places.removeValue(forKey: request) {
            self.result.lanes[place.lane].bars[place.bar].endedAt = now
            self.result.lanes[place.lane].bars[place.bar].outcome = outcome
            self.result.lanes[place.lane].bars[place.bar].total = total
        } else if let queued = self.queued.removeValue(forKey: request) {
            self.result.unserved.append(
                UnservedRequest(
                    request: request,
                    queuedAt: queued.at,
                    cause: queued.cause,
                    endedAt: now,
                    outcome: outcome
                )
            )
        }
    }

    /// Takes a bar away again: nothing of the request went out there.
    private mutating func withdrawn(_ request: RequestID, from connection: ConnectionID) {
        guard let place = self.places[request],
            self.result.lanes[place.lane].connection == connection
        else { return }  // It has another connection already.
        self.places[request] = nil
        self.result.lanes[place.lane].bars.remove(at: place.bar)
        for (id, other) in self.places where other.lane == place.lane && other.bar > place.bar {
            self.places[id]?.bar -= 1
        }
    }

    private mutating func change(_ request: RequestID, _ body: (inout LaneBar) -> Void) {
        guard let place = self.places[request] else { return }
        body(&self.result.lanes[place.lane].bars[place.bar])
    }

    // MARK: Connections

    /// Hears of what happened to a connection; returns whether the event was about that.
    private mutating func receiveConnection(_ event: PoolEvent) -> Bool {
        guard let connection = event.connection else { return false }
        if case .connecting(let key, let why) = event.kind {
            self.change(connection) { lane in
                lane.key = key
                lane.cause = why
                lane.openedAt = event.at
            }
        } else if case .resolved(_, let took, let cached) = event.kind {
            if !cached { self.changeHandshake(of: connection) { $0.dns = took } }
        } else if case .tcpConnected(let local, let remote, let took) = event.kind {
            self.changeHandshake(of: connection) { $0.connect = took }
            self.change(connection) { lane in
                lane.connectedAt = event.at
                lane.localAddress = local
                lane.remoteAddress = remote
            }
        } else if case .proxied(_, _, let took) = event.kind {
            self.changeHandshake(of: connection) { $0.proxy = took }
            self.change(connection) { $0.connectedAt = event.at }
        } else if case .tlsEstablished(_, let took) = event.kind {
            self.changeHandshake(of: connection) { $0.tls = took }
        } else if case .ready(let applicationProtocol, _) = event.kind {
            self.change(connection) { lane in
                lane.readyAt = event.at
                lane.applicationProtocol = applicationProtocol
            }
        } else if case .closed(let epitaph) = event.kind {
            self.change(connection) { lane in
                lane.key = epitaph.key
                lane.epitaph = epitaph
                lane.closedAt = event.at
            }
        } else {
            return false
        }
        return true
    }

    private mutating func change(_ connection: ConnectionID, _ body: (inout Lane) -> Void) {
        body(&self.result.lanes[self.lane(of: connection)])
    }

    private mutating func changeHandshake(
        of connection: ConnectionID,
        _ body: (inout HandshakeTimings) -> Void
    ) {
        self.change(connection) { lane in
            var handshake = lane.handshake ?? HandshakeTimings(connect: .zero)
            body(&handshake)
            lane.handshake = handshake
        }
    }

    private mutating func lane(of connection: ConnectionID) -> Int {
        if let index = self.laneIndices[connection] { return index }
        self.result.lanes.append(Lane(connection))
        self.laneIndices[connection] = self.result.lanes.count - 1
        return self.result.lanes.count - 1
    }
}

extension Lane {
    /// Gives each bar the lowest row that is free when it begins.
    mutating func stackBars() {
        var rowEnds: [Instant] = []
        for index in self.bars.indices {
            let bar = self.bars[index]
            let end = bar.endedAt ?? Instant(nanoseconds: .max)
            if let row = rowEnds.firstIndex(where: { $0 <= bar.startedAt }) {
                rowEnds[row] = end
                self.bars[index].row = row
            } else {
                self.bars[index].row = rowEnds.count
                rowEnds.append(end)
            }
        }
        self.rowCount = max(1, rowEnds.count)
    }
}
