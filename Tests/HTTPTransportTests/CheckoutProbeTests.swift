import Glibc
import HTTPModel
import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("The probe at checkout", .timeLimit(.minutes(1)))
struct CheckoutProbeTests {
    /// What the peer of an idle connection does, unheard by the loop, before the next request.
    struct Case: Sendable {
        let name: String
        let steps: [FaultScript.Step]
        let reason: CloseReason
    }

    static let cases = [
        Case(name: "FIN", steps: [.finish, .waitForClose], reason: .peerClosed),
        Case(name: "RST", steps: [.reset], reason: .peerReset),
        Case(name: "one byte", steps: [.send("H"), .waitForClose], reason: .unsolicitedData),
        Case(name: "garbage", steps: [.send("\u{1}\u{2}\r\n"), .close], reason: .unsolicitedData),
        Case(
            name: "half a response",
            steps: [.send("HTTP/1.1 200 OK\r\nContent-"), .waitForClose],
            reason: .unsolicitedData
        ),
        Case(
            name: "408",
            steps: [.send("HTTP/1.1 408 Request Timeout\r\n\r\n"), .close],
            reason: .peer408
        ),
    ]

    @Test(arguments: Self.cases)
    func `rule 20: a request goes to no connection that the kernel knows better of`(
        row: Case
    ) async throws {
        let gate = Gate()
        let server = try FaultServer(
            .onFirst(FaultScript.answering(times: 1) + [.waitFor(gate)] + row.steps)
        )
        try await Rig.run { rig in
            try await rig.get(server.port)
            let socket = try #require(await rig.transport.socket(of: ConnectionID(1)))
            // The loop is kept until the kernel has something to tell, and then meets the request
            // before it asks the kernel itself.
            let isBlocked = Gate()
            rig.transport.executor.loop.execute {
                isBlocked.open()
                var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
                _ = poll(&request, 1, 30_000)
            }
            await isBlocked.wait()
            let posted = Task(executorPreference: rig.transport.executor) {
                let request = rig.request(server.port, method: .post)
                return try await rig.transport.send(request, to: TestSink())
            }
            gate.open()
            let response = try await posted.value
            #expect(response.use.connection == ConnectionID(2), "\(row.name)")
            #expect(rig.count("request.redispatched") == 1, "\(row.name)")
            let epitaph = await rig.epitaph()
            #expect(epitaph?.reason == row.reason, "\(row.name)")
            // Rule 19: what came is kept for display.
            #expect(epitaph?.unsolicited == row.steps.sent, "\(row.name)")
        }
        #expect(server.connections.map(\.requests.count) == [1, 1], "\(row.name)")
    }
}

extension PooledTransport {
    /// The descriptor of a connection; nil if it is not open.
    fileprivate func socket(of id: ConnectionID) -> Int32? {
        self.connections[id]?.opened.socket
    }
}

extension [FaultScript.Step] {
    /// All bytes that are sent.
    var sent: [UInt8] {
        self.flatMap { step in
            guard case .send(let bytes) = step else { return [UInt8]() }
            return bytes
        }
    }
}
