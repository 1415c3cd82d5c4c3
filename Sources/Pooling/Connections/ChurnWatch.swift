import DequeModule
import HTTPModel

/// Notices that a limit closes connections of an origin which are then opened again
/// (POOL.md rule 11).
struct ChurnWatch: Equatable, Sendable {
    /// How far back it looks.
    static let window = Duration.seconds(60)
    /// So many connects after a close by a limit are not worth a word.
    static let tolerance = 5

    /// The limit that closed a connection most recently.
    private(set) var limit: Limit?
    private var lastClose: Instant?
    /// Connects since then, at most one more than are tolerated.
    private var connects: Deque<Instant> = []
    private var peakDemand = 0
    private var hasWarned = false

    /// A limit that closes connections.
    enum Limit: Equatable, Sendable {
        /// `pool.size`, `pool.total`.
        case counted(WaitCause, value: Int)
        /// `pool.idle`.
        case idle(Int)

        /// The limit's value.
        var value: Int {
            switch self {
            case .counted(_, let value): value
            case .idle(let value): value
            }
        }
    }

    /// What is to be told.
    struct Finding: Equatable, Sendable {
        let limit: Limit
        let concurrency: Int
        let extraConnects: Int
    }

    /// A limit closed a connection.
    mutating func closed(by limit: Limit, now: Instant) {
        if let last = self.lastClose, last.duration(to: now) > Self.window {
            self.connects = []
            self.peakDemand = 0
        }
        self.lastClose = now
        self.limit = limit
    }

    /// So many requests want a connection at once.
    mutating func demanded(_ count: Int) {
        guard self.lastClose != nil else { return }
        self.peakDemand = max(self.peakDemand, count)
    }

    /// A connection is opened; the finding, once.
    mutating func connected(now: Instant) -> Finding? {
        guard !self.hasWarned, let lastClose, let limit,
            lastClose.duration(to: now) <= Self.window
        else { return nil }
        while let oldest = self.connects.first, oldest.duration(to: now) > Self.window {
            self.connects.removeFirst()
        }
        self.connects.append(now)
        guard self.connects.count > Self.tolerance else { return nil }
        self.hasWarned = true
        return Finding(
            limit: limit,
            // One more than the limit was wanted, else it had closed nothing.
            concurrency: max(self.peakDemand, limit.value + 1),
            extraConnects: self.connects.count
        )
    }
}
