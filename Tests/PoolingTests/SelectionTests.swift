import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: selection and fairness (rules 12 to 15)")
struct SelectionTests {
    @Test func `the first request opens a connection and goes on it`() {
        var bench = Bench()
        #expect(bench.arrives(1) == [.connect(1)])
        #expect(bench.opens(1) == [.send(1, on: 1)])
    }

    @Test func `an idle connection is used again`() {
        var bench = Bench()
        bench.serves(1...1)
        #expect(bench.finishes(1) == [])
        bench.passes(.milliseconds(3200))
        #expect(bench.arrives(2) == [.send(2, on: 1)])
        #expect(bench.dispatch?.decision == .reused(idle: .milliseconds(3200)))
        #expect(bench.dispatch?.requestNumber == 2)
    }

    @Test func `rule 1: requests of other origins and other TLS settings share no connection`() {
        var bench = Bench()
        bench.serves(1...1, .a)
        bench.finishes(1)
        #expect(bench.arrives(2, .b) == [.connect(2)])
        #expect(bench.arrives(3, .aOther) == [.connect(3)])
    }

    @Test func `rule 13: the most recently used connection is taken first`() {
        var bench = Bench()
        bench.serves(1...3)
        bench.finishes(1...3)
        #expect(bench.arrives(4) == [.send(4, on: 3)])
    }

    @Test func `with fifo the longest idle connection is taken first`() {
        var bench = Bench { $0.reuseOrder = .fifo }
        bench.serves(1...3)
        bench.finishes(1...3)
        #expect(bench.arrives(4) == [.send(4, on: 1)])
    }

    @Test func `the order of reuse can be switched between two requests`() {
        var bench = Bench()
        bench.serves(1...3)
        bench.finishes(1...3)
        bench.resizes { $0.reuseOrder = .fifo }
        #expect(bench.arrives(4) == [.send(4, on: 1)])
        bench.resizes { $0.reuseOrder = .lifo }
        #expect(bench.arrives(5) == [.send(5, on: 3)])
    }

    @Test(arguments: [ReuseOrder.lifo, .fifo])
    func `rule 13: a used connection is taken before an unused one`(order: ReuseOrder) {
        var bench = Bench { $0.reuseOrder = order }
        bench.serves(1...1)
        bench.warms(2)
        bench.finishes(1)
        bench.opens(2)
        #expect(bench.arrives(2) == [.send(2, on: 1)])
        #expect(bench.arrives(3) == [.send(3, on: 2)])
    }

    @Test func `rule 14: whoever is first in the queue gets the first connection that is ready`() {
        var bench = Bench()
        #expect(bench.arrives(1) == [.connect(1)])
        #expect(bench.arrives(2) == [.connect(2)])
        #expect(bench.opens(2) == [.send(1, on: 2)])
        #expect(bench.opens(1) == [.send(2, on: 1)])
    }

