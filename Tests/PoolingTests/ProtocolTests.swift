import HTTPModel
import Pooling
import Testing

@Suite("Pool machine: from one protocol to the other")
struct ProtocolTests {
    /// A pool whose key `auto` has been found to speak HTTP/2, on #1, which idles.
    static func knowingHTTP2(_ change: (inout PoolLimits) -> Void = { _ in }) -> Bench {
        var bench = Bench(change)
        bench.arrives(1, .auto)
        bench.opensHTTP2(1)
        bench.ends(1, on: 1)
        return bench
    }

    // MARK: Rule 38

    @Test func `rule 38: one connect tells the protocol, and others wait for it`() {
        var bench = Bench()
        #expect(bench.arrives(1, .auto) == [.connect(1)])
        #expect(bench.arrives(2, .auto) == [])
        #expect(bench.arrives(3, .auto) == [])
        #expect(bench.snapshot.waiting.map(\.cause) == [.connecting, .connecting, .connecting])
    }

    @Test func `rule 38: if it is HTTP/1.1, connections are opened for those who waited`() {
        var bench = Bench()
        for number in 1...3 { bench.arrives(number, .auto) }
        #expect(bench.opens(1) == [.send(1, on: 1), .connect(2), .connect(3)])
    }

    @Test func `rule 38: if it is HTTP/2, they share the connection`() {
        var bench = Bench()
        for number in 1...3 { bench.arrives(number, .auto) }
        #expect(bench.opensHTTP2(1) == [.send(1, on: 1), .send(2, on: 1), .send(3, on: 1)])
    }

    @Test func `rule 38: after 300 ms the others do not wait any longer`() {
        var bench = Bench()
        for number in 1...3 { bench.arrives(number, .auto) }
        let timer = PoolTimer.protocolProbe(ConnectionID(1))
        bench.passes(.milliseconds(299))
        #expect(bench.fires(timer) == [])
        #expect(bench.deadline(of: timer) == .start.advanced(by: .milliseconds(300)))
        bench.passes(.milliseconds(1))
        #expect(bench.fires(timer) == [.connect(2), .connect(3)])
    }

    @Test func `rule 38: a connect that fails makes way for the next one`() {
        var bench = Bench()
        for number in 1...2 { bench.arrives(number, .auto) }
        #expect(bench.isRefused(1) == [.fail(1), .connect(2)])
        #expect(bench.opens(2) == [.send(2, on: 2)])
    }

    @Test func `rule 38: a connect that is cancelled makes way for the next one`() {
        var bench = Bench()
        for number in 1...2 { bench.arrives(number, .auto) }
        #expect(bench.closes(.all, force: true) == [.cancel(1), .connect(2)])
    }

    @Test func `rule 38: the protocol is remembered`() {
        var bench = Bench()
        bench.arrives(1, .auto)
        bench.opens(1)
        #expect(bench.arrives(2, .auto) == [.connect(2)])
        #expect(bench.arrives(3, .auto) == [.connect(3)])
    }

    @Test func `rule 38: other settings may bring another protocol`() {
        var bench = Bench()
        bench.arrives(1, .auto)
        bench.opens(1)
        bench.reconfigures()
        #expect(bench.arrives(2, .auto) == [.connect(2)])
        #expect(bench.arrives(3, .auto) == [])
    }

    @Test func `rule 38: where the protocol is fixed nobody waits to learn it`() {
        var bench = Bench()
        #expect(bench.arrives(1, .a) == [.connect(1)])
        #expect(bench.arrives(2, .a) == [.connect(2)])
        #expect(bench.arrives(3, .h2c) == [.connect(3)])
        #expect(bench.arrives(4, .h2c) == [])
    }

    // MARK: Rule 39

    @Test func `rule 39: connects that finish as HTTP/2 beside another are one too many`() {
        var bench = Bench()
        for number in 1...3 { bench.arrives(number, .auto) }
        bench.passes(.milliseconds(300))
        bench.fires(.protocolProbe(ConnectionID(1)))
        #expect(bench.opensHTTP2(2) == [.send(1, on: 2), .send(2, on: 2), .send(3, on: 2)])
        #expect(bench.opens(1, as: .http2) == [.close(1, .h2Surplus)])
        #expect(bench.opens(3, as: .http2) == [.close(3, .h2Surplus)])
        bench.isClosed(1)
        #expect(bench.epitaph?.reason == .h2Surplus)
    }

    @Test func `rule 39: of two that await settings the second is one too many`() {
        var bench = Bench()
        for number in 1...2 { bench.arrives(number, .auto) }
        bench.passes(.milliseconds(300))
        bench.fires(.protocolProbe(ConnectionID(1)))
        #expect(bench.opens(1, as: .http2) == [])
        #expect(bench.opens(2, as: .http2) == [.close(2, .h2Surplus)])
        #expect(bench.settles(1) == [.send(1, on: 1), .send(2, on: 1)])
    }

