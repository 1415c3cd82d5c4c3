import HTTPModel
import Testing

@testable import Rendering

@Suite("Error sentences")
struct ErrorSentencesTests {
    struct Case {
        let cause: TransportError.Cause
        var phase = TransportError.Phase.connect
        let kind: String
        let words: String
        let message: String
        let hint: String?
    }

    static let origin = Origin(scheme: .http, host: "127.0.0.1", port: 9)

    static let reaching = [
        Case(
            cause: .refused(addresses: ["127.0.0.1:9"]),
            kind: "refused",
            words: "connection refused",
            message: "cannot connect to 127.0.0.1:9: connection refused",
            hint: "is the server running? nothing listens on port 9"
        ),
        Case(
            cause: .refused(addresses: ["127.0.0.1:9", "[::1]:9"]),
            kind: "refused",
            words: "connection refused",
            message: "cannot connect to 127.0.0.1:9: connection refused"
                + " (tried 127.0.0.1:9, [::1]:9)",
            hint: "is the server running? nothing listens on port 9"
        ),
        Case(
            cause: .nameNotFound(host: "nowhere.test"),
            phase: .resolve,
            kind: "name_not_found",
            words: "no such host",
            message: "cannot find nowhere.test: there is no such host",
            hint: "is the name spelled right? `base URL` sets another"
        ),
        Case(
            cause: .resolverFailed(host: "a.test", detail: "try again"),
            phase: .resolve,
            kind: "resolver_failed",
            words: "name lookup failed",
            message: "cannot look up a.test: try again",
            hint: "is this machine online, and its name server reachable?"
        ),
        Case(
            cause: .unreachable(addresses: [], detail: "No route to host"),
            kind: "unreachable",
            words: "unreachable",
            message: "cannot reach 127.0.0.1:9: No route to host",
            hint: "is the network up, and does a firewall let port 9 through?"
        ),
        Case(
            cause: .timedOut(limit: .seconds(10), setting: "timeout.connect"),
            kind: "connect_timeout",
            words: "timed out after 10 s",
            message: "cannot connect to 127.0.0.1:9: no answer for 10 s (timeout.connect)",
            hint: "`set timeout.connect D` waits longer"
        ),
        Case(
            cause: .tls(detail: "WRONG_VERSION_NUMBER"),
            phase: .handshake,
            kind: "tls_failed",
            words: "TLS failed",
            message: "cannot agree on TLS with 127.0.0.1:9: WRONG_VERSION_NUMBER",
            hint: "the server seems to speak cleartext on this port: try http://127.0.0.1:9"
        ),
    ]

