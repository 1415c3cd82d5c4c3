import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Cancellation", .timeLimit(.minutes(1)))
struct CancellationTests {
    @Test func `a waiting request is cancelled at once`() async throws {
        let gate = Gate()
        let server = try FaultServer(
            FaultScript(
                [.readRequest, .waitFor(gate), .send(FaultScript.response())]
                    + FaultScript.answering()
            )
        )
        try await Rig.run(limits: PoolLimits(perOrigin: 1)) { rig in
            async let first = rig.get(server.port)
            await server.wait { $0.connections.first?.requests.count == 1 }
            let waiting = Task { await rig.failure(of: rig.request(server.port, "/waiting")) }
            await rig.wait(for: 2, "request.queued")
            waiting.cancel()
            let error = try #require(await waiting.value)
            #expect(error.cause == .cancelled)
            #expect(error.phase == .queue)
            gate.open()
            _ = try await first
            try await rig.get(server.port, "/next")
            guard
                case .requestCancelled(whileQueued: true)? = await rig.event(where: {
                    $0.name == "request.cancelled"
                })?.kind
            else {
                Issue.record("no event tells that it waited")
                return
            }
        }
        #expect(server.connections.count == 1)
        #expect(server.connections.first?.requests.count == 2)
    }

    @Test func `a request that is cancelled while it receives closes its connection`() async throws
    {
        let server = try FaultServer(
            .onFirst([
                .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf."),
                .waitForClose,
            ])
        )
        try await Rig.run(limits: PoolLimits(perOrigin: 1)) { rig in
            let sink = TestSink()
            let running = Task { await rig.failure(of: rig.request(server.port), to: sink) }
            await sink.wait { $0.count == 5 }
            running.cancel()
            let error = try #require(await running.value)
            #expect(error.cause == .cancelled)
            #expect(error.connection == ConnectionID(1))
            #expect(sink.current.hasFailed)
            #expect(await rig.epitaph()?.reason == .cancelled)
            // The slot is free again.
            try await rig.get(server.port)
            await server.waitForEnds()
        }
        #expect(server.connections.first?.end == .clientClosed)
    }

    @Test func `a task that is cancelled already sends nothing that stays`() async throws {
        let server = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        try await Rig.run { rig in
            let start = Gate()
            let task = Task {
                await start.wait()
                return await rig.failure(of: rig.request(server.port))
            }
            task.cancel()
            start.open()
            #expect(await task.value?.cause == .cancelled)
            #expect(rig.count("request.failed") == 1)
        }
    }

    @Test func `a request whose content the sink holds back can be cancelled after its end`()
        async throws
    {
        let gate = Gate()
        let server = try FaultServer(
            .onFirst([.readRequest, .send(FaultScript.response()), .waitFor(gate), .reset])
        )
        try await Rig.run { rig in
            let sink = TestSink(pausesAfter: 1)
            let running = Task { await rig.failure(of: rig.request(server.port), to: sink) }
            await sink.wait { $0.pauses == 1 }
            // All content has come; then the connection goes while the sink pauses.
            gate.open()
            #expect(await rig.epitaph() != nil)
            running.cancel()
            #expect(await running.value?.cause == .cancelled)
            #expect(sink.current.hasFailed)
            sink.resume()
            try await rig.get(server.port)
            #expect(!sink.current.hasEnded)
        }
    }

    @Test func `content that the sink holds back survives its connection`() async throws {
        let gate = Gate()
        let server = try FaultServer(
            .onFirst([.readRequest, .send(FaultScript.response()), .waitFor(gate), .reset])
        )
        try await Rig.run { rig in
            let sink = TestSink(pausesAfter: 1)
            async let response = rig.transport.send(rig.request(server.port), to: sink)
            await sink.wait { $0.pauses == 1 }
            gate.open()
            #expect(await rig.epitaph() != nil)
            sink.resume()
            let status = try await response.head.status
            #expect(status == 200)
            #expect(sink.text == "hello")
            #expect(sink.current.hasEnded)
        }
    }

    @Test(arguments: [1, 2, 3])
    func `cancelling at any moment ends every request once`(seed: UInt64) async throws {
        let server = try FaultServer(.answerAndKeep())
        try await Rig.run(limits: PoolLimits(perOrigin: 3)) { rig in
            var generator = SeededGenerator(seed: seed)
            for _ in 0..<40 {
                let tasks = (0..<8).map { _ in
                    Task { await rig.failure(of: rig.request(server.port)) }
                }
                for task in tasks where Bool.random(using: &generator) {
                    for _ in 0..<Int.random(in: 0..<20, using: &generator) { await Task.yield() }
                    task.cancel()
                }
                for task in tasks {
                    let error = await task.value
                    #expect(error == nil || error?.cause == .cancelled, "seed \(seed)")
                }
            }
            let ends = rig.count("request.done") + rig.count("request.failed")
            #expect(ends == 320)
            #expect(rig.count("request.failed") == rig.count("request.cancelled"))
            #expect(await rig.transport.snapshot().count(.busy) == 0)
        }
    }
}
