internal import HTTPModel

/// The `stats` object of `--json`.
package enum StatisticsJSON {
    /// The object on one line.
    package static func line(of statistics: TrafficStatistics) -> String {
        JSONLine.text("stats") { object in
            object.member("exchanges", statistics.exchanges)
            object.member("connections", statistics.connections.all)
            object.member("open", statistics.connections.open)
            Self.write(statistics.all, to: &object)
            object.member("retries", statistics.retries)
            object.member("unserved", statistics.unserved)
            object.member("complete", !statistics.isCut)
            object.array("origins") { array in
                for origin in statistics.origins {
                    array.object { entry in
                        entry.member("origin", origin.origin?.description)
                        entry.member("connections", origin.connections)
                        entry.member("open", origin.open)
                        Self.write(origin.sums, to: &entry)
                    }
                }
            }
            object.array("byConnection") { array in
                for connection in statistics.byConnection {
                    array.object { entry in
                        entry.member("connection", connection.lane.connection.number)
                        entry.member("origin", connection.lane.key?.origin.description)
                        entry.milliseconds("handshakeMs", connection.lane.handshake?.total)
                        Self.write(connection.sums, to: &entry)
                    }
                }
            }
        }
    }

    private static func write(
        _ sums: TrafficStatistics.Sums,
        to object: inout JSONWriter.Object
    ) {
        object.member("requests", sums.requests)
        object.member("reused", sums.reused)
        object.member("reuseRatio", sums.reuseRatio.map { ($0 * 10_000).rounded() / 10_000 })
        object.member("handshakes", sums.handshakes)
        object.milliseconds("handshakesMs", sums.handshakeTime)
        object.milliseconds("savedMs", sums.saved)
        object.milliseconds("busyMs", sums.busy)
        object.member("failed", sums.failed)
        object.percentiles("newConnection", sums.new)
        object.percentiles("reusedConnection", sums.old)
        object.percentiles("queue", sums.queue)
    }
}
