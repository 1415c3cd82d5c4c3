import SessionFiles
import Testing

@Suite("Replay: reports as files")
struct ReportTests {
    private static func report() throws -> ReplayReport {
        let good = ReplayReport.StepOutcome(label: "login", line: 3, state: .answered(requests: 1))
        var bad = ReplayReport.StepOutcome(
            label: "me & \"co\"",
            line: 9,
            state: .answered(requests: 1)
        )
        bad.elapsed = .milliseconds(1_234)
        bad.checks = [
            ReplayReport.Check(
                line: 8,
                result: try Expectation.parse("header A == \"<\u{1}\"").evaluate(
                    ExpectationSubject(status: 200)
                )
            )
        ]
        let failed = ReplayReport.StepOutcome(
            label: "login",
            line: 12,
            state: .failed(reason: "connection refused", requests: 1)
        )
        let skipped = ReplayReport.StepOutcome(label: "late # 1", line: 15, state: .skipped)
        return ReplayReport(file: "a.http", title: "Shop", steps: [good, bad, failed, skipped])
    }

    @Test func `JUnit has a suite for a file and a case for a request`() throws {
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="linger" tests="4" failures="1" errors="1" skipped="1" time="1.234">
              <testsuite name="Shop" file="a.http" tests="4" failures="1" errors="1" skipped="1" \
            time="1.234">
                <testcase classname="a.http" name="login" time="0.000"/>
                <testcase classname="a.http" name="me &amp; &quot;co&quot;" time="1.234">
                  <failure type="expectation" message="a.http:8: expect header A == \
            &quot;&lt;\u{FFFD}&quot;: FAILED: me &amp; &quot;co&quot;: there was no field A">a.http:8: expect header A == "&lt;\u{FFFD}": FAILED
               me &amp; "co": there was no field A</failure>
                </testcase>
                <testcase classname="a.http" name="login (3)" time="0.000">
                  <error type="request" message="a.http:12: login: FAILED: connection refused">\
            a.http:12: login: FAILED
               connection refused</error>
                </testcase>
                <testcase classname="a.http" name="late # 1" time="0.000">
                  <skipped/>
                </testcase>
              </testsuite>
            </testsuites>

            """
        #expect(JUnitReport.text(of: [try Self.report()]) == expected)
    }

    @Test func `TAP has a point for a request`() throws {
        let expected = """
            TAP version 13
            1..4
            ok 1 - a.http: login
            not ok 2 - a.http: me & "co"
            # a.http:8: expect header A == "<\\u{1}": FAILED
            #    me & "co": there was no field A
            not ok 3 - a.http: login (3)
            # a.http:12: login: FAILED
            #    connection refused
            ok 4 - a.http: late \\# 1 # SKIP

            """
        #expect(TAPReport.text(of: [try Self.report()]) == expected)
    }

    @Test func `expectations of the header block are a case of their own`() throws {
        var report = ReplayReport(file: "a.http")
        let expectation = try Expectation.parse("connections opened 2")
        let subject = ExpectationSubject(session: SessionTotals(opened: 3))
        report.sessionChecks = [ReplayReport.Check(line: 1, result: expectation.evaluate(subject))]
        let verdicts = report.verdicts()
        #expect(verdicts.map(\.name) == ["session"])
        #expect(verdicts.map(\.state) == [.failed])
    }

    @Test func `differences from the recording fail only when that is asked for`() throws {
        var step = ReplayReport.StepOutcome(label: "a", line: 1, state: .answered(requests: 1))
        step.differences = [.status(recorded: [200], actual: 201), .content(["$ was 2, stored 1"])]
        let report = ReplayReport(file: "a.http", steps: [step])
        #expect(report.verdicts().map(\.state) == [.passed])
        #expect(report.verdicts(isStrict: true).map(\.state) == [.failed])
        #expect(report.failureLines().contains("   a: $ was 2, stored 1"))
    }
}
