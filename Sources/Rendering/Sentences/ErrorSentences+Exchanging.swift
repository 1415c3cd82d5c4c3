internal import HTTPModel

extension ErrorSentences {
    /// A time bound passed.
    static func timedOut(
        _ error: TransportError,
        limit: Duration,
        setting: String
    ) -> RenderedError {
        let peer = Self.safe(error.origin.authority)
        let bound = DurationText.text(limit)
        let setting = Self.safe(setting)
        let what =
            switch error.phase {
            case .queue: "no connection to \(peer) for \(bound)"
            case .resolve: "looking up \(Self.safe(error.origin.host)) took longer than \(bound)"
            case .connect: "cannot connect to \(peer): no answer for \(bound)"
            case .handshake: "cannot agree on TLS with \(peer): no answer for \(bound)"
            case .send: "\(peer) did not take the request within \(bound)"
            case .receive, .decode: "no complete response from \(peer) within \(bound)"
            }
        return RenderedError(
            kind: Self.kind(ofTimeout: setting),
            words: "timed out after \(bound)",
            message: "\(what) (\(setting))",
            hint: "`\(setting.hasPrefix("--") ? setting : "set \(setting)") D` waits longer"
        )
    }

    private static func kind(ofTimeout setting: String) -> String {
        switch setting {
        case "timeout.connect": "connect_timeout"
        case "timeout.response": "response_timeout"
        case "timeout.total", "--timeout": "total_timeout"
        default: "timeout"
        }
    }

    /// No connection came free in time: which limit, and who holds it (POOL.md rule 16).
    static func queueTimedOut(
        limit: Duration,
        cause: WaitCause,
        holders: [WaitRecord.Holder]
    ) -> RenderedError {
        let bound = DurationText.text(limit)
        let held = holders.isEmpty ? "" : " held by \(WaitSentences.holders(holders))"
        let reason: String
        let hint: String
        switch cause {
        case .perOrigin(let size):
            reason = "pool.size \(size)\(held.isEmpty ? " reached" : held)"
            hint = "`pool size N` allows more connections, `set pool.queue-timeout D` waits longer"
        case .total(let total):
            reason = "pool.total \(total)\(held.isEmpty ? " reached" : held)"
            hint = "`pool total N` allows more connections, `set pool.queue-timeout D` waits longer"
        case .streams(let connection, let limit):
            reason = "\(CountText.all(limit, "stream")) of \(connection) in use\(held)"
            hint = "`set h2.connections N` lets more connections share the requests"
        case .paused:
            reason = "requests are paused"
            hint = "`pool resume` lets requests go"
        case .connecting:
            let list = WaitSentences.holders(holders)
            reason = "one was still being opened" + (list.isEmpty ? "" : ": \(list)")
            hint = "`events` shows where opening it stands"
        case .via(let connection):
            let list = WaitSentences.holders(holders)
            reason = "\(list.isEmpty ? "\(connection)" : list) was busy"
            hint = "without --via, any connection may carry it"
        }
        return RenderedError(
            kind: "queue_timeout",
            words: "no connection for \(bound)",
            message: "no connection for \(bound): \(reason)",
            hint: hint
        )
    }

    /// The peer closed or reset the connection under a request.
    static func peerClosed(
        _ error: TransportError,
        receivedBytes: Int,
        isReset: Bool
    ) -> RenderedError {
        let verb = isReset ? "reset" : "closed"
        let who = error.connection?.description ?? "the connection"
        let when =
            if receivedBytes > 0 {
                "after \(ByteText.text(receivedBytes)) of the response"
            } else if error.phase == .send {
                "while the request was being sent"
            } else if error.phase == .connect || error.phase == .handshake {
                "before it was ready"
            } else {
                "before a byte of the response came"
            }
        let past = error.stale.map {
            ", having served \(CountText.text($0.completedExchanges, "exchange")) before"
        }
        return RenderedError(
            kind: isReset ? "peer_reset" : "peer_closed",
            words: isReset ? "reset by peer" : "closed by peer",
            message: "\(Self.safe(error.origin.authority)) \(verb) \(who) \(when)\(past ?? "")",
            hint: receivedBytes > 0
                ? "the response is incomplete; `events` shows what came before"
                : Self.mayWantHTTP2(error)
                    ? "does it speak HTTP/2 only? `--http 2` tries that; its own log may say more"
                    : "does the server's own log say why? `events` shows what came before"
        )
    }

