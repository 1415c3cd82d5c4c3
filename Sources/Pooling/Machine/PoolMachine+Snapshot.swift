package import HTTPModel

/// The pool as it is seen from outside.
extension PoolMachine {
    /// The pool as it is now: a pure function of the state (POOL.md rule 53).
    ///
    /// Transport facts and bytes of open connections are the driver's to fill in.
    package func snapshot(now: Instant) -> PoolSnapshot {
        var snapshot = PoolSnapshot(
            limits: self.limits,
            connections: self.table.openSlots().map {
                self.snapshot(of: self.table.connections[$0], now: now)
            },
            closed: self.closed.snapshots(now: now),
            waiting: self.waiting.inOrder().map { self.snapshot(of: $0.waiter, $0.key, now: now) },
            isPaused: self.mode == .paused,
            pausedOrigins: self.pausedOrigins
        )
        snapshot.resizes = self.resizes
        return snapshot
    }

    private func snapshot(of connection: Connection, now: Instant) -> ConnectionSnapshot {
        let idle = connection.idle
        let oldest = connection.works.first
        return ConnectionSnapshot(
            id: connection.id,
            key: self.table.keys[connection.key].key,
            generation: connection.generation,
            state: connection.shownState,
            isUnused: connection.isUnused,
            age: connection.startedAt.duration(to: now),
            idleFor: idle.map { $0.since.duration(to: now) },
            deadline: idle?.deadline.map {
                IdleDeadline(remaining: now.duration(to: $0.at), reason: $0.reason)
            },
            requestCount: connection.requestCount,
            request: oldest?.request,
            label: oldest?.label,
            streams: connection.multiplexer.map { multiplexer in
                StreamUse(
                    limit: multiplexer.limit(self.limits),
                    requests: multiplexer.works.map {
                        .init(
                            request: $0.request,
                            label: $0.label,
                            busyFor: $0.since.duration(to: now)
                        )
                    }
                )
            },
            servedExchanges: Array(connection.servedExchanges),
            keepAlive: connection.keepAlive,
            closeReason: connection.closing?.reason ?? connection.retiring
        )
    }

    /// A connection at its end.
    func snapshot(
        of connection: Connection,
        epitaph: ConnectionEpitaph,
        now: Instant
    ) -> ConnectionSnapshot {
        var snapshot = self.snapshot(of: connection, now: now)
        snapshot.state = .closed
        snapshot.idleFor = epitaph.idleFor
        snapshot.deadline = nil
        snapshot.closeReason = epitaph.reason
        snapshot.closedFor = .zero
        snapshot.bytesIn = epitaph.bytesIn
        snapshot.bytesOut = epitaph.bytesOut
        return snapshot
    }

    private func snapshot(
        of waiter: Waiter,
        _ key: KeyIndex,
        now: Instant
    ) -> WaitingSnapshot {
        let index = self.waiting.queue(of: key).index(of: waiter.order)
        return WaitingSnapshot(
            request: waiter.request.id,
            label: waiter.request.label,
            key: waiter.request.key,
            waitingFor: waiter.arrivedAt.duration(to: now),
            cause: self.obstacle(at: index, of: key)
        )
    }
}

extension Connection {
    /// The state as `sockets` shows it: one that takes no more requests is draining.
    var shownState: ConnectionState {
        switch self.state {
        case .connecting: .connecting
        case .idle: .idle
        case .busy, .streaming: self.retiring == nil ? .busy : .draining
        case .closing: .closing
        case .closed: .closed
        }
    }
}
