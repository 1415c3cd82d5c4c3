package import HTTPModel
import NIOCore
import Pooling

/// Seeing and steering the pool.
extension PooledTransport {
    package func snapshot() -> PoolSnapshot {
        var snapshot = self.machine.snapshot(now: MonotonicClock.now())
        for index in snapshot.connections.indices {
            let id = snapshot.connections[index].id
            guard let connection = self.connections[id] else { continue }
            let bytes = Self.wireBytes(of: connection)
            snapshot.connections[index].bytesIn = bytes.in
            snapshot.connections[index].bytesOut = bytes.out
            snapshot.connections[index].facts = connection.opened.facts
            snapshot.connections[index].tcp = TCPInfo.read(from: connection.opened)
        }
        for index in snapshot.closed.indices {
            guard let remains = self.remains[snapshot.closed[index].id] else { continue }
            snapshot.closed[index].facts = remains.facts
            snapshot.closed[index].bytesIn = remains.bytesIn
            snapshot.closed[index].bytesOut = remains.bytesOut
        }
        return snapshot
    }

    package func setLimits(_ limits: PoolLimits) {
        let now = MonotonicClock.now()
        self.run(self.machine.limitsChanged(to: limits, now: now), now: now)
    }

    package func setConnectionOptions(_ options: ConnectionOptions) {
        guard options != self.options else { return }
        let digest = TLSContexts.digest(of: options)
        let changesTrust = digest != self.tlsDigest
        self.options = options
        self.tlsDigest = digest
        // A new connect timeout concerns new connections only; other trust concerns all
        // (POOL.md rule 4).
        guard changesTrust else { return }
        let now = MonotonicClock.now()
        self.run(self.machine.configurationChanged(now: now), now: now)
    }

    package func warm(_ origin: Origin, count: Int) -> Int {
        let now = MonotonicClock.now()
        let (started, actions) = self.machine.warm(self.key(for: origin), count: count, now: now)
        self.run(actions, now: now)
        return started
    }

    package func close(_ selection: CloseSelection, force: Bool) -> [ConnectionSnapshot] {
        let now = MonotonicClock.now()
        let before = self.snapshot().connections
        let (concerned, actions) = self.machine.close(selection, force: force, now: now)
        self.run(actions, now: now)
        let ids = Set(concerned)
        return before.filter { ids.contains($0.id) }
    }

    package func shutdown() async {
        let now = MonotonicClock.now()
        self.run(self.machine.shutDown(now: now), now: now)
        if !self.connections.isEmpty || !self.dials.isEmpty {
            await withCheckedContinuation { self.shutdownWaiters.append($0) }
        }
        // What is left has lost its connection, and waits for a sink that pauses.
        for id in self.transfers.keys { self.end(id, cause: .shutDown, closing: .shutdown) }
        self.timers.removeAll()
    }

    /// Lets `shutdown` return once everything is closed.
    func resumeShutdownWaitersIfClosed() {
        guard self.connections.isEmpty, self.dials.isEmpty else { return }
        let waiters = self.shutdownWaiters
        self.shutdownWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
