import HTTPModel
import NIOCore
import Pooling

/// Runs what the pool machine returns.
extension PooledTransport {
    /// Runs actions in order.
    ///
    /// An action may bring about an event at once, such as a connection that closes; what the
    /// machine answers to that goes to the end of the line, as `PoolAction` demands.
    func run(_ actions: [PoolAction], now: Instant) {
        guard !self.isRunningActions else {
            self.pendingActions.append(contentsOf: actions)
            return
        }
        self.isRunningActions = true
        for action in actions { self.run(action, now: now) }
        while let action = self.pendingActions.popFirst() { self.run(action, now: now) }
        self.isRunningActions = false
    }

    private func run(_ action: PoolAction, now: Instant) {
        switch action {
        case .connect(let id, let key): self.connect(id, key: key, now: now)
        case .cancelConnect(let id): self.abandonDial(id, reason: .cancelled, now: now)
        case .dispatch(let request, let id, let dispatch):
            self.dispatch(request, on: id, dispatch, now: now)
        case .fail(let request, let failure): self.fail(request, failure, now: now)
        case .close(let id, let reason, let force):
            self.close(id, reason: reason, force: force, now: now)
        case .sendPing(let id): self.connections[id]?.opened.carrier.sendPing()
        case .inspect(let id): self.inspect(id)
        case .arm(let timer, let deadline): self.arm(.pool(timer), at: deadline, now: now)
        case .disarm(let timer): self.disarm(timer)
        case .emit(.closed(var epitaph), let connection?, let request):
            // What came on it is the driver's to know.
            epitaph.unsolicited = self.remains[connection]?.facts.unsolicited ?? []
            self.emit(.closed(epitaph), connection: connection, request: request, now: now)
        case .emit(let kind, let connection, let request):
            self.emit(kind, connection: connection, request: request, now: now)
        }
    }

    // MARK: Connecting

    private func connect(_ id: ConnectionID, key: ConnectionKey, now: Instant) {
        let tls: TLSContexts.Entry?
        do {
            tls =
                key.tlsDigest == 0
                ? nil : try self.contexts.entry(key.tlsDigest, key.versionPolicy)
        } catch {
            self.connectFailed(
                id,
                error: TransportError(
                    phase: .handshake,
                    origin: key.origin,
                    connection: id,
                    cause: .tlsOptions(error)
                ),
                now: now
            )
            return
        }
        let dial = Dial(
            id: id,
            key: key,
            loop: self.loop,
            connectTimeout: self.options(for: key.origin).connectTimeout,
            tls: tls,
            book: self.addressBook,
            owner: self,
            negotiatedHTTP2: {
                self.assumeIsolated { transport in
                    let now = MonotonicClock.now()
                    let actions = transport.machine.connectSucceeded(id, as: .http2, now: now)
                    transport.run(actions, now: now)
                }
            },
            emit: { kind in
                self.assumeIsolated { $0.emit(kind, connection: id, now: MonotonicClock.now()) }
            }
        )
        self.dials[id] = dial
        self.arm(.connect(id), at: now.advanced(by: dial.connectTimeout), now: now)
        dial.start { result in
            self.assumeIsolated { $0.dialEnded(id, dial: dial, result) }
        }
    }

    private nonisolated var addressBook: Dial.AddressBook {
        Dial.AddressBook(
            known: { host in
                self.assumeIsolated {
                    $0.addressCache.addresses(of: host, now: MonotonicClock.now())
                }
            },
            found: { host, addresses in
                self.assumeIsolated {
                    $0.addressCache.insert(addresses, for: host, now: MonotonicClock.now())
                }
            }
        )
    }

