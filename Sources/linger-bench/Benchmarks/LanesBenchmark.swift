import Glibc
import HTTPModel
import Rendering

/// What is drawn from the events of 10,000 exchanges: lanes in a terminal, and a page.
enum LanesBenchmark {
    private static let exchanges = 10_000

    static func run(rounds: Int) -> Report {
        var report = Report("what is drawn from the events of 10,000 exchanges")
        let events = Self.events()
        let names = Self.names()
        var lanesTimes: [Double] = []
        var pageTimes: [Double] = []
        var pageSize = 0
        // The first round only warms the caches.
        for round in 0...rounds {
            let start = Self.processorMilliseconds
            let lanes = LaneBuilder.lanes(of: events, until: .start)
            let lines = LaneChart.lines(of: lanes, in: RenderingContext(width: 140))
            let middle = Self.processorMilliseconds
            let page = LanePage.bytes(
                of: LaneBuilder.lanes(of: events, until: .start),
                names: names,
                title: "bench",
                generator: "linger-bench",
                nonce: "0123456789abcdef"
            )
            let end = Self.processorMilliseconds
            precondition(lanes.exchangeCount == Self.exchanges && lines.count > 10, "a bar is lost")
            pageSize = page.count
            guard round > 0 else { continue }
            lanesTimes.append(middle - start)
            pageTimes.append(end - middle)
        }
        report.add(
            "lanes",
            Distribution(lanesTimes),
            decimals: 1,
            unit: " ms",
            target: .below(100)
        )
        report.add(
            "export html",
            Distribution(pageTimes),
            decimals: 1,
            unit: " ms",
            target: .below(1000)
        )
        report.add(remark: "the page has \(pageSize / 1000) kB")
        return report
    }

    /// Eight connections that take turns, six events a request, as the pool emits them.
    private static func events() -> [PoolEvent] {
        let key = ConnectionKey(origin: Origin(scheme: .http, host: "127.0.0.1", port: 8080))
        var events: [PoolEvent] = []
        var now = Instant.start
        func emit(_ kind: PoolEvent.Kind, _ connection: Int, _ exchange: Int? = nil) {
            events.append(
                PoolEvent(
                    sequence: UInt64(events.count + 1),
                    at: now,
                    connection: ConnectionID(connection),
                    request: exchange.map { RequestID(exchange: $0) },
                    kind: kind
                )
            )
            now = now.advanced(by: .microseconds(20))
        }
        for connection in 1...8 {
            emit(.connecting(key: key, why: .noneYet), connection)
            emit(.tcpConnected(local: nil, remote: nil, took: .microseconds(20)), connection)
            emit(.ready(applicationProtocol: "http/1.1", total: .microseconds(40)), connection)
        }
        for exchange in 1...Self.exchanges {
            let connection = exchange % 8 + 1
            let reuse = ReuseDecision.reused(idle: .milliseconds(1))
            emit(.requestDispatched(decision: reuse, waited: .zero), connection, exchange)
            emit(.reused(idle: .milliseconds(1), requestCount: 2), connection, exchange)
            emit(.requestSent(bytes: 120), connection, exchange)
            emit(.requestFirstByte(after: .microseconds(20)), connection, exchange)
            emit(
                .requestDone(status: 200, bytes: 300, total: .microseconds(80)),
                connection,
                exchange
            )
            emit(.parked(deadline: .seconds(60), why: .idleTimeout), connection)
        }
        return events
    }

    private static func names() -> RequestNames {
        var names = RequestNames()
        let origin = Origin(scheme: .http, host: "127.0.0.1", port: 8080)
        for number in 1...Self.exchanges {
            let attempt = Attempt(
                method: "GET",
                target: URI(origin: origin, path: "/users/\(number % 100)"),
                sentFields: [],
                startedAt: .start,
                result: .failed(.tooManyRedirects(limit: 0, chain: []))
            )
            names.insert(Exchange(number: number, issuedAt: .start, attempts: [attempt]))
        }
        return names
    }

    /// What this thread has taken: nothing waits here, so others' work must not count.
    private static var processorMilliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
    }
}
