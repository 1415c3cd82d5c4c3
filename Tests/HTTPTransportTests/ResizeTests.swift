import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

/// Limits that change all the time, over sockets (POOL.md rules 25 to 31).
@Suite("Resizing under fire", .timeLimit(.minutes(2)))
struct ResizeTests {
    @Test(arguments: [HTTPVersionPolicy.http1, .http2])
    func `a thousand changes of limits lose and cut no request`(
        version: HTTPVersionPolicy
    ) async throws {
        let script: FaultScript = version == .http2 ? .http2(.answerStreams) : .answerAndKeep()
        let servers = try (0..<2).map { _ in try FaultServer(script) }
        let ports = servers.map(\.port)
        let isOver = Monitor(false)
        let seed = UInt64.random(in: .min ... .max)
        try await Rig.run(options: ConnectionOptions(version: version)) { rig in
            let counts = await withTaskGroup(of: (sent: Int, failures: [TransportError]).self) {
                group in
                for client in 0..<50 {
                    group.addTask {
                        var sent = 0
                        var failures: [TransportError] = []
                        while !isOver.current {
                            sent += 1
                            let request = rig.request(ports[client % ports.count])
                            if let error = await rig.failure(of: request) { failures.append(error) }
                        }
                        return (sent, failures)
                    }
                }
                await Self.resize(rig, seed)
                isOver.change { $0 = true }
                return await group.reduce(into: (sent: 0, failures: [TransportError]())) {
                    $0.sent += $1.sent
                    $0.failures += $1.failures
                }
            }
            #expect(counts.failures.isEmpty, "seed \(seed): \(counts.failures.prefix(3))")
            #expect(counts.sent >= 50)
            #expect(rig.count("request.done") == counts.sent, "seed \(seed)")
            await Self.checkLimits(rig, seed)
        }
    }

    /// Changes limits a thousand times, at random, and then to one connection in all.
    private static func resize(_ rig: Rig, _ seed: UInt64) async {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let limits = PoolLimits(
                perOrigin: .random(in: 1...12, using: &generator),
                total: .random(in: 1...16, using: &generator),
                idle: .random(in: 1...8, using: &generator)
            )
            await rig.transport.setLimits(limits)
        }
        await rig.transport.setLimits(PoolLimits(perOrigin: 1, total: 1, idle: 1))
    }

    /// The limits that were lowered and have not been told to be reached since (POOL.md rule 31).
    private static func unreached(_ events: [PoolEvent]) -> Set<PoolLimitName> {
        events.reduce(into: []) { names, event in
            if case .resized(let name, let old, let new, _, _, _, _) = event.kind, new < old {
                names.insert(name)
            } else if case .converged(let name, _, _) = event.kind {
                names.remove(name)
            }
        }
    }

    /// Waits until the last limits are kept, and checks that they are.
    private static func checkLimits(_ rig: Rig, _ seed: UInt64) async {
        await rig.events.wait { events in
            let begun = events.count { $0.name == "conn.connecting" }
            return begun - events.count { $0.name == "conn.closed" } <= 1
                && Self.unreached(events).isEmpty
        }
        let open = await rig.transport.snapshot().connections
        #expect(open.count <= 1, "seed \(seed)")
    }
}
