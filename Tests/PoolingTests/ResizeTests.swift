import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: live resizing (rules 25 to 32)")
struct ResizeTests {
    /// The counts of the resize that the last step told of.
    private func resized(_ bench: Bench) -> [PoolEvent.Kind] {
        bench.events.filter {
            guard case .resized = $0 else { return false }
            return true
        }
    }

    /// The convergences that the last step told of.
    private func converged(_ bench: Bench) -> [PoolEvent.Kind] {
        bench.events.filter {
            guard case .converged = $0 else { return false }
            return true
        }
    }

    @Test func `rule 25: growing dispatches waiters at once and opens nothing ahead of need`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        bench.arrives(3)
        #expect(bench.resizes { $0.perOrigin = 2 } == [.connect(2)])
        #expect(bench.resizes { $0.perOrigin = 10 } == [.connect(3)])
        #expect(bench.connections.count == 3)
    }

    @Test func `rule 31: how far the pool is above a lowered limit is seen until it is not`() {
        var bench = Bench()
        bench.serves(1...5)
        bench.resizes { $0.perOrigin = 3 }
        let progress = { (old: Int, new: Int, busy: Int, over: Int) in
            [ResizeProgress(limit: .perOrigin(nil), old: old, new: new, busy: busy, over: over)]
        }
        #expect(bench.snapshot.resizes == progress(10, 3, 5, 2))
        bench.finishes(1)
        #expect(bench.snapshot.resizes == progress(10, 3, 4, 1))
        bench.resizes { $0.perOrigin = 4 }
        #expect(bench.snapshot.resizes.isEmpty)
        bench.resizes { $0.perOrigin = 2 }
        #expect(bench.snapshot.resizes == progress(4, 2, 4, 2))
        for number in 2...3 { bench.finishes(number) }
        for number in 1...3 { bench.isClosed(number) }
        #expect(bench.snapshot.resizes.isEmpty)
    }

    @Test func `rule 26: shrinking closes the longest idle first`() {
        var bench = Bench()
        bench.serves(1...4)
        bench.finishes(1...4)
        #expect(bench.resizes { $0.perOrigin = 2 } == [.close(1, .shrunk), .close(2, .shrunk)])
    }

    @Test func `shrinking closes only as many as are above the limit`() {
        var bench = Bench()
        bench.serves(1...4)
        bench.finishes(1...3)
        #expect(bench.resizes { $0.perOrigin = 3 } == [.close(1, .shrunk)])
    }

    @Test func `rule 27: shrinking cancels the youngest connects that nobody waits for`() {
        var bench = Bench()
        bench.warms(3)
        #expect(bench.resizes { $0.perOrigin = 1 } == [.cancel(3), .cancel(2)])
        #expect(bench.opens(1) == [])
    }

    @Test func `a connect that a request waits for is not cancelled by shrinking`() {
        var bench = Bench()
        bench.arrives(1)
        bench.arrives(2)
        #expect(bench.resizes { $0.perOrigin = 1 } == [])
        #expect(bench.opens(1) == [.send(1, on: 1)])
        #expect(bench.opens(2) == [.send(2, on: 2)])
        #expect(bench.finishes(1) == [.close(1, .shrunk)])
        #expect(bench.finishes(2) == [])
    }

    @Test func `rule 28: shrinking interrupts nobody, and whichever is released first closes`() {
        var bench = Bench()
        bench.serves(1...5)
        #expect(bench.resizes { $0.perOrigin = 3 } == [])
        #expect(bench.finishes(4) == [.close(4, .shrunk)])
        #expect(bench.finishes(2) == [.close(2, .shrunk)])
        #expect(bench.finishes(1) == [])
        #expect(bench.states == [.idle, .closing, .busy, .closing, .busy])
    }

    @Test func `who waits gets nothing as long as the pool is above the limit`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.resizes { $0.perOrigin = 1 }
        bench.arrives(3)
        #expect(bench.finishes(1) == [.close(1, .shrunk)])
        #expect(bench.isClosed(1) == [])
        #expect(bench.finishes(2) == [.send(3, on: 2)])
    }

    @Test func `rule 30: growing again lowers the surplus and revives nothing that is closing`() {
        var bench = Bench()
        bench.serves(1...4)
        bench.resizes { $0.perOrigin = 1 }
        #expect(bench.finishes(1) == [.close(1, .shrunk)])
        #expect(bench.resizes { $0.perOrigin = 3 } == [])
        #expect(bench.finishes(2) == [])
        #expect(bench.states == [.closing, .idle, .busy, .busy])
    }

    @Test func `rule 28: force closes the youngest busy connections above the limit`() {
        var bench = Bench()
        bench.serves(1...4)
        #expect(
            bench.resizes(force: true) { $0.perOrigin = 2 }
                == [.abort(4, .shrunk), .abort(3, .shrunk)]
        )
    }

    @Test func `rule 32: a lower limit in all closes the longest idle of any origin`() {
        var bench = Bench()
        bench.serves(1...2, .a)
        bench.serves(3...4, .b)
        bench.finishes(3)
        bench.passes(.seconds(1))
        bench.finishes(1)
        bench.passes(.seconds(1))
        bench.finishes(4)
        #expect(bench.resizes { $0.total = 2 } == [.close(3, .shrunk), .close(1, .shrunk)])
    }

    @Test func `a lower idle limit closes the longest idle`() {
        var bench = Bench()
        bench.serves(1...3)
        bench.finishes(1...3)
        #expect(bench.resizes { $0.idle = 1 } == [.close(1, .shrunk), .close(2, .shrunk)])
    }

    @Test func `rule 32: an override concerns its origin only`() {
        var bench = Bench()
        bench.serves(1...2, .a)
        bench.serves(3...4, .b)
        bench.finishes(1...4)
        #expect(
            bench.resizes { $0.perOriginOverrides = [ConnectionKey.b.origin: 1] }
                == [.close(3, .shrunk)]
        )
        #expect(
            self.resized(bench) == [
                .resized(
                    .perOrigin(ConnectionKey.b.origin),
                    old: 10,
                    new: 1,
                    open: 2,
                    busy: 0,
                    idle: 2,
                    over: 0
                )
            ]
        )
        #expect(bench.resizes { $0.perOrigin = 1 } == [.close(1, .shrunk)])
    }

    // MARK: Events

    @Test func `a resize tells what it met, and how many remain above it`() {
        var bench = Bench()
        bench.serves(1...8)
        bench.finishes(1...3)
        bench.resizes { $0.perOrigin = 3 }
        #expect(
            self.resized(bench) == [
                .resized(.perOrigin(nil), old: 10, new: 3, open: 8, busy: 5, idle: 3, over: 2)
            ]
        )
        #expect(self.converged(bench) == [])
    }

    @Test func `rule 31: a resize tells when it is reached, and what closed for it`() {
        var bench = Bench()
        bench.serves(1...3)
        bench.finishes(1)
        bench.resizes { $0.perOrigin = 1 }
        bench.passes(.milliseconds(10))
        bench.isClosed(1)
        #expect(self.converged(bench) == [])
        bench.finishes(3)
        bench.passes(.milliseconds(10))
        bench.isClosed(3)
        #expect(
            self.converged(bench) == [
                .converged(
                    .perOrigin(nil),
                    took: .milliseconds(20),
                    closed: [ConnectionID(1), ConnectionID(3)]
                )
            ]
        )
    }

    @Test func `rule 31: what closes for a lower limit has closed before that is reached`() {
        var bench = Bench()
        bench.serves(1...3)
        bench.finishes(1...3)
        bench.resizes { $0.idle = 2 }
        #expect(self.converged(bench) == [])
        bench.isClosed(1)
        let closed = [ConnectionID(1)]
        #expect(self.converged(bench) == [.converged(.idle, took: .zero, closed: closed)])
    }

    @Test func `a lower limit that is kept already is reached at once`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.resizes { $0.perOrigin = 1 }
        #expect(self.converged(bench) == [.converged(.perOrigin(nil), took: .zero, closed: [])])
    }

    @Test func `a raised limit lets an earlier shrink converge`() {
        var bench = Bench()
        bench.serves(1...3)
        bench.resizes { $0.total = 1 }
        bench.passes(.seconds(1))
        bench.resizes { $0.total = 3 }
        #expect(self.converged(bench) == [.converged(.total, took: .seconds(1), closed: [])])
    }

    @Test func `a changed time bound resizes nothing`() {
        var bench = Bench()
        bench.resizes { $0.idleTimeout = .seconds(1) }
        #expect(bench.actions.isEmpty)
    }

    // MARK: Every limit at its edges

    @Test(arguments: 1...4)
    func `rule 6: exactly as many connections are opened to an origin as its limit says`(limit: Int)
    {
        var bench = Bench { $0.perOrigin = limit }
        for number in 1...(limit + 2) {
            #expect(bench.arrives(number) == (number <= limit ? [.connect(number)] : []))
        }
        #expect(bench.connections.count == limit)
        #expect(bench.snapshot.waiting.last?.cause == .perOrigin(limit: limit))
    }

    @Test(arguments: 1...4)
    func `rule 6: exactly as many connections are opened in all as the limit says`(limit: Int) {
        var bench = Bench { $0.total = limit }
        for number in 1...(limit + 2) {
            let key: ConnectionKey = [.a, .b, .c][number % 3]
            #expect(bench.arrives(number, key) == (number <= limit ? [.connect(number)] : []))
        }
        #expect(bench.connections.count == limit)
        #expect(bench.snapshot.waiting.last?.cause == .total(limit: limit))
    }

    @Test(arguments: 1...5)
    func `shrinking five busy connections to any limit converges to it`(limit: Int) {
        var bench = Bench()
        bench.serves(1...5)
        bench.resizes { $0.perOrigin = limit }
        for number in 1...5 {
            let isSurplus = number <= 5 - limit
            #expect(bench.finishes(number) == (isSurplus ? [.close(number, .shrunk)] : []))
            if isSurplus { bench.isClosed(number) }
        }
        #expect(bench.connections.count == limit)
    }

    @Test(arguments: [-1, 0, 1, 2])
    func `rule 10: limits below one are refused before they reach the pool`(limit: Int) {
        let isWrong = limit < 1
        let b = ConnectionKey.b.origin
        let problem = { (limits: PoolLimits) in limits.problem }
        #expect(
            problem(PoolLimits(perOrigin: limit)) == (isWrong ? .belowOne(.perOrigin(nil)) : nil)
        )
        #expect(
            problem(PoolLimits(perOriginOverrides: [b: limit]))
                == (isWrong ? .belowOne(.perOrigin(b)) : nil)
        )
        #expect(problem(PoolLimits(total: limit)) == (isWrong ? .belowOne(.total) : nil))
        #expect(problem(PoolLimits(idle: limit)) == (isWrong ? .belowOne(.idle) : nil))
        #expect(problem(PoolLimits(maxUses: limit)) == (isWrong ? .maxUsesBelowOne : nil))
        let second = Duration.seconds(limit)
        let isNegative = limit < 0
        #expect(problem(PoolLimits(idleTimeout: second)) == (isNegative ? .negativeDuration : nil))
        #expect(problem(PoolLimits(queueTimeout: second)) == (isNegative ? .negativeDuration : nil))
        #expect(problem(PoolLimits(maxAge: second)) == (isNegative ? .negativeDuration : nil))
    }

    @Test func `the pool does not take limits that were not checked`() async {
        await #expect(processExitsWith: .failure) {
            _ = PoolMachine(limits: PoolLimits(perOrigin: 0))
        }
    }

    @Test func `one of everything is enough for any number of requests`() {
        var bench = Bench {
            $0.perOrigin = 1
            $0.total = 1
            $0.idle = 1
            $0.maxUses = 1
        }
        for number in 1...3 { bench.arrives(number, number == 2 ? .b : .a) }
        for number in 1...3 {
            #expect(bench.opens(number) == [.send(number, on: number)])
            #expect(bench.finishes(number) == [.close(number, .maxUses)])
            #expect(bench.isClosed(number) == (number < 3 ? [.connect(number + 1)] : []))
        }
    }
}
