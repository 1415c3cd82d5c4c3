import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: reasons, records and the snapshot (rules 11, 31, 48 to 52)")
struct ReasonTests {
    @Test func `the first connection to an origin is the first`() {
        var bench = Bench()
        bench.serves(1...1)
        #expect(bench.newReason == NewConnectionReason(.noneYet))
    }

    @Test func `a connection that could not be opened was none`() {
        var bench = Bench()
        bench.arrives(1)
        bench.isRefused(1)
        bench.arrives(2)
        bench.opens(2)
        #expect(bench.newReason?.code == .noneYet)
    }

    @Test func `when all were busy it says how many, and with what`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.arrives(3)
        bench.opens(3)
        #expect(bench.newReason?.code == .allBusy(2))
        let busy = { NewConnectionReason.Finding.busy(RequestLabel(method: "GET", target: $0)) }
        #expect(
            bench.newReason?.connections == [
                .init(connection: ConnectionID(1), finding: busy("/1")),
                .init(connection: ConnectionID(2), finding: busy("/2")),
            ]
        )
    }

    @Test func `rule 52: when the last one closed it says which, why, and after how long`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.finishes(1)
        bench.passes(.seconds(5))
        bench.isClosed(1, .peerClosed)
        bench.arrives(2)
        bench.opens(2)
        #expect(bench.newReason?.code == .closed(ConnectionID(1), .peerClosed, idle: .seconds(5)))
        #expect(
            bench.newReason?.connections == [
                .init(connection: ConnectionID(1), finding: .closed(.peerClosed))
            ]
        )
    }

    @Test func `one that is still closing is as good as closed`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.finishes(1, .condemned(.serverClose))
        bench.arrives(2)
        bench.opens(2)
        #expect(bench.newReason?.code == .closed(ConnectionID(1), .serverClose, idle: nil))
        #expect(bench.newReason?.connections.map(\.finding) == [.closing(.serverClose)])
    }

    @Test func `when only other settings have connections it says what differs`() {
        var bench = Bench()
        bench.serves(1...1, .aOther)
        bench.finishes(1)
        bench.arrives(2, .a)
        bench.opens(2)
        #expect(bench.newReason?.code == .keyDiffers(.tls))
        #expect(bench.newReason?.connections.map(\.finding) == [.keyDiffers(.tls)])
    }

    @Test func `after a change of settings it says that the old connection closed for it`() {
        var bench = Bench()
        bench.serves(1...1, .aOther)
        bench.finishes(1)
        bench.reconfigures()
        bench.isClosed(1)
        bench.arrives(2, .a)
        bench.opens(2)
        #expect(bench.newReason?.code == .closed(ConnectionID(1), .configChanged, idle: .zero))
    }

    @Test func `a connection that was opened ahead of need says so`() {
        var bench = Bench()
        bench.warms(1)
        bench.opens(1)
        bench.arrives(1)
        #expect(bench.newReason?.code == .warmed)
    }

    @Test func `rule 14: a surplus connection that idled unused was opened for another request`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.arrives(2)
        bench.finishes(1)
        bench.opens(2)
        bench.arrives(3)
        #expect(bench.newReason?.code == .spare)
    }

    @Test func `one that takes no request after its own is not busy, but leaving`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.reconfigures()
        bench.arrives(2)
        bench.opens(2)
        #expect(bench.newReason?.code == .closed(ConnectionID(1), .configChanged, idle: nil))
        #expect(bench.newReason?.connections.map(\.finding) == [.closing(.configChanged)])
    }

    @Test func `rule 52: who asks learns why no other connection than the reused one was taken`() {
        var bench = Bench()
        bench.serves(1...3)
        bench.finishes(2...3)
        #expect(bench.arrives(4, asks: true) == [.send(4, on: 3)])
        let busy = NewConnectionReason.Finding.busy(RequestLabel(method: "GET", target: "/1"))
        #expect(
            bench.dispatch?.others == [
                .init(connection: ConnectionID(1), finding: busy),
                .init(connection: ConnectionID(2), finding: .notNeeded),
            ]
        )
        #expect(bench.arrives(5) == [.send(5, on: 2)])
        #expect(bench.dispatch?.others == [])
    }

    @Test func `a wait for a connection that closes says that it is closing`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.finishes(1, .condemned(.serverClose))
        bench.arrives(2)
        bench.isClosed(1)
        bench.opens(2)
        #expect(bench.dispatch?.wait?.holders.map(\.isClosing) == [true])
    }

    @Test func `a connect closes for the reason for which its request left`() {
        var bench = Bench()
        bench.arrives(1)
        let id = RequestID(exchange: 1)
        _ = bench.pool.requestCancelled(id, reason: .timeout, now: bench.now)
        bench.isClosed(1)
        #expect(bench.epitaph?.reason == .timeout)
    }

    @Test func `the reason is that of the time when the connection was started`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        bench.finishes(1, .condemned(.serverClose))
        bench.passes(.milliseconds(5))
        bench.isClosed(1)
        bench.passes(.milliseconds(7))
        bench.opens(2)
        #expect(bench.newReason?.code == .closed(ConnectionID(1), .serverClose, idle: nil))
        #expect(bench.dispatch?.wait?.duration == .milliseconds(5), "the connect is no wait")
        #expect(bench.waited == .milliseconds(12))
    }

    // MARK: Waits

    @Test func `connecting is no wait`() {
        var bench = Bench()
        bench.arrives(1)
        #expect(bench.snapshot.waiting.first?.cause == .connecting)
        bench.passes(.seconds(1))
        bench.opens(1)
        #expect(bench.dispatch?.wait == nil)
        #expect(bench.waited == .seconds(1))
    }

    @Test func `rule 52: a wait names the limit and its holders when it began`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.passes(.milliseconds(100))
        bench.arrives(2)
        bench.passes(.milliseconds(800))
        bench.finishes(1)
        #expect(
            bench.dispatch?.wait
                == WaitRecord(
                    duration: .milliseconds(800),
                    cause: .perOrigin(limit: 1),
                    holders: [
                        .init(
                            connection: ConnectionID(1),
                            request: RequestLabel(method: "GET", target: "/1"),
                            busyFor: .milliseconds(100)
                        )
                    ]
                )
        )
    }

    @Test func `a limit is said to be reached once until there is room again`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        #expect(bench.eventNames == ["request.queued", "pool.limit_hit"])
        bench.arrives(3)
        #expect(bench.eventNames == ["request.queued"])
        bench.isClosed(1)
        bench.arrives(4)
        #expect(bench.eventNames == ["request.queued", "pool.limit_hit"])
    }

    @Test func `a request is told its place in the one queue`() {
        var bench = Bench { $0.total = 1 }
        bench.serves(1...1, .a)
        bench.arrives(2, .b)
        bench.arrives(3, .a)
        guard case .requestQueued(_, let position, _)? = bench.events.first else {
            Issue.record("\(bench.events)")
            return
        }
        #expect(position == 2)
    }

    // MARK: Events

    @Test func `rule 49: events tell the life of a connection in order`() {
        var bench = Bench()
        bench.arrives(1)
        #expect(bench.eventNames == ["request.queued", "conn.connecting"])
        bench.opens(1)
        #expect(bench.eventNames == ["request.dispatched"])
        bench.finishes(1)
        #expect(bench.events == [.parked(deadline: .seconds(60), why: .idleTimeout)])
        bench.arrives(2)
        #expect(bench.eventNames == ["request.dispatched", "conn.reused"])
        bench.isClosed(1, .peerReset)
        #expect(bench.eventNames == ["conn.closed"])
    }

    @Test func `rule 48: events come before the actions that set off others`() {
        var bench = Bench()
        bench.arrives(1)
        guard case .connect? = bench.actions.last else {
            Issue.record("\(bench.actions)")
            return
        }
        bench.opens(1)
        guard case .dispatch? = bench.actions.last else {
            Issue.record("\(bench.actions)")
            return
        }
    }

    // MARK: Churn

    @Test func `rule 11: an idle limit below the concurrency warns once, with both numbers`() {
        var bench = Bench { $0.idle = 1 }
        var warnings: [PoolWarning] = []
        for round in 0..<10 {
            for number in [2 * round + 1, 2 * round + 2] {
                bench.arrives(number)
                for case .warning(let warning) in bench.events { warnings.append(warning) }
            }
            for connection in bench.connections where connection.state == .connecting {
                bench.opens(connection.id.number)
            }
            for connection in bench.connections { bench.finishes(connection.id.number) }
            for connection in bench.connections where connection.state == .closing {
                bench.isClosed(connection.id.number)
            }
        }
        #expect(
            warnings == [
                .idleChurn(
                    origin: ConnectionKey.a.origin,
                    limit: 1,
                    concurrency: 2,
                    extraConnects: 6
                )
            ]
        )
    }

    @Test func `two origins that take turns under a limit of one warn once`() {
        var bench = Bench { $0.total = 1 }
        var warnings: [PoolWarning] = []
        for number in 1...20 {
            bench.arrives(number, number.isMultiple(of: 2) ? .b : .a)
            if bench.connections.first?.state == .closing {
                bench.isClosed(number - 1)
                for case .warning(let warning) in bench.events { warnings.append(warning) }
            }
            bench.opens(number)
            bench.finishes(number)
        }
        #expect(
            warnings == [
                .churn(
                    origin: ConnectionKey.a.origin,
                    limit: .total(limit: 1),
                    concurrency: 2,
                    extraConnects: 6
                ),
                .churn(
                    origin: ConnectionKey.b.origin,
                    limit: .total(limit: 1),
                    concurrency: 2,
                    extraConnects: 6
                ),
            ]
        )
    }

    // MARK: Snapshot

    @Test func `the snapshot shows a connection as it is`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.passes(.seconds(2))
        bench.finishes(1, .persistent(KeepAliveHint(timeout: .seconds(5), max: 9)))
        bench.passes(.seconds(1))
        #expect(
            bench.connections == [
                ConnectionSnapshot(
                    id: ConnectionID(1),
                    key: .a,
                    state: .idle,
                    age: .seconds(3),
                    idleFor: .seconds(1),
                    deadline: IdleDeadline(remaining: .seconds(3), reason: .serverKeepAlive),
                    requestCount: 1,
                    servedExchanges: [1],
                    keepAlive: KeepAliveHint(timeout: .seconds(5), max: 9)
                )
            ]
        )
    }

    @Test func `rule 51: the last fifty closed connections stay visible`() {
        var bench = Bench()
        for number in 1...51 {
            bench.serves(number...number)
            bench.finishes(number, .condemned(.serverClose))
            bench.isClosed(number)
            bench.passes(.seconds(1))
        }
        let closed = bench.snapshot.closed
        #expect(closed.map(\.id.number) == Array(2...51))
        #expect(closed.last?.closeReason == .serverClose)
        #expect(closed.last?.closedFor == .seconds(1))
        #expect(closed.last?.bytesIn == 200)
        #expect(closed.last?.servedExchanges == [51])
    }

    @Test func `a connection remembers the last hundred exchanges`() {
        var bench = Bench()
        bench.serves(1...1)
        for number in 2...102 {
            bench.finishes(1)
            bench.arrives(number)
        }
        #expect(bench.connections.first?.servedExchanges == Array(3...102))
        #expect(bench.connections.first?.requestCount == 102)
    }
}
