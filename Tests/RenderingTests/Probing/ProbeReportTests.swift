import HTTPModel
import Testing

@testable import Rendering

@Suite("Probe report")
struct ProbeReportTests {
    private static let origin = Origin(scheme: .http, host: "a.test", port: 80)

    private static func findings(
        _ idle: ProbeFindings.Idle,
        _ requests: ProbeFindings.Requests = .init(count: 1000, end: .bound),
        keepAliveField: String? = nil
    ) -> ProbeFindings {
        ProbeFindings(
            origin: self.origin,
            label: RequestLabel(method: "HEAD", target: "/"),
            version: "HTTP/1.1",
            keepAliveField: keepAliveField,
            idle: idle,
            requests: requests
        )
    }

    private static func settings(
        _ findings: ProbeFindings,
        limits: PoolLimits = PoolLimits()
    ) -> [String] {
        ProbeAdvice(findings, limits: limits).settings.map { "\($0.name) \($0.value)" }
    }

    @Test func `it says what was measured, and what to set`() {
        let findings = Self.findings(
            .ended(after: .seconds(5), .peerClosed),
            .init(count: 100, end: .ended(.peerClosed))
        )
        #expect(
            ProbeReport.lines(of: findings, limits: PoolLimits()) == [
                "probe of http://a.test · HEAD / · HTTP/1.1",
                "  idle      5.0 s, then closed by peer",
                "  requests  100 on one connection, then closed by peer",
                "  set pool.idle-timeout 4s"
                    + " · now 60 s; sooner than the server, no request meets its close",
                "  set pool.max-uses 100 · now off; the server closes without a word",
            ]
        )
    }

    @Test(arguments: [
        (Duration.milliseconds(10), "10ms"), (.milliseconds(300), "150ms"), (.seconds(1), "500ms"),
        (.milliseconds(1999), "990ms"), (.seconds(2), "1s"), (.milliseconds(2050), "1050ms"),
        (.milliseconds(3001), "2s"), (.milliseconds(5020), "4s"), (.seconds(61), "60s"),
    ])
    func `a second sooner than the server, or half of a short time`(
        time: Duration,
        expected: String
    ) {
        let limits = PoolLimits(idleTimeout: .seconds(120))
        let findings = Self.findings(.ended(after: time, .peerClosed))
        #expect(Self.settings(findings, limits: limits) == ["pool.idle-timeout \(expected)"])
    }

    @Test func `what is sooner already, said, or announced need not be set`() {
        let closed = ProbeFindings.Idle.ended(after: .seconds(75), .peerClosed)
        let announced = ProbeFindings.Requests(count: 5, end: .ended(.serverClose))
        #expect(Self.settings(Self.findings(closed, announced)).isEmpty)
        let short = ProbeFindings.Idle.ended(after: .seconds(5), .peerClosed)
        let field = "Timeout=5, max=100"
        #expect(Self.settings(Self.findings(short, announced, keepAliveField: field)).isEmpty)
        #expect(!Self.settings(Self.findings(short, announced, keepAliveField: "max=3")).isEmpty)
        let unannounced = ProbeFindings.Requests(count: 5, end: .ended(.peerReset))
        let limits = PoolLimits(maxUses: 5)
        #expect(Self.settings(Self.findings(closed, unannounced), limits: limits).isEmpty)
        let six = PoolLimits(maxUses: 6)
        #expect(Self.settings(Self.findings(closed, unannounced), limits: six).count == 1)
    }

    struct Case: Sendable {
        let idle: ProbeFindings.Idle
        let line: String
    }

    @Test(arguments: [
        Case(
            idle: .alive(after: .seconds(120)),
            line: "  idle      2 min and longer (--max): it still answers"
        ),
        Case(
            idle: .silent(after: .seconds(120)),
            line: "  idle      open after 2 min, but it does not answer any more: whatever"
                + " forgot the connection said nothing"
        ),
        Case(
            idle: .interrupted(after: .seconds(3)),
            line: "  idle      3.0 s so far (interrupted)"
        ),
        Case(
            idle: .notKept(.http10),
            line: "  idle      not at all: HTTP/1.0 without keep-alive"
        ),
    ])
    func `every finding has its words`(_ row: Case) {
        let lines = ProbeReport.lines(of: Self.findings(row.idle), limits: PoolLimits())
        #expect(lines[1] == row.line)
    }

    @Test func `what the server says cannot drive the terminal`() {
        let findings = Self.findings(
            .alive(after: .seconds(1)),
            keepAliveField: "timeout=5\u{1B}[2J"
        )
        let lines = ProbeReport.lines(of: findings, limits: PoolLimits())
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") })
    }

    @Test func `as JSON it has outcomes and codes`() {
        let findings = Self.findings(
            .ended(after: .milliseconds(5000), .peerClosed),
            .init(count: 7, end: .ended(.serverClose))
        )
        #expect(
            ProbeJSON.line(of: findings, limits: PoolLimits())
                == #"{"type":"probe","origin":"http://a.test","method":"HEAD","target":"/","#
                + #""version":"HTTP/1.1","keepAlive":null,"#
                + #""idle":{"outcome":"closed","ms":5000,"reason":"peer_closed","error":null},"#
                + #""requests":{"outcome":"closed","count":7,"reason":"server_close","error":null},"#
                + #""set":[{"name":"pool.idle-timeout","value":"4s"}]}"#
        )
    }
}
