package import HTTPModel
import NIOCore
import NIOPosix
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
            snapshot.connections[index].facts = connection.facts
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

    package func setLimits(_ limits: PoolLimits, force: Bool) {
        let now = MonotonicClock.now()
        self.run(self.machine.limitsChanged(to: limits, force: force, now: now), now: now)
    }

    package func setPaused(_ isPaused: Bool, for origin: Origin?) {
        let now = MonotonicClock.now()
        let actions =
            isPaused
            ? self.machine.pause(origin, now: now) : self.machine.resume(origin, now: now)
        self.run(actions, now: now)
    }

    package func flushAddresses(of host: String?) -> Int {
        self.addressCache.removeAll(of: host)
    }

    package func ping(_ connection: ConnectionID) async throws(PingRefusal) -> Duration {
        let now = MonotonicClock.now()
        let (refusal, actions) = self.machine.pingRequested(on: connection, now: now)
        if let refusal { throw refusal }
        let result = await withCheckedContinuation { continuation in
            self.pingWaiters[connection, default: []].append(continuation)
            self.run(actions, now: now)
        }
        return try result.get()
    }

    /// Tells those who wait for the answer to a PING what came of it.
    func resumePings(on id: ConnectionID, _ result: PingResult) {
        guard let waiters = self.pingWaiters.removeValue(forKey: id) else { return }
        for waiter in waiters { waiter.resume(returning: result) }
    }

    package func setConnectionOptions(
        _ options: ConnectionOptions,
        byOrigin: [Origin: ConnectionOptions]
    ) async throws(ConnectionOptionsError) {
        guard options != self.options || byOrigin != self.optionsByOrigin else { return }
        self.optionsChange += 1
        let change = self.optionsChange
        let known = Self.trust(of: self.options, self.optionsByOrigin)
        // Certificate and key come one after the other: until both are there, connecting fails.
        for tls in Self.trust(of: options, byOrigin).subtracting(known) where !tls.isIncomplete {
            let entry = await Self.entry(for: tls)
            // A later change may have overtaken this one meanwhile, and is the one that counts.
            guard change == self.optionsChange else { return }
            self.contexts.keep(try entry.get(), for: tls)
        }
        let before = self.options
        let keysBefore = self.directKeys(of: Set(byOrigin.keys).union(self.optionsByOrigin.keys))
        self.options = options
        self.optionsByOrigin = byOrigin
        self.keys = self.makeKeys(options)
        self.keysByOrigin = byOrigin.mapValues { self.makeKeys($0) }
        // A new connect timeout concerns new connections only, other addresses those to them;
        // other trust and other proxies concern all (POOL.md rule 4). What concerns one origin
        // alone gives it another key, and those of its old one close.
        let now = MonotonicClock.now()
        var parts: [ConfigurationPart] = before.tls != options.tls ? [.tls] : []
        if before.proxy != options.proxy { parts.append(.proxy) }
        if !parts.isEmpty {
            self.run(self.machine.configurationChanged(parts, now: now), now: now)
        } else {
            let gone = keysBefore.filter { $0.value != self.key(for: $0.key) }
            self.run(self.machine.configurationChanged(for: Set(gone.keys), now: now), now: now)
        }
    }

    /// The keys of origins, but for those whose requests a proxy forwards: its connections are not
    /// theirs alone.
    private func directKeys(of origins: Set<Origin>) -> [Origin: ConnectionKey] {
        var keys: [Origin: ConnectionKey] = [:]
        for origin in origins {
            let key = self.key(for: origin)
            if key.origin == origin { keys[origin] = key }
        }
        return keys
    }

    /// All that contexts are needed for: also for requests that leave our certificate behind.
    private static func trust(
        of options: ConnectionOptions,
        _ byOrigin: [Origin: ConnectionOptions]
    ) -> Set<TLSOptions> {
        let all = [options.tls] + byOrigin.values.map(\.tls)
        return Set(all + all.map(\.anonymous))
    }

    private func makeKeys(_ options: ConnectionOptions) -> ConnectionKeys {
        ConnectionKeys(options: options, tlsDigest: self.contexts.number(of: options.tls))
    }

    /// The options in force for `origin`.
    func options(for origin: Origin) -> ConnectionOptions {
        self.optionsByOrigin[origin] ?? self.options
    }

    /// Makes a TLS context off the event loop: reading hundreds of certificates takes a while.
    private static func entry(
        for options: TLSOptions
    ) async -> Result<TLSContexts.Entry, ConnectionOptionsError> {
        do {
            return try await NIOThreadPool.singleton.runIfActive {
                Result { () throws(ConnectionOptionsError) in try TLSContexts.make(options) }
            }
        } catch {
            preconditionFailure("the singleton thread pool was shut down: \(error)")
        }
    }

    package func showsCertificate(to origin: Origin) -> Bool {
        let tls = self.options(for: origin).tls
        return origin.scheme == .https && tls.certificate != nil && !tls.isIncomplete
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

    package func makeProbe(eventSink: @escaping EventSink) -> any Transport {
        // A day is longer than anybody measures.
        let limits = PoolLimits(perOrigin: 1, total: 1, idle: 1, idleTimeout: .seconds(86_400))
        return PooledTransport(
            executor: self.executor,
            limits: limits,
            options: self.options,
            optionsByOrigin: self.optionsByOrigin,
            contexts: self.contexts,
            heedsKeepAlive: false,
            wallClock: systemWallClock,
            eventSink: eventSink
        )
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
