internal import Glibc

/// Runs the steps of one connection of a fault server, on its own thread.
struct FaultConnection {
    /// How long the kernel must take nothing for a connection to count as stalled.
    private static let stallMilliseconds: Int32 = 100
    /// The longest request that is read.
    private static let maximumRequestBytes = 64 << 20

    let core: FaultServer.Core
    let index: Int
    private let descriptor: Int32
    /// What has come and belongs to no request yet.
    var pending: [UInt8] = []
    /// What has come of HTTP/2.
    var http2 = HTTP2Peer()
    /// The streams that we have ended.
    var endedStreams: Set<Int> = []

    init(core: FaultServer.Core, index: Int, _ descriptor: Int32) {
        self.core = core
        self.index = index
        self.descriptor = descriptor
    }

    /// Runs `steps`, then closes the connection.
    mutating func run(_ steps: [FaultScript.Step]) {
        let end = self.perform(steps) ?? .serverClosed
        self.core.end(self.index, end)
    }

    /// Runs steps in order until one ends the connection; returns how it ended.
    private mutating func perform(_ steps: [FaultScript.Step]) -> FaultRecord.End? {
        for step in steps {
            if let end = self.perform(step) { return end }
        }
        return nil
    }

    private mutating func perform(_ step: FaultScript.Step) -> FaultRecord.End? {
        switch step {
        case .readHead: return self.readHead()
        case .readRequest:
            return self.readRequest()
        case .discardBytes(let count): return self.discardBytes(count)
        case .readBytes(let count):
            return self.readBytes(count)
        case .send(let bytes):
            return self.send(bytes)
        case .sendSlowly(let bytes, let piece, let interval):
            return self.sendSlowly(bytes, piece, interval)
        case .sendRepeatedly(let bytes, let limit):
            return self.sendRepeatedly(bytes, limit: limit)
        case .finish:
            shutdown(self.descriptor, Int32(SHUT_WR))
            return nil
        case .close:
            return .serverClosed
        case .reset:
            return .serverReset
        case .waitForClose:
            return self.waitForClose()
        case .closeIfIdle(let duration):
            let milliseconds = Int32(duration / .milliseconds(1))
            if !self.pending.isEmpty { return nil }
            let hasMore = LoopbackSocket.wait(
                self.descriptor,
                for: POLLIN,
                milliseconds: milliseconds
            )
            return hasMore ? nil : .serverClosed
        case .waitFor(let gate):
            return self.core.block(until: gate) ? nil : .serverClosed
        case .open(let gate):
            gate.open()
            return nil
        case .pause(let duration):
            return self.core.block(for: duration) ? nil : .serverClosed
        case .acceptHTTP2(let settings):
            return self.acceptHTTP2(settings)
        case .readStreams(let count, let answersPings):
            return self.readFrames(answersPings: answersPings) { $0.completeCount >= count }
        case .readFrames(let predicate):
            return self.readFrames(answersPings: true, until: predicate)
        case .sendFrames(let bytes):
            return self.sendFrames(bytes(self.http2))
        case .answerStreams(let response):
            return self.answerStreams(response)
        case .loop(let steps):
            while true {
                if let end = self.perform(steps) { return end }
            }
        }
    }

    // MARK: Sending

    func send(_ bytes: [UInt8]) -> FaultRecord.End? {
        guard LoopbackSocket.send(bytes, to: self.descriptor) else { return .clientReset }
        self.core.monitor.change { $0.connections[self.index].bytesSent += bytes.count }
        return nil
    }

    private func sendSlowly(
        _ bytes: [UInt8],
        _ piece: Int,
        _ interval: Duration
    ) -> FaultRecord.End? {
        for start in stride(from: 0, to: bytes.count, by: max(1, piece)) {
            if start > 0, !self.core.block(for: interval) { return .serverClosed }
            let end = min(start + max(1, piece), bytes.count)
            if let end = self.send(Array(bytes[start..<end])) { return end }
        }
        return nil
    }

