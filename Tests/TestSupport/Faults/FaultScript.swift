/// What a fault server does on each of its connections.
package struct FaultScript: Sendable {
    /// One thing that it does on a connection.
    package indirect enum Step: Sendable {
        /// Reads one request with its content; the script ends if the client closes instead.
        case readRequest
        /// Reads the head of a request without its content, and records it as one.
        case readHead
        /// Reads so many bytes, and records no request.
        case readBytes(Int)
        /// Reads so many bytes, and keeps none of them.
        case discardBytes(Int)
        /// Sends bytes.
        case send([UInt8])
        /// Sends bytes in pieces of `piece` bytes with a pause between two.
        case sendSlowly([UInt8], piece: Int, every: Duration)
        /// Sends bytes again and again until the client has gone, or `limit` bytes are sent.
        ///
        /// ``FaultRecord/bytesSent`` and ``FaultRecord/isStalled`` follow as it goes on.
        case sendRepeatedly([UInt8], limit: Int)
        /// Sends FIN; the client can still send.
        case finish
        /// Closes; with RST if the client has sent what was not read (the kernel does that).
        case close
        /// Closes with RST.
        case reset
        /// Reads and throws away until the client closes.
        case waitForClose
        /// Closes if the client sends nothing for so long; goes on as soon as it does.
        case closeIfIdle(Duration)
        /// Waits until a test opens the gate.
        case waitFor(Gate)
        /// Tells a test that the script has come here.
        case open(Gate)
        /// Does nothing for so long.
        case pause(Duration)
        /// Reads the preface of an HTTP/2 client and sends SETTINGS.
        case acceptHTTP2([UInt8])
        /// Reads frames until so many requests, in all, are complete or given up.
        ///
        /// SETTINGS and content are acknowledged on the way, PINGs only with `answersPings`.
        case readStreams(Int, answersPings: Bool)
        /// Reads frames until `predicate` holds for what has come.
        case readFrames(until: @Sendable (HTTP2Peer) -> Bool)
        /// Sends what `bytes` makes of what has come.
        case sendFrames(@Sendable (HTTP2Peer) -> [UInt8])
        /// Answers every request of HTTP/2 with a response on its stream, until the client closes.
        case answerStreams(response: @Sendable (Int) -> [UInt8])
        /// Runs steps again and again until the connection ends.
        case loop([Step])

        /// Sends text.
        package static func send(_ text: String) -> Step { .send(Array(text.utf8)) }
    }

    /// The steps for the connection with this index, from 0; it is closed after the last.
    package let steps: @Sendable (_ connection: Int) -> [Step]

    /// Creates a script from a function of the connection's index, from 0.
    package init(_ steps: @escaping @Sendable (_ connection: Int) -> [Step]) {
        self.steps = steps
    }

    /// Creates a script from one list for each connection; the last serves all further ones.
    package init(_ lists: [Step]...) {
        self.steps = { $0 < lists.count ? lists[$0] : lists.last ?? [] }
    }
}

extension FaultScript {
    /// A response with Content-Length as bytes.
    package static func response(
        _ status: String = "200 OK",
        fields: [String] = [],
        content: String = "hello"
    ) -> [UInt8] {
        let lines = fields + ["Content-Length: \(content.utf8.count)"]
        return Array(
            "HTTP/1.1 \(status)\r\n\(lines.joined(separator: "\r\n"))\r\n\r\n\(content)".utf8
        )
    }

    /// The steps of a server that answers every request and keeps the connection.
    package static func answering(
        with response: [UInt8] = Self.response(),
        times: Int? = nil
    ) -> [Step] {
        let steps = [Step.readRequest, .send(response)]
        guard let times else { return [.loop(steps)] }
        return (0..<times).flatMap { _ in steps }
    }

    /// Runs `steps` on the first connection, and answers on all others.
    package static func onFirst(_ steps: [Step]) -> Self {
        Self(steps, Self.answering())
    }
}

