import HTTPModel
import Testing

@testable import Rendering

@Suite("Notice")
struct NoticeTests {
    @Test
    func `a connection that the peer closed while idle is news`() {
        #expect(Self.closed(.peerClosed, .seconds(5)) == "· #1 closed by peer after 5.0 s idle")
        #expect(Self.closed(.peerReset, .seconds(5)) == "· #1 reset by peer after 5.0 s idle")
    }

    @Test
    func `a connection that the peer closed under a request is told by the request`() {
        #expect(Self.closed(.peerClosed, nil) == nil)
        #expect(Self.closed(.peerReset, nil) == nil)
    }

    @Test
    func `a shrunk connection is news only if it had been busy when the command ran`() {
        #expect(Self.closed(.shrunk, nil) == "· #1 closed: shrunk")
        #expect(Self.closed(.shrunk, .seconds(5)) == nil)
        #expect(Self.closed(.user, nil) == "· #1 closed: pool close")
        #expect(Self.closed(.user, .seconds(5)) == nil)
    }

    @Test
    func `what follows from the user's own doing is no news`() {
        let echoes: [CloseReason] = [
            .clientClose, .protocolError, .cancelled, .connectFailed, .tlsFailed, .timeout,
            .shutdown,
        ]
        for reason in CloseReason.allCases {
            let isTold = Self.closed(reason, nil) != nil || Self.closed(reason, .seconds(5)) != nil
            #expect(isTold != echoes.contains(reason), "\(reason)")
        }
    }

    @Test
    func `our own limits close with their words`() {
        #expect(Self.closed(.idleTimeout, .seconds(60)) == "· #1 closed: 60 s idle")
        #expect(Self.closed(.maxAge, nil) == "· #1 closed: pool.max-age reached")
        #expect(Self.closed(.idleLimit, .seconds(1)) == "· #1 closed: pool.idle reached")
    }

    @Test
    func `a limit that took time to be reached is told with what closed`() {
        let closed = [ConnectionID(4), ConnectionID(5)]
        let event = Samples().event(
            .converged(.perOrigin(nil), took: .milliseconds(2100), closed: closed)
        )
        #expect(
            Notice.text(for: event, limits: PoolLimits(perOrigin: 3))
                == "· pool.size 3 reached: closed #4 #5 (2.1 s)"
        )
        #expect(Notice.text(for: event) == "· pool.size reached: closed #4 #5 (2.1 s)")
    }

    @Test
    func `a limit that was reached at once is no news`() {
        let limit = PoolLimitName.total
        let atOnce = PoolEvent.Kind.converged(limit, took: .zero, closed: [ConnectionID(4)])
        #expect(Notice.text(for: Samples().event(atOnce)) == nil)
        let nothing = PoolEvent.Kind.converged(limit, took: .seconds(1), closed: [])
        #expect(Notice.text(for: Samples().event(nothing)) == nil)
    }

    @Test
    func `churn is a warning with the setting that ends it`() {
        let origin = Origin(scheme: .http, host: "127.0.0.1", port: 8080)
        let size = PoolWarning.churn(
            origin: origin,
            limit: .perOrigin(limit: 2),
            concurrency: 6,
            extraConnects: 14
        )
        #expect(
            Notice.text(for: Samples().event(.warning(size)))
                == "· pool.size 2 is below your concurrency 6 to http://127.0.0.1:8080:"
                + " 14 extra connects in the last minute; `set pool.size 6` avoids them"
        )
        let idle = PoolWarning.idleChurn(
            origin: origin,
            limit: 1,
            concurrency: 2,
            extraConnects: 1
        )
        #expect(
            Notice.text(for: Samples().event(.warning(idle)))
                == "· pool.idle 1 is below your concurrency 2 to http://127.0.0.1:8080:"
                + " 1 extra connect in the last minute; `set pool.idle 2` avoids them"
        )
    }

    @Test
    func `only closings, reached limits and warnings make notices`() {
        for kind in Samples().kinds {
            guard Notice.text(for: Samples().event(kind)) != nil else { continue }
            let name = Samples().event(kind).name
            #expect(["conn.closed", "pool.converged", "pool.warning"].contains(name))
        }
    }

    private static func closed(_ reason: CloseReason, _ idle: Duration?) -> String? {
        Notice.text(for: Samples().event(.closed(Samples().epitaph(reason, idle: idle))))
    }
}

@Suite("Resize line")
struct ResizeLineTests {
    @Test
    func `shrinking names what closes at once`() {
        let kind = PoolEvent.Kind.resized(
            .perOrigin(nil),
            old: 10,
            new: 1,
            open: 3,
            busy: 0,
            idle: 3,
            over: 0
        )
        let line = ResizeLine.text(
            for: Samples().event(kind),
            closing: [ConnectionID(2), ConnectionID(3)]
        )
        #expect(
            line == "pool.size 10 → 1 · open 3: 0 busy, 3 idle · closing #2 #3 (shrunk)"
        )
    }

    @Test
    func `busy connections over the limit close when they finish`() {
        let lines = [1, 2].map { over in
            ResizeLine.text(.total, old: 8, new: 3, open: 6, busy: 5, idle: 0, over: over)
        }
        #expect(
            lines == [
                "pool.total 8 → 3 · open 6: 5 busy, 0 idle, 1 opening or closing"
                    + " · over by 1: the next 1 to finish closes",
                "pool.total 8 → 3 · open 6: 5 busy, 0 idle, 1 opening or closing"
                    + " · over by 2: the next 2 to finish close",
            ]
        )
    }

    @Test
    func `the short form fits a prompt`() {
        #expect(ResizeLine.short(old: 8, new: 3, busy: 5, over: 2) == "8→3 (busy 5, over by 2)")
        #expect(ResizeLine.short(old: 3, new: 8, busy: 3, over: 0) == "3→8 (busy 3)")
        let ascii = RenderingContext(isASCII: true)
        #expect(
            ResizeLine.short(old: 8, new: 3, busy: 5, over: 2, in: ascii)
                == "8->3 (busy 5, over by 2)"
        )
    }

    @Test
    func `other events are no resize`() {
        #expect(ResizeLine.text(for: Samples().event(.paused(nil))) == nil)
    }

    @Test
    func `an override names its origin`() {
        let origin = Origin(scheme: .https, host: "a.test")
        let line = ResizeLine.text(
            .perOrigin(origin),
            old: 1,
            new: 2,
            open: 0,
            busy: 0,
            idle: 0,
            over: 0
        )
        #expect(line == "pool.size for https://a.test 1 → 2 · open 0: 0 busy, 0 idle")
    }
}
