import HTTPModel
import SessionFiles
import Testing

@Suite("Replay report")
struct ReplayReportTests {
    private func check(_ line: Int, _ text: String, _ subject: ExpectationSubject) throws
        -> ReplayReport.Check
    {
        ReplayReport.Check(line: line, result: try Expectation.parse(text).evaluate(subject))
    }

    private func subject(_ status: Int, _ decision: ReuseDecision, connection: Int)
        -> ExpectationSubject
    {
        ExpectationSubject(
            status: status,
            use: ConnectionUse(
                connection: ConnectionID(connection),
                decision: decision,
                requestNumber: decision.isReused ? 2 : 1
            ),
            lastUse: { _ in RequestReference(label: "search", file: "shop.http", line: 49) }
        )
    }

    @Test func `a failed claim of reuse is told with its cause`() throws {
        let reason = NewConnectionReason(
            .closed(ConnectionID(1), .peerClosed, idle: .milliseconds(251))
        )
        let subject = self.subject(303, .new(reason), connection: 3)
        let report = ReplayReport(
            file: "shop.http",
            steps: [
                ReplayReport.StepOutcome(
                    label: "order",
                    line: 63,
                    state: .answered(requests: 1),
                    checks: [
                        try self.check(60, "status 303", subject),
                        try self.check(61, "connection reused", subject),
                    ]
                )
            ]
        )
        #expect(
            report.failureLines() == [
                "shop.http:61: expect connection reused: FAILED",
                "   order: sent on connection 3 (new); connection 1 was closed by the server after"
                    + " 251 ms idle",
                "   last use of connection 1: search (shop.http:49)",
            ]
        )
        #expect(report.status() == .expectationFailed)
    }

    @Test func `each kind of failure has its lines, and all are summed up`() throws {
        let good = self.subject(200, .reused(idle: .zero), connection: 1)
        var totals = ExpectationSubject()
        totals.session = SessionTotals(opened: 2, reused: 3, maxOpen: 2, open: 2)
        var second = try self.check(12, "status 404", good)
        second.run = 2
        let report = ReplayReport(
            file: "f.http",
            title: "t",
            steps: [
                ReplayReport.StepOutcome(
                    label: "a",
                    line: 13,
                    state: .answered(requests: 2),
                    checks: [second, try self.check(13, "status 200", good)],
                    differences: [
                        .status(recorded: [200, 201], actual: 204),
                        .use(recorded: .reused, actual: .new), .bodySize(recorded: 1, actual: 2),
                        .protocolName(recorded: "h2", actual: "HTTP/1.1"),
                    ]
                ),
                ReplayReport.StepOutcome(
                    label: "b",
                    line: 20,
                    state: .failed(reason: "connection refused", requests: 1)
                ),
                ReplayReport.StepOutcome(label: "c", line: 30, state: .skipped),
            ],
            sessionChecks: [try self.check(2, "connections max 1", totals)],
            totals: totals.session
        )
        #expect(
            report.failureLines() == [
                "f.http:12: expect status 404: FAILED", "   a (run 2): status was 200",
                "   sent on connection 1 (reused, request 2, idle 0 ms)",
                "f.http:13: recorded status: differs", "   a: status was 204, recorded 200,201",
                "f.http:13: recorded connection: differs",
                "   a: connection was new, recorded reused", "f.http:13: recorded body: differs",
                "   a: body had 2 bytes, recorded 1", "f.http:13: recorded protocol: differs",
                "   a: protocol was HTTP/1.1, recorded h2", "f.http:20: b: FAILED",
                "   connection refused", "f.http:2: expect connections max 1: FAILED",
                "   at most 2 connections were open at once",
            ]
        )
        #expect(
            report.summaryLine == "3 requests (1 failed), 1 skipped, 3 expectations:"
                + " 1 passed, 2 failed; 2 connections opened, 3 requests reused one"
        )
        #expect(report.failureLines(isStrict: true)[3] == "f.http:13: recorded status: FAILED")
    }

    @Test func `the summary knows one and many`() throws {
        var report = ReplayReport(file: "f")
        #expect(
            report.summaryLine == "0 requests, 0 expectations: 0 passed, 0 failed;"
                + " 0 connections opened, 0 requests reused one"
        )
        report.totals = SessionTotals(opened: 1, reused: 1)
        report.steps = [
            ReplayReport.StepOutcome(
                label: "a",
                line: 1,
                state: .answered(requests: 1),
                checks: [try self.check(1, "status 200", ExpectationSubject(status: 200))]
            )
        ]
        #expect(
            report.summaryLine == "1 request, 1 expectation: 1 passed, 0 failed;"
                + " 1 connection opened, 1 request reused one"
        )
    }

    @Test func `the exit status is the gravest`() throws {
        let passed = try self.check(1, "status 200", ExpectationSubject(status: 200))
        let failed = try self.check(1, "status 200", ExpectationSubject(status: 404))
        func report(
            _ state: ReplayReport.State,
            _ checks: [ReplayReport.Check],
            _ differences: [RecordedDifference] = []
        ) -> ReplayReport {
            ReplayReport(
                file: "f",
                steps: [
                    ReplayReport.StepOutcome(
                        label: "a",
                        line: 1,
                        state: state,
                        checks: checks,
                        differences: differences
                    )
                ]
            )
        }
        let answered = ReplayReport.State.answered(requests: 1)
        let broken = ReplayReport.State.failed(reason: "x", requests: 1)
        let difference = RecordedDifference.bodySize(recorded: 1, actual: 2)
        #expect(report(answered, [passed]).status() == .passed)
        #expect(report(.skipped, []).status() == .passed)
        #expect(report(broken, [passed]).status() == .requestFailed)
        #expect(report(broken, [failed]).status() == .expectationFailed)
        #expect(report(answered, [passed], [difference]).status() == .passed)
        #expect(
            report(answered, [passed], [difference]).status(isStrict: true) == .expectationFailed
        )
        #expect(ReplayReport.status(of: []) == .passed)
        #expect(ReplayReport.status(of: [.passed, .unreadable, .requestFailed]) == .requestFailed)
        #expect(ReplayStatus.expectationFailed.rawValue == 4)
    }

    @Test func `an expectation must hold for each run`() throws {
        func results(_ statuses: Int...) throws -> [ExpectationResult] {
            let expectation = try Expectation.parse("status 200")
            return statuses.map { expectation.evaluate(ExpectationSubject(status: $0)) }
        }
        let bad = ReplayReport.check(line: 3, results: try results(200, 500, 404))
        #expect(bad?.run == 2)
        #expect(bad?.result.actualText == "status was 500")
        #expect(bad?.line == 3)
        let good = ReplayReport.check(line: 3, results: try results(200, 200))
        #expect(good?.run == nil)
        #expect(good?.result.passed == true)
        #expect(ReplayReport.check(line: 3, results: try results(500))?.run == nil)
        #expect(ReplayReport.check(line: 3, results: []) == nil)
    }

    @Test func `a response is compared with its recording`() throws {
        var subject = self.subject(404, .reused(idle: .zero), connection: 1)
        subject.contentLength = 2
        let summary = try #require(RecordedSummary("200 conn=1 new body=1 proto=h2"))
        #expect(
            RecordedDifference.differences(from: summary, in: subject, isAlone: true) == [
                .status(recorded: [200], actual: 404), .use(recorded: .new, actual: .reused),
                .bodySize(recorded: 1, actual: 2),
                .protocolName(recorded: "h2", actual: "HTTP/1.1"),
            ]
        )
        #expect(
            RecordedDifference.differences(from: summary, in: subject, isAlone: false).count == 3
        )
        let same = try #require(RecordedSummary("200,404 conn=1 new,reused body=1,2"))
        #expect(RecordedDifference.differences(from: same, in: subject, isAlone: true) == [])
    }
}
