package import HTTPModel

/// What connections and requests did over time: one lane a connection, one bar a request on it.
///
/// Made from events alone by `LaneBuilder`; `lanes`, `stats`, `tune` and the page of `export html`
/// are all drawn from it, so that they agree.
package struct Lanes: Sendable, Hashable {
    /// The lanes, by connection.
    package var lanes: [Lane] = []
    /// Requests that ended, or still wait, without a connection.
    package var unserved: [UnservedRequest] = []
    /// How limits changed.
    package var resizes: [Resize] = []
    /// Requests that were sent again, and the rule that they were (POOL.md rules 34 to 37).
    package var retries = 0
    /// The time that is shown.
    package var span = Instant.start...Instant.start
    /// What times are counted from: where it began before a part was cut out.
    package var zero = Instant.start
    /// Whether events from before the first one here are no longer kept.
    package var isCut = false

    /// Creates lanes without anything on them.
    package init() {}

    /// A limit that changed.
    package struct Resize: Sendable, Hashable {
        /// When.
        package var at: Instant
        /// Which.
        package var limit: PoolLimitName
        /// What it was.
        package var old: Int
        /// What it became.
        package var new: Int
    }

    /// All bars, lane by lane.
    package var bars: some Sequence<LaneBar> { self.lanes.lazy.flatMap(\.bars) }

    /// How many requests a connection carried, or carries.
    package var requestCount: Int { self.lanes.reduce(0) { $0 + $1.bars.count } }

    /// How many of them went out on a connection that had been used before.
    package var reusedCount: Int {
        self.lanes.reduce(0) { sum, lane in sum + lane.bars.count(where: \.isReused) }
    }

    /// How many exchanges there were, whatever their redirects and retries.
    package var exchangeCount: Int {
        var numbers = Set(self.bars.map(\.request.exchange))
        numbers.formUnion(self.unserved.map(\.request.exchange))
        return numbers.count
    }

    /// How long the handshakes would have taken that reuse made unnecessary.
    package var saved: Duration {
        self.lanes.reduce(.zero) { $0 + $1.saved }
    }
}

/// One connection over time.
package struct Lane: Sendable, Hashable {
    /// The connection.
    package var connection: ConnectionID
    /// Its key; nil where the event that named it is no longer kept.
    package var key: ConnectionKey?
    /// Why it was opened; nil where that is no longer kept.
    package var cause: NewConnectionReason.Code?
    /// When opening it began; nil where that is no longer kept.
    package var openedAt: Instant?
    /// When TCP stood.
    package var connectedAt: Instant?
    /// When it could carry a request.
    package var readyAt: Instant?
    /// What it spoke, such as `http/1.1`.
    package var applicationProtocol: String?
    /// What opening it cost; nil where it did not come to that.
    package var handshake: HandshakeTimings?
    /// Our address and port.
    package var localAddress: String?
    /// The peer's address and port.
    package var remoteAddress: String?
    /// When it closed; nil while it is open.
    package var closedAt: Instant?
    /// What is said of it since it closed.
    package var epitaph: ConnectionEpitaph?
    /// Requests that it carried, in the order in which they got it.
    package var bars: [LaneBar] = []
    /// How many rows its bars take: more than one where streams ran side by side.
    package var rowCount = 1

    /// Creates the lane of a connection of which nothing else is known.
    package init(_ connection: ConnectionID) {
        self.connection = connection
    }

    /// Whether it had closed by then.
    package func isClosed(by now: Instant) -> Bool {
        self.closedAt.map { $0 <= now } ?? false
    }

    /// How many of its requests did not open it.
    package var reusedCount: Int { self.bars.count(where: \.isReused) }

    /// What its reuse saved: the price of its handshake, for each request that would have paid it.
    package var saved: Duration {
        guard let handshake = self.handshake else { return .zero }
        return handshake.total * self.bars.count(where: \.savedHandshake)
    }

    /// How long at least one request was on it, until `now` for what still runs.
    package func busyTime(until now: Instant) -> Duration {
        var sum = Duration.zero
        var covered = Instant(nanoseconds: .min)
        // Bars are in the order of their beginnings.
        for bar in self.bars {
            let end = bar.endedAt ?? now
            let start = max(bar.startedAt, covered)
            guard end > start else { continue }
            sum += start.duration(to: end)
            covered = end
        }
        return sum
    }
}

/// One request on a connection: an attempt of an exchange.
package struct LaneBar: Sendable, Hashable {
    /// The request.
    package var request: RequestID
    /// When it was issued.
    package var arrivedAt: Instant
    /// When its wait for a place under a limit was over; equal to `arrivedAt` without one.
    package var queueEndedAt: Instant
    /// What it waited for; nil if it got a connection at once, or only connected.
    package var waitCause: WaitCause?
    /// When it got the connection.
    package var startedAt: Instant
    /// When it was sent.
    package var sentAt: Instant?
    /// When the response began.
    package var firstByteAt: Instant?
    /// When it ended; nil while it runs.
    package var endedAt: Instant?
    /// What came of it.
    package var outcome = Outcome.running
    /// Whether the connection had been used before.
    package var isReused: Bool
    /// Why none was reused; nil if one was.
    package var reason: NewConnectionReason.Code?
    /// How long the connection had been idle before.
    package var idle: Duration?
    /// From issuing it to its end, as `--json` has it; nil while it runs.
    package var total: Duration?
    /// Bytes received.
    package var bytesIn: Int?
    /// The row in its lane, from 0.
    package var row = 0

    /// What comes of a request.
    package enum Outcome: Sendable, Hashable {
        /// It is under way.
        case running
        /// A response with this status.
        case answered(Int)
        /// An error; its kind, such as `timeout`.
        case failed(String)
        /// ^C.
        case cancelled
    }

    /// Whether reuse, or `pool warm`, spared it a handshake.
    package var savedHandshake: Bool { self.isReused || self.reason?.isStock == true }

    /// The wait for a place under a limit; nil if there was none.
    package var queueTime: Duration? {
        self.queueEndedAt > self.arrivedAt
            ? self.arrivedAt.duration(to: self.queueEndedAt) : nil
    }
}

/// A request that never got a connection.
package struct UnservedRequest: Sendable, Hashable {
    /// The request.
    package var request: RequestID
    /// When it was queued.
    package var queuedAt: Instant
    /// What it waited for.
    package var cause: WaitCause
    /// When it gave up; nil while it waits.
    package var endedAt: Instant?
    /// What came of it.
    package var outcome = LaneBar.Outcome.running
}
