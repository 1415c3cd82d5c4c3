import HTTPModel
import Testing

@testable import Rendering

@Suite("Lanes from events")
struct LaneBuilderTests {
    @Test func `a lane has its opening, its bars and its end`() throws {
        let lanes = LaneScript.tour.lanes()
        #expect(lanes.lanes.map(\.connection.number) == [1, 2])
        let second = lanes.lanes[1]
        #expect(second.openedAt == LaneScript.instant(24))
        #expect(second.readyAt == LaneScript.instant(28))
        #expect(second.closedAt == LaneScript.instant(90))
        #expect(second.epitaph?.reason == .peerClosed)
        #expect(second.bars.map(\.request.exchange) == [3, 5])
        #expect(second.bars.map(\.isReused) == [false, true])
        #expect(second.bars[1].queueTime == .milliseconds(14))
        #expect(second.bars[1].waitCause == .perOrigin(limit: 2))
        #expect(second.busyTime(until: LaneScript.instant(100)) == .milliseconds(48))
        #expect(lanes.exchangeCount == 6 && lanes.reusedCount == 4)
        #expect(lanes.saved == .milliseconds(16))
    }

    @Test func `a wait for a connection that is being opened is no wait for a place`() {
        var script = LaneScript()
        script.queue(1, at: 0, cause: .connecting)
        script.open(1, from: 0, tcp: 5)
        script.carry(1, on: 1, at: 5, firstByte: 6, end: 7, issued: 0, isReused: false)
        let bar = script.lanes().lanes[0].bars[0]
        #expect(bar.queueTime == nil && bar.waitCause == nil)
        #expect(bar.arrivedAt == LaneScript.instant(0))
    }

    @Test func `a wait for a place ends where the connection is started`() {
        var script = LaneScript()
        script.queue(1, at: 0)
        script.open(1, from: 10, tcp: 15)
        script.carry(1, on: 1, at: 15, firstByte: 16, end: 17, issued: 0, isReused: false)
        #expect(script.lanes().lanes[0].bars[0].queueTime == .milliseconds(10))
    }

    @Test func `a request that was never sent leaves no bar behind`() {
        var script = LaneScript()
        script.open(1, from: 0, tcp: 1)
        script.dispatch(1, on: 1, at: 1, isReused: false)
        script.finish(1, on: 1, at: 2, total: 1)
        script.dispatch(2, on: 1, at: 5)
        script.redispatch(2, from: 1, at: 5)
        script.open(2, from: 5, tcp: 6)
        script.dispatch(2, on: 2, at: 6, issued: 5, isReused: false)
        script.finish(2, on: 2, at: 7, total: 2)
        let lanes = script.lanes()
        #expect(lanes.lanes.map { $0.bars.map(\.request.exchange) } == [[1], [2]])
        #expect(lanes.reusedCount == 0)
    }

    @Test func `what waits and what runs reaches until now`() {
        var script = LaneScript()
        script.open(1, from: 0, tcp: 1)
        script.dispatch(1, on: 1, at: 1, isReused: false)
        script.queue(2, at: 5)
        let lanes = script.lanes(until: 50)
        #expect(lanes.span.upperBound == LaneScript.instant(50))
        #expect(lanes.lanes[0].bars[0].outcome == .running)
        #expect(lanes.unserved.map(\.request.exchange) == [2])
        #expect(lanes.lanes[0].busyTime(until: LaneScript.instant(50)) == .milliseconds(49))
    }

    @Test func `events that are no longer kept are missed, not invented`() {
        let events = LaneScript.tour.events.dropFirst(8)
        let lanes = LaneBuilder.lanes(of: events, until: .start)
        #expect(lanes.isCut)
        #expect(lanes.lanes[0].openedAt == nil)
        #expect(lanes.lanes[0].handshake == nil && lanes.lanes[0].saved == .zero)
        #expect(!LaneScript.tour.lanes().isCut)
    }

    @Test(arguments: [0, 1, 2, 3, 6, 7])
    func `the last exchanges are those with the highest numbers`(count: Int) {
        let lanes = LaneScript.tour.lanes().selecting(Lanes.Selection(last: max(1, count)))
        #expect(lanes.exchangeCount == min(6, max(1, count)))
        #expect(lanes.bars.allSatisfy { $0.request.exchange > 6 - max(1, count) })
    }

    @Test func `an origin is selected`() {
        var script = LaneScript.tour
        let other = Origin(scheme: .https, host: "example.com")
        script.origin = other
        script.open(3, from: 100, tcp: 110)
        let lanes = script.lanes().selecting(Lanes.Selection(origin: other))
        #expect(lanes.lanes.map(\.connection.number) == [3])
    }
}
