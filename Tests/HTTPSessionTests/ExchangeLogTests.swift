import HTTPModel
import TestTransport
import Testing

@testable import HTTPSession

@Suite("The exchange log")
struct ExchangeLogTests {
    private func logged(_ number: Int, _ size: Int = 0, isRunning: Bool = true) throws -> LogEntry {
        let exchange = Exchange(
            number: number,
            issuedAt: .start,
            content: size == 0 ? .none : .memory([UInt8](repeating: 0, count: size))
        )
        return .exchange(
            LoggedExchange(
                request: try .make("GET", "http://a.org/"),
                exchange: exchange,
                isRunning: isRunning
            )
        )
    }

    private func finish(_ log: inout ExchangeLog, _ number: Int, _ content: Exchange.Content) throws
    {
        _ = log.insert(try self.logged(number))
        log.finish(Exchange(number: number, issuedAt: .start, content: content))
    }

    @Test func `entries stand by number, whatever the order in which they begin`() throws {
        var log = ExchangeLog(entryLimit: 10, contentLimit: 100)
        for number in [3, 1, 7, 2] { _ = log.insert(try self.logged(number)) }
        #expect(log.entries.map(\.numbers.lowerBound) == [1, 2, 3, 7])
        for number in 0...8 {
            #expect((log.entry(number) != nil) == [1, 2, 3, 7].contains(number))
        }
    }

    @Test func `a repetition is one entry that holds all its numbers`() throws {
        var log = ExchangeLog(entryLimit: 10, contentLimit: 100)
        _ = log.insert(try self.logged(1))
        let record = RepeatRecord(
            numbers: 2...5,
            request: try .make("GET", "http://a.org/"),
            parallel: 1,
            issuedAt: .start
        )
        _ = log.insert(.repetition(record))
        _ = log.insert(try self.logged(6))
        for number in 2...5 { #expect(log.entry(number)?.numbers == 2...5) }
        #expect(log.entry(6)?.numbers == 6...6)
        #expect(log.entries.count == 3)
    }

    @Test func `a limit that is set lower holds from the next entry on`() throws {
        var log = ExchangeLog(entryLimit: 100, contentLimit: 100)
        for number in 1...50 { try self.finish(&log, number, .none) }
        log.entryLimit = 4
        try self.finish(&log, 51, .none)
        #expect(log.entries.map(\.numbers.lowerBound) == [48, 49, 50, 51])
    }

    @Test(arguments: [8, 9, 10, 100])
    func `the most recent entries are kept`(_ count: Int) throws {
        var log = ExchangeLog(entryLimit: 8, contentLimit: 100)
        var files: [String] = []
        for number in 1...count {
            files += log.insert(try self.logged(number))
            log.finish(
                Exchange(
                    number: number,
                    issuedAt: .start,
                    content: .spilled(path: "f\(number)", size: 1)
                )
            )
        }
        #expect((8...9).contains(log.entries.count))
        #expect(log.entries.last?.numbers.upperBound == count)
        #expect(files == (1...count).prefix(count - log.entries.count).map { "f\($0)" })
        // The end of an exchange that had to go is no error.
        log.finish(Exchange(number: 1, issuedAt: .start))
    }

    @Test func `the oldest contents go when all are too long together`() throws {
        var log = ExchangeLog(entryLimit: 100, contentLimit: 100)
        for number in 1...10 {
            try self.finish(&log, number, .memory([UInt8](repeating: 0, count: 10)))
        }
        func contents() -> [Bool] {
            log.entries.map { entry in
                guard case .exchange(let logged) = entry else { return false }
                if case .memory = logged.exchange.content { return true }
                return false
            }
        }
        #expect(contents().allSatisfy { $0 })
        try self.finish(&log, 11, .memory([0]))
        // Down to three quarters, 75 bytes, oldest first.
        #expect(contents().firstIndex(of: true) == 3)
        #expect(contents().dropFirst(3).allSatisfy { $0 })
        let first = try #require(log.entry(1)?.loggedExchange)
        #expect(first.exchange.content == .delivered(size: 10))
    }

    @Test func `the last content is kept however long it is`() throws {
        var log = ExchangeLog(entryLimit: 100, contentLimit: 10)
        try self.finish(&log, 1, .memory([UInt8](repeating: 0, count: 50)))
        let logged = try #require(log.entry(1)?.loggedExchange)
        #expect(logged.exchange.content.count == 50)
        #expect(logged.exchange.content != .delivered(size: 50))
    }

    @Test func `numbers can be reserved before a request runs`() async throws {
        let session = makeSession(.init(.response(.init())))
        let reserved = session.reserveNumber()
        let later = await session.perform(try .make("GET", "http://a.org/later"))
        let first = await session.perform(try .make("GET", "http://a.org/"), number: reserved)
        #expect(reserved == 1)
        #expect(later.number == 2)
        #expect(first.number == 1)
        #expect(session.reserveNumbers(count: 3) == 3...5)
        #expect(await session.entries.map(\.numbers.lowerBound) == [1, 2])
    }

    @Test func `names lead to the exchange that had them last`() async throws {
        let session = makeSession(.init(.response(.init())))
        var request = try SessionRequest.make("GET", "http://a.org/")
        request.name = "login"
        _ = await session.perform(request)
        _ = await session.perform(request)
        #expect(await session.exchange(named: "login")?.exchange.number == 2)
        #expect(await session.setName("login", of: 1))
        #expect(await session.exchange(named: "login")?.exchange.number == 1)
        #expect(await session.exchange(1)?.exchange.name == "login")
        #expect(await session.setName("other", of: 9) == false)
        #expect(await session.exchange(named: "none") == nil)
    }

    @Test func `last is the highest-numbered finished exchange in the foreground`() async throws {
        let session = makeSession(.init(.response(.init())))
        #expect(await session.lastExchange() == nil)
        _ = await session.perform(try .make("GET", "http://a.org/1"))
        var background = try SessionRequest.make("GET", "http://a.org/2")
        background.isBackground = true
        _ = await session.perform(background)
        #expect(await session.lastExchange()?.exchange.number == 1)
        #expect(await session.exchange(2)?.exchange.isBackground == true)
    }

    @Test func `a request under way is in the log`() async throws {
        let gate = Gate()
        let session = makeSession(
            .init { _, _ in
                await gate.pass()
                return .response(.init())
            }
        )
        let request = try SessionRequest.make("GET", "http://a.org/")
        async let exchange = session.perform(request)
        await gate.waitForArrival()
        #expect(await session.entries.first?.loggedExchange?.isRunning == true)
        #expect(await session.setName("given", of: 1))
        await gate.open()
        _ = await exchange
        #expect(await session.entries.first?.loggedExchange?.isRunning == false)
        #expect(await session.exchange(1)?.exchange.name == "given")
    }
}

/// Holds up whoever wants to pass until it is opened.
actor Gate {
    private var isOpen = false
    private var arrivals = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var watching: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        self.arrivals += 1
        for watcher in self.watching { watcher.resume() }
        self.watching = []
        guard !self.isOpen else { return }
        await withCheckedContinuation { self.waiting.append($0) }
    }

    func waitForArrival() async {
        guard self.arrivals == 0 else { return }
        await withCheckedContinuation { self.watching.append($0) }
    }

    func open() {
        self.isOpen = true
        for one in self.waiting { one.resume() }
        self.waiting = []
    }
}

extension LogEntry {
    /// The exchange that the entry is; nil for a repetition.
    fileprivate var loggedExchange: LoggedExchange? {
        guard case .exchange(let logged) = self else { return nil }
        return logged
    }
}
