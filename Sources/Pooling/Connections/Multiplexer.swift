import HTTPModel

/// What only a connection of HTTP/2 has: streams, and a PING under way (POOL.md rules 40 to 42).
struct Multiplexer: Equatable, Sendable {
    /// How many streams a peer takes at once that does not say (rule 40).
    static let assumedStreams = 100

    /// How many streams the peer takes at once; nil until its first SETTINGS has come.
    private(set) var peerLimit: Int?
    /// The requests on streams, oldest first.
    private(set) var works: [Connection.Work] = []
    /// How many streams the peer has refused (rule 35).
    private(set) var refusals = 0
    /// The peer said GOAWAY: running streams finish, and a successor may open beside it (rule 7).
    private(set) var isGoingAway = false
    /// The present or next PING.
    var ping = Ping.none

    /// A PING on its connection; a timer is armed unless it is none.
    enum Ping: Equatable, Sendable {
        /// None is due.
        case none
        /// The next one is due.
        case due(Instant)
        /// One was sent; the connection closes unless it is answered in time.
        case sent(Instant, deadline: Instant)
    }

    /// Whether the connection can carry requests: the peer's first SETTINGS has come.
    var isReady: Bool { self.peerLimit != nil }

    /// How many streams may run at once.
    func limit(_ limits: PoolLimits) -> Int {
        min(self.peerLimit ?? 0, limits.h2MaxStreams)
    }

    /// Whether another stream may be opened; running ones above a lowered limit go on.
    func hasFreeStream(_ limits: PoolLimits) -> Bool { self.works.count < self.limit(limits) }

    /// The peer's settings have come or changed.
    mutating func received(_ settings: HTTP2Settings) {
        self.peerLimit = settings.maxConcurrentStreams ?? self.peerLimit ?? Self.assumedStreams
    }

    /// A request is on a stream now.
    mutating func began(_ work: Connection.Work) {
        self.works.append(work)
    }

    /// A stream has ended; its request, if it ran.
    mutating func ended(_ request: RequestID) -> Connection.Work? {
        guard let index = self.works.firstIndex(where: { $0.request == request }) else {
            return nil
        }
        return self.works.remove(at: index)
    }

    /// The peer has refused a stream; whether it did so before.
    mutating func refused() -> Bool {
        self.refusals += 1
        return self.refusals > 1
    }

    /// The peer said GOAWAY.
    mutating func wentAway() {
        self.isGoingAway = true
    }
}
