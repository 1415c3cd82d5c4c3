import HTTPModel
import Testing

@testable import Rendering

@Suite("JSON of exchanges")
struct ExchangeJSONTests {
    @Test
    func `a reused connection has no why`() throws {
        let use = ConnectionLineTests.use(.reused(idle: .milliseconds(3200)))
        var attempt = ConnectionLineTests.attempt(use)
        guard case .response(var response) = attempt.result else {
            Issue.record("the sample has no response")
            return
        }
        response.head.fields = [FieldLine("Set-Cookie", "a=b"), FieldLine("set-cookie", "c=d")]
        response.timings = Timings(
            send: .microseconds(40),
            wait: .microseconds(500),
            receive: .nanoseconds(100_400),
            total: .microseconds(900)
        )
        attempt.result = .response(response)
        var exchange = ConnectionLineTests.exchange([attempt])
        exchange.number = 3
        exchange.content = .memory(Array("{\"a\":1}".utf8))
        #expect(
            ExchangeJSON.line(for: exchange)
                == #"{"type":"exchange","n":3,"method":"GET","url":"http://127.0.0.1:8080/users","#
                + #""status":200,"reason":"OK","version":"HTTP/1.1","connection":1,"#
                + #""reused":true,"requestOnConnection":2,"idleMs":3200,"why":null,"#
                + #""timingsMs":{"queue":null,"dns":null,"connect":null,"tls":null,"#
                + #""send":0.04,"wait":0.5,"receive":0.1,"total":0.9},"#
                + #""bytes":{"sent":90,"received":200,"body":61},"#
                + #""fields":[["Set-Cookie","a=b"],["set-cookie","c=d"]],"#
                + #""redirects":[],"retries":[],"body":"{\"a\":1}","bodyEncoding":"utf8"}"#
        )
    }

    @Test
    func `a new connection says why, by code, words and connections`() throws {
        let use = ConnectionLineTests.use(
            .new(WhyReportTests.reason),
            connection: 13,
            number: 1
        )
        let value = try Self.value(ConnectionLineTests.exchange([ConnectionLineTests.attempt(use)]))
        #expect(value["reused"] == .bool(false))
        #expect(value["idleMs"] == .null)
        #expect(
            value["why"]?.compactText
                == ##"{"code":"closed:peer_closed","text":"#1 closed by peer after 5.0 s idle","##
                + #""connections":["#
                + #"{"id":1,"code":"closed:peer_closed","text":"closed by peer"},"#
                + #"{"id":12,"code":"busy","text":"busy with GET /slow"}]}"#
        )
    }

    @Test(arguments: Samples.codes)
    func `every reason has its code in why`(code: NewConnectionReason.Code) throws {
        let use = ConnectionLineTests.use(.new(NewConnectionReason(code)))
        let value = try Self.value(ConnectionLineTests.exchange([ConnectionLineTests.attempt(use)]))
        #expect(value["why"]?["code"] == .string(ReuseSentences.code(code)))
        #expect(value["why"]?["text"] == .string(ReuseSentences.sentence(code)))
        #expect(value["why"]?["connections"] == .array([]))
    }

    @Test
    func `redirects and retries are told in order`() throws {
        let from = try URI("http://127.0.0.1:8080/form")
        let record = RedirectRecord(
            status: 302,
            from: from,
            to: try from.resolving("/login"),
            methodBefore: "POST",
            droppedContent: true,
            stripped: ["authorization"]
        )
        let evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 3,
            reason: .peerClosed
        )
        let use = ConnectionLineTests.use(.reused(idle: .zero))
        let error = TransportError(
            phase: .receive,
            origin: ConnectionLineTests.origin,
            cause: .peerClosed(receivedBytes: 0, isReset: false),
            elapsed: .milliseconds(2),
            use: use
        )
        let value = try Self.value(
            ConnectionLineTests.exchange([
                ConnectionLineTests.attempt(use),
                ConnectionLineTests.attempt(
                    cause: .redirect(record),
                    result: .failed(.transport(error, retryRefusal: nil))
                ),
                ConnectionLineTests.attempt(use, cause: .staleRetry(evidence)),
            ])
        )
        #expect(
            value["redirects"]?.compactText
                == #"[{"status":302,"from":"http://127.0.0.1:8080/form","#
                + #""to":"http://127.0.0.1:8080/login","method":"GET","methodBefore":"POST","#
                + #""droppedContent":true,"stripped":["authorization"],"connection":1,"#
                + #""reused":true,"totalMs":0.9}]"#
        )
        #expect(
            value["retries"]?.compactText
                == #"[{"rule":34,"connection":1,"reason":"peer_closed","completedExchanges":3,"#
                + #""totalMs":2}]"#
        )
    }

    private static func retry(_ number: Int, _ evidence: RetryRecord.Evidence) -> RetryRecord {
        RetryRecord(number: number, limit: 2, evidence: evidence, wait: .milliseconds(200))
    }

    @Test
    func `a retry by policy is told with what went wrong`() throws {
        let use = ConnectionLineTests.use(.reused(idle: .zero))
        let error = TransportError(
            phase: .connect,
            origin: ConnectionLineTests.origin,
            cause: .refused(addresses: []),
            elapsed: .milliseconds(2)
        )
        let value = try Self.value(
            ConnectionLineTests.exchange([
                ConnectionLineTests.attempt(result: .failed(.transport(error, retryRefusal: nil))),
                ConnectionLineTests.attempt(use, cause: .retry(Self.retry(1, .notConnected))),
                ConnectionLineTests.attempt(use, cause: .retry(Self.retry(2, .status(200)))),
            ])
        )
        #expect(
            value["retries"]?.compactText
                == #"[{"rule":37,"connection":null,"reason":"not_connected","#
                + #""completedExchanges":null,"#
                + #""totalMs":2},{"rule":37,"connection":1,"reason":"status_200","#
                + #""completedExchanges":null,"totalMs":0.9}]"#
        )
    }

    @Test
    func `a failure has no response but an error`() throws {
        let error = TransportError(
            phase: .connect,
            origin: ConnectionLineTests.origin,
            cause: .refused(addresses: []),
            timings: Timings(total: .milliseconds(1))
        )
        var exchange = ConnectionLineTests.exchange([
            ConnectionLineTests.attempt(result: .failed(.transport(error, retryRefusal: nil)))
        ])
        exchange.content = .none
        let value = try Self.value(exchange)
        let absent = [
            "status", "reason", "version", "connection", "reused", "requestOnConnection",
            "idleMs", "why", "bytes", "body", "bodyEncoding",
        ]
        for name in absent { #expect(value[name] == .null, "\(name)") }
        #expect(value["fields"] == .array([]))
        #expect(value["timingsMs"]?["total"] == .number("1"))
        #expect(
            value["error"]?.compactText
                == #"{"kind":"refused","message":"#
                + #""cannot connect to 127.0.0.1:8080: connection refused"}"#
        )
    }

    @Test
    func `an exchange without attempts is mostly null`() throws {
        let value = try Self.value(Exchange(number: 1, issuedAt: .start))
        for name in ["method", "url", "status", "timingsMs", "body"] {
            #expect(value[name] == .null, "\(name)")
        }
        #expect(value["error"] == nil)
    }

    // MARK: Content

    struct BodyCase {
        let content: Exchange.Content
        var given: [UInt8]?
        let members: [JSONValue.Member]
    }

    static let bodies = [
        BodyCase(
            content: .none,
            members: [.init("body", .null), .init("bodyEncoding", .null)]
        ),
        BodyCase(
            content: .memory([]),
            members: [.init("body", .string("")), .init("bodyEncoding", .string("utf8"))]
        ),
        BodyCase(
            content: .memory(Array("é\u{1B}\n".utf8)),
            members: [.init("body", .string("é\u{1B}\n")), .init("bodyEncoding", .string("utf8"))]
        ),
        BodyCase(
            content: .memory([0xFF]),
            members: [.init("body", .string("/w==")), .init("bodyEncoding", .string("base64"))]
        ),
        BodyCase(
            content: .spilled(path: "/tmp/x", size: 2),
            given: Array("ab".utf8),
            members: [.init("body", .string("ab")), .init("bodyEncoding", .string("utf8"))]
        ),
        BodyCase(
            content: .spilled(path: "/tmp/x", size: 2),
            members: [.init("body", .null), .init("bodyEncoding", .null)]
        ),
        BodyCase(
            content: .delivered(size: 2),
            members: [.init("body", .null), .init("bodyEncoding", .null)]
        ),
        BodyCase(
            content: .file(SavedContent(path: "out.bin", size: 2)),
            given: [1],
            members: [
                .init("body", .null), .init("bodyEncoding", .null),
                .init("bodyFile", .string("out.bin")),
            ]
        ),
    ]

    @Test
    func `content is text if it is UTF-8, else Base64, and named if it is in a file`() throws {
        for row in Self.bodies {
            let attempt = ConnectionLineTests.attempt(
                ConnectionLineTests.use(.reused(idle: .zero))
            )
            var exchange = ConnectionLineTests.exchange([attempt])
            exchange.content = row.content
            let line = ExchangeJSON.line(for: exchange, content: row.given)
            guard case .object(let members) = try JSONValue(parsing: line) else {
                Issue.record("no object: \(line)")
                continue
            }
            #expect(members.suffix(row.members.count) == row.members[...])
            #expect(members.count == 17 + row.members.count)
        }
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 is that of RFC 4648, section 10`(text: String, encoded: String) {
        #expect(Array(text.utf8).base64 == encoded)
    }

    private static func value(_ exchange: Exchange) throws -> JSONValue {
        try JSONValue(parsing: ExchangeJSON.line(for: exchange))
    }
}
