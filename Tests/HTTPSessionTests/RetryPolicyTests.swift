import HTTPModel
import HTTPTypes
import Testing

@testable import HTTPSession

@Suite("The retry policy")
struct RetryPolicyTests {
    private static let policy = RetryPolicy(limit: 2, statuses: [503], backoff: .milliseconds(200))

    private static func context(
        done: Int = 0,
        isIdempotent: Bool = true,
        timeLeft: Duration? = nil
    ) -> RetryPolicy.Context {
        RetryPolicy.Context(
            method: isIdempotent ? .get : .post,
            isIdempotent: isIdempotent,
            done: done,
            timeLeft: timeLeft
        )
    }

    private static func error(
        _ phase: TransportError.Phase,
        _ cause: TransportError.Cause
    ) -> TransportError {
        TransportError(phase: phase, origin: Origin(scheme: .http, host: "a.org"), cause: cause)
    }

    private static func reset(_ bytes: Int) -> TransportError.Cause {
        .peerClosed(receivedBytes: bytes, isReset: true)
    }

    private static let late = TransportError.Cause.timedOut(limit: .seconds(1), setting: "x")

    struct Case: Sendable {
        let error: TransportError
        /// What it goes by, and whether that holds for any method.
        let evidence: RetryRecord.Evidence?
        let holdsForAll: Bool

        init(_ error: TransportError, _ evidence: RetryRecord.Evidence?, all: Bool = false) {
            self.error = error
            self.evidence = evidence
            self.holdsForAll = all
        }
    }

