import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: what the user does (rules 4, 10, 46, 47)")
struct ControlTests {
    // MARK: Configuration

    @Test
    func `rule 4: idle connections close when settings change, busy ones when they have finished`()
    {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(1)
        #expect(bench.reconfigures() == [.close(1, .configChanged)])
        #expect(bench.events.first == .generation(1, why: [.tls]))
        #expect(bench.states == [.closing, .draining])
        #expect(bench.finishes(2) == [.close(2, .configChanged)])
        #expect(bench.arrives(3) == [.connect(3)])
    }

    @Test func `what changes for one origin closes its connections alone`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(1)
        bench.arrives(3, .b)
        bench.opens(3)
        bench.finishes(3)
        #expect(bench.reconfigures([ConnectionKey.a.origin]) == [.close(1, .configChanged)])
        #expect(bench.states == [.closing, .draining, .idle])
        #expect(bench.finishes(2) == [.close(2, .configChanged)])
        #expect(bench.arrives(4, .b) == [.send(4, on: 3)])
        #expect(bench.reconfigures([]) == [])
    }

    @Test func `a connect that nobody waits for is cancelled when settings change`() {
        var bench = Bench()
        bench.warms(2)
        bench.arrives(1)
        #expect(bench.reconfigures() == [.cancel(2)])
        #expect(bench.opens(1) == [.send(1, on: 1)])
        #expect(bench.finishes(1) == [.close(1, .configChanged)])
    }

    @Test func `a request since the change takes no connection that was opened before`() {
        var bench = Bench()
        bench.arrives(1)
        bench.reconfigures()
        bench.arrives(2)
        #expect(bench.isCancelled(1) == [.cancel(2)])
        #expect(bench.opens(1) == [.close(1, .configChanged), .connect(3)])
        #expect(bench.opens(3) == [.send(2, on: 3)])
    }

    // MARK: Pause

    @Test func `rule 10: a paused pool dispatches nothing and closes nothing`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.finishes(1)
        #expect(bench.pauses() == [])
        #expect(bench.events == [.paused(nil)])
        #expect(bench.arrives(2) == [])
        #expect(bench.arrives(3, .b) == [])
        #expect(bench.snapshot.isPaused)
        #expect(bench.snapshot.waiting.map(\.cause) == [.paused, .paused])
        #expect(bench.resumes() == [.send(2, on: 1), .connect(2)])
        #expect(bench.dispatch?.wait?.cause == .paused)
    }

    @Test func `running requests finish in a pause and their connections are kept`() {
        var bench = Bench { $0.perOrigin = 1 }
        bench.serves(1...1)
        bench.arrives(2)
        bench.pauses()
        #expect(bench.finishes(1) == [])
        #expect(bench.states == [.idle])
        #expect(bench.resumes() == [.send(2, on: 1)])
    }

    @Test func `rule 10: one origin is paused, and others are not`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.finishes(1)
        #expect(bench.pauses(.a) == [])
        #expect(bench.events == [.paused(ConnectionKey.a.origin)])
        #expect(bench.arrives(2) == [])
        #expect(bench.arrives(3, .b) == [.connect(2)])
        #expect(bench.opens(2) == [.send(3, on: 2)])
        #expect(bench.snapshot.pausedOrigins == [ConnectionKey.a.origin])
        #expect(bench.snapshot.waiting.map(\.cause) == [.paused])
        #expect(!bench.snapshot.isPaused)
        bench.resumes(.b)
        #expect(bench.actions.isEmpty)
        #expect(bench.resumes(.a) == [.send(2, on: 1)])
        #expect(bench.dispatch?.wait?.cause == .paused)
        #expect(bench.snapshot.pausedOrigins.isEmpty)
    }

    @Test func `what is being opened for a paused origin is kept until it goes on`() {
        var bench = Bench()
        bench.arrives(1)
        bench.pauses(.a)
        #expect(bench.opens(1) == [])
        #expect(bench.states == [.idle])
        #expect(bench.resumes(.a) == [.send(1, on: 1)])
    }

    @Test func `who waits for a paused origin takes nobody's place`() {
        var bench = Bench { $0.total = 1 }
        bench.serves(1...1, .b)
        bench.finishes(1)
        bench.pauses(.a)
        #expect(bench.arrives(2) == [])
        #expect(bench.arrives(3, .b) == [.send(3, on: 1)])
        #expect(bench.finishes(1) == [])
        #expect(bench.resumes(.a) == [.close(1, .evictedForOtherOrigin)])
    }

    @Test func `resuming all resumes each`() {
        var bench = Bench()
        bench.pauses(.a)
        bench.pauses()
        bench.arrives(1)
        bench.arrives(2, .b)
        bench.resumes(.a)
        #expect(bench.snapshot.waiting.count == 2)
        bench.pauses(.a)
        #expect(bench.resumes() == [.connect(1), .connect(2)])
        #expect(bench.events.prefix(2) == [.resumed(nil), .resumed(ConnectionKey.a.origin)])
    }

    @Test func `pausing twice says so once`() {
        var bench = Bench()
        bench.pauses()
        bench.pauses()
        #expect(bench.actions.isEmpty)
        bench.resumes()
        bench.resumes()
        #expect(bench.actions.isEmpty)
    }

    // MARK: Warm

    @Test(arguments: [(1, 1), (2, 2), (3, 3), (4, 3)])
    func `rule 46: as many are opened ahead of need as are missing and the limit allows`(
        count: Int,
        started: Int
    ) {
        var bench = Bench { $0.perOrigin = 3 }
        #expect(bench.warms(count) == (1...started).map { .connect($0) })
        for number in 1...started { bench.opens(number) }
        #expect(bench.connections.allSatisfy { $0.isUnused && $0.state == .idle })
        #expect(bench.warms(count) == [])
    }

    @Test func `what is open already counts for warming, busy or idle`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(1)
        #expect(bench.warms(3) == [.connect(3)])
    }

    @Test func `no more are opened ahead of need than may be idle or open in all`() {
        var bench = Bench { $0.idle = 2 }
        #expect(bench.warms(9).count == 2)
        var other = Bench { $0.total = 1 }
        #expect(other.warms(9).count == 1)
        #expect(other.warms(9, .b) == [])
        var third = Bench { $0.idle = 3 }
        #expect(third.warms(2).count == 2)
        #expect(third.warms(2, .b).count == 1)
    }

    @Test func `a warmed connection is kept for the whole idle timeout`() {
        var bench = Bench()
        bench.warms(1)
        bench.opens(1)
        #expect(
            bench.deadline(of: .idle(ConnectionID(1))) == Instant.start.advanced(by: .seconds(60))
        )
    }

    // MARK: Close

    @Test func `rule 47: closing all closes idle connections now and busy ones afterwards`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(1)
        #expect(bench.closes(.all) == [.close(1, .user)])
        #expect(bench.eventNames == ["conn.retiring"])
        #expect(bench.finishes(2) == [.close(2, .user)])
    }

    @Test func `closing by force aborts`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(1)
        #expect(bench.closes(.all, force: true) == [.close(1, .user), .abort(2, .user)])
    }

    @Test func `a request whose connect is closed by force gets another`() {
        var bench = Bench()
        bench.arrives(1)
        #expect(bench.closes(.all, force: true) == [.cancel(1), .connect(2)])
    }

    @Test func `closing one, an origin, or the idle ones spares the others`() {
        var bench = Bench()
        bench.serves(1...2, .a)
        bench.serves(3...4, .b)
        bench.finishes(1)
        bench.finishes(3)
        var one = bench
        #expect(one.closes(.connection(ConnectionID(3))) == [.close(3, .user)])
        var origin = bench
        #expect(origin.closes(.origin(ConnectionKey.b.origin), force: true).count == 2)
        var idle = bench
        #expect(idle.closes(.idle) == [.close(1, .user), .close(3, .user)])
    }

    @Test func `closing tells which connections it concerned`() {
        var bench = Bench()
        bench.serves(1...3)
        bench.finishes(2)
        bench.closes(.connection(ConnectionID(2)))
        let (concerned, _) = bench.pool.close(.all, force: false, now: bench.now)
        #expect(concerned == [ConnectionID(1), ConnectionID(3)])
        #expect(
            bench.pool.close(.connection(ConnectionID(9)), force: true, now: bench.now) == ([], [])
        )
    }

    // MARK: The end

    @Test func `at the end idle ones close, connects are cancelled, and who waits fails`() {
        var bench = Bench { $0.perOrigin = 2 }
        bench.serves(1...2)
        bench.arrives(3)
        bench.finishes(1)
        bench.arrives(4)
        bench.arrives(5, .b)
        bench.isCancelled(4)
        bench.finishes(1)
        #expect(
            bench.shutsDown() == [.fail(5), .close(1, .shutdown), .cancel(3)]
        )
        #expect(bench.states == [.closing, .draining, .closing])
        #expect(bench.arrives(6) == [.fail(6)])
        #expect(bench.failure == .shutDown)
    }

    @Test func `rule 47: busy connections get two seconds at the end`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.shutsDown()
        #expect(bench.deadline(of: .shutdownGrace) == bench.now.advanced(by: .seconds(2)))
        #expect(bench.finishes(1) == [.close(1, .shutdown)])
        bench.passes(.seconds(2))
        #expect(bench.fires(.shutdownGrace) == [.abort(2, .shutdown)])
        bench.isClosed(1)
        bench.isClosed(2)
        #expect(bench.pool.hasNoConnections)
    }

    @Test func `the last two seconds end early when everything is closed`() {
        var bench = Bench()
        bench.serves(1...1)
        bench.shutsDown()
        bench.finishes(1)
        bench.isClosed(1)
        #expect(bench.actions.contains(.disarm(.shutdownGrace)))
    }
}

extension ControlTests {
    @Test func `an empty pool has nothing to end`() {
        var bench = Bench()
        #expect(bench.shutsDown() == [])
        #expect(bench.actions.isEmpty)
        #expect(bench.pool.hasNoConnections)
    }
}
