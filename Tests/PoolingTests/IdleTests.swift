import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: idle life and release (rules 9, 17, 21, 22)")
struct IdleTests {
    let idle = PoolTimer.idle(ConnectionID(1))

    private func served(_ change: (inout PoolLimits) -> Void = { _ in }) -> Bench {
        var bench = Bench(change)
        bench.serves(1...1)
        return bench
    }

    private func after(_ duration: Duration) -> Instant { Instant.start.advanced(by: duration) }

    @Test func `rule 17: an idle connection closes when its time is over`() {
        var bench = self.served()
        bench.finishes(1)
        #expect(bench.deadline(of: self.idle) == self.after(.seconds(60)))
        bench.passes(.seconds(60))
        #expect(bench.fires(self.idle) == [.close(1, .idleTimeout)])
        bench.isClosed(1)
        #expect(bench.epitaph?.idleFor == .seconds(60))
        #expect(bench.epitaph?.closer == .us)
    }

    @Test func `a timer of an earlier idle spell closes nothing`() {
        var bench = self.served()
        bench.finishes(1)
        bench.passes(.seconds(30))
        bench.arrives(2)
        bench.finishes(1)
        bench.passes(.seconds(30))
        #expect(bench.fires(self.idle) == [])
        #expect(bench.deadline(of: self.idle) == self.after(.seconds(90)))
    }

    @Test func `a connection past its time is not used although its timer is late`() {
        var bench = self.served()
        bench.finishes(1)
        bench.passes(.seconds(60))
        #expect(bench.arrives(2) == [.close(1, .idleTimeout), .connect(2)])
    }

    @Test func `rule 18: the peer may close an idle connection at any time`() {
        var bench = self.served()
        bench.finishes(1)
        bench.passes(.seconds(5))
        #expect(bench.isClosed(1, .peerClosed) == [])
        #expect(bench.epitaph?.reason == .peerClosed)
        #expect(bench.epitaph?.closer == .peer)
        #expect(bench.epitaph?.idleFor == .seconds(5))
        #expect(bench.actions.first == .disarm(self.idle))
    }

    struct Hint: Sendable {
        let timeout: Int
        let deadline: Int?
        let reason: CloseReason
    }

    @Test(arguments: [
        Hint(timeout: 0, deadline: nil, reason: .serverKeepAliveShort),
        Hint(timeout: 1, deadline: nil, reason: .serverKeepAliveShort),
        Hint(timeout: 2, deadline: 1, reason: .serverKeepAlive),
        Hint(timeout: 60, deadline: 59, reason: .serverKeepAlive),
        Hint(timeout: 61, deadline: 60, reason: .idleTimeout),
        Hint(timeout: 62, deadline: 60, reason: .idleTimeout),
    ])
    func `rule 17: the server's timeout counts, less a second`(hint: Hint) {
        var bench = self.served()
        let io = bench.finishes(1, .persistent(KeepAliveHint(timeout: .seconds(hint.timeout))))
        guard let deadline = hint.deadline else {
            #expect(io == [.close(1, hint.reason)])
            return
        }
        #expect(bench.deadline(of: self.idle) == self.after(.seconds(deadline)))
        bench.passes(.seconds(deadline))
        #expect(bench.fires(self.idle) == [.close(1, hint.reason)])
    }

    @Test(arguments: [0, 1, 2])
    func `the server's max is the number of further requests`(max: Int) {
        var bench = self.served()
        var io = bench.finishes(1, .persistent(KeepAliveHint(max: max)))
        for number in 0..<max {
            #expect(io == [])
            #expect(bench.arrives(2 + number) == [.send(2 + number, on: 1)])
            io = bench.finishes(1)
        }
        #expect(io == [.close(1, .peerKeepAliveMax)])
    }

    @Test func `a response without a hint takes the last one not back`() {
        var bench = self.served()
        bench.finishes(1, .persistent(KeepAliveHint(timeout: .seconds(5))))
        bench.arrives(2)
        bench.finishes(1)
        bench.passes(.seconds(4))
        #expect(bench.fires(self.idle) == [.close(1, .serverKeepAlive)])
    }