    /// Sends through a small socket buffer, so that what the kernel took is nearly what the client
    /// took, and says so when it takes no more.
    private func sendRepeatedly(_ bytes: [UInt8], limit: Int) -> FaultRecord.End? {
        var size: Int32 = 65_536
        let length = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(self.descriptor, SOL_SOCKET, SO_SNDBUF, &size, length)
        var total = 0
        var offset = 0
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        while total < limit {
            let end = min(bytes.count, offset + limit - total)
            let count = bytes[offset..<end].withUnsafeBytes { part in
                Glibc.send(self.descriptor, part.baseAddress, part.count, flags)
            }
            if count > 0 {
                total += count
                offset = (offset + count) % bytes.count
                self.core.monitor.change { state in
                    state.connections[self.index].bytesSent += count
                    state.connections[self.index].isStalled = false
                }
            } else if errno == EAGAIN {
                self.waitUntilWritable()
            } else if errno != EINTR {
                return .clientReset
            }
        }
        return nil
    }

    private func waitUntilWritable() {
        let milliseconds = Self.stallMilliseconds
        if LoopbackSocket.wait(self.descriptor, for: POLLOUT, milliseconds: milliseconds) { return }
        self.core.monitor.change { $0.connections[self.index].isStalled = true }
        _ = LoopbackSocket.wait(self.descriptor, for: POLLOUT, milliseconds: -1)
    }

    // MARK: Receiving

    private mutating func readRequest() -> FaultRecord.End? {
        while true {
            if let length = RequestFraming.length(of: self.pending) {
                let request = Array(self.pending.prefix(length))
                self.pending.removeFirst(length)
                self.core.monitor.change { $0.connections[self.index].requests.append(request) }
                return nil
            }
            guard self.pending.count < Self.maximumRequestBytes else { return .serverReset }
            if let end = self.readMore() { return end }
        }
    }

    private mutating func readHead() -> FaultRecord.End? {
        while true {
            if let end = self.pending.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
                let head = Array(self.pending.prefix(end))
                self.pending.removeFirst(end)
                self.core.monitor.change { $0.connections[self.index].requests.append(head) }
                return nil
            }
            guard self.pending.count < Self.maximumRequestBytes else { return .serverReset }
            if let end = self.readMore() { return end }
        }
    }

    private mutating func readBytes(_ count: Int) -> FaultRecord.End? {
        while self.pending.count < count {
            if let end = self.readMore() { return end }
        }
        self.pending.removeFirst(count)
        return nil
    }

    private mutating func discardBytes(_ count: Int) -> FaultRecord.End? {
        var rest = count
        while rest > self.pending.count {
            rest -= self.pending.count
            self.pending = []
            if let end = self.readMore() { return end }
        }
        self.pending.removeFirst(rest)
        return nil
    }

    private mutating func waitForClose() -> FaultRecord.End? {
        while true {
            self.pending = []
            if let end = self.readMore() { return end }
        }
    }

    mutating func readMore() -> FaultRecord.End? {
        guard let bytes = LoopbackSocket.receive(from: self.descriptor) else { return .clientReset }
        self.pending += bytes
        return bytes.isEmpty ? .clientClosed : nil
    }
}

/// Finds where a request ends (RFC 9112, section 6.3).
enum RequestFraming {
    /// The length of the first request in `bytes`, content included; nil if it is not all there.
    static func length(of bytes: [UInt8]) -> Int? {
        guard let end = Self.end(of: "\r\n\r\n", in: bytes[...]) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        let lines = head.split(separator: "\r\n").dropFirst()
        func value(_ name: String) -> Substring? {
            lines.first { $0.hasPrefix("\(name):") }?.dropFirst(name.count + 1)
        }
        if value("transfer-encoding")?.contains("chunked") == true {
            return Self.endOfChunks(in: bytes, from: end)
        }
        let digits = value("content-length")?.filter(\.isNumber) ?? "0"
        let length = end + (Int(digits) ?? 0)
        return bytes.count >= length ? length : nil
    }

    private static func endOfChunks(in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        while let lineEnd = Self.end(of: "\r\n", in: bytes[position...]) {
            let line = String(decoding: bytes[position..<lineEnd], as: UTF8.self)
            let size = Int(line.prefix(while: \.isHexDigit), radix: 16) ?? 0
            if size == 0 {
                // The trailer section: empty, or lines and then an empty one.
                return Self.end(of: "\r\n\r\n", in: bytes[(lineEnd - 2)...])
            }
            position = lineEnd + size + 2
            guard position <= bytes.count else { return nil }
        }
        return nil
    }

    private static func end(of text: String, in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.firstRange(of: Array(text.utf8))?.upperBound
    }
}