    /// Whether a peer closed without a word when it was first spoken to in HTTP/1.1, as one does
    /// that speaks nothing but HTTP/2.
    private static func mayWantHTTP2(_ error: TransportError) -> Bool {
        guard let use = error.use, !use.isHTTP2 else { return false }
        return use.requestNumber == 1 && error.stale == nil
    }

    /// The content was shorter than announced.
    static func truncated(receivedBytes: Int, expectedBytes: Int?) -> RenderedError {
        let received = ByteText.text(receivedBytes)
        let message =
            expectedBytes.map { "the response ended after \(received) of \(ByteText.text($0))" }
            ?? "the response ended after \(received), before its last chunk"
        return RenderedError(
            kind: "truncated",
            words: "response cut short",
            message: message,
            hint: "the server or something between closed the connection too early"
        )
    }

    /// The request's own content could not be read.
    static func unreadable(path: String, detail: String) -> RenderedError {
        RenderedError(
            kind: "request_content_unreadable",
            words: "request content unreadable",
            message: "cannot read \(Self.safe(path)): \(Self.safe(detail))",
            hint: "nothing was sent, or the request was cut off: the server cannot act on it"
        )
    }

    /// The user cancelled; the hint says what became of the connection.
    static func cancelled(_ error: TransportError) -> RenderedError {
        RenderedError(
            kind: "cancelled",
            message: "cancelled",
            hint: error.connection.map { "\($0) was closed: a response was still to come on it" }
        )
    }

    /// We closed the connection under the request.
    static func closedByUs(_ reason: CloseReason, connection: ConnectionID?) -> RenderedError {
        let who = connection?.description ?? "its connection"
        return RenderedError(
            kind: reason == .shrunk ? "aborted_by_resize" : "closed_by_us",
            words: "connection \(CloseSentences.sentence(reason))",
            message: "\(who) was closed before the response was complete:"
                + " \(CloseSentences.words(reason))",
            hint: reason == .shrunk || reason == .user
                ? "without --force, requests under way may finish first" : nil
        )
    }

    /// The peer refused to act on the request, and did so again (POOL.md rule 35).
    static func unprocessed(_ proof: NonProcessingProof) -> RenderedError {
        let what =
            switch proof {
            case .refused(let stream): "refused stream \(stream) (REFUSED_STREAM)"
            case .aboveGoAway(let stream): "left stream \(stream) to another connection (GOAWAY)"
            }
        return RenderedError(
            kind: "not_processed",
            words: "not processed by the server",
            message: "the server has not acted on the request: it \(what)",
            hint: "it is safe to send it again"
        )
    }

    /// The connection that `--via` named cannot carry the request.
    static func unavailable(_ connection: ConnectionID, reason: CloseReason?) -> RenderedError {
        RenderedError(
            kind: "connection_unavailable",
            words: "\(connection) is not available",
            message: "\(connection) cannot carry the request: "
                + (reason.map { CloseSentences.sentence($0) }
                    ?? "it is no open connection of this origin"),
            hint: "`sockets` lists the connections; without --via, any may carry it"
        )
    }

    /// The peer broke the protocol.
    static func render(_ violation: ProtocolViolation, origin: Origin) -> RenderedError {
        if case .notHTTP2 = violation { return Self.notHTTP2(origin) }
        let (kind, detail) = Self.describe(violation)
        return RenderedError(
            kind: kind,
            words: "protocol broken",
            message: "\(Self.safe(origin.authority)) broke the protocol: \(detail)",
            hint: Self.hint(violation, origin: origin)
        )
    }

