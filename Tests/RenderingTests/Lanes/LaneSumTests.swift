import HTTPModel
import Testing

@testable import Rendering

/// What lanes show, counted once more from the events in another way: by a walk through time.
private struct Ledger {
    var opens = 0
    var closes = 0
    var reused = 0
    var served = 0
    var busyNanoseconds: Int64 = 0

    init(_ events: [PoolEvent]) {
        var running: [ConnectionID: Set<RequestID>] = [:]
        var last: Int64 = 0
        for event in events {
            let busy = running.values.count { !$0.isEmpty }
            self.busyNanoseconds += Int64(busy) * (event.at.nanoseconds - last)
            last = event.at.nanoseconds
            let id = event.connection ?? ConnectionID(0)
            let request = event.request ?? RequestID(exchange: 0)
            if case .connecting = event.kind { self.opens += 1 }
            if case .closed = event.kind { self.closes += 1 }
            if case .requestDispatched = event.kind {
                running[id, default: []].insert(request)
                self.served += 1
            }
            if case .reused = event.kind { self.reused += 1 }
            if case .requestDone = event.kind { running[id]?.remove(request) }
            if case .requestFailed = event.kind { running[id]?.remove(request) }
            if case .requestRedispatched(let from, _) = event.kind {
                running[from]?.remove(request)
                self.served -= 1
                // Its `conn.reused`, if there was one, tells of a use that never came to be.
                let use = events.last {
                    $0.sequence < event.sequence && $0.request == request && $0.connection == from
                        && $0.name == "request.dispatched"
                }
                if case .requestDispatched(let decision, _)? = use?.kind, decision.isReused {
                    self.reused -= 1
                }
            }
        }
    }
}

@Suite("Sums of lanes")
struct LaneSumTests {
    @Test(arguments: UInt64(0)..<200)
    func `opens, closes and reuse are what the events say`(seed: UInt64) {
        let events = RandomSession(seed: seed, steps: 400).events
        let ledger = Ledger(events)
        let lanes = LaneBuilder.lanes(of: events, until: .start)
        #expect(lanes.lanes.count { $0.openedAt != nil } == ledger.opens, "seed \(seed)")
        #expect(lanes.lanes.count { $0.closedAt != nil } == ledger.closes, "seed \(seed)")
        #expect(lanes.reusedCount == ledger.reused, "seed \(seed)")
        #expect(lanes.requestCount == ledger.served, "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<200)
    func `busy time is what the events say`(seed: UInt64) {
        // Without withdrawals, whose time is nobody's.
        let events = RandomSession(seed: seed, steps: 400, withdraws: false).events
        let lanes = LaneBuilder.lanes(of: events, until: .start)
        let busy = lanes.lanes.reduce(Duration.zero) {
            $0 + $1.busyTime(until: lanes.span.upperBound)
        }
        #expect(busy == .nanoseconds(Ledger(events).busyNanoseconds), "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<200)
    func `bars in one row never overlap`(seed: UInt64) {
        let lanes = LaneBuilder.lanes(
            of: RandomSession(seed: seed, steps: 400).events,
            until: .start
        )
        for lane in lanes.lanes {
            for row in 0..<lane.rowCount {
                let bars = lane.bars.filter { $0.row == row }
                #expect(!bars.isEmpty || row == 0, "seed \(seed)")
                for (bar, next) in zip(bars, bars.dropFirst()) {
                    #expect((bar.endedAt ?? .end) <= next.startedAt, "seed \(seed)")
                }
            }
        }
    }
}
