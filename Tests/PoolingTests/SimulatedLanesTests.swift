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

    /// The simulation with a second between its steps, and with the ends of requests, which are
    /// not the machine's to tell.
    private struct Session {
        var events: [PoolEvent] = []
        var seconds = 0
        private var running: [RequestID: ConnectionID] = [:]
        private var heard = 0

        init(seed: UInt64, steps: Int) {
            var world = World(seed: seed)
            for second in 0..<steps {
                self.seconds = second
                _ = world.step()
                self.hear(world)
            }
            self.seconds = steps
        }

        private mutating func hear(_ world: World) {
            let new = world.log[self.heard...].joined()
            self.heard = world.log.count
            var withdrawn: Set<RequestID> = []
            for case .emit(.requestRedispatched, _, let request?) in new {
                withdrawn.insert(request)
            }
            let now = world.ledger.conns.flatMap { conn in conn.requests.map { ($0, conn.id) } }
            let after = Dictionary(now) { first, _ in first }
            for (request, id) in self.running
            where after[request] != id && !withdrawn.contains(request) {
                self.tell(.requestDone(status: 200, bytes: 0, total: .zero), id, request)
            }
            for case .emit(let kind, let id, let request) in new { self.tell(kind, id, request) }
            self.running = after
        }

        private mutating func tell(
            _ kind: PoolEvent.Kind,
            _ connection: ConnectionID?,
            _ request: RequestID?
        ) {
            self.events.append(
                PoolEvent(
                    sequence: UInt64(self.events.count + 1),
                    at: .start.advanced(by: .seconds(self.seconds)),
                    connection: connection,
                    request: request,
                    kind: kind
                )
            )
        }

        /// The seconds in which a connection had a request, of all connections, counted one by one.
        var busySeconds: Int {
            var busy: Set<[Int]> = []
            var uses: [RequestID: (id: Int, second: Int)] = [:]
            for event in self.events {
                let second = Int(event.at.nanoseconds / 1_000_000_000)
                guard let request = event.request else { continue }
                switch event.name {
                case "request.dispatched":
                    uses[request] = (event.connection?.number ?? 0, second)
                // What was withdrawn is shown nowhere.
                case "request.redispatched": uses[request] = nil
                case "request.done":
                    guard let use = uses.removeValue(forKey: request) else { continue }
                    for second in use.second..<second { busy.insert([use.id, second]) }
                default: continue
                }
            }
            for use in uses.values {
                for second in use.second..<self.seconds { busy.insert([use.id, second]) }
            }
            return busy.count
        }
    }

    @Test(arguments: UInt64(0)..<200)
    func `busy time is what the events say`(seed: UInt64) {
        let session = Session(seed: seed, steps: 200)
        let lanes = LaneBuilder.lanes(of: session.events, until: .start)
        let end = Instant.start.advanced(by: .seconds(session.seconds))
        let busy = lanes.lanes.reduce(Duration.zero) { $0 + $1.busyTime(until: end) }
        #expect(busy == .seconds(session.busySeconds), "seed \(seed)")
    }

    @Test func `the simulation keeps its connections busy`() {
        let busy = (UInt64(0)..<10).map { Session(seed: $0, steps: 200).busySeconds }
        #expect(busy.reduce(0, +) > 500, "\(busy)")
    }
}
