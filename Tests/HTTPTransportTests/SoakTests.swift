import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Soak", .timeLimit(.minutes(1)))
struct SoakTests {
    @Test func `a server that closes by surprise costs only requests with evidence`() async throws {
        // Seven requests a connection; then it closes at once, after a while, or on the next one.
        let server = try FaultServer(
            FaultScript { index in
                let seven = FaultScript.answering(times: 7)
                switch index % 3 {
                case 0: return seven + [.close]
                case 1: return seven + [.closeIfIdle(.milliseconds(2)), .close]
                default: return seven + [.readRequest, .close]
                }
            }
        )
        let clients = 64
        let requests = 50
        try await Rig.run(limits: PoolLimits(perOrigin: 8)) { rig in
            let failed = await withTaskGroup(of: [TransportError].self) { group in
                for _ in 0..<clients {
                    group.addTask {
                        var failures: [TransportError] = []
                        for _ in 0..<requests {
                            if let error = await rig.failure(of: rig.request(server.port)) {
                                failures.append(error)
                            }
                        }
                        return failures
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            for error in failed {
                #expect(error.stale != nil, "\(error.cause)")
                #expect(error.stale?.completedExchanges == 7)
            }
            let snapshot = await rig.transport.snapshot()
            #expect(snapshot.connections.count <= 8)
            #expect(snapshot.count(.busy) == 0)
            await rig.transport.shutdown()
            let begun = rig.count("conn.connecting")
            #expect(rig.count("conn.closed") == begun)
            await server.waitForEnds(begun)
            #expect(server.connections.count == begun)
            let answered = server.connections.reduce(0) { $0 + min(7, $1.requests.count) }
            #expect(answered == clients * requests - failed.count)
        }
    }
}
