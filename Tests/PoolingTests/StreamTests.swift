import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: streams of HTTP/2")
struct StreamTests {
    /// A connection of HTTP/2 that carries the first `count` requests.
    static func streaming(
        _ count: Int,
        streams: Int? = nil,
        _ change: (inout PoolLimits) -> Void = { _ in }
    ) -> Bench {
        var bench = Bench(change)
        for number in 1...count { bench.arrives(number, .h2c) }
        bench.opensHTTP2(1, streams: streams)
        return bench
    }

    @Test func `rule 40: nothing is sent before the settings of the peer have come`() {
        var bench = Bench()
        #expect(bench.arrives(1, .h2c) == [.connect(1)])
        #expect(bench.opens(1, as: .http2) == [])
        #expect(bench.states == [.connecting])
        #expect(bench.settles(1) == [.send(1, on: 1)])
        #expect(bench.states == [.busy])
    }

    @Test func `rule 40: requests share one connection, each on a stream of its own`() {
        var bench = Bench()
        for number in 1...3 { bench.arrives(number, .h2c) }
        #expect(bench.connections.count == 1)
        #expect(bench.opensHTTP2(1) == [.send(1, on: 1), .send(2, on: 1), .send(3, on: 1)])
        #expect(bench.dispatch?.decision == .stream(beside: 2))
        #expect(bench.arrives(4, .h2c) == [.send(4, on: 1)])
        #expect(bench.connections.first?.streams?.active == 4)
        #expect(bench.connections.first?.streams?.requests.map(\.request.exchange) == [1, 2, 3, 4])
    }

    @Test(arguments: [
        (nil, 100, 100), (nil, 250, 100), (0, 100, 0), (1, 100, 1), (99, 100, 99), (100, 100, 100),
        (101, 100, 100), (1000, 3, 3),
    ])
    func `rule 40: the least of what the peer and the setting allow counts`(
        peer: Int?,
        setting: Int,
        expected: Int
    ) {
        var bench = Bench { $0.h2MaxStreams = setting }
        for number in 1...110 { bench.arrives(number, .h2c) }
        #expect(bench.opensHTTP2(1, streams: peer).count == expected)
        #expect(bench.connections.first?.streams?.limit == expected)
        #expect(bench.waiting.count == 110 - expected)
    }

    @Test func `rule 40: a freed stream goes to the oldest who waits`() {
        var bench = Self.streaming(4, streams: 2)
        #expect(bench.waiting == [3, 4])
        #expect(bench.ends(2, on: 1) == [.send(3, on: 1)])
        #expect(bench.ends(1, on: 1) == [.send(4, on: 1)])
    }

    @Test func `rule 40: lowered settings leave running streams alone and open no other`() {
        var bench = Self.streaming(4, streams: 3)
        #expect(bench.settles(1, streams: 1) == [])
        #expect(bench.ends(1, on: 1) == [])
        #expect(bench.ends(2, on: 1) == [])
        #expect(bench.ends(3, on: 1) == [.send(4, on: 1)])
    }

    @Test func `rule 40: raised settings let those who wait go at once`() {
        var bench = Self.streaming(4, streams: 1)
        #expect(bench.settles(1, streams: 3) == [.send(2, on: 1), .send(3, on: 1)])
        #expect(bench.eventNames.first == "h2.settings")
    }

    @Test func `rule 40: settings that do not speak of streams change nothing`() {
        var bench = Self.streaming(2, streams: 1)
        #expect(bench.settles(1, streams: nil) == [])
        #expect(bench.connections.first?.streams?.limit == 1)
    }

    @Test(arguments: 1...3)
    func `rule 40: full connections get company as far as h2.connections allows`(allowed: Int) {
        var bench = Bench { $0.h2Connections = allowed }
        for number in 1...6 { bench.arrives(number, .h2c) }
        for number in 1...3 where bench.connections.contains(where: { $0.id.number == number }) {
            bench.opensHTTP2(number, streams: 1)
        }
        #expect(bench.connections.count == allowed)
        #expect(bench.waiting.count == 6 - allowed)
    }

    @Test func `a request that waits for a stream says so`() {
        let bench = Self.streaming(2, streams: 1)
        let cause = WaitCause.streams(ConnectionID(1), limit: 1)
        #expect(bench.snapshot.waiting.map(\.cause) == [cause])
        var later = bench
        #expect(later.ends(1, on: 1) == [.send(2, on: 1)])
        #expect(later.dispatch?.wait?.cause == cause)
        #expect(later.dispatch?.wait?.holders.map(\.connection) == [ConnectionID(1)])
    }

    @Test func `with its last stream a connection becomes idle, and is reused`() {
        var bench = Self.streaming(2)
        #expect(bench.ends(1, on: 1) == [])
        #expect(bench.states == [.busy])
        #expect(bench.ends(2, on: 1) == [])
        #expect(bench.states == [.idle])
        bench.passes(.seconds(3))
        #expect(bench.arrives(3, .h2c) == [.send(3, on: 1)])
        #expect(bench.dispatch?.decision == .reused(idle: .seconds(3)))
        #expect(bench.dispatch?.requestNumber == 3)
    }

    @Test func `a stream of a connection that has closed ends into nothing`() {
        var bench = Self.streaming(2)
        bench.isClosed(1)
        #expect(bench.ends(1, on: 1) == [])
        #expect(bench.actions.isEmpty)
    }

    // MARK: GOAWAY

