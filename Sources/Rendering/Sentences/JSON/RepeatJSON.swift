internal import HTTPModel

/// The `repeat` object of `--json`: the summary of a repeated request.
package enum RepeatJSON {
    /// What came of the repetitions.
    package struct Summary: Sendable, Hashable {
        /// Requests issued.
        package var requests: Int
        /// How many went out at a time.
        package var concurrency: Int
        /// Requests without a response.
        package var failed: Int
        /// From the first request to the last response.
        package var elapsed: Duration
        /// How often each status came.
        package var statuses: [Int: Int]
        /// Connections that were opened.
        package var opened: Int
        /// Requests that went out on a reused connection.
        package var reused: Int
        /// Total times by name, such as `min`, `p50` and `max`, in the order to show them in.
        package var latencies: [Latency]

        /// A point of the distribution of total times.
        package struct Latency: Sendable, Hashable {
            /// The name, such as `p99`.
            package var name: String
            /// The time.
            package var duration: Duration

            /// Creates a point.
            package init(_ name: String, _ duration: Duration) {
                self.name = name
                self.duration = duration
            }
        }

        /// Creates a summary.
        package init(
            requests: Int,
            concurrency: Int,
            failed: Int = 0,
            elapsed: Duration,
            statuses: [Int: Int] = [:],
            opened: Int = 0,
            reused: Int = 0,
            latencies: [Latency] = []
        ) {
            self.requests = requests
            self.concurrency = concurrency
            self.failed = failed
            self.elapsed = elapsed
            self.statuses = statuses
            self.opened = opened
            self.reused = reused
            self.latencies = latencies
        }

        /// Requests in a second; nil if no time passed.
        var rate: Double? {
            let seconds = self.elapsed.milliseconds / 1000
            guard seconds > 0 else { return nil }
            return ((Double(self.requests) / seconds) * 10).rounded() / 10
        }
    }

    /// The object on one line.
    package static func line(for summary: Summary) -> String {
        JSONLine.text("repeat") { object in
            object.member("requests", summary.requests)
            object.member("concurrency", summary.concurrency)
            object.member("failed", summary.failed)
            object.milliseconds("elapsedMs", summary.elapsed)
            object.member("requestsPerSecond", summary.rate)
            object.object("statuses") { statuses in
                for (status, count) in summary.statuses.sorted(by: { $0.key < $1.key }) {
                    statuses.member("\(status)", count)
                }
            }
            object.member("connectionsOpened", summary.opened)
            object.member("reused", summary.reused)
            object.object("latencyMs") { latencies in
                for latency in summary.latencies {
                    latencies.milliseconds(latency.name, latency.duration)
                }
            }
        }
    }
}
