import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: waiting, failing, going elsewhere (rules 15, 16, 33, 45)")
struct QueueTests {
    @Test func `rule 16: cancelling a waiter removes it at once and forgets its timer`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        #expect(bench.isCancelled(2) == [])
        #expect(bench.actions == [.disarm(.queue(RequestID(exchange: 2)))])
        #expect(bench.finishes(1) == [])
        #expect(bench.count(.idle) == 1)
    }

    @Test func `cancelling the only request of a connect cancels the connect`() {
        var bench = Bench()
        bench.arrives(1)
        #expect(bench.isCancelled(1) == [.cancel(1)])
        bench.isClosed(1)
        #expect(bench.epitaph?.reason == .cancelled)
    }

    @Test func `cancelling one of two requests cancels the youngest connect`() {
        var bench = Bench()
        bench.arrives(1)
        bench.arrives(2)
        #expect(bench.isCancelled(1) == [.cancel(2)])
        #expect(bench.opens(1) == [.send(2, on: 1)])
    }

    @Test func `cancelling a request leaves the connect that another one waits for`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.arrives(1)
        bench.arrives(2)
        #expect(bench.isCancelled(1) == [])
        #expect(bench.opens(1) == [.send(2, on: 1)])
    }

    @Test func `cancelling a request does not cancel what was opened ahead of need`() {
        var bench = Bench()
        bench.warms(1)
        bench.arrives(1)
        #expect(bench.isCancelled(1) == [])
    }

    @Test func `cancelling a request that was dispatched is ignored`() {
        var bench = Bench()
        bench.serves(1...1)
        #expect(bench.isCancelled(1) == [])
        #expect(bench.actions.isEmpty)
    }

    @Test func `a connect that opens while it is being cancelled closes`() {
        var bench = Bench()
        bench.arrives(1)
        bench.isCancelled(1)
        #expect(bench.opens(1) == [.abort(1, .cancelled)])
    }

    @Test func `rule 16: a request that waits too long fails, with the limit and who holds it`() {
        var bench = Bench { $0.perOrigin = 2 }
        bench.arrives(1)
        bench.opens(1)
        bench.passes(.seconds(1))
        bench.arrives(2)
        bench.opens(2)
        bench.arrives(3)
        #expect(
            bench.deadline(of: .queue(RequestID(exchange: 3)))
                == bench.now.advanced(by: .seconds(30))
        )
        bench.passes(.seconds(30))
        #expect(bench.fires(.queue(RequestID(exchange: 3))) == [.fail(3)])
        let get = { RequestLabel(method: "GET", target: $0) }
        #expect(
            bench.failure
                == .queueTimedOut(
                    limit: .seconds(30),
                    cause: .perOrigin(limit: 2),
                    holders: [
                        .init(
                            connection: ConnectionID(1),
                            request: get("/1"),
                            busyFor: .seconds(31)
                        ),
                        .init(
                            connection: ConnectionID(2),
                            request: get("/2"),
                            busyFor: .seconds(30)
                        ),
                    ]
                )
        )
    }

    @Test func `the time for opening a connection is not queue time`() {
        var bench = Bench { $0.queueTimeout = .seconds(1) }
        bench.arrives(1)
        bench.passes(.seconds(1))
        #expect(bench.fires(.queue(RequestID(exchange: 1))) == [])
        #expect(
            bench.deadline(of: .queue(RequestID(exchange: 1)))
                == bench.now.advanced(by: .seconds(1))
        )
    }

    @Test func `a queue timer that runs early is armed again`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        bench.passes(.milliseconds(29_999))
        #expect(bench.fires(.queue(RequestID(exchange: 2))) == [])
        #expect(
            bench.actions == [
                .arm(.queue(RequestID(exchange: 2)), at: Instant.start.advanced(by: .seconds(30)))
            ]
        )
    }

    @Test func `a queue timer whose request has gone is ignored`() {
        var bench = Bench()
        bench.serves(1...1)
        #expect(bench.fires(.queue(RequestID(exchange: 1))) == [])
        #expect(bench.actions.isEmpty)
    }

    @Test func `a shorter queue timeout holds for those who wait already`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        bench.passes(.seconds(5))
        bench.resizes { $0.queueTimeout = .seconds(3) }
        #expect(bench.deadline(of: .queue(RequestID(exchange: 2))) == bench.now)
        #expect(bench.fires(.queue(RequestID(exchange: 2))) == [.fail(2)])
    }

    // MARK: Failed connects

    @Test func `a failed connect fails its request with the cause`() throws {
        var bench = Bench()
        bench.arrives(1)
        #expect(bench.isRefused(1) == [.fail(1)])
        guard case .connectFailed(let error)? = bench.failure else {
            Issue.record("\(String(describing: bench.failure))")
            return
        }
        #expect(error.cause == .refused(addresses: ["192.0.2.1"]))
        #expect(bench.epitaph?.reason == .connectFailed)
        #expect(bench.connections.isEmpty)
    }

    @Test func `a failed handshake is told from a failed connect`() {
        var bench = Bench()
        bench.arrives(1)
        bench.isRefused(1, .handshake)
        #expect(bench.epitaph?.reason == .tlsFailed)
    }

    @Test func `rule 45: a failed connect fails the oldest request without another connect`() {
        var bench = Bench { $0.perOrigin = 2 }
        bench.arrives(1)
        bench.arrives(2)
        bench.arrives(3)
        #expect(bench.isRefused(1) == [.fail(2), .connect(3)])
        #expect(bench.waiting == [1, 3])
        #expect(bench.opens(2) == [.send(1, on: 2)])
    }

    @Test func `a failed connect that nobody needed fails nobody`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.arrives(2)
        bench.finishes(1)
        #expect(bench.isRefused(2) == [])
    }

    @Test func `rule 45: a failed connect is never tried again by the pool`() {
        var bench = Bench()
        bench.arrives(1)
        #expect(bench.isRefused(1) == [.fail(1)])
        #expect(bench.fires(.queue(RequestID(exchange: 1))) == [])
    }

    @Test func `a connection that closes before it is open fails its request`() {
        var bench = Bench()
        bench.arrives(1)
        #expect(bench.isClosed(1, .peerReset) == [.fail(1)])
    }

    // MARK: Never sent

    @Test func `rule 15: a request that was never sent goes elsewhere with its place in the queue`()
    {
        var bench = Bench { $0.perOrigin = 2 }
        bench.serves(1...2)
        bench.arrives(3)
        #expect(bench.isNeverSent(Bench.request(1), on: 1) == [.abort(1, .peerClosed)])
        #expect(bench.eventNames.first == "request.redispatched")
        #expect(bench.waiting == [1, 3])
        #expect(bench.finishes(2) == [.send(1, on: 2)])
    }

    @Test func `the wait of a request that was never sent counts from its first arrival`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.passes(.seconds(2))
        bench.isNeverSent(Bench.request(1), on: 1)
        bench.passes(.seconds(1))
        #expect(bench.opens(2) == [.send(1, on: 2)])
        #expect(bench.waited == .seconds(3))
    }

    @Test func `rule 34: a connection on which nothing was sent has served nothing`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.isNeverSent(Bench.request(1), on: 1)
        bench.isClosed(1)
        #expect(bench.epitaph?.requestCount == 0)
        #expect(bench.snapshot.closed.first?.servedExchanges == [])
    }

    @Test func `rule 33: the fourth dead connection in a row fails the request`() {
        var bench = Bench()
        bench.warms(4)
        for number in 1...4 { bench.opens(number) }
        #expect(bench.arrives(1) == [.send(1, on: 4)])
        for number in [4, 3, 2] {
            #expect(
                bench.isNeverSent(Bench.request(1), on: number) == [
                    .abort(number, .peerClosed), .send(1, on: number - 1),
                ]
            )
        }
        #expect(
            bench.isNeverSent(Bench.request(1), on: 1) == [.abort(1, .peerClosed), .fail(1)]
        )
        #expect(bench.failure == .redispatchedTooOften)
    }

    // MARK: Races

    @Test func `what is told of a connection that has gone is ignored`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.isClosed(1)
        let before = bench.pool
        bench.finishes(1)
        bench.isClosed(1)
        bench.opens(1)
        bench.isRefused(1)
        bench.fires(.idle(ConnectionID(1)))
        #expect(bench.pool == before)
    }

    @Test func `a request that finishes while it is being aborted changes nothing`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.closes(.all, force: true)
        #expect(bench.finishes(1) == [])
        #expect(bench.states == [.closing])
    }
}