    static let exchanging = [
        Case(
            cause: .timedOut(limit: .seconds(60), setting: "timeout.response"),
            phase: .receive,
            kind: "response_timeout",
            words: "timed out after 60 s",
            message: "no complete response from 127.0.0.1:9 within 60 s (timeout.response)",
            hint: "`set timeout.response D` waits longer"
        ),
        Case(
            cause: .peerClosed(receivedBytes: 0, isReset: false),
            phase: .receive,
            kind: "peer_closed",
            words: "closed by peer",
            message: "127.0.0.1:9 closed #3 before a byte of the response came",
            hint: "does the server's own log say why? `events` shows what came before"
        ),
        Case(
            cause: .peerClosed(receivedBytes: 4100, isReset: true),
            phase: .receive,
            kind: "peer_reset",
            words: "reset by peer",
            message: "127.0.0.1:9 reset #3 after 4.1 kB of the response",
            hint: "the response is incomplete; `events` shows what came before"
        ),
        Case(
            cause: .truncated(receivedBytes: 10, expectedBytes: 20),
            phase: .receive,
            kind: "truncated",
            words: "response cut short",
            message: "the response ended after 10 B of 20 B",
            hint: "the server or something between closed the connection too early"
        ),
        Case(
            cause: .decoding(coding: "gzip", .corrupt(detail: "wrong checksum")),
            phase: .decode,
            kind: "decoding_failed",
            words: "content cannot be decoded",
            message: "the content is not valid gzip: wrong checksum",
            hint: "`Accept-Encoding: identity` asks for content without codings"
        ),
        Case(
            cause: .sink(detail: "No space left on device"),
            phase: .receive,
            kind: "sink_failed",
            words: "content cannot be written",
            message: "cannot write the content: No space left on device",
            hint: nil
        ),
        Case(
            cause: .requestContent(path: "a.json", detail: "No such file or directory"),
            phase: .send,
            kind: "request_content_unreadable",
            words: "request content unreadable",
            message: "cannot read a.json: No such file or directory",
            hint: "nothing was sent, or the request was cut off: the server cannot act on it"
        ),
        Case(
            cause: .cancelled,
            phase: .receive,
            kind: "cancelled",
            words: "cancelled",
            message: "cancelled",
            hint: "#3 was closed: a response was still to come on it"
        ),
        Case(
            cause: .closedByUs(.shrunk),
            phase: .receive,
            kind: "aborted_by_resize",
            words: "connection closed: shrunk",
            message: "#3 was closed before the response was complete: shrunk",
            hint: "without --force, requests under way may finish first"
        ),
        Case(
            cause: .streamReset(HTTP2ErrorCode(rawValue: 2), receivedBytes: 0),
            kind: "stream_reset",
            words: "stream reset: INTERNAL_ERROR",
            message: "the server reset the stream with INTERNAL_ERROR before any content came",
            hint: "its connection stays; `events` shows what came before"
        ),
        Case(
            cause: .protocolViolation(.notHTTP2),
            kind: "not_http2",
            words: "no HTTP/2 there",
            message: "127.0.0.1:9 does not speak HTTP/2",
            hint: "with `http.version auto` or `--http 1.1` it can answer"
        ),
        Case(
            cause: .connectionUnavailable(ConnectionID(7), .peerClosed),
            phase: .queue,
            kind: "connection_unavailable",
            words: "#7 is not available",
            message: "#7 cannot carry the request: closed by peer",
            hint: "`sockets` lists the connections; without --via, any may carry it"
        ),
        Case(
            cause: .shutDown,
            phase: .receive,
            kind: "shut_down",
            words: "the session ended before the response came",
            message: "the session ended before the response came",
            hint: nil
        ),
    ]

