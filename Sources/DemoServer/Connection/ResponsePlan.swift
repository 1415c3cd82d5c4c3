internal import NIOHTTP1

/// How one response goes on the wire: its head, where its content ends, and what comes after.
struct ResponsePlan: Sendable, Hashable {
    /// How the client learns where the content ends (RFC 9112, section 6.3).
    enum Framing: Sendable, Hashable {
        /// There is none: the answer to HEAD, 204 or 304.
        case none
        /// By Content-Length.
        case length(Int)
        /// By chunks.
        case chunked
        /// By the end of the connection.
        case untilClose
    }

    /// How the content is framed.
    let framing: Framing
    /// Whether the server closes the connection when the response is out.
    let closes: Bool
    /// The status line and the fields, with the empty line.
    let head: [UInt8]

    /// Decides about a response.
    init(
        for response: DemoResponse,
        to request: DemoRequest,
        misbehaving misbehaviour: Misbehaviour,
        options: DemoOptions
    ) {
        let isHTTP10 = misbehaviour.framing == .http10
        let framing = Self.framing(for: response, to: request, misbehaving: misbehaviour)
        let serverCloses =
            misbehaviour.closes || framing == .untilClose
            || misbehaviour.closesAfter.map { request.connection.requestNumber >= $0 } ?? false
        let clientCloses =
            !request.isPersistent || (isHTTP10 && !request.asksForKeepAlive)
        let saysClose = serverCloses || (clientCloses && !misbehaviour.ignoresClose)

        var lines = response.fields
        switch framing {
        case .length(let length):
            lines.append(.init(name: "Content-Length", value: String(length)))
        case .none where request.method == .HEAD:
            // What GET would have said (RFC 9110, section 9.3.2).
            guard let length = response.contentLength else { break }
            lines.append(.init(name: "Content-Length", value: String(length)))
        case .chunked:
            lines.append(.init(name: "Transfer-Encoding", value: "chunked"))
        case .none, .untilClose:
            break
        }
        let keepAlive = misbehaviour.keepAlive ?? options.keepAliveField(misbehaviour)
        if saysClose {
            lines.append(.init(name: "Connection", value: "close"))
        } else if keepAlive != nil || isHTTP10 || !request.isHTTP11 {
            lines.append(.init(name: "Connection", value: "keep-alive"))
        }
        if let keepAlive { lines.append(.init(name: "Keep-Alive", value: keepAlive)) }
        lines.append(.init(name: "Server", value: "linger-demo"))

        self.framing = framing
        self.closes = framing == .untilClose || (saysClose && !misbehaviour.ignoresClose)
        self.head = Self.encode(isHTTP10 ? "HTTP/1.0" : "HTTP/1.1", response.status, lines)
    }

    private static func framing(
        for response: DemoResponse,
        to request: DemoRequest,
        misbehaving misbehaviour: Misbehaviour
    ) -> Framing {
        if request.method == .HEAD || response.status == .noContent
            || response.status == .notModified
        {
            return .none
        }
        if misbehaviour.framing == .untilClose { return .untilClose }
        if let length = response.contentLength { return .length(length) }
        let knowsChunks = request.isHTTP11 && misbehaviour.framing != .http10
        return knowsChunks ? .chunked : .untilClose
    }

    private static func encode(
        _ version: String,
        _ status: HTTPResponseStatus,
        _ lines: [DemoResponse.Field]
    ) -> [UInt8] {
        var head = Array("\(version) \(status.code) ".utf8)
        head += harmless(status.reasonPhrase)
        head += "\r\n".utf8
        for line in lines {
            head += harmless(line.name)
            head += ": ".utf8
            head += harmless(line.value)
            head += "\r\n".utf8
        }
        head += "\r\n".utf8
        return head
    }

    /// The bytes of a field with control characters made blanks: no value can start a line.
    private static func harmless(_ text: String) -> [UInt8] {
        text.utf8.map { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F ? 0x20 : $0 }
    }
}

extension DemoOptions {
    /// The `Keep-Alive` field that tells the truth, if one is to be sent.
    fileprivate func keepAliveField(_ misbehaviour: Misbehaviour) -> String? {
        guard self.announcesIdleTimeout, misbehaviour.idle == nil, let timeout = self.idleTimeout
        else { return nil }
        return "timeout=\(timeout.components.seconds)"
    }
}

extension DemoResponse {
    /// The length of the content, if it is known before it is sent.
    fileprivate var contentLength: Int? {
        switch self.content {
        case .bytes(let bytes): bytes.count
        case .stream(let stream): stream.length
        }
    }
}
