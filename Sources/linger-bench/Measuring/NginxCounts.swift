import Glibc
import TestSupport

/// What nginx has counted since its start, read from its `stub_status` page.
struct NginxCounts: Hashable {
    /// Connections accepted.
    var connections: Int
    /// Requests received.
    var requests: Int

    /// Nginx gave no counts.
    struct Unreadable: Error, CustomStringConvertible {
        let text: String

        var description: String { "nginx's /status is unreadable: \(self.text)" }
    }

    init(connections: Int, requests: Int) {
        self.connections = connections
        self.requests = requests
    }

    /// Asks `nginx`, on a connection of its own, which counts as well.
    init(of nginx: NginxServer) throws {
        let descriptor = try LoopbackSocket.connect(port: nginx.port)
        defer { close(descriptor) }
        let request = "GET /status HTTP/1.0\r\n\r\n"
        var bytes: [UInt8] = []
        if LoopbackSocket.send(Array(request.utf8), to: descriptor) {
            while let part = LoopbackSocket.receive(from: descriptor), !part.isEmpty {
                bytes += part
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        // server accepts handled requests
        //  3 3 401
        let line = text.split(separator: "\n").drop { !$0.hasPrefix("server accepts") }.dropFirst()
        let numbers = (line.first ?? "").split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 3 else { throw Unreadable(text: text) }
        self.init(connections: numbers[0], requests: numbers[2])
    }

    /// What has come since `earlier`, without the question itself.
    func since(_ earlier: Self) -> Self {
        Self(
            connections: self.connections - earlier.connections - 1,
            requests: self.requests - earlier.requests - 1
        )
    }
}
