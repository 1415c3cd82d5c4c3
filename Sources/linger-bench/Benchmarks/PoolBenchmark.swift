import Glibc
import HTTPModel
import Pooling

/// The pool machine alone: a request arrives, is dispatched on an idle connection, and finishes.
enum PoolBenchmark {
    private static let steps = 200_000

    static func run(rounds: Int) -> Report {
        var report = Report("a request arrives and finishes, the machine alone")
        var small = WarmPool(origins: 1, connectionsEach: 10)
        var large = WarmPool(origins: 1_000, connectionsEach: 10)
        var smallTimes: [Double] = []
        var largeTimes: [Double] = []
        // The first round only warms the caches.
        for round in 0...rounds {
            let times = [
                small.nanosecondsPerStep(self.steps), large.nanosecondsPerStep(self.steps),
            ]
            guard round > 0 else { continue }
            smallTimes.append(times[0])
            largeTimes.append(times[1])
        }
        for (name, times) in [("10 connections", smallTimes), ("10,000 connections", largeTimes)] {
            report.add(row: name, "\(Distribution(times).text(decimals: 0)) ns")
        }
        report.add(
            "10,000 connections",
            Distribution(largeTimes),
            decimals: 0,
            unit: " ns",
            target: .below(300)
        )
        let growth = Distribution(largeTimes, by: smallTimes).text(decimals: 2)
        report.add(remark: "10,000/10, time: \(growth); the memory of 10,000 is in no cache")
        return report
    }
}

/// A pool whose connections are all idle before and after each step.
private struct WarmPool {
    private var pool: PoolMachine
    private var now = Instant.start
    /// In the order in which they arrive, over and over: each origin's turn comes equally often.
    private let requests: [PoolRequest]

    init(origins: Int, connectionsEach: Int) {
        let count = origins * connectionsEach
        self.pool = PoolMachine(
            limits: PoolLimits(
                perOrigin: connectionsEach,
                total: count,
                idle: count,
                idleTimeout: .seconds(86_400)
            )
        )
        let keys = (0..<origins).map { number in
            ConnectionKey(origin: Origin(scheme: .https, host: "host-\(number).example"))
        }
        // 7919 is prime to the number of origins: neighbours in time are none in memory.
        self.requests = (0..<count).map { number in
            PoolRequest(
                id: RequestID(exchange: number + 1),
                key: keys[number * 7919 % origins],
                label: RequestLabel(method: "GET", target: "/orders/\(number % 10)"),
                arrival: ArrivalNumber(UInt64(number))
            )
        }
        for request in self.requests { _ = self.pool.requestArrived(request, now: self.now) }
        for number in 1...count {
            _ = self.pool.connectSucceeded(ConnectionID(number), now: self.now)
        }
        for number in 1...count { self.finish(ConnectionID(number)) }
        let idle = self.pool.snapshot(now: self.now).count(.idle)
        precondition(idle == count, "\(idle) of \(count) connections are idle")
    }

    /// Lets `steps` requests arrive and finish; the processor time that each took.
    mutating func nanosecondsPerStep(_ steps: Int) -> Double {
        let start = Self.processorNanoseconds
        var next = 0
        for _ in 0..<steps {
            // Without a `Duration`, whose division would be measured along.
            self.now = Instant(nanoseconds: self.now.nanoseconds + 100)
            let actions = self.pool.requestArrived(self.requests[next], now: self.now)
            for case .dispatch(_, let connection, _) in actions { self.finish(connection) }
            next += 1
            if next == self.requests.count { next = 0 }
        }
        let elapsed = Self.processorNanoseconds - start
        let idle = self.pool.snapshot(now: self.now).count(.idle)
        precondition(idle == self.requests.count, "a connection was lost")
        return Double(elapsed) / Double(steps)
    }

    /// What this thread has taken: nothing waits here, so others' work must not count.
    private static var processorNanoseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private mutating func finish(_ connection: ConnectionID) {
        _ = self.pool.requestFinished(on: connection, .persistent(nil), now: self.now)
    }
}
