import HTTPModel
import Testing

@testable import Rendering

@Suite("Connection line")
struct ConnectionLineTests {
    static let origin = Origin(scheme: .http, host: "127.0.0.1", port: 8080)

    // MARK: One attempt

    @Test
    func `a reused connection tells its idling and what it saved`() {
        let use = Self.use(.reused(idle: .milliseconds(3200)), handshake: .microseconds(1400))
        #expect(
            Self.lines(use) == [
                "1 · 200 OK · 61 B · 0.9 ms · #1 reused (2nd request, idle 3.2 s) · saved 1.4 ms"
            ]
        )
    }

    @Test
    func `a connection handed over directly has not been idle`() {
        #expect(
            Self.lines(Self.use(.reused(idle: .zero)))
                == ["1 · 200 OK · 61 B · 0.9 ms · #1 reused (2nd request)"]
        )
    }

    struct NewCase {
        let code: NewConnectionReason.Code
        let text: String
    }

    static let newCases = [
        NewCase(code: .noneYet, text: "#1 new: first to this origin · handshake 1.4 ms"),
        NewCase(code: .allBusy(1), text: "#1 new: all 1 busy · handshake 1.4 ms"),
        NewCase(
            code: .closed(ConnectionID(7), .peerClosed, idle: .seconds(5)),
            text: "#1 new: #7 closed by peer after 5.0 s idle · handshake 1.4 ms"
        ),
        NewCase(
            code: .closed(ConnectionID(7), .idleTimeout, idle: .seconds(60)),
            text: "#1 new: #7 closed: 60 s idle · handshake 1.4 ms"
        ),
        NewCase(code: .keyDiffers(.tls), text: "#1 new: other TLS settings · handshake 1.4 ms"),
        NewCase(code: .fresh, text: "#1 new: --fresh · handshake 1.4 ms"),
        NewCase(code: .warmed, text: "#1 new: opened ahead of need · saved 1.4 ms"),
    ]

    @Test(arguments: Self.newCases)
    func `a new connection says why none was reused`(row: NewCase) {
        let use = Self.use(.new(NewConnectionReason(row.code)), handshake: .microseconds(1400))
        #expect(Self.lines(use) == ["1 · 200 OK · 61 B · 0.9 ms · \(row.text)"])
    }

    @Test
    func `a wait names the limit and who holds it, and nothing was saved by it`() {
        let slow = RequestLabel(method: "GET", target: "/slow")
        let holder = WaitRecord.Holder(
            connection: ConnectionID(1),
            request: slow,
            busyFor: .seconds(1)
        )
        var use = Self.use(.reused(idle: .zero), number: 4, handshake: .microseconds(1400))
        use.wait = WaitRecord(
            duration: .milliseconds(800),
            cause: .perOrigin(limit: 1),
            holders: [holder]
        )
        #expect(
            Self.lines(use) == [
                "1 · 200 OK · 61 B · 0.9 ms · #1 reused (4th request)"
                    + " · waited 800 ms: size 1 reached, #1 busy with GET /slow"
            ]
        )
    }

    @Test
    func `an exchange of the background names its request`() {
        var exchange = Self.exchange([Self.attempt(Self.use(.reused(idle: .zero), number: 3))])
        exchange.number = 2
        exchange.isBackground = true
        #expect(
            ConnectionLine.lines(for: exchange)
                == ["2 · GET /users · 200 OK · 61 B · 0.9 ms · #1 reused (3rd request)"]
        )
        let label = RequestLabel(method: "GET", target: "/slow")
        #expect(ConnectionLine.started(2...2, label) == "2 · GET /slow · in the background")
        let lot = ConnectionLine.started(2...13, label)
        #expect(lot == "2–13 · 12 × GET /slow · in the background")
    }

    @Test
    func `content in a file is told with its name`() {
        var exchange = Self.exchange([Self.attempt(Self.use(.reused(idle: .zero)))])
        exchange.content = .file(SavedContent(path: "out.bin", size: 4100))
        #expect(
            ConnectionLine.lines(for: exchange)
                == ["1 · 200 OK · 4.1 kB → out.bin · 0.9 ms · #1 reused (2nd request)"]
        )
    }

    @Test
    func `a status without a reason phrase stands alone`() {
        var attempt = Self.attempt(Self.use(.reused(idle: .zero)))
        guard case .response(var response) = attempt.result else {
            Issue.record("the sample has no response")
            return
        }
        response.head.reason = ""
        attempt.result = .response(response)
        #expect(
            ConnectionLine.lines(for: Self.exchange([attempt]))
                == ["1 · 200 · 61 B · 0.9 ms · #1 reused (2nd request)"]
        )
    }

    @Test
    func `nothing sent is told as such`() {
        #expect(ConnectionLine.lines(for: Self.exchange([])) == ["1 · not sent"])
    }

    @Test
    func `the status is coloured by its class and the rest is dim`() {
        let context = RenderingContext(palette: .colored)
        let use = Self.use(.reused(idle: .zero))
        let exchange = Self.exchange([Self.attempt(use)])
        #expect(
            ConnectionLine.lines(for: exchange, in: context) == [
                "\u{1B}[2m1 · \u{1B}[0m\u{1B}[32m200 OK\u{1B}[0m"
                    + "\u{1B}[2m · 61 B · 0.9 ms · #1 reused (2nd request)\u{1B}[0m"
            ]
        )
    }

    // MARK: Failures

    @Test
    func `a failure is told in a few words`() {
        let error = TransportError(
            phase: .connect,
            origin: Self.origin,
            cause: .refused(addresses: []),
            elapsed: .microseconds(300)
        )
        var exchange = Self.exchange([
            Self.attempt(result: .failed(.transport(error, retryRefusal: nil)))
        ])
        exchange.number = 4
        #expect(
            ConnectionLine.lines(for: exchange) == ["4 · failed · connection refused · 0.3 ms"]
        )
    }

    @Test
    func `a failure on a connection names it`() {
        let error = TransportError(
            phase: .receive,
            origin: Self.origin,
            connection: ConnectionID(1),
            cause: .peerClosed(receivedBytes: 0, isReset: true),
            elapsed: .milliseconds(12),
            use: Self.use(.reused(idle: .zero), handshake: .milliseconds(1))
        )
        let attempt = Self.attempt(result: .failed(.transport(error, retryRefusal: nil)))
        #expect(
            ConnectionLine.lines(for: Self.exchange([attempt]))
                == ["1 · failed · reset by peer · 12 ms · #1 reused (2nd request)"]
        )
    }

    // MARK: Redirects and retries

    @Test
    func `a redirect is told on a line of its own, with what it changed`() throws {
        let from = try URI("http://127.0.0.1:8080/form")
        let record = RedirectRecord(
            status: 302,
            from: from,
            to: try from.resolving("/login"),
            methodBefore: "POST",
            droppedContent: true,
            stripped: ["Authorization", "Cookie"],
            ignoredUserInfo: true
        )
        let use = Self.use(.reused(idle: .zero))
        var second = Self.attempt(use, cause: .redirect(record))
        second.startedAt = Instant(nanoseconds: 2_000_000)
        #expect(
            ConnectionLine.lines(for: Self.exchange([Self.attempt(use), second])) == [
                "  302 → /login · GET (was POST) · without content"
                    + " · not sent on: authorization, cookie (the redirects have left its origin)"
                    + " · user information in the Location ignored · #1 reused (2nd request)",
                "1 · 200 OK · 61 B · 2.9 ms in all · #1 reused (2nd request)",
            ]
        )
    }

    @Test
    func `a redirect to another origin shows all of its target`() throws {
        let record = RedirectRecord(
            status: 301,
            from: try URI("http://127.0.0.1:8080/a"),
            to: try URI("https://example.com/b?c")
        )
        let use = Self.use(.reused(idle: .zero))
        let attempts = [Self.attempt(use), Self.attempt(use, cause: .redirect(record))]
        #expect(
            ConnectionLine.lines(for: Self.exchange(attempts)).first
                == "  301 → https://example.com/b?c · #1 reused (2nd request)"
        )
    }

    @Test
    func `a retry is told with its rule and evidence`() {
        let evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 3,
            reason: .peerClosed
        )
        let error = TransportError(
            phase: .receive,
            origin: Self.origin,
            cause: .peerClosed(receivedBytes: 0, isReset: false),
            stale: evidence
        )
        let first = Self.attempt(result: .failed(.transport(error, retryRefusal: nil)))
        let use = Self.use(.new(NewConnectionReason(.fresh)), connection: 2, number: 1)
        let exchange = Self.exchange([first, Self.attempt(use, cause: .staleRetry(evidence))])
        #expect(
            ConnectionLine.lines(for: exchange) == [
                "  #1 closed by peer before a byte of the response, after 3 exchanges"
                    + " · sent again once, on a fresh connection: GET is idempotent · rule 34",
                "1 · 200 OK · 61 B · 0.9 ms in all · #2 new: fresh for the retry",
            ]
        )
    }

    /// POOL.md rule 5.
    @Test func `a 421 says which connection was left`() {
        var first = Self.attempt(Self.use(.reused(idle: .zero)))
        first.result = first.result.withStatus(421, "Misdirected Request")
        let use = Self.use(.new(NewConnectionReason(.fresh)), connection: 2, number: 1)
        let second = Self.attempt(use, cause: .misdirected(ConnectionID(1)))
        #expect(
            ConnectionLine.lines(for: Self.exchange([first, second])) == [
                "  421 Misdirected Request · #1 does not lead to who answers for"
                    + " http://127.0.0.1:8080 · sent again once, on a fresh connection · rule 5",
                "1 · 200 OK · 61 B · 0.9 ms in all · #2 new: fresh for the retry",
            ]
        )
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080/b", "the redirects have left its origin"),
        ("http://127.0.0.1:8081/b", "another port is another origin"),
        ("https://127.0.0.1:8080/b", "another scheme is another origin"),
        ("http://localhost:8080/b", "another host is another origin"),
    ])
    func `what is not sent on has its reason (RD1, RD2)`(
        _ target: String,
        _ reason: String
    ) throws {
        let record = RedirectRecord(
            status: 302,
            from: try URI("http://127.0.0.1:8080/a"),
            to: try URI(target),
            stripped: ["X-Api-Key"]
        )
        let use = Self.use(.reused(idle: .zero))
        let attempts = [Self.attempt(use), Self.attempt(use, cause: .redirect(record))]
        let line = try #require(ConnectionLine.lines(for: Self.exchange(attempts)).first)
        #expect(line.contains(" · not sent on: x-api-key (\(reason)) · "))
    }

    @Test
    func `a retry by the policy is told with its setting, its wait and its licence`() {
        let error = TransportError(
            phase: .connect,
            origin: Self.origin,
            cause: .refused(addresses: []),
            elapsed: .milliseconds(1)
        )
        var record = RetryRecord(
            number: 1,
            limit: 2,
            evidence: .notConnected,
            wait: .milliseconds(200)
        )
        let failed = Self.attempt(result: .failed(.transport(error, retryRefusal: nil)))
        let use = Self.use(.new(NewConnectionReason(.noneYet)), number: 1)
        let answered = Self.attempt(use, cause: .retry(record))
        #expect(
            ConnectionLine.lines(for: Self.exchange([failed, answered])).first
                == "  connection refused · 1.0 ms · sent again (1 of 2) after 200 ms, by retry.max:"
                + " nothing had been sent · rule 37"
        )
        record.evidence = .status(503)
        record.isServersWait = true
        let attempts = [Self.attempt(use), Self.attempt(use, cause: .retry(record))]
        #expect(
            ConnectionLine.lines(for: Self.exchange(attempts)).first
                == "  200 OK · 0.9 ms · sent again (1 of 2) after 200 ms as Retry-After says, by"
                + " retry.status: GET is idempotent · rule 37"
        )
    }

    @Test
    func `a retry whose wait was ended is none that was sent`() {
        let record = RetryRecord(
            number: 1,
            limit: 2,
            evidence: .status(503),
            wait: .seconds(5)
        )
        let origin = Origin(scheme: .http, host: "127.0.0.1", port: 8080)
        let error = TransportError(phase: .queue, origin: origin, cause: .cancelled)
        let next = Self.attempt(
            cause: .retry(record),
            result: .failed(.transport(error, retryRefusal: nil))
        )
        let use = Self.use(.new(NewConnectionReason(.noneYet)), number: 1)
        let lines = ConnectionLine.lines(for: Self.exchange([Self.attempt(use), next]))
        #expect(lines[0].contains(" · was to be sent again (1 of 2) after 5.0 s"), "\(lines)")
    }

    @Test
    func `an answered challenge is told, and so is a response that is not tried again`() {
        let use = Self.use(.reused(idle: .zero))
        let record = ChallengeRecord(scheme: "Digest", algorithm: "SHA-256", realm: "a\u{1B}b")
        var last = Self.attempt(use, cause: .challenge(record))
        last.retryRefusal = .notIdempotent(method: "POST")
        let lines = ConnectionLine.lines(for: Self.exchange([Self.attempt(use), last]))
        #expect(
            lines.first
                == "  200 OK · answered: Digest SHA-256, realm \"a\\x1bb\""
                + " · #1 reused (2nd request)"
        )
        #expect(lines.last?.contains(" · not sent again: POST is not idempotent") == true)
    }

    @Test
    func `a retried POST had an Idempotency-Key`() {
        let evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 1,
            reason: .peerReset
        )
        var attempts = [
            Self.attempt(Self.use(.reused(idle: .zero))),
            Self.attempt(Self.use(.reused(idle: .zero)), cause: .staleRetry(evidence)),
        ]
        attempts[1].method = "POST"
        #expect(
            ConnectionLine.lines(for: Self.exchange(attempts)).first
                == "  #1 reset by peer before a byte of the response, after 1 exchange"
                + " · sent again once, on a fresh connection: POST has an Idempotency-Key · rule 34"
        )
    }

    @Test func `a POST that the person at the prompt has sent again says so`() {
        var evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 1,
            reason: .peerClosed
        )
        evidence.isConfirmed = true
        let error = TransportError(
            phase: .receive,
            origin: Self.origin,
            cause: .peerClosed(receivedBytes: 0, isReset: false)
        )
        let first = Self.attempt(result: .failed(.transport(error, retryRefusal: nil)))
        let again = Self.attempt(Self.use(.reused(idle: .zero)), cause: .staleRetry(evidence))
        #expect(
            ConnectionLine.lines(for: Self.exchange([first, again])).first
                == "  #1 closed by peer before a byte of the response, after 1 exchange"
                + " · sent again once, on a fresh connection: as you said · rule 34"
        )
    }

    /// POOL.md rule 36: the connection need not have been idle, nor be closed.
    @Test func `a 408 that was retried is told as the answer that it was`() {
        let evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 2,
            reason: .peer408
        )
        var first = Self.attempt(Self.use(.reused(idle: .zero)))
        first.result = first.result.withStatus(408, "Request Timeout")
        let again = Self.attempt(Self.use(.reused(idle: .zero)), cause: .staleRetry(evidence))
        #expect(
            ConnectionLine.lines(for: Self.exchange([first, again])).first
                == "  408 Request Timeout on #1, after 2 exchanges"
                + " · sent again once, on a fresh connection: GET is idempotent · rule 36"
        )
    }

    /// POOL.md rules 35 and 37.
    @Test func `each connection that had not acted on a request has its line`() {
        var use = Self.use(.new(NewConnectionReason(.noneYet)), connection: 3)
        use.redispatches = [
            Redispatch(connection: ConnectionID(1), proof: .refused(stream: 5)),
            Redispatch(connection: ConnectionID(2), proof: .aboveGoAway(stream: 7)),
        ]
        #expect(
            ConnectionLine.lines(for: Self.exchange([Self.attempt(use)])).prefix(2) == [
                "  #1 refused stream 5 · sent again: it had not been acted on · rule 35",
                "  #2 said GOAWAY and left stream 7 out · sent again: it had not been acted on"
                    + " · rule 35",
            ]
        )
    }

    // MARK: Fixtures

    static func use(
        _ decision: ReuseDecision,
        connection: Int = 1,
        number: Int = 2,
        handshake: Duration? = nil
    ) -> ConnectionUse {
        ConnectionUse(
            connection: ConnectionID(connection),
            decision: decision,
            requestNumber: number,
            handshake: handshake.map { HandshakeTimings(connect: $0) }
        )
    }

    static func attempt(
        cause: Attempt.Cause = .initial,
        result: Attempt.Outcome
    ) -> Attempt {
        Attempt(
            cause: cause,
            method: "GET",
            target: URI(origin: Self.origin, path: "/users"),
            sentFields: [],
            startedAt: .start,
            result: result
        )
    }

    static func attempt(_ use: ConnectionUse, cause: Attempt.Cause = .initial) -> Attempt {
        let response = TransportResponse(
            head: ResponseHead(status: 200, reason: "OK", version: "HTTP/1.1", fields: []),
            use: use,
            timings: Timings(total: .microseconds(900)),
            bytes: ByteCounts(sent: 90, received: 200, body: 61)
        )
        return Self.attempt(cause: cause, result: .response(response))
    }

    static func exchange(_ attempts: [Attempt]) -> Exchange {
        let content = Exchange.Content.memory(Array(repeating: 0x20, count: 61))
        return Exchange(number: 1, issuedAt: .start, attempts: attempts, content: content)
    }

    static func lines(_ use: ConnectionUse) -> [String] {
        ConnectionLine.lines(for: Self.exchange([Self.attempt(use)]))
    }
}

extension Attempt.Outcome {
    /// The same response with another status.
    fileprivate func withStatus(_ status: Int, _ reason: String) -> Self {
        guard case .response(var response) = self else { return self }
        response.head.status = status
        response.head.reason = reason
        return .response(response)
    }
}
