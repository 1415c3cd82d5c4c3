import Glibc
import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Sockets", .timeLimit(.minutes(1)))
struct SocketTests {
    @Test func `no child inherits a socket`() async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run { rig in
            try await rig.get(server.port)
            let flags = await rig.transport.descriptorFlags(of: ConnectionID(1))
            #expect(flags.map { $0 & FD_CLOEXEC } == FD_CLOEXEC)
        }
    }
}

extension PooledTransport {
    /// The flags of a connection's descriptor; nil if it is not open.
    fileprivate func descriptorFlags(of id: ConnectionID) -> Int32? {
        self.connections[id]?.opened.socket.map { fcntl($0, F_GETFD) }
    }
}
