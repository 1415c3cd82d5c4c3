import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: PING")
struct PingTests {
    private static let timer = PoolTimer.ping(ConnectionID(1))

    @Test func `rule 42: a ping shows how quickly the peer answers`() {
        var bench = StreamTests.streaming(1)
        #expect(bench.isPinged(1) == [.ping(1)])
        bench.passes(.milliseconds(7))
        #expect(bench.answersPing(1) == [])
        #expect(bench.events == [.http2(.ping(roundTrip: .milliseconds(7)))])
    }

    @Test func `rule 42: while a ping is under way its answer serves another`() {
        var bench = StreamTests.streaming(1)
        bench.isPinged(1)
        bench.passes(.seconds(1))
        #expect(bench.isPinged(1) == [])
        #expect(bench.answersPing(1) == [])
        #expect(bench.events == [.http2(.ping(roundTrip: .seconds(1)))])
        #expect(bench.answersPing(1) == [])
        #expect(bench.actions.isEmpty)
    }

    @Test(
        .bug("https://github.com/square/okhttp/issues/3146", "a dead connection stays in the pool")
    )
    func `rule 42: after the timeout of a stream, a connection that answers no ping closes`() {
        var bench = StreamTests.streaming(2)
        #expect(bench.ends(1, on: 1, .timedOut) == [.ping(1)])
        bench.passes(.milliseconds(4999))
        #expect(bench.fires(Self.timer) == [])
        bench.passes(.milliseconds(1))
        #expect(bench.fires(Self.timer) == [.abort(1, .pingTimeout)])
        #expect(bench.arrives(3, .h2c) == [.connect(2)])
    }

    @Test func `rule 42: after the timeout of a stream, a connection that answers stays`() {
        var bench = StreamTests.streaming(1)
        #expect(bench.ends(1, on: 1, .timedOut) == [.ping(1)])
        bench.passes(.seconds(4))
        bench.answersPing(1)
        bench.passes(.seconds(1))
        #expect(bench.fires(Self.timer) == [])
        #expect(bench.arrives(2, .h2c) == [.send(2, on: 1)])
    }

    @Test func `rule 42: without h2.ping-interval nothing is pinged`() {
        let bench = StreamTests.streaming(1)
        #expect(bench.deadline(of: Self.timer) == nil)
    }

    @Test func `rule 42: h2.ping-interval pings over and over`() {
        var bench = Bench { $0.h2PingInterval = .seconds(30) }
        bench.arrives(1, .h2c)
        bench.opensHTTP2(1)
        #expect(bench.deadline(of: Self.timer) == .start.advanced(by: .seconds(30)))
        for _ in 1...3 {
            bench.passes(.seconds(30))
            #expect(bench.fires(Self.timer) == [.ping(1)])
            bench.answersPing(1)
            #expect(bench.deadline(of: Self.timer) == bench.now.advanced(by: .seconds(30)))
        }
    }

    @Test func `rule 42: a changed h2.ping-interval holds at once`() {
        var bench = StreamTests.streaming(1)
        bench.resizes { $0.h2PingInterval = .seconds(10) }
        #expect(bench.deadline(of: Self.timer) == .start.advanced(by: .seconds(10)))
        bench.resizes { $0.h2PingInterval = nil }
        #expect(bench.actions.contains(.disarm(Self.timer)))
    }

    @Test func `what is not open, or speaks HTTP/1.1, cannot be pinged`() {
        var bench = Bench()
        bench.serves(1...1)
        let (first, second) = (ConnectionID(1), ConnectionID(2))
        #expect(bench.pool.pingRequested(on: first, now: bench.now).refusal == .notHTTP2)
        #expect(bench.pool.pingRequested(on: second, now: bench.now).refusal == .notOpen)
    }

    // MARK: Sleep

    @Test(arguments: [(0, []), (5, []), (6, [.inspect(1), .inspect(2)])] as [(Int, [IO])])
    func `rule 21: after sleep, idle connections are inspected`(seconds: Int, expected: [IO]) {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(1...2)
        #expect(bench.wakes(after: .seconds(seconds)) == expected)
    }

    @Test func `rule 21: after sleep, connections whose time has passed for the peer close`() {
        var bench = Bench()
        bench.serves(1...2)
        bench.finishes(1, .persistent(KeepAliveHint(timeout: .seconds(30))))
        bench.finishes(2)
        #expect(bench.wakes(after: .seconds(40)) == [.close(1, .serverKeepAlive), .inspect(2)])
    }

    @Test func `rule 21: after sleep, the others have that much less time left`() {
        var bench = Bench { $0.idleTimeout = .seconds(60) }
        bench.serves(1...1)
        bench.finishes(1)
        #expect(bench.wakes(after: .seconds(40)) == [.inspect(1)])
        let timer = PoolTimer.idle(ConnectionID(1))
        #expect(bench.deadline(of: timer) == bench.now.advanced(by: .seconds(20)))
        bench.passes(.seconds(20))
        #expect(bench.fires(timer) == [.close(1, .idleTimeout)])
    }
}