    private func dialEnded(
        _ id: ConnectionID,
        dial: Dial,
        _ result: Result<Dial.Opened, any Error>
    ) {
        self.timers.remove(.connect(id))
        // A benign race: it was given up while the last step was under way.
        guard self.dials.removeValue(forKey: id) != nil else { return }
        let now = MonotonicClock.now()
        switch result {
        case .success(let opened):
            self.connections[id] = OpenConnection(opened: opened)
            self.emit(
                .ready(
                    applicationProtocol: opened.facts.applicationProtocol,
                    total: opened.facts.handshake?.total ?? .zero
                ),
                connection: id,
                now: now
            )
            let actions =
                if let settings = opened.settings {
                    self.machine.settingsReceived(on: id, settings, now: now)
                } else { self.machine.connectSucceeded(id, now: now) }
            self.run(actions, now: now)
        case .failure(let error):
            self.connectFailed(id, error: dial.transportError(for: error), now: now)
        }
    }

    private func connectFailed(_ id: ConnectionID, error: TransportError, now: Instant) {
        self.run(self.machine.connectFailed(id, error: error, now: now), now: now)
        self.resumeShutdownWaitersIfClosed()
    }

    /// Hears that `timeout.connect` has passed for a connection.
    func connectTimedOut(_ id: ConnectionID, now: Instant) {
        guard let dial = self.dials.removeValue(forKey: id) else { return }
        dial.abandon()
        self.connectFailed(id, error: dial.timeoutError(), now: now)
    }

    private func abandonDial(_ id: ConnectionID, reason: CloseReason, now: Instant) {
        guard let dial = self.dials.removeValue(forKey: id) else { return }
        self.timers.remove(.connect(id))
        dial.abandon()
        self.machineConnectionClosed(id, reason: reason, bytesIn: 0, bytesOut: 0, now: now)
    }

    // MARK: Dispatching

    private func dispatch(
        _ request: RequestID,
        on id: ConnectionID,
        _ dispatch: Dispatch,
        now: Instant
    ) {
        guard let transfer = self.transfers[request], let connection = self.connections[id] else {
            preconditionFailure("the pool gave \(request) to \(id), but one of them is gone")
        }
        let facts = connection.opened.facts
        var use = ConnectionUse(
            connection: id,
            decision: dispatch.decision,
            requestNumber: dispatch.requestNumber,
            wait: dispatch.wait,
            handshake: facts.handshake,
            remoteAddress: facts.remoteAddress,
            route: connection.opened.route,
            isHTTP2: facts.applicationProtocol == "h2"
        )
        use.others = dispatch.others
        use.redispatches = transfer.redispatches
        transfer.use = use
        transfer.dispatchedAt = now
        transfer.handshakeWait = dispatch.decision.isReused ? nil : facts.handshake
        transfer.carrier = connection.opened.carrier
        // The loop may not have heard of its end yet (POOL.md rule 20).
        // One that carries other streams is read anyway.
        var objection: CloseReason?
        if case .reused = dispatch.decision {
            objection = CheckoutProbe.objection(to: connection.opened)
        }
        if objection == nil, connection.opened.carrier.begin(transfer) {
            if self.isWorthVigil(connection.opened), let socket = connection.opened.socket {
                self.keep(AnswerVigil(socket: socket, now: now), on: connection.opened.channel)
            }
            return
        }
        // Nothing was handed to the socket, so any method may go elsewhere (POOL.md rule 33).
        transfer.startAgain()
        let reason =
            connection.closing ?? objection ?? connection.opened.carrier.reasonToEnd ?? .peerClosed
        if let objection { self.keepUnsolicited(on: id, objection) }
        if dispatch.requestNumber > 1 {
            transfer.lastDeadEnd = StaleEvidence(
                connection: id,
                completedExchanges: dispatch.requestNumber - 1,
                reason: reason
            )
        }
        let actions = self.machine.requestNeverSent(
            on: id,
            request: self.poolRequest(of: transfer),
            reason: reason,
            now: now
        )
        self.run(actions, now: now)
    }

    /// Whether the loop may stay awake for the answer to what was just sent.
    func isWorthVigil(_ opened: Dial.Opened) -> Bool {
        self.transfers.count == 1 && opened.carrier.answersAtOnce
    }

