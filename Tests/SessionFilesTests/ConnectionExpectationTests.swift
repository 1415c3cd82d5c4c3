import HTTPModel
import SessionFiles
import Testing

@Suite("Expectation: connections")
struct ConnectionExpectationTests {
    static func use(
        _ connection: Int,
        _ decision: ReuseDecision,
        request: Int = 1
    ) -> ConnectionUse {
        ConnectionUse(
            connection: ConnectionID(connection),
            decision: decision,
            requestNumber: request
        )
    }

    static func subject(_ use: ConnectionUse?, wasRetried: Bool = false) -> ExpectationSubject {
        ExpectationSubject(
            status: 200,
            use: use,
            wasRetried: wasRetried,
            connectionOfRequest: { $0 == "login" ? ConnectionID(1) : nil },
            lastUse: {
                $0 == ConnectionID(1)
                    ? RequestReference(label: "search", file: "shop.http", line: 49) : nil
            }
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let use: ConnectionUse?
        let passes: Bool
        let actual: String
        var testDescription: String { "\(self.text) \(self.actual)" }

        init(_ text: String, _ use: ConnectionUse?, _ passes: Bool, _ actual: String) {
            self.text = text
            self.use = use
            self.passes = passes
            self.actual = actual
        }
    }

    static let reused = use(1, .reused(idle: .milliseconds(3)), request: 2)
    static let closed = use(
        3,
        .new(NewConnectionReason(.closed(ConnectionID(1), .peerClosed, idle: .milliseconds(251))))
    )
    static let first = use(2, .new(NewConnectionReason(.noneYet)))

    @Test(arguments: [
        Case(
            "connection reused",
            reused,
            true,
            "sent on connection 1 (reused, request 2, idle 3 ms)"
        ),
        Case(
            "connection new",
            reused,
            false,
            "sent on connection 1 (reused, request 2, idle 3 ms)"
        ),
        Case(
            "connection reused",
            closed,
            false,
            "sent on connection 3 (new); connection 1 was closed by the server after 251 ms idle"
        ),
        Case(
            "connection new",
            first,
            true,
            "sent on connection 2 (new); it was the first to this origin"
        ),
        Case(
            "connection any",
            first,
            true,
            "sent on connection 2 (new); it was the first to this origin"
        ),
        Case(
            "connection reused",
            use(2, .new(NewConnectionReason(.allBusy(2)))),
            false,
            "sent on connection 2 (new); all 2 connections were busy"
        ),
        Case(
            "connection reused",
            use(2, .new(NewConnectionReason(.allBusy(1)))),
            false,
            "sent on connection 2 (new); the only connection was busy"
        ),
        Case(
            "connection reused",
            use(2, .new(NewConnectionReason(.warmed))),
            false,
            "sent on connection 2 (new); it had been opened ahead of need"
        ),
        Case("connection reused", nil, false, "it was sent on no connection"),
        Case("connection same-as login", reused, true, "both were sent on connection 1"),
        Case("connection not-same-as login", reused, false, "both were sent on connection 1"),
        Case(
            "connection same-as login",
            first,
            false,
            "sent on connection 2 (new); it was the first to this origin;"
                + " login was sent on connection 1"
        ),
        Case(
            "connection not-same-as login",
            first,
            true,
            "sent on connection 2 (new); it was the first to this origin;"
                + " login was sent on connection 1"
        ),
        Case("connection same-as nobody", first, false, "no request named nobody was sent before"),
        Case(
            "connection not-same-as nobody",
            first,
            false,
            "no request named nobody was sent before"
        ),
        Case("connection idle < 4 ms", reused, true, "connection 1 had been idle for 3 ms"),
        Case("connection idle < 3 ms", reused, false, "connection 1 had been idle for 3 ms"),
        Case(
            "connection idle < 4 ms",
            first,
            false,
            "sent on connection 2 (new); it was the first to this origin"
        ),
        Case("connection requests <= 2", reused, true, "it was request 2 on connection 1"),
        Case("connection requests <= 1", reused, false, "it was request 2 on connection 1"),
    ])
    func `a claim about the connection holds or says what happened`(_ row: Case) throws {
        let result = try Expectation.parse(row.text).evaluate(Self.subject(row.use))
        #expect(result.passed == row.passes)
        #expect(result.actualText == row.actual)
    }

    @Test func `a failed claim says who used the connection last`() throws {
        let expectation = try Expectation.parse("connection reused")
        let result = expectation.evaluate(Self.subject(Self.closed))
        #expect(result.notes == ["last use of connection 1: search (shop.http:49)"])
        #expect(expectation.evaluate(Self.subject(Self.reused)).notes == [])
    }

    @Test func `a failed claim about a value says which connection carried it`() throws {
        let result = try Expectation.parse("status 404").evaluate(Self.subject(Self.reused))
        #expect(result.notes == ["sent on connection 1 (reused, request 2, idle 3 ms)"])
    }

    @Test func `a silent retry counts as new, even on a connection that was open`() throws {
        let subject = Self.subject(Self.reused, wasRetried: true)
        let result = try Expectation.parse("connection reused").evaluate(subject)
        #expect(!result.passed)
        #expect(
            result.actualText
                == "sent on connection 1 (new);"
                + " it was sent again after a reused connection had died"
        )
        #expect(try Expectation.parse("connection new").evaluate(subject).passed)
    }

