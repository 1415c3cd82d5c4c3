import HTTPModel
import Synchronization
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Repetitions")
struct RepetitionTests {
    private func request() throws -> SessionRequest { try .make("GET", "http://a.org/") }

    @Test(arguments: [(1, 1), (2, 1), (5, 8), (100, 8), (100, 100)])
    func `as many requests are sent as were asked for, in one entry`(
        _ count: Int,
        _ parallel: Int
    ) async throws {
        let transport = ScriptedTransport(.response(.init(200, body: "abc")))
        let session = makeSession(transport)
        let record = await session.perform(
            Repetition(try self.request(), count: count, parallel: parallel)
        )
        #expect(transport.requests.count == count)
        #expect(Set(transport.requests.map(\.id.exchange)) == Set(1...count))
        #expect(record.finished == count)
        #expect(record.failed == 0)
        #expect(record.statuses == [200: count])
        #expect(
            record.bytes == ByteCounts(sent: 100 * count, received: 200 * count, body: 3 * count)
        )
        #expect(record.newLatencies.count == 1)
        #expect(record.reusedLatencies.count == count - 1)
        #expect(record.connections == [ConnectionID(1): .init(exchanges: count, isNew: true)])
        #expect(record.parallel == min(count, parallel))
        #expect(!record.isRunning)
        #expect(record.sample?.content == .delivered(size: 3))
        #expect(await session.entries.count == 1)
        #expect(await session.repetition(count)?.finished == count)
        #expect(await session.exchange(1) == nil)
        #expect(session.reserveNumber() == count + 1)
    }

    @Test func `failures are counted by kind`() async throws {
        let transport = ScriptedTransport { _, index in
            switch index % 3 {
            case 0: .response(.init(500))
            case 1: .failure(.refused(addresses: []))
            default: .failure(.nameNotFound(host: "a.org"))
            }
        }
        var settings = SessionSettings()
        settings.maxRetries = 0
        let record = await makeSession(transport, settings: settings).perform(
            Repetition(try self.request(), count: 9)
        )
        #expect(record.statuses == [500: 3])
        #expect(record.failures.map(\.count) == [3, 3])
        #expect(record.failed == 6)
        #expect(record.finished == 9)
    }

    @Test func `redirects and stale retries are counted`() async throws {
        let transport = ScriptedTransport { _, index in
            switch index % 3 {
            case 0: .failure(.peerClosed(receivedBytes: 0, isReset: true), isStale: true)
            case 1: .response(.init(302, [("Location", "/x")]))
            default: .response(.init())
            }
        }
        let record = await makeSession(transport).perform(
            Repetition(try self.request(), count: 4)
        )
        #expect(record.retries == 4)
        #expect(record.redirects == 4)
        #expect(record.statuses == [200: 4])
    }

    @Test func `each request is made anew, and its cookies are the current ones`() async throws {
        let transport = ScriptedTransport { _, index in
            .response(.init(200, [("Set-Cookie", "n=\(index)")]))
        }
        let record = await makeSession(transport).perform(
            Repetition(
                try self.request(),
                count: 3,
                remake: { try? SessionRequest.make("GET", "http://a.org/\($0)") }
            )
        )
        #expect(record.finished == 3)
        #expect(transport.requests.map(\.target) == ["/0", "/1", "/2"])
        #expect(transport.requests.map { $0.value("Cookie") } == [nil, "n=0", "n=1"])
    }

    @Test(arguments: [1, 3, 8])
    func `a request that cannot be made ends the repetition`(_ parallel: Int) async throws {
        let transport = ScriptedTransport(.response(.init()))
        let request = try self.request()
        let numbers = Mutex<[Int]>([])
        let record = await makeSession(transport).perform(
            Repetition(
                request,
                count: 1000,
                parallel: parallel,
                remake: { $0 == 5 ? nil : request },
                inOrder: { exchange in
                    numbers.withLock { $0.append(exchange.number) }
                    return true
                }
            )
        )
        #expect(record.finished < 1000)
        #expect(transport.requests.count == record.finished)
        // Those before the gap are handed out; those after it never are.
        #expect(numbers.withLock { $0 } == Array(1...5))
    }

    @Test(arguments: [1, 2, 7])
    func `exchanges are handed out in order with their contents`(_ parallel: Int) async throws {
        let transport = ScriptedTransport { request, _ in
            // Every third one is overtaken by others.
            if request.id.exchange % 3 == 0 {
                for _ in 0..<50 { await Task.yield() }
            }
            return .response(.init(body: "\(request.id.exchange)"))
        }
        let bodies = Mutex<[String]>([])
        let record = await makeSession(transport).perform(
            Repetition(
                try self.request(),
                count: 100,
                parallel: parallel,
                inOrder: { exchange in
                    guard case .memory(let bytes) = exchange.content else { return true }
                    bodies.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
                    return true
                }
            )
        )
        #expect(record.finished == 100)
        #expect(bodies.withLock { $0 } == (1...100).map(String.init))
    }

    @Test(arguments: [0, 100 << 10, 1 << 30])
    func `what waits for its turn has its share of memory, and goes to a file beyond it`(
        _ limit: Int
    ) async throws {
        let size = 5000
        let transport = ScriptedTransport { request, _ in
            if request.id.exchange == 1 {
                for _ in 0..<50 { await Task.yield() }
            }
            return .response(.init(body: String(repeating: "x", count: size)))
        }
        let spilled = Mutex<[Bool]>([])
        let record = await makeSession(transport).perform(
            Repetition(
                try self.request(),
                count: 20,
                parallel: 3,
                inOrder: { exchange in
                    let isSpilled = if case .spilled = exchange.content { true } else { false }
                    spilled.withLock { $0.append(isSpilled) }
                    return exchange.content.count == size
                },
                heldLimit: limit
            )
        )
        #expect(record.finished == 20)
        // Twelve may wait: below 5000 bytes for each they are in files.
        let expected = limit / 12 < size
        #expect(spilled.withLock { $0 } == Array(repeating: expected, count: 20))
    }

    @Test(arguments: [1, 3, 8])
    func `it ends as soon as nobody wants more`(_ parallel: Int) async throws {
        // The sixth does not end by itself.
        let transport = ScriptedTransport { request, _ in
            guard request.id.exchange > 5 else { return .response(.init()) }
            while !Task.isCancelled { await Task.yield() }
            return .failure(.cancelled)
        }
        let numbers = Mutex<[Int]>([])
        let record = await makeSession(transport).perform(
            Repetition(
                try self.request(),
                count: 1000,
                parallel: parallel,
                inOrder: { exchange in
                    numbers.withLock { $0.append(exchange.number) }
                    return exchange.number < 5
                }
            )
        )
        #expect(numbers.withLock { $0 } == Array(1...5))
        #expect(record.finished == 5)
        #expect(record.failed == 0)
    }

    @Test func `one that is late holds up those that run too far ahead`() async throws {
        let gate = Gate()
        let transport = ScriptedTransport { request, _ in
            if request.id.exchange == 1 { await gate.pass() }
            return .response(.init())
        }
        let session = makeSession(transport)
        let request = try self.request()
        async let running = session.perform(
            Repetition(request, count: 100, parallel: 2, inOrder: { _ in true })
        )
        await gate.waitForArrival()
        // Two workers may run eight ahead; the window stays shut until the first has ended.
        while transport.requests.count < 8 { await Task.yield() }
        for _ in 0..<200 { await Task.yield() }
        #expect(transport.requests.count == 8)
        await gate.open()
        #expect(await running.finished == 100)
    }

    @Test func `cancelling ends it, and what was under way is not counted`() async throws {
        let gate = Gate()
        let transport = ScriptedTransport { _, index in
            if index >= 10 { await gate.pass() }
            return .response(.init())
        }
        let session = makeSession(transport)
        let request = try self.request()
        let record = await withTaskGroup(of: RepeatRecord.self) { group in
            group.addTask {
                await session.perform(Repetition(request, count: 1000, parallel: 4))
            }
            await gate.waitForArrival()
            #expect(await session.repetition(1)?.isRunning == true)
            group.cancelAll()
            await gate.open()
            return await group.next()
        }
        #expect(record?.failed == 0)
        #expect((record?.finished ?? 1000) <= 20)
        #expect(record?.isRunning == false)
        #expect(record?.planned == 1000)
    }

    @Test func `a repetition keeps the name that it got while it ran`() async throws {
        let gate = Gate()
        let session = makeSession(
            .init { _, _ in
                await gate.pass()
                return .response(.init())
            }
        )
        var request = try self.request()
        request.name = "many"
        let repetition = Repetition(request, count: 3)
        async let running = session.perform(repetition)
        await gate.waitForArrival()
        #expect(await session.setName("several", of: 2))
        #expect(await session.repetition(3)?.request.name == "several")
        await gate.open()
        _ = await running
        #expect(await session.repetition(3)?.request.name == "several")
        #expect(await session.repetition(3)?.finished == 3)
    }

    enum Change: CaseIterable {
        case field, query, cookie, credentials, settings, expiry
    }

    @Test(arguments: Change.allCases)
    func `what changes while it runs holds for the requests after it`(_ change: Change) async throws
    {
        let gate = Gate()
        let transport = ScriptedTransport { _, index in
            if index == 2 { await gate.pass() }
            return .response(.init())
        }
        let now = Atomic(wallClock)
        let session = makeSession(
            transport,
            wallClock: { now.load(ordering: .relaxed) }
        )
        let target = try URI("http://a.org/")
        _ = await session.setCookie("a=1; Max-Age=10", for: target)
        let repetition = Repetition(try self.request(), count: 8)
        async let running = session.perform(repetition)
        await gate.waitForArrival()
        switch change {
        case .field: try await session.setField("X-A", to: "new", scope: .all)
        case .query: try await session.setQuery("q", to: ["1"], scope: .all)
        case .cookie: _ = await session.setCookie("a=2", for: target)
        case .credentials:
            await session.setCredentials(try .bearer("t"), for: target.origin)
        case .settings: await session.update { $0.usesCookies = false }
        case .expiry: now.store(wallClock + 10, ordering: .relaxed)
        }
        await gate.open()
        _ = await running
        let lines = transport.requests.map { [$0.target] + $0.lines }
        #expect(Set(lines[...2]).count == 1)
        #expect(Set(lines[3...]).count == 1)
        #expect(lines[2] != lines[3])
    }

    @Test(arguments: [1, RepeatRecord.exchangeLimit, RepeatRecord.exchangeLimit + 1])
    func `the first exchanges are kept one by one`(_ count: Int) async throws {
        let session = makeSession(ScriptedTransport(.response(.init(200, body: "abc"))))
        let record = await session.perform(Repetition(try self.request(), count: count))
        #expect(record.exchanges.count == min(count, RepeatRecord.exchangeLimit))
        #expect(record.exchanges.map(\.number) == Array(1...record.exchanges.count))
        #expect(record.exchanges.allSatisfy { $0.content == .delivered(size: 3) })
    }

    @Test func `of older repetitions one exchange is kept, beyond the limit of all`() async throws {
        let session = makeSession(ScriptedTransport(.response(.init(200))))
        let limit = ExchangeLog.repeatedLimit
        for _ in 0..<(limit / 1_000 + 1) {
            _ = await session.perform(Repetition(try self.request(), count: 1_000, parallel: 8))
        }
        let counts = await session.entries.map { entry -> Int in
            if case .repetition(let record) = entry { record.exchanges.count } else { 0 }
        }
        #expect(counts == [1, 1] + Array(repeating: 1_000, count: limit / 1_000 - 1))
    }
}