    @Test func `a connect that nobody needs any more becomes an idle connection`() {
        var bench = Bench()
        bench.serves(1...1)
        #expect(bench.arrives(2) == [.connect(2)])
        #expect(bench.finishes(1) == [.send(2, on: 1)])
        #expect(bench.opens(2) == [])
        #expect(bench.connections.last?.isUnused == true)
        #expect(
            bench.deadline(of: .idle(ConnectionID(2))) == Instant.start.advanced(by: .seconds(10))
        )
    }

    @Test func `released connections are handed over directly, oldest waiter first`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        bench.arrives(3)
        #expect(bench.waiting == [2, 3])
        #expect(bench.finishes(1) == [.send(2, on: 1)])
        #expect(bench.dispatch?.decision == .reused(idle: .zero))
        #expect(bench.finishes(1) == [.send(3, on: 1)])
    }

    @Test func `a request that is handed a connection directly arms no idle timer`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        bench.finishes(1)
        #expect(bench.deadline(of: .idle(ConnectionID(1))) == nil)
        #expect(!bench.eventNames.contains("conn.parked"))
    }

    @Test func `at the limit in all the longest idle connection of another origin makes room`() {
        var bench = Bench { $0.total = 2 }
        bench.serves(1...1, .a)
        bench.serves(2...2, .b)
        bench.finishes(1...2)
        #expect(bench.arrives(3, .c) == [.close(1, .evictedForOtherOrigin)])
        #expect(bench.isClosed(1) == [.connect(3)])
        #expect(bench.opens(3) == [.send(3, on: 3)])
        #expect(bench.dispatch?.wait?.cause == .total(limit: 2))
    }

    @Test func `rule 12: there is one victim for each blocked waiter and no more`() {
        var bench = Bench { $0.total = 3 }
        bench.serves(1...3, .a)
        bench.finishes(1...3)
        #expect(bench.arrives(4, .b) == [.close(1, .evictedForOtherOrigin)])
        #expect(bench.arrives(5, .c) == [.close(2, .evictedForOtherOrigin)])
        #expect(bench.isCancelled(4) == [])
        #expect(bench.arrives(6, .b) == [], "a closing slot was left by the one that went")
        #expect(bench.isClosed(2) == [.connect(4)])
        #expect(bench.isClosed(1) == [.connect(5)])
    }

    @Test func `a connection that is closing anyway counts as the victim`() {
        var bench = Bench { $0.total = 2 }
        bench.serves(1...1, .a)
        bench.serves(2...2, .b)
        bench.finishes(1, .condemned(.serverClose))
        bench.finishes(2)
        #expect(bench.arrives(3, .c) == [])
        #expect(bench.isClosed(1) == [.connect(3)])
    }

    @Test func `another key of the same origin makes room under the limit per origin`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1, .a)
        bench.finishes(1)
        #expect(bench.arrives(2, .aOther) == [.close(1, .evictedForOtherOrigin)])
        #expect(bench.isClosed(1) == [.connect(2)])
    }

    @Test func `rule 15: an older request of another origin is not starved by a busier one`() {
        var bench = Bench { $0.total = 1 }
        bench.serves(1...1, .a)
        bench.arrives(2, .b)
        bench.arrives(3, .a)
        #expect(bench.finishes(1) == [.close(1, .evictedForOtherOrigin)])
        #expect(bench.isClosed(1) == [.connect(2)])
        #expect(bench.opens(2) == [.send(2, on: 2)])
        #expect(bench.waiting == [3])
    }

    @Test func `a younger request overtakes one that could not use the connection`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1, .a)
        bench.serves(2...2, .b)
        bench.arrives(3, .a)
        bench.arrives(4, .b)
        #expect(bench.finishes(2) == [.send(4, on: 2)])
        #expect(bench.waiting == [3])
    }

    @Test func `a busy connection is never a victim`() {
        var bench = Bench { $0.total = 1 }
        bench.serves(1...1, .a)
        #expect(bench.arrives(2, .b) == [])
    }

    // MARK: fresh

    @Test func `rule 24: a fresh request takes no used connection`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.finishes(1)
        #expect(bench.arrives(2, fresh: true) == [.connect(2)])
        #expect(bench.opens(2) == [.send(2, on: 2)])
        #expect(bench.newReason?.code == .fresh)
        #expect(
            bench.newReason?.connections == [
                .init(connection: ConnectionID(1), finding: .freshWanted)
            ]
        )
    }

    @Test func `rule 12: each fresh request has one connection opened for it, beside idle ones`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.finishes(1)
        #expect(bench.arrives(2, fresh: true) == [.connect(2)])
        #expect(bench.arrives(3, fresh: true) == [.connect(3)])
    }

    @Test func `rule 24: a fresh request takes none that was open before, not even unused`() {
        var bench = Bench()
        bench.warms(1)
        bench.opens(1)
        #expect(bench.arrives(1, fresh: true) == [.connect(2)])
        #expect(bench.opens(2) == [.send(1, on: 2)])
        #expect(bench.newReason?.code == .fresh)
        #expect(bench.newReason?.connections.map(\.finding) == [.freshWanted])
    }

    @Test func `rule 24: a fresh request takes one whose opening began before it came`() {
        var bench = Bench()
        bench.warms(1)
        #expect(bench.arrives(1, fresh: true) == [])
        #expect(bench.opens(1) == [.send(1, on: 1)])
        #expect(bench.newReason?.code == .fresh)
    }

    @Test func `a fresh request waits its turn`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        bench.arrives(3, fresh: true)
        #expect(bench.finishes(1) == [.send(2, on: 1)])
        #expect(bench.finishes(1) == [.close(1, .evictedForOtherOrigin)])
        #expect(bench.isClosed(1) == [.connect(2)])
        #expect(bench.opens(2) == [.send(3, on: 2)])
    }

    // MARK: via

    @Test func `a request for one connection waits while that one is busy`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(2)
        #expect(bench.arrives(3, via: 1) == [])
        #expect(bench.snapshot.waiting.first?.cause == .via(ConnectionID(1)))
        #expect(bench.finishes(1) == [.send(3, on: 1)])
        #expect(bench.dispatch?.wait?.holders.map(\.connection) == [ConnectionID(1)])
    }

    @Test func `a request for one connection takes that one though another is preferred`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(1...2)
        #expect(bench.arrives(3, via: 1) == [.send(3, on: 1)])
    }

    @Test func `a request for a connection that is not open fails, with what became of it`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.isClosed(1, .peerReset)
        #expect(bench.arrives(2, via: 1) == [.fail(2)])
        #expect(bench.failure == .viaUnavailable(ConnectionID(1), .peerReset))
        #expect(bench.arrives(3, via: 9) == [.fail(3)])
        #expect(bench.failure == .viaUnavailable(ConnectionID(9), nil))
    }

    @Test func `a request for a connection of another origin fails`() {
        var bench = Bench()
        bench.serves(1...1, .a)
        bench.finishes(1)
        #expect(bench.arrives(2, .b, via: 1) == [.fail(2)])
    }

    @Test func `a request for one connection fails when that one closes under its predecessor`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.arrives(2, via: 1)
        #expect(bench.isClosed(1, .peerClosed) == [.fail(2)])
        #expect(bench.failure == .viaUnavailable(ConnectionID(1), .peerClosed))
    }
}