    private static func notHTTP2(_ origin: Origin) -> RenderedError {
        RenderedError(
            kind: "not_http2",
            words: "no HTTP/2 there",
            message: "\(Self.safe(origin.authority)) does not speak HTTP/2",
            hint: "with `http.version auto` or `--http 1.1` it can answer"
        )
    }

    /// The peer reset the request's stream.
    static func streamReset(_ code: HTTP2ErrorCode, receivedBytes: Int) -> RenderedError {
        let when =
            receivedBytes > 0
            ? "after \(ByteText.text(receivedBytes)) of the content"
            : "before any content came"
        return RenderedError(
            kind: "stream_reset",
            words: "stream reset: \(code)",
            message: "the server reset the stream with \(code) \(when)",
            hint: code.rawValue == 13
                ? "it wants HTTP/1.1 for this: `--http 1.1`"
                : "its connection stays; `events` shows what came before"
        )
    }

    private static func describe(_ violation: ProtocolViolation) -> (kind: String, String) {
        switch violation {
        case .notHTTP(let bytes):
            ("not_http", "what it sent is not HTTP: \(Self.quoted(bytes))")
        case .headerSectionTooLong(let limit):
            ("header_section_too_long", "its header section is over \(ByteText.text(limit))")
        case .tooManyFields(let limit): ("too_many_fields", "it sent more than \(limit) fields")
        case .contentLengthAndTransferEncoding:
            (
                "content_length_and_transfer_encoding",
                "it sent both Content-Length and Transfer-Encoding (RFC 9112, section 6.3)"
            )
        case .invalidContentLength(let value):
            ("invalid_content_length", "its Content-Length is \(Self.quoted(value))")
        case .unknownTransferCoding(let coding):
            ("unknown_transfer_coding", "its transfer coding is \(Self.quoted(coding))")
        case .invalidField(let name):
            (
                "invalid_field",
                "its field \(Self.quoted(name)) contains a character that no field may have"
            )
        case .unsupportedVersion(let version):
            ("unsupported_version", "it answered with \(Self.quoted(version))")
        case .invalidChunkedCoding:
            ("invalid_chunked_coding", "its chunked coding is broken (RFC 9112, section 7.1)")
        case .chunkExtensionTooLong(let limit):
            (
                "chunk_extension_too_long",
                "its chunk has an extension of over \(ByteText.text(limit))"
            )
        case .tooManyInterimResponses(let limit):
            ("too_many_interim_responses", "it sent more than \(limit) interim responses")
        case .notHTTP2: ("not_http2", "it does not speak HTTP/2")
        case .unexpectedUpgrade: ("unexpected_upgrade", "it switched protocols unasked")
        case .other(let detail): ("protocol_error", Self.safe(detail))
        }
    }

    /// Whether bytes are the frame that a server of HTTP/2 begins with (RFC 9113, sections 3.4, 4.1
    /// and 6.5): its length, SETTINGS, no flags, and stream 0.
    private static func isSettingsFrame(_ bytes: String) -> Bool {
        let scalars = bytes.unicodeScalars.map(\.value)
        return scalars.count >= 9 && scalars[..<2] == [0, 0]
            && scalars[3..<9] == [4, 0, 0, 0, 0, 0]
    }

    private static func hint(_ violation: ProtocolViolation, origin: Origin) -> String? {
        switch violation {
        case .notHTTP(let bytes) where Self.isSettingsFrame(bytes):
            "it speaks HTTP/2: `--http 2` on the request, or `set http.version 2`"
        case .notHTTP:
            switch origin.scheme {
            case .http:
                "is this an HTTP port? try https://\(Self.safe(origin.authority)) if it wants TLS"
            case .https: "is this an HTTP port?"
            }
        case .headerSectionTooLong, .tooManyFields, .tooManyInterimResponses,
            .chunkExtensionTooLong:
            "the limit is there so that a server cannot fill the memory"
        case .contentLengthAndTransferEncoding, .invalidContentLength, .unknownTransferCoding,
            .invalidField, .unsupportedVersion, .invalidChunkedCoding, .notHTTP2,
            .unexpectedUpgrade,
            .other:
            "the connection was closed: what followed on it could not be trusted"
        }
    }
}
