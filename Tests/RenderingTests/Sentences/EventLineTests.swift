import HTTPModel
import Testing

@testable import Rendering

@Suite("Event line")
struct EventLineTests {
    static let key = ConnectionKey(origin: Origin(scheme: .http, host: "127.0.0.1", port: 8080))

    static let requests: [(PoolEvent.Kind, String)] = [
        (
            .requestQueued(key: Self.key, position: 3, cause: .perOrigin(limit: 1)),
            "request.queued      position 3, size 1 reached, http://127.0.0.1:8080"
        ),
        (
            .requestDispatched(decision: .reused(idle: .milliseconds(3200)), waited: .zero),
            "request.dispatched  #1 reused, idle 3.2 s"
        ),
        (
            .requestDispatched(decision: .reused(idle: .zero), waited: .milliseconds(800)),
            "request.dispatched  #1 reused, handed over directly, waited 800 ms"
        ),
        (
            .requestDispatched(
                decision: .new(NewConnectionReason(.allBusy(2))),
                waited: .milliseconds(800)
            ),
            "request.dispatched  #1 new, all_busy, waited 800 ms"
        ),
        (.requestSent(bytes: 812), "request.sent        812 B"),
        (.requestFirstByte(after: .microseconds(900)), "request.first_byte  after 0.9 ms"),
        (
            .requestDone(status: 200, bytes: 61, total: .microseconds(900)),
            "request.done        200, 61 B, 0.9 ms"
        ),
        (
            .requestFailed(
                TransportError(
                    phase: .connect,
                    origin: Self.key.origin,
                    cause: .refused(addresses: [])
                )
            ),
            "request.failed      refused: cannot connect to 127.0.0.1:8080: connection refused"
        ),
        (
            .requestRedispatched(from: ConnectionID(2), why: .peerClosed),
            "request.redispatched  from #2: peer_closed"
        ),
        (
            .requestRetry(
                rule: 34,
                evidence: StaleEvidence(
                    connection: ConnectionID(2),
                    completedExchanges: 1,
                    reason: .peerReset
                )
            ),
            "request.retry       #2 peer_reset before a byte of the response,"
                + " after 1 exchange, rule 34"
        ),
        (
            .requestRetry(
                rule: 36,
                evidence: StaleEvidence(
                    connection: ConnectionID(2),
                    completedExchanges: 1,
                    reason: .peer408
                )
            ),
            "request.retry       408 on #2, after 1 exchange, rule 36"
        ),
        (
            .requestRetryRefused(rule: 34, why: .notIdempotent(method: "POST")),
            "request.retry_refused  not sent again: POST is not idempotent, rule 34"
        ),
        (
            .requestRedirect(
                status: 302,
                from: "http://a/",
                to: "http://b/",
                methodBefore: "POST",
                stripped: ["cookie"]
            ),
            "request.redirect    302 http://a/ → http://b/, no longer POST, not sent on: cookie"
        ),
        (.requestCancelled(whileQueued: true), "request.cancelled   while queued"),
        (.requestCancelled(whileQueued: false), "request.cancelled   under way"),
    ]

    @Test
    func `events of requests begin with the request`() {
        for (kind, text) in Self.requests {
            #expect(EventLine.text(for: Self.event(kind)) == "  12.345 s  3     \(text)")
        }
    }

    static let connections: [(PoolEvent.Kind, String)] = [
        (
            .connecting(key: Self.key, why: .noneYet),
            "conn.connecting     http://127.0.0.1:8080, none_yet"
        ),
        (
            .resolved(addresses: ["127.0.0.1", "::1"], took: .microseconds(400), cached: false),
            "conn.dns            127.0.0.1, ::1, 0.4 ms"
        ),
        (
            .resolved(addresses: ["::1"], took: .zero, cached: true),
            "conn.dns            ::1, cached"
        ),
        (
            .connectAttempt(address: "[::1]:80", error: "refused", took: .microseconds(300)),
            "conn.attempt        [::1]:80, refused, 0.3 ms"
        ),
        (
            .connectAttempt(address: "[::1]:80", error: nil, took: .microseconds(300)),
            "conn.attempt        [::1]:80, connected, 0.3 ms"
        ),
        (
            .tcpConnected(local: "127.0.0.1:51234", remote: nil, took: .microseconds(300)),
            "conn.tcp            127.0.0.1:51234 → –, 0.3 ms"
        ),
        (
            .tlsEstablished(
                TLSFacts(version: "TLS 1.3", alpn: "h2", isVerified: false),
                took: .milliseconds(1)
            ),
            "conn.tls            TLS 1.3, ALPN h2, not verified, 1.0 ms"
        ),
        (
            .ready(applicationProtocol: "http/1.1", total: .milliseconds(1)),
            "conn.ready          http/1.1, 1.0 ms"
        ),
        (
            .reused(idle: .milliseconds(3200), requestCount: 2),
            "conn.reused         2nd request, idle 3.2 s"
        ),
        (
            .parked(deadline: .seconds(60), why: .idleTimeout),
            "conn.parked         closes in 60 s, idle_timeout"
        ),
        (.retiring(why: .maxAge), "conn.retiring       max_age"),
        (.draining(why: .shrunk, streams: 2), "conn.draining       shrunk, 2 streams to finish"),
        (
            .closed(Samples().epitaph(.peerClosed, idle: nil)),
            "conn.closed         peer_closed by peer, age 13 s, 4 requests, 9.3 kB in, 812 B out"
        ),
        (
            .closed(Samples().epitaph(.idleTimeout, idle: .seconds(5))),
            "conn.closed         idle_timeout by us, idle 5.0 s, age 13 s, 4 requests,"
                + " 9.3 kB in, 812 B out"
        ),
    ]

