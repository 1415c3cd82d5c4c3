import HTTPModel
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPTransport

/// What peers of HTTP/2 do wrong, and what comes of it: the table is the test.
@Suite("HTTP/2 faults", .timeLimit(.minutes(1)))
struct HTTP2FaultTests {
    /// A fault on the first connection; every further one answers.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the server does after its SETTINGS.
        let steps: [FaultScript.Step]
        /// How a GET ends: nil if it is answered.
        var failure: TransportError.Cause?
        /// The connection that answered it, or failed it.
        var connection = 1
        /// Why the first connection closed before it was told to; nil if it is still open.
        var closing: CloseReason?
        /// The connection that answers the next GET.
        var next: Int { self.closing == nil ? 1 : 2 }

        init(
            _ name: String,
            _ steps: [FaultScript.Step],
            fails failure: TransportError.Cause? = nil,
            on connection: Int = 1,
            closing: CloseReason? = nil
        ) {
            self.testDescription = name
            self.steps = steps
            self.failure = failure
            self.connection = connection
            self.closing = closing
        }
    }

    private static func head(_ stream: Int, length: Int? = nil) -> [UInt8] {
        let fields = length.map { [("content-length", String($0))] } ?? []
        return HTTP2Frames.headers([(":status", "200")] + fields, stream: stream)
    }

    private static let half = Array("half.".utf8)

    /// POOL.md rules 35 and 41.
    static let refusals: [Fault] = [
        Fault(
            "GOAWAY, and the stream is above the last",
            .once { _ in HTTP2Frames.goAway(lastStream: 0) } + [.waitForClose],
            on: 2,
            closing: .goaway
        ),
        Fault(
            "GOAWAY with an error, and the stream is above the last",
            .once { _ in HTTP2Frames.goAway(lastStream: 0, code: 11, debug: "too fast") }
                + [.waitForClose],
            on: 2,
            closing: .goaway
        ),
        Fault(
            "GOAWAY, and the stream may finish",
            .once { HTTP2Frames.goAway(lastStream: $0) + HTTP2Frames.response(stream: $0) }
                + [.waitForClose],
            closing: .goaway
        ),
        Fault(
            "REFUSED_STREAM once",
            .once { HTTP2Frames.reset(stream: $0, code: 7) } + .answerStreams
        ),
        Fault(
            "REFUSED_STREAM twice",
            [
                .readStreams(1, answersPings: true),
                .sendFrames { HTTP2Frames.reset(stream: $0.streams[0], code: 7) },
                .readStreams(2, answersPings: true),
                .sendFrames { HTTP2Frames.reset(stream: $0.streams[1], code: 7) },
                .waitForClose,
            ],
            on: 2,
            closing: .refusedStream
        ),
    ]

    static let resets: [Fault] = [
        Fault(
            "RST_STREAM before the head",
            .once { HTTP2Frames.reset(stream: $0, code: 2) } + .answerStreams,
            fails: .streamReset(HTTP2ErrorCode(rawValue: 2), receivedBytes: 0)
        ),
        Fault(
            "RST_STREAM amid the content",
            .once {
                Self.head($0) + HTTP2Frames.data(Self.half, stream: $0)
                    + HTTP2Frames.reset(stream: $0, code: 8)
            } + .answerStreams,
            fails: .streamReset(HTTP2ErrorCode(rawValue: 8), receivedBytes: 5)
        ),
        Fault(
            "REFUSED_STREAM after the head proves nothing",
            .once { Self.head($0) + HTTP2Frames.reset(stream: $0, code: 7) } + .answerStreams,
            fails: .streamReset(.refusedStream, receivedBytes: 0)
        ),
        Fault(
            "GOAWAY below a stream whose head has come proves nothing",
            .once {
                Self.head($0) + HTTP2Frames.data(Self.half, stream: $0)
                    + HTTP2Frames.goAway(lastStream: 0, code: 2)
            } + [.waitForClose],
            fails: .streamReset(HTTP2ErrorCode(rawValue: 2), receivedBytes: 5),
            closing: .goaway
        ),
        Fault(
            "less content than announced",
            .once {
                Self.head($0, length: 10) + HTTP2Frames.data(Self.half, stream: $0, isEnd: true)
            } + .answerStreams,
            fails: .truncated(receivedBytes: 5, expectedBytes: 10)
        ),
        Fault(
            "more content than announced",
            .once {
                Self.head($0, length: 3) + HTTP2Frames.data(Self.half, stream: $0, isEnd: true)
            } + .answerStreams,
            fails: .truncated(receivedBytes: 5, expectedBytes: 3)
        ),
    ]

    static let ends: [Fault] = [
        Fault(
            "closed before a byte of the response",
            [.readStreams(1, answersPings: true), .close],
            fails: .peerClosed(receivedBytes: 0, isReset: false),
            closing: .peerClosed
        ),
        Fault(
            "closed amid the content",
            .once { Self.head($0, length: 10) + HTTP2Frames.data(Self.half, stream: $0) }
                + [.close],
            fails: .truncated(receivedBytes: 5, expectedBytes: 10),
            closing: .peerClosed
        ),
        Fault(
            "reset",
            [.readStreams(1, answersPings: true), .reset],
            fails: .peerClosed(receivedBytes: 0, isReset: true),
            closing: .peerReset
        ),
        Fault(
            "garbage instead of frames",
            [
                .readStreams(1, answersPings: true),
                .send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), .waitForClose,
            ],
            fails: .protocolViolation(.other("UnableToParseFrame")),
            closing: .protocolError
        ),
        Fault(
            "PUSH_PROMISE, which was switched off",
            .once { HTTP2Frames.frame(.pushPromise, flags: 0x4, stream: $0, [0, 0, 0, 2, 0x82]) }
                + [.waitForClose],
            fails: nil,
            closing: .protocolError
        ),
    ]

    @Test(arguments: refusals + resets + ends)
    func `a fault ends as the table says`(_ fault: Fault) async throws {
        let server = try FaultServer(.http2OnFirst(fault.steps))
        try await Rig.run(options: Rig.http2) { rig in
            if fault.failure == nil, fault.testDescription.hasPrefix("PUSH_PROMISE") {
                guard
                    case .protocolViolation? = await rig.failure(of: rig.request(server.port))?
                        .cause
                else {
                    Issue.record("a push was taken")
                    return
                }
            } else if let cause = fault.failure {
                let failure = await rig.failure(of: rig.request(server.port))
                #expect(failure?.cause == cause)
                #expect(failure?.connection == ConnectionID(fault.connection))
                #expect(failure?.stale == nil)
            } else {
                let response = try await rig.get(server.port)
                #expect(response.head.status == 200)
                #expect(response.use.connection == ConnectionID(fault.connection))
                let resent = rig.count("request.redispatched")
                #expect(response.use.redispatches.count == resent)
                #expect(resent == 0 || response.use.redispatches.first?.connection.number == 1)
            }
            if let closing = fault.closing {
                #expect(await rig.epitaph()?.reason == closing)
            }
            let next = try await rig.get(server.port, "/next")
            #expect(next.use.connection == ConnectionID(fault.next))
        }
    }

    @Test func `a request that is refused everywhere fails, and says that it was never acted on`()
        async throws
    {
        let server = try FaultServer(
            .http2(
                (1...2).flatMap { count -> [FaultScript.Step] in
                    [
                        .readStreams(count, answersPings: true),
                        .sendFrames { HTTP2Frames.reset(stream: $0.streams[count - 1], code: 7) },
                    ]
                } + [.waitForClose]
            )
        )
        try await Rig.run(options: Rig.http2) { rig in
            let failure = await rig.failure(of: rig.request(server.port, method: .post))
            #expect(failure?.cause == .unprocessed(.refused(stream: 1)))
            #expect(rig.count("request.redispatched") == 2)
            #expect(failure?.redispatches.map(\.connection.number) == [1, 1])
        }
        #expect(server.connections.reduce(0) { $0 + $1.http2.requests.count } == 3)
    }

    // MARK: Before the first request

    @Test(arguments: [true, false])
    func `a server that speaks HTTP 1.1 only is told from one that closes`(answers: Bool)
        async throws
    {
        let server = try FaultServer(
            FaultScript([
                .readBytes(24), answers ? .send("HTTP/1.1 400 Bad Request\r\n\r\n") : .close,
                .waitForClose,
            ])
        )
        try await Rig.run(options: Rig.http2) { rig in
            let failure = await rig.failure(of: rig.request(server.port))
            #expect(failure?.phase == .handshake)
            if answers {
                #expect(failure?.cause == .protocolViolation(.notHTTP2))
            } else {
                guard case .peerClosed? = failure?.cause else {
                    Issue.record("\(String(describing: failure))")
                    return
                }
            }
        }
    }

    @Test func `a peer whose SETTINGS do not come is given up in time`() async throws {
        let server = try FaultServer(FaultScript([.readBytes(24), .waitForClose]))
        let options = ConnectionOptions(connectTimeout: .milliseconds(100), version: .http2)
        try await Rig.run(options: options) { rig in
            let failure = await rig.failure(of: rig.request(server.port))
            #expect(failure?.phase == .handshake)
            #expect(
                failure?.cause
                    == .timedOut(limit: .milliseconds(100), setting: "timeout.connect")
            )
        }
    }

    // MARK: Settings

    /// POOL.md rule 40.
    @Test func `no more streams are opened than the peer takes, and the rest waits`() async throws {
        let gate = Gate()
        let server = try FaultServer(
            .http2(
                settings: HTTP2Frames.settings(maxConcurrentStreams: 2),
                [
                    .readStreams(2, answersPings: true), .waitFor(gate),
                ] + .answerStreams
            )
        )
        try await Rig.run(options: Rig.http2) { rig in
            try await withThrowingTaskGroup(of: TransportResponse.self) { group in
                for index in 0..<5 {
                    group.addTask { try await rig.get(server.port, "/\(index)") }
                }
                await server.waitForHTTP2 { $0.completeCount == 2 }
                await rig.wait(for: 2, "request.dispatched")
                let snapshot = await rig.transport.snapshot()
                #expect(snapshot.connections.first?.streams?.active == 2)
                #expect(snapshot.connections.first?.streams?.limit == 2)
                #expect(snapshot.waiting.count == 3)
                gate.open()
                let statuses = try await group.reduce(into: []) { $0.append($1.head.status) }
                #expect(statuses == [200, 200, 200, 200, 200])
            }
        }
        #expect(server.connections.count == 1)
    }

    @Test func `lowered SETTINGS let running streams finish, and hold back others`() async throws {
        let lowered = Gate()
        let server = try FaultServer(
            .http2(
                [
                    .readStreams(3, answersPings: true),
                    .sendFrames { _ in HTTP2Frames.settings(maxConcurrentStreams: 1) },
                    .readFrames { $0.acknowledgements == 2 },
                    .open(lowered),
                    .readFrames { !$0.pings.isEmpty },
                ] + .answerStreams
            )
        )
        try await Rig.run(options: Rig.http2) { rig in
            try await withThrowingTaskGroup(of: TransportResponse.self) { group in
                for index in 0..<3 {
                    group.addTask { try await rig.get(server.port, "/\(index)") }
                }
                await lowered.wait()
                await rig.wait(for: 2, "h2.settings")
                group.addTask { try await rig.get(server.port, "/late") }
                await rig.events.wait { events in
                    events.contains { $0.name == "request.queued" && $0.request?.exchange == 4 }
                }
                #expect(await rig.transport.snapshot().connections.first?.streams?.active == 3)
                // A PING tells the server to go on.
                _ = try await rig.transport.ping(ConnectionID(1))
                for try await response in group { #expect(response.head.status == 200) }
            }
        }
        #expect(server.connections.count == 1)
    }

    @Test func `a response that drips in byte by byte is whole`() async throws {
        let response = HTTP2Frames.response(stream: 1)
        let server = try FaultServer(
            .http2([
                .readStreams(1, answersPings: true),
                .sendSlowly(response, piece: 1, every: .milliseconds(1)), .waitForClose,
            ])
        )
        try await Rig.run(options: Rig.http2) { rig in
            let sink = TestSink()
            _ = try await rig.transport.send(rig.request(server.port), to: sink)
            #expect(sink.text == "hello")
        }
    }

    // MARK: PING

    /// POOL.md rule 42.
    @Test func `a PING tells how far away the peer is`() async throws {
        let server = try FaultServer(.http2(.answerStreams))
        let plain = try FaultServer(.answerAndKeep())
        try await Rig.run(options: Rig.http2) { rig in
            try await rig.get(server.port)
            #expect(try await rig.transport.ping(ConnectionID(1)) > .zero)
            await #expect(throws: PingRefusal.notOpen) {
                try await rig.transport.ping(ConnectionID(9))
            }
            var request = rig.request(plain.port)
            request.version = .http1
            _ = try await rig.transport.send(request, to: TestSink())
            await #expect(throws: PingRefusal.notHTTP2) {
                try await rig.transport.ping(ConnectionID(2))
            }
        }
    }
}
