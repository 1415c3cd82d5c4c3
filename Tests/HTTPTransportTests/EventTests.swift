import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Events", .timeLimit(.minutes(1)))
struct EventTests {
    @Test func `a first and a second exchange tell their story in order`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            try await rig.get(server.port)
            try await rig.get(server.port)
            await rig.transport.shutdown()
            let events = rig.events.current
            #expect(
                events.map(\.name) == [
                    "request.queued", "conn.connecting", "conn.attempt", "conn.tcp",
                    "conn.ready", "request.dispatched", "request.sent", "request.first_byte",
                    "request.done",
                    "conn.parked", "request.dispatched", "conn.reused", "request.sent",
                    "request.first_byte", "request.done", "conn.parked", "conn.closed",
                ]
            )
            #expect(events.map(\.sequence) == Array(1...UInt64(events.count)))
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.at <= $1.at })
            for event in events
            where event.name.hasPrefix("request.") && event.name != "request.queued" {
                #expect(event.connection == ConnectionID(1), "\(event.name)")
            }
        }
    }

    @Test func `every connection that begins ends once`() async throws {
        let server = try FaultServer(
            FaultScript { index in
                switch index % 4 {
                case 0: FaultScript.answering(times: 3) + [.close]
                case 1: [.readRequest, .reset]
                case 2: FaultScript.answering(times: 1) + [.send("garbage"), .waitForClose]
                default: FaultScript.answering()
                }
            }
        )
        let refused = try LoopbackSocket.unusedPort()
        let events = try await Rig.run(limits: PoolLimits(perOrigin: 4)) { rig in
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<60 {
                    let port = index % 10 == 0 ? refused : server.port
                    group.addTask { _ = await rig.failure(of: rig.request(port)) }
                }
            }
            await rig.transport.shutdown()
            return rig.events.current
        }
        let begun = events.filter { $0.name == "conn.connecting" }.compactMap(\.connection)
        let ended = events.filter { $0.name == "conn.closed" }.compactMap(\.connection)
        #expect(begun.count > 6)
        #expect(begun.sorted() == ended.sorted())
        #expect(Set(begun).count == begun.count)
        for id in begun {
            let last = events.last { $0.connection == id && $0.name.hasPrefix("conn.") }
            #expect(last?.name == "conn.closed", "\(id)")
        }
    }
}
