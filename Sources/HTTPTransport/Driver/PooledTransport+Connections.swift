import HTTPModel
import Pooling

/// What connections tell the driver; they call on its event loop.
extension PooledTransport: HTTP1HandlerOwner {
    nonisolated var flushTurn: FlushTurn? {
        self.assumeIsolated { $0.transfers.count > 1 ? $0.flushes : nil }
    }

    nonisolated func progressed(
        _ transfer: Transfer,
        _ event: PoolEvent.Kind,
        on id: ConnectionID,
        now: Instant
    ) {
        self.assumeIsolated {
            $0.emit(event, connection: id, request: transfer.request.id, now: now)
        }
    }

    nonisolated func completed(
        _ transfer: Transfer,
        head: ResponseHead,
        trailers: [FieldLine],
        on id: ConnectionID,
        closing: CloseReason?,
        hint: KeepAliveHint?,
        now: Instant
    ) {
        self.assumeIsolated { transport in
            transport.answer(transfer, head: head, trailers: trailers, now: now)
            // Gone already: the peer closed while the sink held the rest back.
            guard transport.connections[id] != nil else { return }
            let heeded = transport.heedsKeepAlive ? hint : nil
            let outcome = closing.map { FinishOutcome.condemned($0) } ?? .persistent(heeded)
            transport.run(
                transport.machine.requestFinished(on: id, outcome, now: now),
                now: now
            )
        }
    }

    nonisolated func failed(
        _ transfer: Transfer,
        _ failure: TransferFailure,
        on id: ConnectionID
    ) {
        self.assumeIsolated { transport in
            let now = MonotonicClock.now()
            if transport.connections[id]?.closing == nil {
                transport.connections[id]?.closing = failure.closing
            }
            transport.fail(
                transfer,
                phase: failure.phase,
                cause: failure.cause,
                stale: Self.staleEvidence(transfer, failure),
                now: now
            )
        }
    }

    nonisolated func receivedUnsolicited(_ bytes: [UInt8], on id: ConnectionID) {
        self.assumeIsolated { transport in
            guard let connection = transport.connections[id] else { return }
            if connection.closing == nil {
                transport.connections[id]?.closing = CloseReason(unsolicited: bytes)
                transport.connections[id]?.unsolicited = bytes
            }
            connection.opened.carrier.close()
        }
    }

    nonisolated func becameInactive(_ id: ConnectionID, isReset: Bool) {
        self.assumeIsolated { transport in
            guard let connection = transport.connections.removeValue(forKey: id) else { return }
            let bytes = Self.wireBytes(of: connection)
            transport.remember(id, connection.facts, bytes)
            transport.resumePings(on: id, .failure(.notOpen))
            transport.machineConnectionClosed(
                id,
                reason: connection.closing ?? (isReset ? .peerReset : .peerClosed),
                bytesIn: bytes.in,
                bytesOut: bytes.out,
                now: MonotonicClock.now()
            )
        }
    }

    func answer(
        _ transfer: Transfer,
        head: ResponseHead,
        trailers: [FieldLine],
        now: Instant
    ) {
        guard let use = transfer.use else {
            preconditionFailure("request \(transfer.request.id) was answered without a connection")
        }
        let response = TransportResponse(
            head: head,
            trailers: trailers,
            use: use,
            timings: transfer.timings(now: now),
            bytes: transfer.bytes
        )
        let event = PoolEvent.Kind.requestDone(
            status: head.status,
            bytes: transfer.bytes.received,
            total: response.timings.total
        )
        self.finish(transfer, .success(response), event: event, now: now)
    }

    /// Evidence that the connection had gone stale (POOL.md rule 34): it was reused, and ended
    /// before a byte of the response.
    static func staleEvidence(
        _ transfer: Transfer,
        _ failure: TransferFailure
    ) -> StaleEvidence? {
        guard case .peerClosed(receivedBytes: 0, _) = failure.cause, let use = transfer.use,
            use.requestNumber > 1
        else { return nil }
        return StaleEvidence(
            connection: use.connection,
            completedExchanges: use.requestNumber - 1,
            reason: failure.closing
        )
    }

    /// Bytes on the wire so far.
    static func wireBytes(of connection: OpenConnection) -> (in: Int, out: Int) {
        let opened = connection.opened
        if let counter = opened.wireCounter { return (counter.bytesIn, counter.bytesOut) }
        return opened.carrier.bytes
    }

    private func remember(
        _ id: ConnectionID,
        _ facts: ConnectionFacts,
        _ bytes: (in: Int, out: Int)
    ) {
        // As many as the machine keeps of closed connections.
        if self.remainsOrder.count >= 50 {
            self.remains[self.remainsOrder.removeFirst()] = nil
        }
        self.remainsOrder.append(id)
        self.remains[id] = Remains(facts: facts, bytesIn: bytes.in, bytesOut: bytes.out)
    }
}