    @Test
    func `events of connections begin with the connection`() {
        for (kind, text) in Self.connections {
            #expect(EventLine.text(for: Self.event(kind)) == "  12.345 s  #1    \(text)")
        }
    }

    static let pool: [(PoolEvent.Kind, String)] = [
        (
            .limitHit(.perOrigin(limit: 2), holders: [ConnectionID(1), ConnectionID(2)]),
            "pool.limit_hit      size 2 reached, held by #1 #2"
        ),
        (
            .resized(.perOrigin(nil), old: 8, new: 3, open: 8, busy: 5, idle: 3, over: 2),
            "pool.resized        pool.size 8 → 3 · open 8: 5 busy, 3 idle"
                + " · over by 2: the next 2 to finish close"
        ),
        (
            .converged(.total, took: .seconds(2), closed: [ConnectionID(4)]),
            "pool.converged      pool.total reached after 2.0 s, closed #4"
        ),
        (.paused(nil), "pool.paused"),
        (.paused(Self.key.origin), "pool.paused         http://127.0.0.1:8080"),
        (.resumed(nil), "pool.resumed"),
        (
            .generation(2, why: [.tls, .proxy]),
            "pool.generation     connections are of generation 2 from now on: other tls and proxy"
        ),
    ]

    @Test
    func `events of the pool begin with a dash`() {
        for (kind, text) in Self.pool {
            let event = PoolEvent(
                sequence: 1,
                at: Instant(nanoseconds: 12_345_678_900),
                kind: kind
            )
            #expect(EventLine.text(for: event) == "  12.345 s  –     \(text)")
        }
    }

    @Test(arguments: [0, 39, 40, 41, 60, 300])
    func `details are cut to the width`(width: Int) {
        let event = Self.event(.closed(Samples().epitaph(.peerClosed, idle: nil)))
        let line = EventLine.text(for: event, in: RenderingContext(width: width))
        #expect(line.cellWidth <= max(width, 38))
        #expect(line.hasPrefix("  12.345 s  #1    conn.closed"))
    }

    @Test(arguments: [40, 60, 80, 300])
    func `details that do not fit stand below the name, whole`(width: Int) {
        let event = Self.event(.closed(Samples().epitaph(.peerClosed, idle: nil)))
        let whole = EventLine.text(for: event)
        let lines = EventLine.lines(for: event, in: RenderingContext(width: width))
        #expect(lines.allSatisfy { $0.cellWidth <= width }, "\(lines)")
        #expect(lines.count == 1 || whole.cellWidth > width, "\(lines)")
        let words = lines.joined(separator: " ").split(separator: " ")
        #expect(words == whole.split(separator: " "), "\(lines)")
    }

    @Test
    func `times are in seconds with three decimals`() {
        for (nanoseconds, text) in [
            (0, "   0.000 s"), (999_999, "   0.000 s"), (1_000_000, "   0.001 s"),
            (12_345_678_900_000, "12345.678 s"),
        ] as [(Int64, String)] {
            let event = PoolEvent(
                sequence: 1,
                at: Instant(nanoseconds: nanoseconds),
                kind: .paused(nil)
            )
            #expect(EventLine.text(for: event) == "\(text)  –     pool.paused")
        }
    }

    static func event(_ kind: PoolEvent.Kind) -> PoolEvent { Samples().event(kind) }
}
