import HTTPModel
import Testing

@testable import Rendering

@Suite("Why report")
struct WhyReportTests {
    @Test
    func `a reused connection was free and made under the same terms`() {
        var use = ConnectionLineTests.use(.reused(idle: .milliseconds(3200)))
        use.handshake = HandshakeTimings(connect: .microseconds(400), tls: .milliseconds(1))
        #expect(
            Self.lines(use) == [
                "1 · GET /users · #1 reused (2nd request, idle 3.2 s)",
                "  It was open and free, and made under the same terms: origin, TLS settings,"
                    + " HTTP version.",
                "  Opening it had cost 1.4 ms: connect 0.4 ms, tls 1.0 ms.",
            ]
        )
    }

    static let reason = NewConnectionReason(
        .closed(ConnectionID(1), .peerClosed, idle: .seconds(5)),
        connections: [
            .init(connection: ConnectionID(1), finding: .closed(.peerClosed)),
            .init(
                connection: ConnectionID(12),
                finding: .busy(RequestLabel(method: "GET", target: "/slow"))
            ),
        ]
    )

    @Test
    func `a new connection says what kept every other one from serving`() {
        #expect(
            Self.lines(ConnectionLineTests.use(.new(Self.reason), connection: 13, number: 1)) == [
                "1 · GET /users · #13 new: #1 closed by peer after 5.0 s idle",
                "  #1 would have served, but it had closed. The server closed the connection after"
                    + " 5.0 s of idling; a request that comes sooner finds it open.",
                "  #1   closed by peer",
                "  #12  busy with GET /slow",
            ]
        )
    }

    @Test
    func `one connection's part is told alone`() {
        let use = ConnectionLineTests.use(.new(Self.reason), connection: 13, number: 1)
        let heading = "1 · GET /users · #13 new: #1 closed by peer after 5.0 s idle"
        #expect(Self.lines(use, about: 12) == [heading, "  #12: busy with GET /slow."])
        #expect(Self.lines(use, about: 13) == [heading, "  It was #13 that carried the request."])
        #expect(
            Self.lines(use, about: 40)
                == [
                    heading,
                    "  #40 was no open connection of this origin when the request went out.",
                ]
        )
    }

    @Test
    func `a connection that was not needed came after the one that was`() {
        var use = ConnectionLineTests.use(.reused(idle: .zero))
        use.others = [
            .init(connection: ConnectionID(2), finding: .notNeeded),
            .init(connection: ConnectionID(3), finding: .busy(nil)),
        ]
        #expect(
            Self.lines(use, about: 2).last
                == "  #2 was not needed: #1 was open, free and came first (pool.reuse)."
        )
        #expect(Self.lines(use, about: 3).last == "  #3: busy.")
        #expect(Self.lines(use).suffix(2) == ["  #2  usable too, and not needed", "  #3  busy"])
    }

    @Test
    func `a wait comes with the command that shortens it`() {
        var use = ConnectionLineTests.use(.reused(idle: .zero))
        use.wait = WaitRecord(
            duration: .milliseconds(800),
            cause: .perOrigin(limit: 1),
            holders: []
        )
        #expect(
            Self.lines(use)[1]
                == "  It was handed over when the request before had finished with it, and was made"
                + " under the same terms: origin, TLS settings, HTTP version."
        )
        #expect(
            Self.lines(use).last
                == "  It waited 800 ms: size 1 reached. `pool size N` above 1 lets more requests go"
                + " at once."
        )
    }

    @Test
    func `a request without a connection says what failed`() {
        let error = TransportError(
            phase: .connect,
            origin: ConnectionLineTests.origin,
            cause: .refused(addresses: [])
        )
        let attempt = ConnectionLineTests.attempt(
            result: .failed(.transport(error, retryRefusal: nil))
        )
        #expect(
            WhyReport.lines(for: ConnectionLineTests.exchange([attempt])) == [
                "1 · GET /users · no connection",
                "  cannot connect to 127.0.0.1:8080: connection refused.",
            ]
        )
    }

    @Test
    func `sentences are wrapped to the width`() {
        let use = ConnectionLineTests.use(.new(Self.reason), connection: 13, number: 1)
        let exchange = ConnectionLineTests.exchange([ConnectionLineTests.attempt(use)])
        let context = RenderingContext(width: 50)
        #expect(
            WhyReport.lines(for: exchange, in: context).dropFirst() == [
                "  5.0 s idle",
                "  #1 would have served, but it had closed. The",
                "  server closed the connection after 5.0 s of",
                "  idling; a request that comes sooner finds it",
                "  open.",
                "  #1   closed by peer",
                "  #12  busy with GET /slow",
            ]
        )
    }

    private static func lines(_ use: ConnectionUse, about connection: Int? = nil) -> [String] {
        WhyReport.lines(
            for: ConnectionLineTests.exchange([ConnectionLineTests.attempt(use)]),
            about: connection.map { ConnectionID($0) }
        )
    }
}
