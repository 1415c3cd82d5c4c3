import Glibc
import TestSupport

/// A blocking client for trying out the test servers.
final class TestClient {
    private let descriptor: Int32

    init(port: Int) throws {
        self.descriptor = try LoopbackSocket.connect(port: port)
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
    }

    deinit {
        close(self.descriptor)
    }

    func send(_ text: String) {
        _ = LoopbackSocket.send(Array(text.utf8), to: self.descriptor)
    }

    /// Sends `GET /` and reads what comes, up to `end`; nil if the connection was reset.
    func get(_ target: String = "/", fields: String = "", upTo end: String = "hello") -> String? {
        self.send("GET \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
        return self.read(upTo: end)
    }

    /// Reads until `end` has come, or the connection ends; nil if it was reset.
    func read(upTo end: String? = nil) -> String? {
        var bytes: [UInt8] = []
        while true {
            guard let more = LoopbackSocket.receive(from: self.descriptor) else { return nil }
            bytes += more
            if more.isEmpty { break }
            guard let end = end.map({ Array($0.utf8) }) else { continue }
            // What came before has been searched already, but for the start of a match.
            if bytes.suffix(more.count + end.count - 1).firstRange(of: end) != nil { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
