internal import HTTPModel

/// Statistics in Prometheus' text format, under the names of OpenTelemetry's semantic conventions
/// for HTTP clients, dots and units spelled as Prometheus spells them.
///
/// What those conventions have no name for begins with `linger_`.
package enum PrometheusText {
    /// The buckets that the conventions advise for durations of requests, in seconds.
    private static let requestBuckets = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]
    /// Those for durations of connections.
    private static let connectionBuckets = [
        0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
    ]

    /// The text of a file that Prometheus, or its node exporter, reads.
    package static func text(of lanes: Lanes, names: RequestNames) -> String {
        Self.text(of: Samples(of: lanes, names: names))
    }

    private static func text(of samples: Samples) -> String {
        samples.durations.text(
            "http_client_request_duration_seconds",
            "Duration of HTTP client requests."
        )
            + Self.metric(
                "http_client_active_requests",
                "gauge",
                "Active requests.",
                samples.active
            )
            + Self.metric(
                "http_client_open_connections",
                "gauge",
                "Open connections, active or idle.",
                samples.open
            )
            + samples.ages.text(
                "http_client_connection_duration_seconds",
                "Duration of HTTP connections that have closed."
            )
            + Self.metric(
                "linger_client_requests_total",
                "counter",
                "Requests on new and on reused connections.",
                samples.requests
            )
            + Self.metric(
                "linger_client_handshake_saved_seconds_total",
                "counter",
                "Time of handshakes that reuse made unnecessary.",
                samples.saved
            )
            + samples.queues.text(
                "linger_client_queue_duration_seconds",
                "Waits for a place under a limit of the pool."
            )
    }

    /// What the lanes hold, by the labels of its lines.
    private struct Samples {
        var durations = PrometheusHistograms(buckets: PrometheusText.requestBuckets)
        var queues = PrometheusHistograms(buckets: PrometheusText.requestBuckets)
        var ages = PrometheusHistograms(buckets: PrometheusText.connectionBuckets)
        var active: [String: Double] = [:]
        var open: [String: Double] = [:]
        var requests: [String: Double] = [:]
        var saved: [String: Double] = [:]

        init(of lanes: Lanes, names: RequestNames) {
            for lane in lanes.lanes {
                let server = PrometheusText.labels(of: lane)
                if lane.closedAt == nil {
                    let state = lane.bars.contains { $0.endedAt == nil } ? "active" : "idle"
                    self.open[server.adding("http_connection_state", state).text, default: 0] += 1
                } else if let opened = lane.openedAt, let closed = lane.closedAt {
                    self.ages.record(opened.duration(to: closed), server)
                }
                self.saved[server.text, default: 0] += lane.saved.milliseconds / 1000
                for bar in lane.bars {
                    let method = names.likeness(of: bar.request)?.method
                    let labels = PrometheusText.labels(of: bar, method: method, server)
                    let how = bar.isReused ? "reused" : "new"
                    self.requests[server.adding("connection", how).text, default: 0] += 1
                    if let endedAt = bar.endedAt {
                        let total = bar.total ?? bar.arrivedAt.duration(to: endedAt)
                        self.durations.record(total, labels)
                    } else {
                        self.active[labels.text, default: 0] += 1
                    }
                    if let wait = bar.queueTime { self.queues.record(wait, server) }
                }
            }
        }
    }

    private static func labels(of lane: Lane) -> PrometheusLabels {
        var labels = PrometheusLabels()
        if let origin = lane.key?.origin {
            labels.add("server_address", origin.host)
            labels.add("server_port", "\(origin.port)")
            labels.add("url_scheme", origin.scheme.rawValue)
        }
        return labels
    }

    private static func labels(
        of bar: LaneBar,
        method: String?,
        _ server: PrometheusLabels
    ) -> PrometheusLabels {
        var labels = server
        labels.add("http_request_method", method ?? "_OTHER")
        switch bar.outcome {
        case .running: break
        case .answered(let status):
            labels.add("http_response_status_code", "\(status)")
            if status >= 400 { labels.add("error_type", "\(status)") }
        case .failed(let kind): labels.add("error_type", kind)
        case .cancelled: labels.add("error_type", "cancelled")
        }
        return labels
    }

    private static func metric(
        _ name: String,
        _ type: String,
        _ help: String,
        _ values: [String: Double]
    ) -> String {
        guard !values.isEmpty else { return "" }
        let lines = values.sorted { $0.key < $1.key }.map {
            "\(name)\($0.key) \(PrometheusHistograms.number($0.value))\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.joined()
    }
}

/// The labels of a time series, in the order in which they were added.
struct PrometheusLabels: Sendable, Hashable {
    private var pairs: [String] = []

    /// Adds a label; backslashes, quotes and line feeds in the value are escaped.
    mutating func add(_ name: String, _ value: String) {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        self.pairs.append("\(name)=\"\(escaped)\"")
    }

    /// The labels and one more.
    func adding(_ name: String, _ value: String) -> Self {
        var labels = self
        labels.add(name, value)
        return labels
    }

    /// Their text: `{a="b"}`; empty without any.
    var text: String {
        self.pairs.isEmpty ? "" : "{\(self.pairs.joined(separator: ","))}"
    }
}

/// Histograms of one metric, by labels.
struct PrometheusHistograms {
    private struct Series {
        var counts: [Int]
        var sum = 0.0
        var count = 0
    }

    private let buckets: [Double]
    private var series: [PrometheusLabels: Series] = [:]

    init(buckets: [Double]) {
        self.buckets = buckets
    }

    /// Counts a duration.
    mutating func record(_ duration: Duration, _ labels: PrometheusLabels) {
        let seconds = duration.milliseconds / 1000
        var series =
            self.series[labels] ?? Series(counts: Array(repeating: 0, count: self.buckets.count))
        for (index, bound) in self.buckets.enumerated() where seconds <= bound {
            series.counts[index] += 1
        }
        series.sum += seconds
        series.count += 1
        self.series[labels] = series
    }

    /// The metric; empty where nothing was counted.
    func text(_ name: String, _ help: String) -> String {
        guard !self.series.isEmpty else { return "" }
        var text = "# HELP \(name) \(help)\n# TYPE \(name) histogram\n"
        for (labels, series) in self.series.sorted(by: { $0.key.text < $1.key.text }) {
            for (bound, count) in zip(self.buckets, series.counts) {
                let labels = labels.adding("le", Self.number(bound)).text
                text += "\(name)_bucket\(labels) \(count)\n"
            }
            text += "\(name)_bucket\(labels.adding("le", "+Inf").text) \(series.count)\n"
            text += "\(name)_sum\(labels.text) \(Self.number(series.sum))\n"
            text += "\(name)_count\(labels.text) \(series.count)\n"
        }
        return text
    }

    /// A number without a needless fraction.
    static func number(_ value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
