package import HTTPModel

/// What connections and their reuse came to, counted from lanes.
package struct TrafficStatistics: Sendable {
    /// What was counted, for all, for an origin, or for a connection.
    package struct Sums: Sendable, Hashable {
        /// Requests on connections: each attempt of an exchange is one.
        package var requests = 0
        /// Of those, how many went out on a connection that had been used before.
        package var reused = 0
        /// Handshakes that were made.
        package var handshakes = 0
        /// What they cost.
        package var handshakeTime = Duration.zero
        /// What reuse saved of the same.
        package var saved = Duration.zero
        /// Requests without a response.
        package var failed = 0
        /// How long at least one request was on a connection, summed over connections.
        package var busy = Duration.zero
        /// From issue to end, where a connection was new.
        package var new: Percentiles
        /// From issue to end, where a connection was reused.
        package var old: Percentiles
        /// Waits for a place under a limit.
        package var queue: Percentiles

        init(of lanes: some Collection<Lane>, until now: Instant) {
            var new: [Duration] = []
            var old: [Duration] = []
            var queue: [Duration] = []
            for lane in lanes {
                if let handshake = lane.handshake, lane.readyAt != nil {
                    self.handshakes += 1
                    self.handshakeTime += handshake.total
                }
                self.saved += lane.saved
                self.busy += lane.busyTime(until: now)
                self.requests += lane.bars.count
                for bar in lane.bars {
                    if bar.isReused { self.reused += 1 }
                    if let wait = bar.queueTime { queue.append(wait) }
                    switch bar.outcome {
                    case .running: continue
                    case .failed, .cancelled: self.failed += 1
                    case .answered:
                        guard let total = bar.total else { continue }
                        if bar.isReused { old.append(total) } else { new.append(total) }
                    }
                }
            }
            self.new = Percentiles(new)
            self.old = Percentiles(old)
            self.queue = Percentiles(queue)
        }

        /// The share of requests that reused a connection; nil without requests.
        package var reuseRatio: Double? {
            self.requests == 0 ? nil : Double(self.reused) / Double(self.requests)
        }
    }

    /// What one origin came to.
    package struct OriginSums: Sendable, Hashable {
        /// The origin; nil where the events that named it are no longer kept.
        package var origin: Origin?
        /// Connections that are open.
        package var open: Int
        /// Connections that there were.
        package var connections: Int
        /// The rest.
        package var sums: Sums
    }

    /// What one connection came to.
    package struct ConnectionSums: Sendable, Hashable {
        /// The connection.
        package var lane: Lane
        /// The rest.
        package var sums: Sums
    }

    /// How many exchanges there were.
    package let exchanges: Int
    /// Connections that there were, and how many of them are open.
    package let connections: (all: Int, open: Int)
    /// Requests that were sent again after their connection died.
    package let retries: Int
    /// Requests that ended without ever getting a connection.
    package let unserved: Int
    /// All together.
    package let all: Sums
    /// By origin, in order.
    package let origins: [OriginSums]
    /// By connection, in order.
    package let byConnection: [ConnectionSums]
    /// Whether earlier events are no longer kept.
    package let isCut: Bool

    /// Counts lanes.
    package init(_ lanes: Lanes) {
        let end = lanes.span.upperBound
        self.exchanges = lanes.exchangeCount
        let open = lanes.lanes.count { $0.closedAt == nil }
        self.connections = (lanes.lanes.count, open)
        self.retries = lanes.retries
        self.unserved = lanes.unserved.count { $0.outcome != .running }
        self.all = Sums(of: lanes.lanes, until: end)
        self.origins = Dictionary(grouping: lanes.lanes, by: \.key?.origin)
            .map { origin, group in
                OriginSums(
                    origin: origin,
                    open: group.count { $0.closedAt == nil },
                    connections: group.count,
                    sums: Sums(of: group, until: end)
                )
            }
            .sorted { ($0.origin?.description ?? "") < ($1.origin?.description ?? "") }
        self.byConnection = lanes.lanes.map {
            ConnectionSums(lane: $0, sums: Sums(of: CollectionOfOne($0), until: end))
        }
        self.isCut = lanes.isCut
    }
}
