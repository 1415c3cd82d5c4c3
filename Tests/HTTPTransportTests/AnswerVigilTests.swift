import Glibc
import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("The vigil for an answer", .timeLimit(.minutes(1)))
struct AnswerVigilTests {
    @Test func `it is over with an answer, and soon without`() throws {
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        defer { pair.forEach { close($0) } }
        let now = MonotonicClock.now()
        let long = AnswerVigil(socket: pair[0], now: now.advanced(by: .seconds(60)))
        #expect(!long.isOver())
        // One that began as long ago as it lasts.
        let begin = Instant(nanoseconds: now.nanoseconds - 100_000)
        #expect(AnswerVigil(socket: pair[0], now: begin).isOver())
        #expect(write(pair[1], "x", 1) == 1)
        #expect(long.isOver())
        var byte: UInt8 = 0
        #expect(read(pair[0], &byte, 1) == 1)
        #expect(!long.isOver())
        // The end of the connection is something to read as well.
        close(pair[1])
        #expect(long.isOver())
        pair.removeLast()
    }

    @Test func `a slow answer ends the vigils of its connection`() async throws {
        let slow = FaultScript.Step.pause(.milliseconds(20))
        let answer = FaultScript.Step.send(FaultScript.response())
        let server = try FaultServer(FaultScript([.readHead, slow, answer, .waitForClose]))
        try await Rig.run { rig in
            try await rig.get(server.port)
            #expect(await rig.transport.answersAtOnce(ConnectionID(1)) == false)
        }
    }
}

extension PooledTransport {
    /// Whether the last answer on a connection came within the limit; nil if it is not open.
    fileprivate func answersAtOnce(_ id: ConnectionID) -> Bool? {
        self.connections[id]?.opened.carrier.answersAtOnce
    }
}