    @Test(arguments: [
        Case(Self.error(.connect, .refused(addresses: [])), .notConnected, all: true),
        Case(
            Self.error(.connect, .unreachable(addresses: [], detail: "")),
            .notConnected,
            all: true
        ),
        Case(Self.error(.connect, Self.late), .notConnected, all: true),
        Case(Self.error(.connect, Self.reset(0)), .notConnected, all: true),
        Case(Self.error(.resolve, Self.late), .notConnected, all: true),
        Case(
            Self.error(.resolve, .resolverFailed(host: "a", detail: "")),
            .notConnected,
            all: true
        ),
        Case(Self.error(.resolve, .nameNotFound(host: "a")), nil),
        Case(Self.error(.handshake, .tls(detail: "")), nil),
        Case(Self.error(.handshake, Self.reset(0)), nil),
        Case(Self.error(.handshake, Self.late), nil),
        Case(Self.error(.send, Self.reset(0)), .noResponse),
        Case(Self.error(.receive, Self.reset(0)), .noResponse),
        Case(Self.error(.receive, Self.reset(1)), nil),
        Case(Self.error(.receive, Self.late), nil),
        Case(Self.error(.receive, .truncated(receivedBytes: 1, expectedBytes: 2)), nil),
        Case(Self.error(.receive, .cancelled), nil),
        Case(Self.error(.send, .requestContent(path: "", detail: "")), nil),
        Case(Self.error(.decode, .decoding(coding: "gzip", .endsEarly)), nil),
        Case(Self.error(.queue, .shutDown), nil),
    ])
    func `5.2, 5.3: what never left goes again, what may have arrived only if that does no harm`(
        _ row: Case
    ) {
        for isIdempotent in [true, false] {
            let decision = Self.policy.decide(
                row.error,
                context: Self.context(isIdempotent: isIdempotent)
            ) { true }
            guard let evidence = row.evidence else {
                #expect(decision == .none)
                continue
            }
            let record = RetryRecord(
                number: 1,
                limit: 2,
                evidence: evidence,
                wait: .milliseconds(200)
            )
            #expect(
                decision
                    == (isIdempotent || row.holdsForAll
                        ? .retry(record) : .refused(.notIdempotent(method: "POST")))
            )
        }
    }

    @Test(arguments: [0, 1, 2, 3])
    func `retry max is the most that there are`(_ limit: Int) {
        var policy = Self.policy
        policy.limit = limit
        let error = Self.error(.connect, .refused(addresses: []))
        for done in 0...4 {
            let decision = policy.decide(error, context: Self.context(done: done)) { true }
            if limit == 0 {
                #expect(decision == .none)
            } else if done >= limit {
                #expect(decision == .refused(.exhausted(limit: limit)))
            } else {
                guard case .retry(let record) = decision else {
                    Issue.record("\(decision)")
                    return
                }
                #expect(record.number == done + 1)
            }
        }
    }

    @Test func `5.5: the wait doubles, up to two minutes`() {
        let waits = (1...12).map { Self.policy.backoff(before: $0) }
        #expect(
            waits.prefix(4) == [
                .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600),
            ]
        )
        #expect(waits.last == .seconds(120))
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        for number in [0, 41, 63, 64, 1 << 40] {
            #expect(Self.policy.backoff(before: number) <= .seconds(120))
        }
        var long = Self.policy
        long.backoff = .seconds(Int64.max / 4)
        #expect(long.backoff(before: 2) == .seconds(120))
        long.backoff = .zero
        #expect(long.backoff(before: 30) == .zero)
    }

    // 2026-01-01T00:00:00Z, in the three formats of RFC 9110, section 5.6.7.
    @Test(arguments: [
        ("0", Duration.zero), ("120", .seconds(120)), (" 5\t", .seconds(5)),
        ("Thu, 01 Jan 2026 00:01:00 GMT", .seconds(60)),
        ("Thursday, 01-Jan-26 00:01:00 GMT", .seconds(60)),
        ("Thu Jan  1 00:01:00 2026", .seconds(60)),
        ("Wed, 31 Dec 2025 23:59:59 GMT", .zero),
        ("-1", nil), ("1.5", nil), ("soon", nil), ("", nil), ("+3", nil),
    ])
    func `5.6: Retry-After is seconds or a date`(_ text: String, _ expected: Duration?) {
        #expect(RetryPolicy.retryAfter(text, now: wallClock) == expected)
    }

    @Test(arguments: [
        ("21600", Duration.seconds(21_600)), ("21601", nil),
        ("99999999999999999999999", nil), ("9223372036854775807", nil),
    ])
    func `a server is granted six hours`(_ text: String, _ wait: Duration?) {
        let head = ResponseHead(
            status: 503,
            version: "HTTP/1.1",
            fields: [FieldLine("Retry-After", text)]
        )
        let decision = Self.policy.decide(head, context: Self.context(), now: wallClock) { true }
        switch decision {
        case .retry(let record):
            #expect(record.wait == wait)
            #expect(record.isServersWait)
        case .refused(.waitTooLong): #expect(wait == nil)
        default: Issue.record("\(decision)")
        }
    }

    @Test(arguments: [(200, false), (502, false), (503, true), (504, false), (404, false)])
    func `5.4: a status is worth another try only if it is named`(_ status: Int, _ isRetried: Bool)
    {
        let head = ResponseHead(status: status, version: "HTTP/1.1", fields: [])
        func decide(_ context: RetryPolicy.Context, _ isReplayable: Bool) -> RetryPolicy.Decision {
            Self.policy.decide(head, context: context, now: wallClock) { isReplayable }
        }
        let record = RetryRecord(
            number: 1,
            limit: 2,
            evidence: .status(503),
            wait: .milliseconds(200)
        )
        #expect(decide(Self.context(), true) == (isRetried ? .retry(record) : .none))
        guard isRetried else { return }
        #expect(decide(Self.context(), false) == .refused(.contentNotReplayable))
        #expect(
            decide(Self.context(isIdempotent: false), true)
                == .refused(.notIdempotent(method: "POST"))
        )
        #expect(decide(Self.context(done: 2), true) == .refused(.exhausted(limit: 2)))
    }

    @Test(arguments: [(199, false), (200, false), (201, true)])
    func `5.11: a wait that outlasts the time bound is not begun`(_ left: Int, _ isBegun: Bool) {
        let context = Self.context(timeLeft: .milliseconds(left))
        let error = Self.error(.connect, .refused(addresses: []))
        let decision = Self.policy.decide(error, context: context) { true }
        if isBegun {
            #expect(decision != .refused(.noTimeLeft(.milliseconds(200))))
        } else {
            #expect(decision == .refused(.noTimeLeft(.milliseconds(200))))
        }
    }
}