    /// Looks for an answer until it comes, or another request.
    private func keep(_ vigil: AnswerVigil, on channel: any Channel) {
        self.loop.execute {
            // Once the channel is closed the number may be another socket's.
            guard channel.isActive, !vigil.isOver() else { return }
            self.assumeIsolated { transport in
                if transport.transfers.count == 1 { transport.keep(vigil, on: channel) }
            }
        }
    }

    private func fail(_ request: RequestID, _ failure: PoolFailure, now: Instant) {
        // A benign race: the caller cancelled in the same turn.
        guard let transfer = self.transfers[request] else { return }
        switch failure {
        case .connectFailed(let error):
            var error = error
            // A proxy that forwards is the origin of its connection, but not of the request.
            error.origin = transfer.request.origin
            error.arrival = transfer.arrival
            error.elapsed = transfer.arrivedAt.duration(to: now)
            error.timings = transfer.timings(now: now)
            error.redispatches = transfer.redispatches
            self.finish(transfer, .failure(error), event: .requestFailed(error), now: now)
        case .queueTimedOut(let limit, let cause, let holders):
            self.fail(
                transfer,
                phase: .queue,
                cause: .queueTimedOut(limit: limit, cause: cause, holders: holders),
                now: now
            )
        case .viaUnavailable(let id, let reason):
            self.fail(
                transfer,
                phase: .queue,
                cause: .connectionUnavailable(id, reason),
                now: now
            )
        case .unprocessed(let proof):
            // The last refusal is what it fails of: it went nowhere after it.
            _ = transfer.redispatches.popLast()
            self.fail(transfer, phase: .send, cause: .unprocessed(proof), now: now)
        case .redispatchedTooOften:
            self.fail(
                transfer,
                phase: .send,
                cause: .peerClosed(receivedBytes: 0, isReset: false),
                stale: transfer.lastDeadEnd,
                now: now
            )
        case .shutDown: self.fail(transfer, phase: .queue, cause: .shutDown, now: now)
        }
    }

    // MARK: Closing

    private func close(_ id: ConnectionID, reason: CloseReason, force: Bool, now: Instant) {
        if self.dials[id] != nil {
            self.abandonDial(id, reason: reason, now: now)
            return
        }
        guard let connection = self.connections[id] else { return }
        if connection.closing == nil { self.connections[id]?.closing = reason }
        if force {
            connection.opened.carrier.abort(
                TransferFailure(phase: .receive, cause: .closedByUs(reason), closing: reason)
            )
        } else {
            connection.opened.carrier.close()
        }
    }

    /// Closes an idle connection that has died unheard (POOL.md rules 20 and 21).
    private func inspect(_ id: ConnectionID) {
        guard let connection = self.connections[id], connection.closing == nil,
            let objection = CheckoutProbe.objection(to: connection.opened)
        else { return }
        self.connections[id]?.closing = objection
        self.keepUnsolicited(on: id, objection)
        connection.opened.carrier.close()
    }

    /// Keeps what waits on a connection that is closed because of it, for display.
    private func keepUnsolicited(on id: ConnectionID, _ objection: CloseReason) {
        guard objection == .unsolicitedData || objection == .peer408,
            let opened = self.connections[id]?.opened
        else { return }
        self.connections[id]?.unsolicited = CheckoutProbe.waitingBytes(on: opened)
    }

    /// Tells the machine that a connection is gone, and runs what follows.
    func machineConnectionClosed(
        _ id: ConnectionID,
        reason: CloseReason,
        bytesIn: Int,
        bytesOut: Int,
        now: Instant
    ) {
        let actions = self.machine.connectionClosed(
            id,
            reason: reason,
            bytesIn: bytesIn,
            bytesOut: bytesOut,
            now: now
        )
        self.run(actions, now: now)
        self.resumeShutdownWaitersIfClosed()
    }
}
