/// What a fault server has seen of a client on one HTTP/2 connection.
package struct HTTP2Peer: Sendable, Hashable {
    /// One request.
    package struct Request: Sendable, Hashable {
        /// Its stream.
        package var stream: Int
        /// The block of its header section, compressed as it came.
        package var block: [UInt8] = []
        /// Its content.
        package var content: [UInt8] = []
        /// Whether it is complete.
        package var isComplete = false
        /// What the client reset its stream with.
        package var resetCode: Int?
    }

    /// Creates the record of a connection on which nothing has come.
    package init() {}

    /// The requests in the order in which their streams were opened.
    package internal(set) var requests: [Request] = []
    /// The client's settings by number.
    package internal(set) var settings: [Int: Int] = [:]
    /// How often the client has acknowledged ours.
    package internal(set) var acknowledgements = 0
    /// The data of PINGs that it sent.
    package internal(set) var pings: [[UInt8]] = []
    /// How far it has opened windows, by stream; 0 is the connection's.
    package internal(set) var windows: [Int: Int] = [:]
    /// The code of its GOAWAY.
    package internal(set) var goAwayCode: Int?

    /// The streams of requests, in order.
    package var streams: [Int] { self.requests.map(\.stream) }

    /// The number of requests that are complete, or that were given up.
    package var completeCount: Int {
        self.requests.count { $0.isComplete || $0.resetCode != nil }
    }

    /// The bytes before the first frame (RFC 9113, section 3.4).
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Takes a frame of the client; returns what it must be answered with at once.
    mutating func receive(kind: UInt8, flags: UInt8, stream: Int, _ content: [UInt8]) -> [UInt8] {
        switch HTTP2Frames.Kind(rawValue: kind) {
        case .headers:
            self.requests.append(Request(stream: stream))
            self.change(stream) { $0.block = Self.block(content, flags: flags) }
            if flags & 0x1 != 0 { self.change(stream) { $0.isComplete = true } }
        case .data:
            self.change(stream) { request in
                request.content += content
                if flags & 0x1 != 0 { request.isComplete = true }
            }
            guard !content.isEmpty else { return [] }
            let increment = HTTP2Frames.number(content.count, bytes: 4)
            return HTTP2Frames.frame(.windowUpdate, increment)
                + (flags & 0x1 != 0
                    ? [] : HTTP2Frames.frame(.windowUpdate, stream: stream, increment))
        case .reset: self.change(stream) { $0.resetCode = Self.number(content) }
        case .settings where flags & 0x1 != 0: self.acknowledgements += 1
        case .settings:
            for start in stride(from: 0, to: content.count, by: 6) {
                let id = Self.number(content[start..<start + 2])
                self.settings[id] = Self.number(content[start + 2..<start + 6])
            }
            return HTTP2Frames.frame(.settings, flags: 0x1)
        case .ping where flags & 0x1 == 0: self.pings.append(content)
        case .windowUpdate: self.windows[stream, default: 0] += Self.number(content)
        case .goAway: self.goAwayCode = Self.number(content[4..<8])
        case .priority, .pushPromise, .ping, .continuation, nil: break
        }
        return []
    }

    private mutating func change(_ stream: Int, _ body: (inout Request) -> Void) {
        guard let index = self.requests.lastIndex(where: { $0.stream == stream }) else { return }
        body(&self.requests[index])
    }

    /// The block of a header section without padding and priority.
    private static func block(_ content: [UInt8], flags: UInt8) -> [UInt8] {
        var block = content[...]
        if flags & 0x8 != 0, let padding = block.popFirst() { block = block.dropLast(Int(padding)) }
        if flags & 0x20 != 0 { block = block.dropFirst(5) }
        return Array(block)
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}