    @Test func `a connection without a complete exchange before is not reused`() throws {
        let subject = Self.subject(Self.use(1, .reused(idle: .zero), request: 1))
        #expect(try !Expectation.parse("connection reused").evaluate(subject).passed)
    }

    @Test(arguments: [
        ("connections max 2", true, "at most 2 connections were open at once"),
        ("connections max 1", false, "at most 2 connections were open at once"),
        ("connections opened 3", true, "3 connections were opened"),
        ("connections opened 2", false, "3 connections were opened"),
        ("connections open <= 1", true, "1 connection was open"),
        ("connections open 0", false, "1 connection was open"),
        ("connections reused >= 4", true, "4 requests reused a connection"),
        ("connections reused > 4", false, "4 requests reused a connection"),
    ])
    func `claims about the session are held against its totals`(_ row: (String, Bool, String))
        throws
    {
        var subject = ExpectationSubject()
        subject.session = SessionTotals(opened: 3, reused: 4, maxOpen: 2, open: 1)
        let result = try Expectation.parse(row.0).evaluate(subject)
        #expect(result.passed == row.1)
        #expect(result.actualText == row.2)
    }

    @Test func `an exchange becomes a subject with its redirects and retries counted`() throws {
        let from = try URI("http://a/1")
        let to = try URI("http://a/2")
        func attempt(_ cause: Attempt.Cause, _ status: Int, _ target: URI) -> Attempt {
            Attempt(
                cause: cause,
                method: "GET",
                target: target,
                sentFields: [],
                startedAt: .start,
                result: .response(
                    TransportResponse(
                        head: ResponseHead(
                            status: status,
                            reason: "R",
                            version: "HTTP/1.1",
                            fields: [FieldLine("A", "b")]
                        ),
                        use: Self.use(1, .reused(idle: .zero), request: 2),
                        timings: Timings(wait: .milliseconds(2), total: .milliseconds(5)),
                        bytes: ByteCounts()
                    )
                )
            )
        }
        let evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 1,
            reason: .peerClosed
        )
        let redirect = RedirectRecord(status: 302, from: from, to: to)
        let subject = ExpectationSubject(
            Exchange(
                number: 1,
                issuedAt: .start,
                attempts: [
                    attempt(.initial, 302, from), attempt(.redirect(redirect), 500, to),
                    attempt(.staleRetry(evidence), 200, to),
                ],
                content: .memory(Array("{\"a\":1}".utf8))
            )
        )
        for text in [
            "status 200", "redirects count == 1", "retries 1", "url == http://a/2", "header A b",
            "duration == 15 ms", "wait == 2 ms", "bytes 7", "jsonpath $.a == 1", "connection new",
        ] {
            #expect(try Expectation.parse(text).evaluate(subject).passed, "\(text)")
        }
    }
}