    @Test func `rule 41: after GOAWAY running streams finish and no other is opened`() {
        var bench = Self.streaming(2)
        #expect(bench.goesAway(1) == [])
        #expect(bench.eventNames == ["h2.goaway", "conn.draining"])
        #expect(bench.states == [.draining])
        #expect(bench.arrives(3, .h2c) == [.connect(2)])
        #expect(bench.ends(1, on: 1) == [])
        #expect(bench.ends(2, on: 1) == [.close(1, .goaway)])
        bench.isClosed(1)
        #expect(bench.epitaph?.closer == .peer)
    }

    @Test func `rule 41: after GOAWAY an idle connection closes at once`() {
        var bench = Self.streaming(1)
        bench.ends(1, on: 1)
        #expect(bench.goesAway(1) == [.close(1, .goaway)])
    }

    @Test func `rule 41: who waits for a stream gets a new connection after GOAWAY`() {
        var bench = Self.streaming(2, streams: 1)
        #expect(bench.goesAway(1) == [.connect(2)])
        #expect(bench.opensHTTP2(2) == [.send(2, on: 2)])
        #expect(bench.newReason?.code == .closed(ConnectionID(1), .goaway, idle: nil))
    }

    @Test func `rule 52: one whose streams end because we close it is not busy, but leaving`() {
        var bench = Self.streaming(1)
        #expect(bench.closes(.connection(ConnectionID(1))) == [])
        #expect(bench.arrives(2, .h2c) == [.connect(2)])
        #expect(bench.opensHTTP2(2) == [.send(2, on: 2)])
        #expect(bench.newReason?.code == .closed(ConnectionID(1), .user, idle: nil))
    }

    @Test func `rule 7: after GOAWAY a connection counts to total only`() {
        var bench = Self.streaming(1) {
            $0.perOrigin = 1
            $0.total = 2
        }
        bench.goesAway(1)
        #expect(bench.arrives(2, .h2c) == [.connect(2)])
        bench.opensHTTP2(2)
        bench.goesAway(2)
        #expect(bench.arrives(3, .h2c) == [])
        #expect(bench.snapshot.waiting.map(\.cause) == [.total(limit: 2)])
        #expect(bench.ends(1, on: 1) == [.close(1, .goaway)])
        #expect(bench.isClosed(1) == [.connect(3)])
    }

    @Test func `rule 41: a connection without stream identifiers left drains`() {
        var bench = Self.streaming(1)
        #expect(bench.runsOutOfStreams(1) == [])
        #expect(bench.states == [.draining])
        #expect(bench.arrives(2, .h2c) == [.connect(2)])
    }

    // MARK: Requests that were not acted on

    @Test func `rule 35: a refused request goes out again in its place, whatever its method`() {
        var bench = Self.streaming(3, streams: 2)
        let refused = Bench.request(1, .h2c)
        #expect(bench.isUnprocessed(refused, on: 1) == [.send(1, on: 1)])
        #expect(bench.eventNames.prefix(2) == ["h2.refused", "request.redispatched"])
        #expect(bench.waiting == [3])
    }

    @Test func `rule 35: a second refusal drains the connection`() {
        var bench = Self.streaming(1)
        #expect(bench.isUnprocessed(Bench.request(1, .h2c), on: 1) == [.send(1, on: 1)])
        #expect(bench.dispatch?.decision == .reused(idle: .zero))
        #expect(
            bench.isUnprocessed(Bench.request(1, .h2c), on: 1)
                == [.connect(2), .close(1, .refusedStream)]
        )
        #expect(bench.opensHTTP2(2) == [.send(1, on: 2)])
    }

    @Test func `rule 35: a request that is refused a third time fails`() {
        var bench = Self.streaming(1)
        bench.isUnprocessed(Bench.request(1, .h2c), on: 1)
        bench.isUnprocessed(Bench.request(1, .h2c), on: 1)
        bench.opensHTTP2(2)
        #expect(
            bench.isUnprocessed(Bench.request(1, .h2c), on: 2, .refused(stream: 9)) == [.fail(1)]
        )
        #expect(bench.failure == .unprocessed(.refused(stream: 9)))
        #expect(bench.connections.last?.state == .idle)
    }

    @Test func `rule 35: streams above the last of a GOAWAY go to the next connection`() {
        var bench = Self.streaming(3)
        bench.goesAway(1, last: 1)
        let proof = NonProcessingProof.aboveGoAway(stream: 3)
        #expect(bench.isUnprocessed(Bench.request(2, .h2c), on: 1, proof) == [.connect(2)])
        #expect(bench.isUnprocessed(Bench.request(3, .h2c), on: 1, proof) == [])
        #expect(bench.opensHTTP2(2) == [.send(2, on: 2), .send(3, on: 2)])
        #expect(bench.ends(1, on: 1) == [.close(1, .goaway)])
    }

    @Test func `rule 35: content that cannot be sent again is not sent again`() {
        var request = Bench.request(1, .h2c)
        request.isReplayable = false
        var bench = Self.streaming(1)
        #expect(bench.isUnprocessed(request, on: 1) == [.fail(1)])
    }

    @Test func `rule 33: a stream that was never opened leaves the others alone`() {
        var bench = Self.streaming(2)
        #expect(bench.isNeverSent(Bench.request(2, .h2c), on: 1) == [.connect(2)])
        #expect(bench.states == [.draining, .connecting])
        #expect(bench.ends(1, on: 1) == [.close(1, .peerClosed)])
    }
}
