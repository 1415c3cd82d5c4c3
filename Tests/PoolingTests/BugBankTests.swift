import HTTPModel
import Pooling
import Testing

/// Mistakes that other pools made, each as a test (POOL.md section 1.9).
@Suite("Pool machine: bugs of other pools")
struct BugBankTests {
    @Test(.bug("https://github.com/encode/httpcore/issues/1000", "idle connections dropped early"))
    func `rule 9: busy connections do not count as idle ones`() {
        var bench = Bench { $0.idle = 2 }
        bench.serves(1...6)
        #expect(bench.finishes(1) == [])
        #expect(bench.finishes(2) == [])
        #expect(bench.count(.idle) == 2)
        #expect(bench.finishes(3) == [.close(1, .idleLimit)])
    }

    @Test func `idle connections count against the limit, so they cannot pile up`() {
        var bench = Bench { $0.total = 2 }
        for (number, key) in [ConnectionKey.a, .b, .c, .aOther].enumerated() {
            bench.arrives(number + 1, key)
            for connection in bench.connections where connection.state == .closing {
                bench.isClosed(connection.id.number)
            }
            bench.opens(number + 1)
            bench.finishes(number + 1)
            #expect(bench.connections.count <= 2)
        }
    }

    @Test
    func `rule 7: closing connections count against the limit until their sockets are closed`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.finishes(1, .condemned(.serverClose))
        #expect(bench.arrives(2) == [])
        #expect(bench.isClosed(1) == [.connect(2)])
    }

    @Test func `rule 19: bytes that arrive on an idle connection never reach a request`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.finishes(1)
        bench.isClosed(1, .unsolicitedData)
        #expect(bench.epitaph?.reason == .unsolicitedData)
        #expect(bench.arrives(2) == [.connect(2)])
    }

    @Test(
        .bug(
            "https://github.com/encode/httpcore/issues/550",
            "a pool poisoned by cancelled requests"
        ),
        arguments: 1...3
    )
    func `cancelled and failed connects leak no slot`(limit: Int) {
        var bench = Bench { $0.perOrigin = limit }
        var next = 1
        for round in 0..<20 {
            let number = round + 1
            bench.arrives(number)
            if round.isMultiple(of: 2) {
                bench.isCancelled(number)
                bench.isClosed(next)
            } else {
                bench.isRefused(next)
            }
            next += 1
        }
        #expect(bench.connections.isEmpty)
        #expect(bench.arrives(100) == [.connect(next)])
        #expect(bench.opens(next) == [.send(100, on: next)])
    }

    @Test func `a limit below the concurrency makes requests wait and not connections churn`() {
        var bench = Bench { $0.perOrigin = 2 }
        for number in 1...20 { bench.arrives(number) }
        bench.opens(1)
        bench.opens(2)
        for number in 3...20 {
            let connection = number.isMultiple(of: 2) ? 2 : 1
            #expect(bench.finishes(connection) == [.send(number, on: connection)])
        }
        #expect(bench.connections.map(\.requestCount) == [10, 10])
    }

    @Test func `a connection that timed out while the peer closed it closes once`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.finishes(1)
        bench.passes(.seconds(60))
        #expect(bench.fires(.idle(ConnectionID(1))) == [.close(1, .idleTimeout)])
        #expect(bench.isClosed(1, .peerClosed) == [])
        #expect(bench.epitaph?.reason == .idleTimeout)
        #expect(bench.isClosed(1, .peerClosed) == [])
        #expect(bench.actions.isEmpty)
    }
}