    @Test(arguments: Self.reaching + Self.exchanging)
    func `a failure says what happened and what to try next`(row: Case) {
        let error = TransportError(
            phase: row.phase,
            origin: Self.origin,
            connection: ConnectionID(3),
            cause: row.cause
        )
        #expect(
            ErrorSentences.render(error)
                == RenderedError(
                    kind: row.kind,
                    words: row.words,
                    message: row.message,
                    hint: row.hint
                )
        )
    }

    @Test
    func `a queue timeout names the limit and who holds it`() {
        let holders = [
            WaitRecord.Holder(
                connection: ConnectionID(3),
                request: RequestLabel(method: "GET", target: "/slow"),
                busyFor: .seconds(31)
            ),
            WaitRecord.Holder(connection: ConnectionID(4), request: nil, busyFor: .seconds(2)),
        ]
        let expected = [
            "one was still being opened: #3 (GET /slow, 31 s), #4 (connecting, 2.0 s)",
            "pool.size 1 held by #3 (GET /slow, 31 s), #4 (connecting, 2.0 s)",
            "pool.total 64 held by #3 (GET /slow, 31 s), #4 (connecting, 2.0 s)",
            "requests are paused",
            "#3 (GET /slow, 31 s), #4 (connecting, 2.0 s) was busy",
        ]
        for (cause, reason) in zip(Samples.causes, expected) {
            let error = TransportError(
                phase: .queue,
                origin: Self.origin,
                cause: .queueTimedOut(limit: .seconds(30), cause: cause, holders: holders)
            )
            let rendered = ErrorSentences.render(error)
            #expect(rendered.kind == "queue_timeout")
            #expect(rendered.message == "no connection for 30 s: \(reason)")
            #expect(rendered.hint != nil)
        }
    }

    @Test
    func `a bound from the command line is lifted on the command line`() {
        let error = TransportError(
            phase: .receive,
            origin: Self.origin,
            cause: .timedOut(limit: .seconds(1), setting: "--timeout")
        )
        #expect(ErrorSentences.render(error).kind == "total_timeout")
        #expect(ErrorSentences.render(error).hint == "`--timeout D` waits longer")
    }

    @Test
    func `a POST that is not sent again says so and how to send it`() {
        let evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 3,
            reason: .peerClosed
        )
        let error = TransportError(
            phase: .receive,
            origin: Self.origin,
            connection: ConnectionID(1),
            cause: .peerClosed(receivedBytes: 0, isReset: false),
            stale: evidence
        )
        let rendered = ErrorSentences.render(
            .transport(error, retryRefusal: .notIdempotent(method: "POST")),
            request: RequestLabel(method: "POST", target: "/orders")
        )
        #expect(rendered.kind == "peer_closed")
        #expect(
            rendered.message
                == "127.0.0.1:9 closed #1 before a byte of the response came, having served"
                + " 3 exchanges before; POST was not sent again: it is not idempotent, and the"
                + " server may have acted on it"
        )
        #expect(
            rendered.hint
                == "to send it all the same, type it again: `post /orders … --fresh`"
        )
    }

    @Test(arguments: [("POST", "post"), ("PATCH", "patch"), ("FOO", "send FOO")])
    func `what is to be typed to send it again is a line of the language`(
        _ method: String,
        _ verb: String
    ) {
        let error = TransportError(
            phase: .receive,
            origin: Self.origin,
            cause: .peerClosed(receivedBytes: 0, isReset: false)
        )
        let rendered = ErrorSentences.render(
            .transport(error, retryRefusal: .notIdempotent(method: method)),
            request: RequestLabel(method: method, target: "/close")
        )
        #expect(rendered.hint?.hasSuffix("`\(verb) /close … --fresh`") == true)
    }

    @Test
    func `other refusals to send again are told too`() {
        let error = TransportError(
            phase: .receive,
            origin: Self.origin,
            cause: .peerClosed(receivedBytes: 0, isReset: true)
        )
        let messages = [RetryRefusal.contentNotReplayable, .alreadyRetried].map {
            ErrorSentences.render(.transport(error, retryRefusal: $0)).message
        }
        #expect(
            messages == [
                "127.0.0.1:9 reset the connection before a byte of the response came;"
                    + " not sent again: its content cannot be read twice",
                "127.0.0.1:9 reset the connection before a byte of the response came;"
                    + " it had been sent twice already, and is not sent a third time",
            ]
        )
    }

    @Test
    func `the lines of an error begin with what they are`() {
        let error = RenderedError(kind: "refused", message: "cannot connect", hint: "try again")
        #expect(error.lines() == ["error: cannot connect", "hint: try again"])
        #expect(RenderedError(kind: "x", message: "odd").lines() == ["error: odd"])
        let colored = error.lines(in: RenderingContext(palette: .colored))
        #expect(
            colored == [
                "\u{1B}[1;31merror:\u{1B}[0m cannot connect", "\u{1B}[2mhint:\u{1B}[0m try again",
            ]
        )
    }

    @Test
    func `every failure has a kind of its own alphabet and a message`() {
        for failure in Samples().failures {
            let rendered = ErrorSentences.render(failure)
            #expect(
                rendered.kind.utf8.allSatisfy {
                    $0 == 0x5F || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                }
            )
            #expect(!rendered.message.isEmpty)
            #expect(!rendered.message.hasSuffix("."))
            #expect(!rendered.words.isEmpty)
        }
    }
}
