import HTTPModel
import Pooling
import Rendering
import Testing

/// Lanes of what the simulation did, against counts that are taken from its events alone.
@Suite("Lanes of the simulation")
struct SimulatedLanesTests {
    /// What happened, counted without lanes.
    private struct Counts {
        var opens = 0
        var closes = 0
        var served = 0
        var reused = 0

        init(_ events: [PoolEvent]) {
            var last: [RequestID: (connection: ConnectionID?, isReused: Bool)] = [:]
            for event in events {
                if case .connecting = event.kind { self.opens += 1 }
                if case .closed = event.kind { self.closes += 1 }
                guard let request = event.request else { continue }
                if case .requestDispatched(let decision, _) = event.kind {
                    last[request] = (event.connection, decision.isReused)
                    self.served += 1
                    self.reused += decision.isReused ? 1 : 0
                }
                // What was handed to a connection and never sent was not served there.
                if case .requestRedispatched(let from, _) = event.kind,
                    let use = last.removeValue(forKey: request), use.connection == from
                {
                    self.served -= 1
                    self.reused -= use.isReused ? 1 : 0
                }
            }
        }
    }

    @Test(arguments: UInt64(0)..<200)
    func `opens, closes and reuse are what the events say`(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 0..<200 { _ = world.step() }
        _ = world.comeToRest()
        _ = world.end()
        var events: [PoolEvent] = []
        // Only the order matters to what is counted here.
        for case .emit(let kind, let connection, let request) in world.log.joined() {
            events.append(
                PoolEvent(
                    sequence: UInt64(events.count + 1),
                    at: Instant(nanoseconds: Int64(events.count)),
                    connection: connection,
                    request: request,
                    kind: kind
                )
            )
        }
        let counts = Counts(events)
        let lanes = LaneBuilder.lanes(of: events, until: .start)
        #expect(lanes.lanes.count { $0.openedAt != nil } == counts.opens, "seed \(seed)")
        #expect(lanes.lanes.count { $0.closedAt != nil } == counts.closes, "seed \(seed)")
        #expect(lanes.requestCount == counts.served, "seed \(seed)")
        #expect(lanes.reusedCount == counts.reused, "seed \(seed)")
        #expect(counts.closes == counts.opens && counts.opens > 0, "seed \(seed)")
    }
}
