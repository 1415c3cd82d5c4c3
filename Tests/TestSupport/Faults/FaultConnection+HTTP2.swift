extension FaultConnection {
    /// Reads the client's preface and sends ours.
    mutating func acceptHTTP2(_ settings: [UInt8]) -> FaultRecord.End? {
        while self.pending.count < HTTP2Peer.preface.count {
            if let end = self.readMore() { return end }
        }
        guard self.pending.starts(with: HTTP2Peer.preface) else { return .serverClosed }
        self.pending.removeFirst(HTTP2Peer.preface.count)
        return self.send(settings)
    }

    /// Reads frames until `predicate` holds.
    mutating func readFrames(
        answersPings: Bool,
        until predicate: (HTTP2Peer) -> Bool
    ) -> FaultRecord.End? {
        while !predicate(self.http2) {
            if let end = self.readFrame(answersPings: answersPings) { return end }
        }
        return nil
    }

    /// Sends frames, and remembers which streams they end.
    mutating func sendFrames(_ bytes: [UInt8]) -> FaultRecord.End? {
        var position = 0
        while position + 9 <= bytes.count {
            let length = bytes[position..<position + 3].reduce(0) { $0 << 8 | Int($1) }
            let stream = bytes[position + 5..<position + 9].reduce(0) { $0 << 8 | Int($1) }
            switch HTTP2Frames.Kind(rawValue: bytes[position + 3]) {
            case .reset: self.endedStreams.insert(stream)
            case .data where bytes[position + 4] & 0x1 != 0: self.endedStreams.insert(stream)
            case .headers where bytes[position + 4] & 0x1 != 0: self.endedStreams.insert(stream)
            case .data, .headers, .priority, .settings, .pushPromise, .ping, .goAway,
                .windowUpdate, .continuation, nil:
                break
            }
            position += 9 + length
        }
        return self.send(bytes)
    }

    /// Answers each request as soon as it is complete, unless its stream has ended before.
    mutating func answerStreams(_ response: (Int) -> [UInt8]) -> FaultRecord.End? {
        while true {
            for request in self.http2.requests where request.isComplete {
                guard self.endedStreams.insert(request.stream).inserted else { continue }
                if let end = self.send(response(request.stream)) { return end }
            }
            if let end = self.readFrame(answersPings: true) { return end }
        }
    }

    /// Reads one frame, records it, and answers what must be answered.
    private mutating func readFrame(answersPings: Bool) -> FaultRecord.End? {
        while true {
            if self.pending.count >= 9 {
                let length = self.pending[0..<3].reduce(0) { $0 << 8 | Int($1) }
                if self.pending.count >= 9 + length { return self.take(length, answersPings) }
            }
            if let end = self.readMore() { return end }
        }
    }

    private mutating func take(_ length: Int, _ answersPings: Bool) -> FaultRecord.End? {
        let frame = Array(self.pending.prefix(9 + length))
        self.pending.removeFirst(9 + length)
        let stream = frame[5..<9].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
        let content = Array(frame[9...])
        var answer = self.http2.receive(kind: frame[3], flags: frame[4], stream: stream, content)
        if answersPings, frame[3] == HTTP2Frames.Kind.ping.rawValue, frame[4] & 0x1 == 0 {
            answer += HTTP2Frames.frame(.ping, flags: 0x1, content)
        }
        let http2 = self.http2
        let index = self.index
        self.core.monitor.change { $0.connections[index].http2 = http2 }
        return answer.isEmpty ? nil : self.send(answer)
    }
}
