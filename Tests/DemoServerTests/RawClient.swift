import Glibc
import TestSupport

/// A client that speaks HTTP by hand, so that the server's bytes are seen as they are.
final class RawClient {
    /// What came before the connection ended, and how it ended.
    struct Rest: Equatable {
        var text: String
        var wasReset = false
    }

    /// A response.
    struct Response {
        var statusLine: String
        var lines: [String]
        var content: [UInt8] = []
        var trailers: [String] = []

        var status: Int { Int(self.statusLine.split(separator: " ")[1]) ?? 0 }
        var text: String { String(decoding: self.content, as: UTF8.self) }

        /// The value of the first field called `name`, compared without case.
        subscript(name: String) -> String? {
            let prefix = "\(name.lowercased()): "
            return self.lines.first { $0.lowercased().hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count)) }
        }
    }

    /// The connection ended in the middle of a response.
    struct Truncated: Error {
        var text: String
    }

    private let descriptor: Int32
    private var pending: [UInt8] = []

    init(port: Int) throws {
        self.descriptor = try LoopbackSocket.connect(port: port)
        // A test that waits for bytes that never come fails instead of hanging.
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
    }

    deinit {
        close(self.descriptor)
    }

    func send(_ text: String) {
        self.send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        _ = LoopbackSocket.send(bytes, to: self.descriptor)
    }

    /// Sends a request and reads the response.
    func exchange(
        _ method: String,
        _ target: String,
        fields: [String] = [],
        content: String? = nil
    ) throws -> Response {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: demo"] + fields
        if let content { lines.append("Content-Length: \(content.utf8.count)") }
        self.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (content ?? ""))
        return try self.response(isHead: method == "HEAD")
    }

    /// Sends a JSON value and reads the response.
    func exchange(_ method: String, _ target: String, json: String) throws -> Response {
        try self.exchange(
            method,
            target,
            fields: ["Content-Type: application/json"],
            content: json
        )
    }

    func get(_ target: String, fields: [String] = []) throws -> Response {
        try self.exchange("GET", target, fields: fields)
    }

    /// Reads one response by its framing (RFC 9112, section 6.3).
    func response(isHead: Bool = false) throws -> Response {
        let head = try self.read(to: "\r\n\r\n")
        let lines = head.split(separator: "\r\n").map(String.init)
        var response = Response(statusLine: lines[0], lines: Array(lines.dropFirst()))
        if isHead || [204, 304].contains(response.status) || response.status < 200 {
            return response
        }
        if response["Transfer-Encoding"] == "chunked" {
            while true {
                let size = Int(try self.read(to: "\r\n"), radix: 16) ?? 0
                if size == 0 { break }
                response.content += try self.read(size)
                _ = try self.read(2)
            }
            while true {
                let line = try self.read(to: "\r\n")
                if line.isEmpty { return response }
                response.trailers.append(line)
            }
        }
        if let length = response["Content-Length"].flatMap({ Int($0) }) {
            response.content = try self.read(length)
        } else {
            response.content = Array(self.rest().text.utf8)
        }
        return response
    }

    /// Reads until the connection ends.
    func rest() -> Rest {
        var bytes = self.pending
        self.pending = []
        while true {
            guard let more = LoopbackSocket.receive(from: self.descriptor) else {
                return Rest(text: String(decoding: bytes, as: UTF8.self), wasReset: true)
            }
            if more.isEmpty { return Rest(text: String(decoding: bytes, as: UTF8.self)) }
            bytes += more
        }
    }

    /// Reads `count` bytes.
    func read(_ count: Int) throws -> [UInt8] {
        while self.pending.count < count { try self.receive() }
        defer { self.pending.removeFirst(count) }
        return Array(self.pending.prefix(count))
    }

    /// Reads up to `end`, and leaves that out.
    private func read(to end: String) throws -> String {
        while true {
            if let range = self.pending.firstRange(of: Array(end.utf8)) {
                defer { self.pending.removeFirst(range.upperBound) }
                return String(decoding: self.pending[..<range.lowerBound], as: UTF8.self)
            }
            try self.receive()
        }
    }

    private func receive() throws {
        guard let more = LoopbackSocket.receive(from: self.descriptor), !more.isEmpty else {
            throw Truncated(text: String(decoding: self.pending, as: UTF8.self))
        }
        self.pending += more
    }
}
