/// The same work at several pool sizes, and what follows from how long it took.
package struct Tuning: Sendable, Hashable {
    /// One measurement: the whole work, once, at one size.
    package struct Sample: Sendable, Hashable {
        /// The pool size.
        package var size: Int
        /// The round, from 0.
        package var round: Int
        /// Whether the connections were open before.
        package var isWarm: Bool
        /// From the first request to the end of the last.
        package var elapsed: Duration
        /// The latencies, from issue to end, in microseconds.
        package var latencies: [UInt32]
        /// Requests that failed.
        package var failed: Int

        /// Creates a measurement.
        package init(
            size: Int,
            round: Int,
            isWarm: Bool,
            elapsed: Duration,
            latencies: [UInt32] = [],
            failed: Int = 0
        ) {
            self.size = size
            self.round = round
            self.isWarm = isWarm
            self.elapsed = elapsed
            self.latencies = latencies
            self.failed = failed
        }
    }

    /// How one size compares with another, round by round: ratios of their times, above one where
    /// the larger size was faster.
    package struct Comparison: Sendable, Hashable {
        /// The size that was to be beaten.
        package var smaller: Int
        /// The size that was to beat it.
        package var larger: Int
        /// The least, the middle and the greatest of the rounds.
        package var least: Double
        package var median: Double
        package var greatest: Double

        /// Whether the larger size was faster in every round, and by more than is worth it.
        package var isClear: Bool { self.least > 1 && self.median >= Tuning.worthwhile }
    }

    /// What is advised.
    package enum Advice: Sendable, Hashable {
        /// This size: the smallest that no larger one clearly beat.
        case size(Int)
        /// Nothing: so many requests failed.
        case failures(Int)
        /// Nothing: fewer than three rounds cannot tell a difference from chance.
        case tooFewRounds(Int)
        /// Nothing: HTTP/2 carried the requests side by side, over so many connections at most.
        case streams(connections: Int)
    }

    /// How many times as fast a larger pool must be to be worth its connections.
    package static let worthwhile = 1.2
    /// Rounds below which nothing is advised.
    package static let leastRounds = 3

    /// The sizes, in rising order.
    package let sizes: [Int]
    /// Requests in each measurement.
    package let requests: Int
    /// How many of them at a time.
    package let concurrency: Int
    /// The measurements.
    package var samples: [Sample] = []
    /// The most connections that carried one measurement, if it was over HTTP/2: then requests are
    /// streams of one connection, and the pool's size decides nothing.
    package var streamConnections: Int?

    /// Creates a series without measurements.
    package init(sizes: [Int], requests: Int, concurrency: Int) {
        self.sizes = Set(sizes).sorted()
        self.requests = requests
        self.concurrency = concurrency
    }

    /// The measurements at a size, in order of the rounds.
    package func samples(size: Int, isWarm: Bool) -> [Sample] {
        self.samples.filter { $0.size == size && $0.isWarm == isWarm }
            .sorted { $0.round < $1.round }
    }

    /// How many rounds were measured at every size.
    package var rounds: Int {
        self.sizes.map { self.samples(size: $0, isWarm: true).count }.min() ?? 0
    }

    /// Two sizes side by side, over warm connections; only rounds that have both count.
    package func comparison(_ smaller: Int, _ larger: Int) -> Comparison? {
        let first = self.samples(size: smaller, isWarm: true)
        let second = self.samples(size: larger, isWarm: true)
        let ratios = zip(first, second).map {
            $0.elapsed.seconds / max($1.elapsed.seconds, 1e-9)
        }.sorted()
        guard let least = ratios.first, let greatest = ratios.last else { return nil }
        return Comparison(
            smaller: smaller,
            larger: larger,
            least: least,
            median: ratios.median,
            greatest: greatest
        )
    }

    /// The smallest size that no larger one clearly beat.
    package var advice: Advice {
        let failed = self.samples.reduce(0) { $0 + $1.failed }
        guard failed == 0 else { return .failures(failed) }
        if let connections = self.streamConnections { return .streams(connections: connections) }
        guard self.rounds >= Self.leastRounds else { return .tooFewRounds(self.rounds) }
        var best = self.sizes.first ?? 1
        for size in self.sizes where size > best {
            if self.comparison(best, size)?.isClear == true { best = size }
        }
        return .size(best)
    }

    /// The comparisons that decided for a size: with the one below it that it beat, and with those
    /// above that did not beat it.
    package func evidence(for size: Int) -> (below: Comparison?, above: [Comparison]) {
        let below = self.sizes.last { $0 < size }.flatMap { self.comparison($0, size) }
        let above = self.sizes.filter { $0 > size }.compactMap { self.comparison(size, $0) }
        return (below, above)
    }
}

extension Array where Element: Comparable & FloatingPoint {
    /// The middle of sorted values; of two, their mean.
    var median: Element {
        guard !self.isEmpty else { return 0 }
        let middle = self.count / 2
        return self.count.isMultiple(of: 2)
            ? (self[middle - 1] + self[middle]) / 2 : self[middle]
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