/// The usual faults.
extension FaultScript {
    /// Answers every request on every connection.
    package static func answerAndKeep(_ response: [UInt8] = Self.response()) -> Self {
        Self(Self.answering(with: response))
    }

    /// Answers, and closes each connection when it was idle for `idle`.
    package static func answerThenCloseAfterIdle(
        _ idle: Duration,
        response: [UInt8] = Self.response()
    ) -> Self {
        Self([.loop([.readRequest, .send(response), .closeIfIdle(idle)])])
    }

    /// Answers `requests` requests on the first connection, and closes it when `gate` opens.
    package static func answerThenClose(_ requests: Int = 1, when gate: Gate) -> Self {
        .onFirst(Self.answering(times: requests) + [.waitFor(gate), .close])
    }

    /// Reads the second request of the first connection and closes without a byte of an answer.
    ///
    /// That is what a client sees whose request crosses the server's FIN on the way.
    package static func readSecondRequestThenClose() -> Self {
        .onFirst(Self.answering(times: 1) + [.readRequest, .close])
    }

    /// Resets the first connection when the second request has come.
    package static func resetOnSecond() -> Self {
        .onFirst(Self.answering(times: 1) + [.readRequest, .reset])
    }

    /// Closes the first connection in the middle of the head of response `number`, from 1.
    package static func halfHead(of number: Int = 1) -> Self {
        .onFirst(
            Self.answering(times: number - 1)
                + [.readRequest, .send("HTTP/1.1 200 OK\r\nContent-Le"), .close]
        )
    }

    /// Closes the first connection in the middle of the content of response `number`, from 1.
    package static func halfBody(of number: Int = 1) -> Self {
        .onFirst(
            Self.answering(times: number - 1)
                + [
                    .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf."),
                    .close,
                ]
        )
    }

    /// Answers on, whoever says `Connection: close`; with `saysClose` it says so itself.
    package static func ignoreConnectionClose(saysClose: Bool = false) -> Self {
        .answerAndKeep(Self.response(fields: saysClose ? ["Connection: close"] : []))
    }

    /// Sends what is no response on the idle first connection, when `gate` opens.
    package static func garbageOnIdle(when gate: Gate) -> Self {
        .onFirst(
            Self.answering(times: 1)
                + [.waitFor(gate), .send("\u{1}\u{2}garbage\r\n"), .waitForClose]
        )
    }

    /// Sends a response in the same bytes as the one that was asked for, on the first connection.
    package static func twoResponsesForOne() -> Self {
        .onFirst([.readRequest, .send(Self.response() + Self.response()), .waitForClose])
    }

    /// Sends 408 on the idle first connection when `gate` opens, and closes it.
    package static func requestTimeoutOnIdle(when gate: Gate) -> Self {
        let timeout = Self.response(
            "408 Request Timeout",
            fields: ["Connection: close"],
            content: ""
        )
        return .onFirst(Self.answering(times: 1) + [.waitFor(gate), .send(timeout), .close])
    }

    /// Answers with a head that does not end, up to `limit` bytes.
    package static func endlessHead(limit: Int = 64 << 20) -> Self {
        Self([
            .readRequest, .send("HTTP/1.1 200 OK\r\n"),
            .sendRepeatedly(
                Array("X-Filler: 0123456789012345678901234567890\r\n".utf8),
                limit: limit
            ),
            .waitForClose,
        ])
    }

    /// Answers with `count` zero bytes as fast as the client takes them.
    ///
    /// A client without back-pressure lets ``FaultRecord/bytesSent`` run up to `count`; else the
    /// record becomes stalled at what the socket buffers hold.
    package static func flood(_ count: Int) -> Self {
        Self([
            .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n"),
            .sendRepeatedly([UInt8](repeating: 0, count: 65_536), limit: count),
            .loop([.readRequest, .send(Self.response())]),
        ])
    }
}
