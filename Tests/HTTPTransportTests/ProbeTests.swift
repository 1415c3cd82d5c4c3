import HTTPModel
import HTTPSession
import TestSupport
import Testing

@testable import HTTPTransport

/// `pool probe`, measured against servers whose ways are known.
@Suite("Probe", .timeLimit(.minutes(1)))
struct ProbeTests {
    private static func probe(
        _ port: Int,
        _ target: String = "/",
        idle: Duration = .seconds(10),
        requests: Int = 20,
        tell: @escaping @Sendable (ConnectionProbe.Progress) -> Void = { _ in }
    ) async throws -> ProbeFindings {
        try await Rig.run { rig in
            let session = Session(
                transport: rig.transport,
                executor: rig.transport.executor,
                configuration: SessionConfiguration(
                    userAgent: "linger/test",
                    clock: { MonotonicClock.now() },
                    wallClock: { 0 }
                )
            )
            let findings = await session.probe(
                try SessionRequest("HEAD", try URI("http://127.0.0.1:\(port)\(target)")),
                .init(idleLimit: idle, requestLimit: requests),
                tell: tell
            )
            // The session's own pool has not been touched.
            #expect(rig.events.current.isEmpty)
            #expect(await rig.transport.snapshot().connections.isEmpty)
            return findings
        }
    }

    private static let empty = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

    @Test func `a server that closes idle connections is found out`() async throws {
        let response = Array(Self.empty.utf8)
        let idle = Duration.milliseconds(120)
        let server = try FaultServer(.answerThenCloseAfterIdle(idle, response: response))
        let findings = try await Self.probe(server.port)
        guard case .ended(let time, .peerClosed) = findings.idle else {
            Issue.record("\(findings.idle)")
            return
        }
        #expect(time >= .milliseconds(100) && time < .seconds(5))
        #expect(findings.requests == .init(count: 20, end: .bound))
        #expect(findings.version == "HTTP/1.1")
        #expect(findings.label == RequestLabel(method: "HEAD", target: "/"))
    }

    @Test func `what a server says does not keep it from being measured`() async throws {
        let response = Array(
            "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1, max=3\r\nContent-Length: 5\r\n\r\n".utf8
        )
        let server = try FaultServer(
            .answerThenCloseAfterIdle(.milliseconds(50), response: response)
        )
        let findings = try await Self.probe(server.port)
        guard case .ended(_, .peerClosed) = findings.idle else {
            Issue.record("\(findings.idle)")
            return
        }
        #expect(findings.keepAliveField == "timeout=1, max=3")
        #expect(findings.requests == .init(count: 20, end: .bound))
    }

    struct Counted: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [FaultScript.Step]
        let count: Int
        let reason: CloseReason
    }

    private static let goodbye = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    private static let answer = Array(Self.empty.utf8)

    static let counted = [
        Counted(
            testDescription: "announced",
            steps: FaultScript.answering(with: answer, times: 4)
                + [.readRequest, .send(goodbye), .close],
            count: 5,
            reason: .serverClose
        ),
        Counted(
            testDescription: "without a word, when the next request has come",
            steps: FaultScript.answering(with: answer, times: 3) + [.readRequest, .close],
            count: 3,
            reason: .peerClosed
        ),
        Counted(
            testDescription: "after each response",
            steps: [.readRequest, .send(goodbye), .close],
            count: 1,
            reason: .serverClose
        ),
    ]

    @Test(arguments: counted)
    func `how many requests a connection takes is counted`(_ counted: Counted) async throws {
        let server = try FaultServer(FaultScript { _ in counted.steps })
        let findings = try await Self.probe(server.port, idle: .milliseconds(50))
        #expect(findings.requests == .init(count: counted.count, end: .ended(counted.reason)))
    }

    @Test func `a connection that is not kept has no idle time`() async throws {
        let server = try FaultServer(
            FaultScript([.readRequest, .send(Self.goodbye), .waitForClose])
        )
        let findings = try await Self.probe(server.port)
        #expect(findings.idle == .notKept(.serverClose))
    }

    @Test func `a connection that is still open has to answer once more`() async throws {
        let server = try FaultServer(.answerAndKeep(Self.answer))
        let findings = try await Self.probe(server.port, idle: .milliseconds(30), requests: 1)
        guard case .alive(let time) = findings.idle else {
            Issue.record("\(findings.idle)")
            return
        }
        #expect(time >= .milliseconds(30))
        #expect(server.connections.map(\.requests.count).sorted() == [1, 2])
    }

    @Test func `one that was forgotten on the way does not`() async throws {
        let server = try FaultServer(
            FaultScript { _ in
                [.readRequest, .send(Self.answer), .readRequest, .reset]
            }
        )
        let findings = try await Self.probe(server.port, idle: .milliseconds(30), requests: 1)
        guard case .silent = findings.idle else {
            Issue.record("\(findings.idle)")
            return
        }
    }

    @Test func `it can be interrupted, and tells what it knows`() async throws {
        let server = try FaultServer(.answerAndKeep(Self.answer))
        let progress = Monitor(ConnectionProbe.Progress())
        let running = Task {
            try await Self.probe(server.port, idle: .seconds(600), requests: 5) { news in
                progress.change { $0 = news }
            }
        }
        await progress.wait { $0.requests == 5 && $0.idleSince != nil }
        running.cancel()
        let findings = try await running.value
        guard case .interrupted = findings.idle else {
            Issue.record("\(findings.idle)")
            return
        }
        #expect(findings.requests == .init(count: 5, end: .bound))
    }

    @Test func `nobody there is said once for each`() async throws {
        let findings = try await Self.probe(try LoopbackSocket.unusedPort())
        guard case .failed(let error) = findings.idle, case .failed = findings.requests.end else {
            Issue.record("\(findings)")
            return
        }
        guard case .refused = error.cause else {
            Issue.record("\(error)")
            return
        }
    }

    @Test(.requires(.nginx))
    func `nginx keeps a connection for a second, or five requests`() async throws {
        let nginx = try await NginxServer.start(
            .init(keepaliveTimeout: .seconds(1), keepaliveRequests: 5)
        )
        let findings = try await Self.probe(nginx.port, "/small")
        guard case .ended(let time, .peerClosed) = findings.idle else {
            Issue.record("\(findings.idle)")
            return
        }
        // Our own bound is 10 s: that nginx ended it says that it was no later.
        #expect(time > .milliseconds(900))
        #expect(findings.requests == .init(count: 5, end: .ended(.serverClose)))
    }
}
