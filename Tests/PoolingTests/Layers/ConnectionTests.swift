import HTTPModel
import Testing

@testable import Pooling

@Suite("Connection")
struct ConnectionTests {
    private func connection(_ purpose: Connection.Purpose = .demand) -> Connection {
        Connection(
            id: ConnectionID(1),
            key: 0,
            origin: 0,
            generation: 0,
            purpose: purpose,
            startedAt: .start
        )
    }

    private func work(_ exchange: Int = 1) -> Connection.Work {
        Connection.Work(
            request: RequestID(exchange: exchange),
            label: RequestLabel(method: "GET", target: "/"),
            arrivedAt: .start,
            detours: Detours(),
            since: .start
        )
    }

    private func at(_ seconds: Int) -> Instant { Instant.start.advanced(by: .seconds(seconds)) }

    @Test func `it goes from connecting to idle, to busy and back, to closing, to closed`() {
        var connection = self.connection()
        #expect(connection.isConnecting)
        connection.opened(now: self.at(1))
        #expect(connection.idle?.since == self.at(1))
        connection.taken(by: self.work())
        #expect(connection.work == self.work())
        connection.released(now: self.at(2))
        #expect(connection.idle?.since == self.at(2))
        connection.beginClosing(.user, now: self.at(5))
        #expect(connection.closing?.idleFor == .seconds(3))
        #expect(connection.closing?.wasOpen == true)
        connection.ended()
        #expect(connection.state == .closed)
    }

    @Test func `a connection that never opened was not open`() {
        var connection = self.connection()
        connection.beginClosing(.cancelled, now: self.at(1))
        #expect(connection.closing?.wasOpen == false)
        #expect(connection.closing?.idleFor == nil)
    }

    @Test func `it cannot be given a request while it is busy`() async {
        await #expect(processExitsWith: .failure) {
            var connection = Connection(
                id: ConnectionID(1),
                key: 0,
                origin: 0,
                generation: 0,
                purpose: .demand,
                startedAt: .start
            )
            let work = Connection.Work(
                request: RequestID(exchange: 1),
                label: RequestLabel(method: "GET", target: "/"),
                arrivedAt: .start,
                detours: Detours(),
                since: .start
            )
            connection.opened(now: .start)
            connection.taken(by: work)
            connection.taken(by: work)
        }
    }

    @Test func `the reason to retire that came first counts`() {
        var connection = self.connection()
        connection.retire(.user)
        connection.retire(.shutdown)
        #expect(connection.retiring == .user)
        #expect(!connection.mayServeLater)
    }

    @Test func `a message that condemns counts before a reason to retire`() {
        var connection = self.connection()
        connection.retire(.user)
        let lifespan = Lifespan(PoolLimits())
        #expect(
            connection.judged(.condemned(.serverClose), lifespan, now: .start) == .serverClose
        )
        #expect(connection.judged(.persistent(nil), lifespan, now: .start) == .user)
    }

    struct Spell: Sendable {
        let purpose: Connection.Purpose
        let idleTimeout: Int
        let maxAge: Int?
        let deadline: Int
        let reason: CloseReason
    }

    @Test(arguments: [
        Spell(purpose: .demand, idleTimeout: 60, maxAge: nil, deadline: 10, reason: .idleTimeout),
        Spell(purpose: .demand, idleTimeout: 9, maxAge: nil, deadline: 9, reason: .idleTimeout),
        Spell(purpose: .warm, idleTimeout: 60, maxAge: nil, deadline: 60, reason: .idleTimeout),
        Spell(purpose: .warm, idleTimeout: 60, maxAge: 59, deadline: 59, reason: .maxAge),
        Spell(purpose: .warm, idleTimeout: 60, maxAge: 60, deadline: 60, reason: .idleTimeout),
    ])
    func `an unused connection idles until the earliest bound`(spell: Spell) {
        let limits = PoolLimits(
            idleTimeout: .seconds(spell.idleTimeout),
            maxAge: spell.maxAge.map { .seconds($0) }
        )
        let deadline = self.connection(spell.purpose).idleDeadline(since: .start, Lifespan(limits))
        #expect(deadline == Connection.Deadline(at: self.at(spell.deadline), reason: spell.reason))
    }

    @Test func `one that is not parked is not judged unfit`() {
        var connection = self.connection()
        let lifespan = Lifespan(PoolLimits(idleTimeout: .zero))
        connection.opened(now: .start)
        #expect(connection.unfitness(lifespan, now: .start) == nil)
        _ = connection.parked(lifespan)
        #expect(connection.unfitness(lifespan, now: .start) == .idleTimeout)
    }
}
