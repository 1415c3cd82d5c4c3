import HTTPModel

/// A repetition under way: what is to be sent next, and what has come of it.
///
/// It belongs to the session and is shared by the workers, which all run on the session.
final class RepeatRun {
    /// The books so far.
    var record: RepeatRecord
    /// The request as it is sent, until something changes; only if all are the same.
    var prepared: PreparedRequest?
    /// Whether redirects that leave TLS may be followed, by the origins between which they lead.
    var downgrades: [[Origin]: Task<Bool, Never>] = [:]
    /// The index that is sent next.
    private var nextIndex = 0
    /// Whether nothing more is to be sent.
    private(set) var hasStopped = false

    /// How far workers may run ahead of what has been handed out in order.
    let window: Int
    /// The index that is handed out next.
    private(set) var nextInOrder = 0
    /// Exchanges that ended before their turn; never more than the window.
    private var early: [Int: Exchange] = [:]
    /// Whether somebody is handing out.
    private var isHandingOut = false
    /// Workers that are too far ahead.
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(record: RepeatRecord) {
        self.record = record
        self.window = record.parallel * 4
    }

    /// The index of the next request; nil if there is none.
    func takeIndex() -> Int? {
        guard !self.hasStopped, self.nextIndex < self.record.planned else { return nil }
        defer { self.nextIndex += 1 }
        return self.nextIndex
    }

    /// Sends nothing more; returns the workers to wake.
    func stop() -> [CheckedContinuation<Void, Never>] {
        self.hasStopped = true
        defer { self.waiting = [] }
        return self.waiting
    }

    // MARK: Order

    /// Whether the request `index` must wait until more has been handed out.
    func isTooEarly(_ index: Int) -> Bool {
        !self.hasStopped && index >= self.nextInOrder + self.window
    }

    /// Remembers a worker that is too far ahead.
    func wait(_ worker: CheckedContinuation<Void, Never>) {
        self.waiting.append(worker)
    }

    /// Takes an exchange that ended; returns whether the caller is to hand out.
    func ended(_ exchange: Exchange, index: Int) -> Bool {
        self.early[index] = exchange
        guard !self.isHandingOut else { return false }
        self.isHandingOut = true
        return true
    }

    /// The next exchange in order; nil ends the handing out.
    func takeInOrder() -> Exchange? {
        guard let exchange = self.early.removeValue(forKey: self.nextInOrder) else {
            self.isHandingOut = false
            return nil
        }
        self.nextInOrder += 1
        return exchange
    }

    /// What ended, and will not be handed out any more.
    func takeEarly() -> [Exchange] {
        defer { self.early = [:] }
        return Array(self.early.values)
    }

    /// The workers that may go on, now that one more has been handed out.
    func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        defer { self.waiting = [] }
        return self.waiting
    }
}

extension RepeatRecord {
    /// How many kinds of failure are told apart.
    private static let failureKinds = 16

    /// How many exchanges are kept one by one; of those after them, only the counts.
    package static let exchangeLimit = 1_000

    private mutating func keep(_ exchange: Exchange) {
        var exchange = exchange
        switch exchange.content {
        case .none, .delivered: break
        case .memory(let bytes): exchange.content = .delivered(size: bytes.count)
        // The file goes with the repetition.
        case .spilled, .file: exchange.content = .delivered(size: exchange.content.count)
        }
        self.exchanges.append(exchange)
    }

    /// Enters an exchange into the books.
    mutating func add(_ exchange: Exchange, took duration: Duration) {
        self.finished += 1
        for attempt in exchange.attempts {
            switch attempt.cause {
            case .initial: break
            case .redirect: self.redirects += 1
            case .staleRetry, .retry, .misdirected, .expectationRefused: self.retries += 1
            case .challenge: break
            }
            guard case .response(let response) = attempt.result else { continue }
            self.bytes.sent += response.bytes.sent
            self.bytes.received += response.bytes.received
            self.bytes.body += response.bytes.body
        }
        if self.exchanges.count < Self.exchangeLimit { self.keep(exchange) }
        if let failure = exchange.failure {
            self.add(failure)
        } else if let response = exchange.response {
            self.add(response, took: duration)
        }
    }

    private mutating func add(_ response: TransportResponse, took duration: Duration) {
        self.statuses[response.head.status, default: 0] += 1
        let isReused = response.use.decision.isReused
        self.connections[response.use.connection, default: ConnectionTally()].add(isReused)
        let latency = UInt32(clamping: duration.wholeNanoseconds / 1000)
        if isReused {
            self.reusedLatencies.append(latency)
        } else {
            self.newLatencies.append(latency)
        }
    }

    private mutating func add(_ failure: ExchangeFailure) {
        let known = self.failures.firstIndex { $0.failure.isLike(failure) }
        if let known {
            self.failures[known].count += 1
        } else if self.failures.count < Self.failureKinds {
            self.failures.append((failure, 1))
        } else {
            self.otherFailures += 1
        }
    }
}

extension RepeatRecord.ConnectionTally {
    /// Counts one exchange.
    fileprivate mutating func add(_ isReused: Bool) {
        self.exchanges += 1
        if !isReused { self.isNew = true }
    }
}

extension ExchangeFailure {
    /// Whether it is the same failure but for times and numbers.
    fileprivate func isLike(_ other: Self) -> Bool {
        if case .transport(let left, _) = self, case .transport(let right, _) = other {
            return left.phase == right.phase && left.origin == right.origin
                && left.cause == right.cause
        }
        return self == other
    }
}