    @Test func `rule 39: with HTTP/2, idle connections of HTTP/1.1 close and busy ones finish`() {
        var bench = Bench()
        for number in 1...3 { bench.arrives(number, .auto) }
        bench.opens(1)
        bench.opens(2)
        #expect(bench.finishes(1) == [.send(3, on: 1)])
        bench.finishes(1)
        #expect(bench.opensHTTP2(3) == [.close(1, .h2Surplus)])
        #expect(bench.states == [.closing, .draining, .idle])
        #expect(bench.finishes(2) == [.close(2, .h2Surplus)])
        #expect(bench.arrives(4, .auto) == [.send(4, on: 3)])
    }

    @Test func `rule 39: HTTP/1.1 after HTTP/2 was remembered lets those who waited have theirs`() {
        var bench = Self.knowingHTTP2()
        bench.isClosed(1)
        for number in 2...4 { bench.arrives(number, .auto) }
        #expect(bench.connections.count == 1)
        #expect(bench.opens(2) == [.send(2, on: 2), .connect(3), .connect(4)])
    }

    @Test func `while HTTP/2 is expected, those who were to share a connect fail with it`() {
        var bench = Self.knowingHTTP2()
        bench.isClosed(1)
        for number in 2...4 { bench.arrives(number, .auto) }
        #expect(bench.isRefused(2) == [.fail(2), .fail(3), .fail(4)])
    }

    @Test func `a connection that closes before the settings of its peer has failed to open`() {
        var bench = Bench()
        bench.arrives(1, .h2c)
        bench.opens(1, as: .http2)
        #expect(bench.isClosed(1) == [.fail(1)])
        #expect(bench.epitaph?.reason == .connectFailed)
    }

    @Test func `rule 24: a fresh connection of HTTP/2 takes the place of the old one`() {
        var bench = Self.knowingHTTP2()
        bench.arrives(2, .auto)
        #expect(bench.arrives(3, .auto, fresh: true) == [.connect(2)])
        #expect(bench.opensHTTP2(2) == [.send(3, on: 2)])
        // As many streams on both: the older one goes.
        #expect(bench.states == [.draining, .busy])
        #expect(bench.ends(2, on: 1) == [.close(1, .h2Surplus)])
    }

    @Test func `rule 5: what a misdirected request needs is a fresh connection of its own origin`()
    {
        var bench = Self.knowingHTTP2()
        #expect(bench.arrives(2, .auto, fresh: true) == [.connect(2)])
        #expect(bench.opensHTTP2(2) == [.close(1, .h2Surplus), .send(2, on: 2)].reversed())
        #expect(bench.newReason?.code == .fresh)
    }

    @Test func `rule 5: no connection is shared across origins`() {
        var bench = Self.knowingHTTP2()
        #expect(bench.arrives(2, .h2c) == [.connect(2)])
    }

    // MARK: Limits

    @Test func `rule 29: above pool.size the connection with the fewest streams is drained`() {
        var bench = Bench { $0.h2Connections = 2 }
        for number in 1...3 { bench.arrives(number, .h2c) }
        bench.opensHTTP2(1, streams: 2)
        bench.opensHTTP2(2, streams: 2)
        #expect(bench.resizes { $0.perOrigin = 1 } == [])
        #expect(bench.states == [.busy, .draining])
        #expect(bench.ends(3, on: 2) == [.close(2, .shrunk)])
        bench.isClosed(2)
        #expect(bench.eventNames.contains("pool.converged"))
    }

    @Test func `rule 29: while one drains for it, another is kept when its streams end`() {
        var bench = Bench { $0.h2Connections = 2 }
        for number in 1...3 { bench.arrives(number, .h2c) }
        bench.opensHTTP2(1, streams: 2)
        bench.opensHTTP2(2, streams: 2)
        bench.resizes { $0.perOrigin = 1 }
        #expect(bench.ends(1, on: 1) == [])
        #expect(bench.ends(2, on: 1) == [])
        #expect(bench.states == [.idle, .draining])
        #expect(bench.arrives(4, .h2c) == [.send(4, on: 1)])
        #expect(bench.ends(3, on: 2) == [.close(2, .shrunk)])
        bench.isClosed(2)
        #expect(bench.eventNames.contains("pool.converged"))
        #expect(bench.states == [.busy])
    }

