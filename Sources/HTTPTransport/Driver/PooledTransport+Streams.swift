import HTTPModel
import Pooling

/// What connections of HTTP/2 tell the driver; they call on its event loop.
extension PooledTransport: HTTP2HandlerOwner {
    nonisolated func streamCompleted(
        _ transfer: Transfer,
        head: ResponseHead,
        trailers: [FieldLine],
        on id: ConnectionID
    ) {
        self.assumeIsolated { transport in
            let now = MonotonicClock.now()
            transport.answer(transfer, head: head, trailers: trailers, now: now)
            let actions = transport.machine.streamFinished(
                transfer.request.id,
                on: id,
                transfer.request.asksToClose ? .endedForGood : .ended,
                now: now
            )
            transport.run(actions, now: now)
        }
    }

    nonisolated func streamFailed(
        _ transfer: Transfer,
        _ failure: TransferFailure,
        on id: ConnectionID,
        connectionEnds: Bool
    ) {
        self.assumeIsolated { transport in
            let now = MonotonicClock.now()
            transport.fail(
                transfer,
                phase: failure.phase,
                cause: failure.cause,
                stale: Self.staleEvidence(transfer, failure),
                now: now
            )
            // The machine hears of the connection's end, and that says it all.
            guard !connectionEnds else { return }
            var outcome = transfer.request.asksToClose ? StreamOutcome.endedForGood : .ended
            if case .timedOut = failure.cause { outcome = .timedOut }
            let id = (request: transfer.request.id, connection: id)
            let actions = transport.machine.streamFinished(
                id.request,
                on: id.connection,
                outcome,
                now: now
            )
            transport.run(actions, now: now)
        }
    }

    nonisolated func streamRefused(
        _ transfer: Transfer,
        _ proof: NonProcessingProof,
        on id: ConnectionID
    ) {
        self.assumeIsolated { transport in
            transfer.startAgain()
            let now = MonotonicClock.now()
            transfer.redispatches.append(Redispatch(connection: id, proof: proof))
            let actions = transport.machine.streamUnprocessed(
                transport.poolRequest(of: transfer),
                on: id,
                proof,
                now: now
            )
            transport.run(actions, now: now)
        }
    }

    nonisolated func settingsChanged(_ settings: HTTPModel.HTTP2Settings, on id: ConnectionID) {
        self.tell { $0.settingsReceived(on: id, settings, now: $1) }
    }

    nonisolated func goingAway(_ goAway: GoAway, on id: ConnectionID) {
        self.tell { $0.goawayReceived(on: id, goAway, now: $1) }
    }

    nonisolated func streamsExhausted(on id: ConnectionID) {
        self.tell { $0.streamIDsExhausted(on: id, now: $1) }
    }

    nonisolated func pingAnswered(on id: ConnectionID) {
        self.assumeIsolated { transport in
            let now = MonotonicClock.now()
            let (roundTrip, actions) = transport.machine.pingAnswered(on: id, now: now)
            transport.run(actions, now: now)
            transport.resumePings(on: id, roundTrip.map { .success($0) } ?? .failure(.notOpen))
        }
    }

    nonisolated func condemned(_ id: ConnectionID, _ failure: TransferFailure) {
        self.assumeIsolated { transport in
            if transport.connections[id]?.closing == nil {
                transport.connections[id]?.closing = failure.closing
            }
        }
    }

    /// Tells the machine of an event, and runs what follows.
    private nonisolated func tell(_ event: @Sendable (inout PoolMachine, Instant) -> [PoolAction]) {
        self.assumeIsolated { transport in
            let now = MonotonicClock.now()
            transport.run(event(&transport.machine, now), now: now)
        }
    }
}
