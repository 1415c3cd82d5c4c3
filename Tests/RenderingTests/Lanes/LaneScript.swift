import HTTPModel

@testable import Rendering

/// Events written by hand, in milliseconds, for tests of lanes.
struct LaneScript {
    private(set) var events: [PoolEvent] = []
    var origin = Origin(scheme: .http, host: "127.0.0.1", port: 8080)

    var key: ConnectionKey { ConnectionKey(origin: self.origin) }

    private mutating func add(
        _ milliseconds: Double,
        _ kind: PoolEvent.Kind,
        connection: Int? = nil,
        request: Int? = nil
    ) {
        self.events.append(
            PoolEvent(
                sequence: UInt64(self.events.count + 1),
                at: Self.instant(milliseconds),
                connection: connection.map { ConnectionID($0) },
                request: request.map { RequestID(exchange: $0) },
                kind: kind
            )
        )
    }

    static func instant(_ milliseconds: Double) -> Instant {
        Instant(nanoseconds: Int64(milliseconds * 1_000_000))
    }

    /// Opens a connection: TCP until `tcp`, and with `tls` TLS until then.
    mutating func open(
        _ connection: Int,
        from start: Double,
        tcp: Double,
        tls: Double? = nil,
        why: NewConnectionReason.Code = .noneYet
    ) {
        self.add(start, .connecting(key: self.key, why: why), connection: connection)
        let connect = Duration.milliseconds(tcp - start)
        self.add(
            tcp,
            .tcpConnected(local: "127.0.0.1:50000", remote: "127.0.0.1:8080", took: connect),
            connection: connection
        )
        if let tls {
            self.add(
                tls,
                .tlsEstablished(
                    TLSFacts(version: "TLS 1.3", isVerified: true),
                    took: .milliseconds(tls - tcp)
                ),
                connection: connection
            )
        }
        self.add(
            tls ?? tcp,
            .ready(applicationProtocol: "http/1.1", total: .milliseconds((tls ?? tcp) - start)),
            connection: connection
        )
    }

    /// Queues a request for a place under a limit.
    mutating func queue(_ request: Int, at time: Double, cause: WaitCause = .perOrigin(limit: 2)) {
        self.add(time, .requestQueued(key: self.key, position: 1, cause: cause), request: request)
    }

    /// Dispatches a request.
    mutating func dispatch(
        _ request: Int,
        on connection: Int,
        at time: Double,
        issued: Double? = nil,
        isReused: Bool = true
    ) {
        self.add(
            time,
            .requestDispatched(
                decision: isReused
                    ? .reused(idle: .zero) : .new(NewConnectionReason(.noneYet)),
                waited: .milliseconds(time - (issued ?? time))
            ),
            connection: connection,
            request: request
        )
    }

    /// Carries a request from its dispatch to its end.
    mutating func carry(
        _ request: Int,
        on connection: Int,
        at time: Double,
        firstByte: Double,
        end: Double,
        issued: Double? = nil,
        isReused: Bool = true
    ) {
        self.dispatch(request, on: connection, at: time, issued: issued, isReused: isReused)
        self.add(
            firstByte,
            .requestFirstByte(after: .zero),
            connection: connection,
            request: request
        )
        self.finish(request, on: connection, at: end, total: end - (issued ?? time))
    }

    /// Ends a request well.
    mutating func finish(_ request: Int, on connection: Int, at time: Double, total: Double) {
        self.add(
            time,
            .requestDone(status: 200, bytes: 100, total: .milliseconds(total)),
            connection: connection,
            request: request
        )
    }

    /// Says that nothing of a request went out on a connection.
    mutating func redispatch(_ request: Int, from connection: Int, at time: Double) {
        self.add(
            time,
            .requestRedispatched(from: ConnectionID(connection), why: .peerClosed),
            request: request
        )
    }

    /// Closes a connection.
    mutating func close(_ connection: Int, at time: Double, _ reason: CloseReason) {
        self.add(
            time,
            .closed(
                ConnectionEpitaph(
                    key: self.key,
                    reason: reason,
                    closer: reason.closer,
                    age: .zero,
                    requestCount: 0
                )
            ),
            connection: connection
        )
    }

    /// Changes `pool.size`.
    mutating func resize(_ old: Int, to new: Int, at time: Double) {
        self.add(
            time,
            .resized(.perOrigin(nil), old: old, new: new, open: 2, busy: 2, idle: 0, over: 0)
        )
    }

    /// The lanes, until `now`.
    func lanes(until now: Double = 0) -> Lanes {
        LaneBuilder.lanes(of: self.events, until: Self.instant(now))
    }

    /// Two connections, the second closed by the peer; a third one after a wait.
    static var tour: Self {
        var script = Self()
        script.open(1, from: 0, tcp: 4)
        script.carry(1, on: 1, at: 4, firstByte: 16, end: 20, issued: 0, isReused: false)
        script.carry(2, on: 1, at: 24, firstByte: 34, end: 40)
        script.open(2, from: 24, tcp: 28, why: .allBusy(1))
        script.carry(3, on: 2, at: 28, firstByte: 48, end: 60, issued: 24, isReused: false)
        script.carry(4, on: 1, at: 44, firstByte: 66, end: 72)
        script.queue(5, at: 46)
        script.resize(2, to: 3, at: 60)
        script.carry(5, on: 2, at: 60, firstByte: 70, end: 76, issued: 46)
        script.close(2, at: 90, .peerClosed)
        script.carry(6, on: 1, at: 84, firstByte: 98, end: 100)
        return script
    }
}