    @Test func `rule 29: with force later, the one that drains is the one that goes`() {
        var bench = Bench { $0.h2Connections = 2 }
        for number in 1...3 { bench.arrives(number, .h2c) }
        bench.opensHTTP2(1, streams: 2)
        bench.opensHTTP2(2, streams: 2)
        bench.ends(1, on: 1)
        bench.ends(2, on: 1)
        bench.arrives(4, .h2c, via: 1)
        bench.closes(.connection(ConnectionID(1)))
        #expect(bench.states == [.draining, .busy])
        #expect(bench.resizes(force: true) { $0.perOrigin = 1 } == [.abort(1, .shrunk)])
        #expect(bench.states == [.closing, .busy])
    }

    @Test func `rule 24: after a request that asks to close no other stream is opened`() {
        var bench = Self.knowingHTTP2()
        bench.arrives(2, .auto)
        bench.arrives(3, .auto)
        #expect(bench.ends(2, on: 1, .endedForGood) == [])
        #expect(bench.states == [.draining])
        #expect(bench.arrives(4, .auto) == [.connect(2)])
        #expect(bench.ends(3, on: 1) == [.close(1, .clientClose)])
    }

    @Test func `rule 24: a request that asks to close and is alone closes its connection`() {
        var bench = Self.knowingHTTP2()
        bench.arrives(2, .auto)
        #expect(bench.ends(2, on: 1, .endedForGood) == [.close(1, .clientClose)])
    }

    @Test func `a request for HTTP/2 takes a connection that ALPN has agreed on it for`() {
        var bench = Self.knowingHTTP2()
        #expect(bench.arrives(2, .auto(only: .http2)) == [.send(2, on: 1)])
        #expect(bench.arrives(3, .auto(only: .http2)) == [.send(3, on: 1)])
        #expect(bench.arrives(4, .auto(only: .http1)) == [.connect(2)])
    }

    @Test func `a request for HTTP/2 takes none that may turn out to speak another version`() {
        var bench = Bench()
        bench.arrives(1, .auto)
        #expect(bench.arrives(2, .auto(only: .http2)) == [.connect(2)])
        #expect(bench.opens(1) == [.send(1, on: 1)])
        bench.finishes(1)
        #expect(bench.arrives(3, .auto(only: .http1)) == [.send(3, on: 1)])
    }

    @Test func `rule 29: above h2.connections the connection with the fewest streams is drained`() {
        var bench = Bench { $0.h2Connections = 2 }
        for number in 1...3 { bench.arrives(number, .h2c) }
        bench.opensHTTP2(1, streams: 2)
        bench.opensHTTP2(2, streams: 2)
        #expect(bench.resizes { $0.h2Connections = 1 } == [])
        #expect(bench.states == [.busy, .draining])
    }

    @Test func `rule 28: with force, connections above a limit close with all their streams`() {
        var bench = Bench { $0.h2Connections = 2 }
        for number in 1...3 { bench.arrives(number, .h2c) }
        bench.opensHTTP2(1, streams: 2)
        bench.opensHTTP2(2, streams: 2)
        #expect(bench.resizes(force: true) { $0.perOrigin = 1 } == [.abort(2, .shrunk)])
    }

    @Test func `rule 47: a streaming connection is closed when its streams have ended`() {
        var bench = Self.knowingHTTP2()
        bench.arrives(2, .auto)
        #expect(bench.closes(.all) == [])
        #expect(bench.ends(2, on: 1) == [.close(1, .user)])
    }

    @Test func `rule 47: with force, a streaming connection is closed at once`() {
        var bench = Self.knowingHTTP2()
        bench.arrives(2, .auto)
        #expect(bench.closes(.all, force: true) == [.abort(1, .user)])
    }

    @Test func `rule 21: a connection that has carried enough requests opens no more streams`() {
        var bench = Self.knowingHTTP2 { $0.maxUses = 2 }
        #expect(bench.arrives(2, .auto) == [.send(2, on: 1)])
        #expect(bench.arrives(3, .auto) == [.connect(2)])
        #expect(bench.ends(2, on: 1) == [.close(1, .maxUses)])
    }

    @Test func `rule 10: in a pause no stream is opened`() {
        var bench = Self.knowingHTTP2()
        bench.pauses()
        #expect(bench.eventNames == ["pool.paused"])
        #expect(bench.arrives(2, .auto) == [])
        #expect(bench.resumes() == [.send(2, on: 1)])
        #expect(bench.eventNames.first == "pool.resumed")
    }

    @Test func `a request that insists on a connection gets a stream of it`() {
        var bench = Self.knowingHTTP2()
        #expect(bench.arrives(2, .auto, via: 1) == [.send(2, on: 1)])
        #expect(bench.arrives(3, .auto, via: 1) == [.send(3, on: 1)])
        #expect(bench.goesAway(1) == [])
        #expect(bench.arrives(4, .auto, via: 1) == [.fail(4)])
    }
}
