import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Sleep of the computer", .timeLimit(.minutes(1)))
struct SleepTests {
    @Test(arguments: [(0, nil), (5, nil), (6, 6), (-60, nil)] as [(Int64, Int64?)])
    func `more than five seconds that only the wall clock knows of are sleep, once`(
        seconds: Int64,
        slept: Int64?
    ) {
        let wall = Monitor<Int64>(1_000_000_000_000)
        var watch = SleepWatch(wallClock: { wall.current }, now: .start)
        wall.change { $0 += (seconds + 10) * 1_000_000_000 }
        let now = Instant.start.advanced(by: .seconds(10))
        #expect(watch.slept(now: now) == slept.map { .seconds($0) })
        #expect(watch.slept(now: now) == nil)
    }

    @Test func `rule 21: after sleep, a connection whose time is over meets no request`()
        async throws
    {
        let server = try FaultServer(.answerAndKeep())
        let slept = Monitor<Int64>(0)
        let limits = PoolLimits(idleTimeout: .seconds(60))
        try await Rig.run(limits: limits, wallClock: Self.clock(ahead: slept)) { rig in
            try await rig.get(server.port)
            slept.change { $0 = 50 }
            let second = try await rig.get(server.port)
            #expect(second.use.connection == ConnectionID(1))
            slept.change { $0 = 120 }
            let third = try await rig.get(server.port)
            #expect(third.use.connection == ConnectionID(2))
            #expect(await rig.epitaph()?.reason == .idleTimeout)
        }
    }

    @Test func `rule 21: sleep shows when the next timer runs out`() async throws {
        let server = try FaultServer(.answerAndKeep())
        let silent = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        let looks = Monitor(0)
        // The first look is that of a new transport, the next two are those of the requests.
        let clock: WallClock = {
            let ahead = looks.change { looks in
                looks += 1
                return looks > 3 ? Int64(120) : 0
            }
            return systemWallClock() + ahead * 1_000_000_000
        }
        try await Rig.run(wallClock: clock) { rig in
            try await rig.get(server.port)
            var request = rig.request(silent.port)
            request.totalTimeout = .milliseconds(50)
            #expect(await rig.failure(of: request) != nil)
            #expect(await rig.epitaph()?.reason == .idleTimeout)
        }
    }

    /// A wall clock that is so many seconds ahead.
    private static func clock(ahead: Monitor<Int64>) -> WallClock {
        { systemWallClock() + ahead.current * 1_000_000_000 }
    }
}