    @Test(arguments: [1, 2, 3])
    func `a connection retires after so many uses`(maxUses: Int) {
        var bench = self.served { $0.maxUses = maxUses }
        for number in 1..<maxUses {
            #expect(bench.finishes(1) == [])
            #expect(bench.arrives(1 + number) == [.send(1 + number, on: 1)])
        }
        #expect(bench.finishes(1) == [.close(1, .maxUses)])
    }

    @Test func `a lowered number of uses is checked at checkout`() {
        var bench = self.served()
        bench.finishes(1)
        bench.resizes { $0.maxUses = 1 }
        #expect(bench.arrives(2) == [.close(1, .maxUses), .connect(2)])
    }

    @Test func `the age of a connection bounds its idle time`() {
        var bench = self.served { $0.maxAge = .seconds(50) }
        bench.passes(.seconds(20))
        bench.finishes(1)
        #expect(bench.deadline(of: self.idle) == self.after(.seconds(50)))
        bench.passes(.seconds(30))
        #expect(bench.fires(self.idle) == [.close(1, .maxAge)])
    }

    @Test(arguments: [(49, false), (50, true), (51, true)])
    func `rule 21: a connection too old closes on release, never under its request`(
        age: Int,
        isTooOld: Bool
    ) {
        var bench = self.served { $0.maxAge = .seconds(50) }
        bench.passes(.seconds(age))
        #expect(bench.finishes(1) == (isTooOld ? [.close(1, .maxAge)] : []))
    }

    @Test func `a connection that is too old when it opens still serves who waited for it`() {
        var bench = Bench { $0.maxAge = .zero }
        bench.arrives(1)
        #expect(bench.opens(1) == [.send(1, on: 1)])
        #expect(bench.finishes(1) == [.close(1, .maxAge)])
    }

    @Test func `a changed idle timeout holds for those who idle already`() {
        var bench = self.served()
        bench.finishes(1)
        bench.resizes { $0.idleTimeout = .seconds(5) }
        #expect(bench.deadline(of: self.idle) == self.after(.seconds(5)))
    }

    @Test func `no idle time at all still allows handing over`() {
        var bench = Bench {
            $0.idleTimeout = .zero
            $0.perOrigin = 1
        }
        bench.serves(1...1)
        bench.arrives(2)
        #expect(bench.finishes(1) == [.send(2, on: 1)])
        bench.finishes(1)
        #expect(bench.fires(self.idle) == [.close(1, .idleTimeout)])
    }

    @Test(arguments: [
        CloseReason.serverClose, .clientClose, .http10, .untilEOF, .bodyUnread, .earlyResponse,
        .trailingData, .protocolError,
    ])
    func `rule 22: a connection that its messages condemn closes with their reason`(
        reason: CloseReason
    ) {
        var bench = self.served()
        #expect(bench.finishes(1, .condemned(reason)) == [.close(1, reason)])
        #expect(bench.arrives(2) == [.connect(2)], "a new one needs no wait for the old one")
        bench.isClosed(1, .peerClosed)
        #expect(bench.epitaph?.reason == reason)
    }

    @Test func `a waiter does not get a condemned connection`() {
        var bench = self.served { $0.perOrigin = 1 }
        bench.arrives(2)
        #expect(bench.finishes(1, .condemned(.serverClose)) == [.close(1, .serverClose)])
        #expect(bench.isClosed(1) == [.connect(2)])
    }

    // MARK: pool.idle

    @Test(arguments: [1, 2, 3, 4])
    func `above the idle limit the longest idle connection closes`(limit: Int) {
        var bench = Bench { $0.idle = limit }
        bench.serves(1...3)
        var io: [IO] = []
        for number in 1...3 {
            io += bench.finishes(number)
            bench.passes(.seconds(1))
        }
        let closing = (1...3).dropLast(limit).map { IO.close($0, .idleLimit) }
        #expect(io == closing)
        #expect(bench.count(.idle) == min(3, limit))
    }

    @Test func `rule 9: a waiter is served before the idle limit is applied`() {
        var bench = Bench {
            $0.idle = 1
            $0.perOrigin = 2
        }
        bench.serves(1...2)
        bench.finishes(1)
        bench.arrives(3)
        bench.arrives(4)
        #expect(bench.finishes(2) == [.send(4, on: 2)])
    }
}
