import HTTPModel
import Testing

@testable import Rendering

@Suite("Statistics")
struct TrafficStatisticsTests {
    private static let tour = TrafficStatistics(LaneScript.tour.lanes())

    @Test func `handshakes made and avoided, and what that saved`() {
        let all = Self.tour.all
        #expect(all.requests == 6 && all.reused == 4 && all.handshakes == 2)
        #expect(all.handshakeTime == .milliseconds(8) && all.saved == .milliseconds(16))
        #expect(all.new.count == 2 && all.old.count == 4)
        #expect(all.queue.count == 1 && all.failed == 0)
        #expect(Self.tour.connections == (2, 1))
    }

    @Test(arguments: UInt64(0)..<50)
    func `connections add up to origins, and those to all`(seed: UInt64) {
        let lanes = LaneBuilder.lanes(
            of: RandomSession(seed: seed, steps: 300).events,
            until: .start
        )
        let statistics = TrafficStatistics(lanes)
        let parts = statistics.byConnection.map(\.sums)
        #expect(parts.reduce(0) { $0 + $1.requests } == statistics.all.requests, "seed \(seed)")
        #expect(parts.reduce(0) { $0 + $1.reused } == statistics.all.reused, "seed \(seed)")
        #expect(parts.reduce(0) { $0 + $1.failed } == statistics.all.failed, "seed \(seed)")
        #expect(parts.reduce(.zero) { $0 + $1.saved } == statistics.all.saved, "seed \(seed)")
        #expect(statistics.origins.reduce(0) { $0 + $1.sums.requests } == statistics.all.requests)
        #expect(statistics.all.reused == lanes.reusedCount, "seed \(seed)")
        #expect(statistics.exchanges == lanes.exchangeCount, "seed \(seed)")
    }

    @Test func `what is printed`() {
        let lines = StatisticsReport.lines(of: Self.tour).joined(separator: "\n")
        #expect(
            lines == """
                6 exchanges · 6 requests · 4 reused a connection (67 %)
                handshakes: 2 made, 4.0 ms each · 4 avoided · 16 ms saved
                queue: 1 wait, 14 ms at the median, 14 ms at most

                 connection  n    p50    p90    p99    max
                 new         2  20 ms  36 ms  36 ms  36 ms
                 reused      4  16 ms  30 ms  30 ms  30 ms

                 #  requests  reused   busy  handshake   saved  p50 reused
                 1         4       3  76 ms     4.0 ms   12 ms       16 ms  open
                 2         2       1  48 ms     4.0 ms  4.0 ms       30 ms  peer closed
                """
        )
    }

    @Test(arguments: [
        (0.0, "0 %"), (0.004, "< 1 %"), (0.0099, "< 1 %"), (0.01, "1 %"), (0.666, "67 %"),
        (0.99, "99 %"), (0.996, "> 99 %"), (1, "100 %"),
    ])
    func `of some nothing is 0 percent, and of not all nothing is 100`(
        _ share: Double,
        _ text: String
    ) {
        #expect(StatisticsReport.percent(share) == text)
    }

    @Test func `where nothing was done there is a hint`() {
        #expect(
            StatisticsReport.lines(of: TrafficStatistics(Lanes()))
                == ["nothing to count yet; `get /` is a beginning"]
        )
        let json = StatisticsJSON.line(of: TrafficStatistics(Lanes()))
        #expect(json.contains(#""reuseRatio":null"#))
    }

    @Test(arguments: [
        (count: UInt32(0), p50: 0.0, p90: 0.0, p99: 0.0), (1, 1, 1, 1), (2, 1, 2, 2),
        (9, 5, 9, 9), (10, 5, 9, 10), (11, 6, 10, 11), (100, 50, 90, 99), (101, 51, 91, 100),
        (1_000, 500, 900, 990),
    ])
    func `a percentile is the least of which so many are no greater`(
        count: UInt32,
        p50: Double,
        p90: Double,
        p99: Double
    ) {
        let values = count == 0 ? [] : (1...count).reversed().map { $0 * 1_000 }
        let figures = Percentiles(microseconds: values)
        #expect(figures.count == Int(count))
        for (figure, expected) in [
            (figures.p50, p50), (figures.p90, p90), (figures.p99, p99),
            (figures.max, Double(count)),
        ] {
            // Counted in buckets that are this wide at most.
            #expect((figure.milliseconds - expected).magnitude <= expected / 500)
        }
    }

    @Test func `what took more than an hour counts as an hour`() {
        let figures = Percentiles([Duration.seconds(7_200), .seconds(1_000_000)])
        #expect(figures.count == 2)
        #expect((figures.p50.seconds - 3_600).magnitude <= 8)
        #expect((figures.max.seconds - 3_600).magnitude <= 8)
    }

    @Test func `Prometheus gets OpenTelemetry's names`() {
        let text = PrometheusText.text(of: LaneScript.tour.lanes(), names: RequestNames())
        let server = #"server_address="127.0.0.1",server_port="8080",url_scheme="http""#
        let answered = #"http_request_method="_OTHER",http_response_status_code="200""#
        #expect(text.contains("# TYPE http_client_request_duration_seconds histogram\n"))
        #expect(
            text.contains(
                "http_client_request_duration_seconds_bucket{\(server),\(answered),le=\"0.025\"} 3"
            )
        )
        #expect(
            text.contains("http_client_request_duration_seconds_count{\(server),\(answered)} 6\n")
        )
        #expect(
            text.contains(
                "http_client_open_connections{\(server),http_connection_state=\"idle\"} 1"
            )
        )
        #expect(text.contains("linger_client_requests_total{\(server),connection=\"reused\"} 4\n"))
        // Each line is a comment, or a name, labels and a number.
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "} ")
            #expect(parts.count == 2 && Double(parts[1]) != nil, "\(line)")
        }
    }

    @Test func `labels escape what would end them`() {
        var labels = PrometheusLabels()
        labels.add("a", "x\"y\\z\nw")
        #expect(labels.text == #"{a="x\"y\\z\nw"}"#)
    }
}
