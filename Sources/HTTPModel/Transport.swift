package import HTTPTypes

/// Carries requests over pooled connections, and lets the pool be seen and steered.
///
/// The shell and the session know only this: tests hand them a scripted one.
package protocol Transport: Sendable {
    /// Sends one request and hands the response to `sink`.
    ///
    /// Returns when the whole response has been delivered. Cancelling the task cancels the
    /// request; its connection is closed.
    func send(
        _ request: TransportRequest,
        to sink: any BodySink
    ) async throws(TransportError) -> TransportResponse

    /// The pool as it is now.
    func snapshot() async -> PoolSnapshot

    /// Changes limits at once, in both directions, without cutting off a running request.
    ///
    /// With `force`, busy connections above the new limits are cut off, youngest first.
    func setLimits(_ limits: PoolLimits, force: Bool) async

    /// Stops dispatching, or lets it go on, to one origin or at all; nothing is closed (POOL.md
    /// rule 10).
    ///
    /// When all goes on, origins that were paused by themselves do too.
    func setPaused(_ isPaused: Bool, for origin: Origin?) async

    /// Measures the way to a connection's peer and back (POOL.md rule 42).
    func ping(_ connection: ConnectionID) async throws(PingRefusal) -> Duration

    /// Forgets the addresses of a name, or of all; returns of how many.
    func flushAddresses(of host: String?) async -> Int

    /// Changes how connections are made from now on, to single origins in a way of their own; idle
    /// ones of another kind close.
    ///
    /// - Throws: `ConnectionOptionsError` if certificates or keys cannot be used; then nothing has
    ///   changed.
    func setConnectionOptions(
        _ options: ConnectionOptions,
        byOrigin: [Origin: ConnectionOptions]
    ) async throws(ConnectionOptionsError)

    /// Whether connections to `origin` show a certificate of ours to a server that asks for one.
    func showsCertificate(to origin: Origin) async -> Bool

    /// Opens connections ahead of need, until `count` are open; returns how many were started.
    func warm(_ origin: Origin, count: Int) async -> Int

    /// Closes connections: idle ones now, busy ones when they have finished (`force`: now).
    ///
    /// Returns the connections concerned, and whether each was busy.
    func close(_ selection: CloseSelection, force: Bool) async -> [ConnectionSnapshot]

    /// Makes a transport that connects as this one does, over a pool of its own with one
    /// connection, which it keeps as long as the server does: `pool probe`.
    ///
    /// It heeds no `Keep-Alive` field, so that what the server does is seen, not what it says.
    /// Whoever makes it must shut it down. `eventSink` takes its events, in order; they are not
    /// this one's.
    func makeProbe(eventSink: @escaping @Sendable (PoolEvent) -> Void) async -> any Transport

    /// Closes everything and lets requests fail; idle now, busy ones after 2 s.
    func shutdown() async
}

extension Transport {
    /// Changes limits without cutting off a running request.
    package func setLimits(_ limits: PoolLimits) async {
        await self.setLimits(limits, force: false)
    }

    /// Changes how connections are made from now on, to all origins alike.
    package func setConnectionOptions(
        _ options: ConnectionOptions
    ) async throws(ConnectionOptionsError) {
        try await self.setConnectionOptions(options, byOrigin: [:])
    }
}

/// What `pool close` closes.
package enum CloseSelection: Sendable, Hashable {
    /// One connection.
    case connection(ConnectionID)
    /// All connections of an origin.
    case origin(Origin)
    /// All idle connections.
    case idle
    /// The idle connections of an origin.
    case idleOf(Origin)
    /// All connections.
    case all
}

/// One attempt, complete: what goes on the wire is decided, only the connection is not.
package struct TransportRequest: Sendable {
    /// Names the attempt in events.
    package var id: RequestID
    /// Who it is for.
    package var origin: Origin
    /// The method.
    package var method: HTTPRequest.Method
    /// The request target as it goes on the wire, such as `/users?page=2` (RFC 9112, section 3.2).
    package var target: String
    /// All fields, in order, `Host` included; the framing fields are the transport's.
    package var fields: HTTPFields
    /// The content.
    package var body: RequestBody
    /// Whether the content goes out in chunks, its length unsaid: `--chunked`.
    package var sendsChunked: Bool
    /// The coding that is applied to the content as it goes out: `--compress`; its field is among
    /// `fields`.
    package var coding: RequestCoding?
    /// Hears how many bytes of the content have gone out, on the transport's event loop.
    package var uploadObserver: (@Sendable (Int) -> Void)?
    /// Hears, once, that it has been taken: the pool has given it a connection, or a place in a
    /// queue.
    ///
    /// Whatever is asked of the transport from then on comes behind it.
    package var onArrival: (@Sendable () -> Void)?
    /// Whether a connection must be used that no request has used before: `--fresh`, retries.
    package var wantsFreshConnection: Bool
    /// The only connection that may carry it: `--via`.
    package var via: ConnectionID?
    /// Which HTTP versions may carry it: `--http`; nil is as the connection options say.
    package var version: HTTPVersionPolicy?
    /// Whether our certificate stays behind, because redirects have left the origin that it is for
    /// (SESSION.md, RD2): no connection that shows it may carry the request.
    package var withholdsCertificate: Bool
    /// Whether content may go out without the server having been asked for it: a 417 said that it
    /// does not take the question (RFC 9110, section 10.1.1).
    package var skipsExpectation = false
    /// Its place in the queue, if it is a retry.
    package var arrival: ArrivalNumber?
    /// Whether it matters why other connections did not serve, though one was reused: `why`.
    package var wantsVerdicts = false
    /// The bound from the end of the request to the head of the response: `timeout.response`.
    package var responseTimeout: Duration?
    /// The bound on the whole attempt: `timeout.total`, `--timeout`.
    package var totalTimeout: Duration?

    /// Creates a request.
    package init(
        id: RequestID,
        origin: Origin,
        method: HTTPRequest.Method,
        target: String,
        fields: HTTPFields,
        body: RequestBody = .none,
        sendsChunked: Bool = false,
        coding: RequestCoding? = nil,
        uploadObserver: (@Sendable (Int) -> Void)? = nil,
        wantsFreshConnection: Bool = false,
        via: ConnectionID? = nil,
        version: HTTPVersionPolicy? = nil,
        withholdsCertificate: Bool = false,
        arrival: ArrivalNumber? = nil,
        responseTimeout: Duration? = .seconds(60),
        totalTimeout: Duration? = nil
    ) {
        self.id = id
        self.origin = origin
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
        self.sendsChunked = sendsChunked
        self.coding = coding
        self.uploadObserver = uploadObserver
        self.wantsFreshConnection = wantsFreshConnection
        self.via = via
        self.version = version
        self.withholdsCertificate = withholdsCertificate
        self.arrival = arrival
        self.responseTimeout = responseTimeout
        self.totalTimeout = totalTimeout
    }
}

/// A content coding that we apply (RFC 9110, section 8.4.1).
package enum RequestCoding: String, Sendable, Hashable {
    /// gzip (RFC 1952), which every server knows that knows any.
    case gzip
}

/// The content of a request.
package enum RequestBody: Sendable, Hashable {
    /// No content.
    case none
    /// Content in memory.
    case bytes([UInt8])
    /// Parts in order, streamed; files are read as they are sent.
    case parts([Part])

    /// A piece of content.
    package enum Part: Sendable, Hashable {
        /// Bytes in memory.
        case bytes([UInt8])
        /// A file, with the size it had when the request was made.
        case file(path: String, size: Int)
    }

    /// The length in bytes; nil if there is no content.
    package var length: Int? {
        switch self {
        case .none: nil
        case .bytes(let bytes): bytes.count
        case .parts(let parts):
            parts.reduce(0) { sum, part in
                switch part {
                case .bytes(let bytes): sum + bytes.count
                case .file(_, let size): sum + size
                }
            }
        }
    }
}

/// The head of a response.
package struct ResponseHead: Sendable, Hashable {
    /// The status code.
    package var status: Int
    /// The reason phrase as it came, which may be empty.
    package var reason: String
    /// The version, such as `HTTP/1.1`.
    package var version: String
    /// The fields in order, names as spelled by the server.
    package var fields: [FieldLine]
    /// `Set-Cookie` fields of interim responses before it, within bounds; they set nothing.
    package var interimSetCookies: [FieldLine] = []

    /// Creates a head.
    package init(status: Int, reason: String = "", version: String, fields: [FieldLine]) {
        self.status = status
        self.reason = reason
        self.version = version
        self.fields = fields
    }

    /// All values of the field `name`, in order; names are compared without case.
    package func values(_ name: String) -> [String] {
        self.fields.compactMap { $0.name.isSameFieldName(as: name) ? $0.value : nil }
    }

    /// The first value of the field `name`.
    package func first(_ name: String) -> String? {
        self.fields.first { $0.name.isSameFieldName(as: name) }?.value
    }
}

/// One field line of a response (RFC 9112, section 5).
package struct FieldLine: Sendable, Hashable {
    /// The name as spelled.
    package var name: String
    /// The value without surrounding white space.
    package var value: String
    /// Whether the value came as bytes that are no UTF-8, each of which is the character of that
    /// number in `value` (ISO-8859-1; RFC 9110, section 5.5).
    package var isLatin1: Bool
    /// Whether the value came folded over several lines, each break of which is a blank here.
    package var isFolded = false

    /// Creates a field line.
    package init(_ name: String, _ value: String, isLatin1: Bool = false) {
        self.name = name
        self.value = value
        self.isLatin1 = isLatin1
    }
}

/// What came of an attempt.
package struct TransportResponse: Sendable {
    /// The head of the final response.
    package var head: ResponseHead
    /// Trailer fields.
    package var trailers: [FieldLine]
    /// The connection and why it was that one.
    package var use: ConnectionUse
    /// How long the phases took.
    package var timings: Timings
    /// Bytes on the wire, and of the content.
    package var bytes: ByteCounts

    /// Creates a response.
    package init(
        head: ResponseHead,
        trailers: [FieldLine] = [],
        use: ConnectionUse,
        timings: Timings,
        bytes: ByteCounts
    ) {
        self.head = head
        self.trailers = trailers
        self.use = use
        self.timings = timings
        self.bytes = bytes
    }
}

/// Which connection carried an attempt, and why.
package struct ConnectionUse: Sendable, Hashable {
    /// The connection.
    package var connection: ConnectionID
    /// Why it was this one.
    package var decision: ReuseDecision
    /// Which request on this connection it was, from 1.
    package var requestNumber: Int
    /// What the attempt waited for before it got it; nil if it got one at once or only connected.
    package var wait: WaitRecord?
    /// What opening the connection had cost: the price paid (new) or saved (reused).
    package var handshake: HandshakeTimings?
    /// The peer's address and port.
    package var remoteAddress: String?
    /// The way to the origin.
    package var route: ConnectionRoute
    /// Whether it speaks HTTP/2.
    package var isHTTP2: Bool
    /// Where one was reused, the other connections of the origin with why they were not taken;
    /// only if the request asks for that.
    package var others: [NewConnectionReason.Verdict] = []
    /// Connections whose peers had proved not to have acted on the request before, in order.
    package var redispatches: [Redispatch] = []

    /// Creates a record of use.
    package init(
        connection: ConnectionID,
        decision: ReuseDecision,
        requestNumber: Int,
        wait: WaitRecord? = nil,
        handshake: HandshakeTimings? = nil,
        remoteAddress: String? = nil,
        route: ConnectionRoute = .direct,
        isHTTP2: Bool = false
    ) {
        self.connection = connection
        self.decision = decision
        self.requestNumber = requestNumber
        self.wait = wait
        self.handshake = handshake
        self.remoteAddress = remoteAddress
        self.route = route
        self.isHTTP2 = isHTTP2
    }
}

extension TransportRequest {
    /// Whether the length of the content is not said: the user wants that, or it shows only when
    /// the content has been coded.
    package var isChunked: Bool { self.sendsChunked || self.coding != nil }

    /// The field that delimits the content, which no one but the transport sets.
    package var framingField: FieldLine? {
        FieldLine.framing(
            of: self.method.rawValue,
            length: self.body.length,
            isChunked: self.isChunked
        )
    }

    /// From how many bytes of content on the server is asked first whether it wants them.
    package static let expectationThresholdBytes = 1 << 20

    /// Whether the content waits until the server says that it wants it (RFC 9110, section
    /// 10.1.1): it is large, or the user's own `Expect` field says so.
    package var awaitsContinue: Bool {
        guard let length = self.body.length, length > 0 else { return false }
        if let expectation = self.fields[.expect] {
            return expectation.lowercased() == "100-continue"
        }
        return length >= Self.expectationThresholdBytes && !self.skipsExpectation
    }

    /// The field that asks, unless the user's own does.
    package var expectationField: FieldLine? {
        self.awaitsContinue && self.fields[.expect] == nil
            ? FieldLine("Expect", "100-continue") : nil
    }
}

extension FieldLine {
    /// The field that delimits the content of a request (RFC 9112, section 6; RFC 9110, section
    /// 8.6).
    ///
    /// Methods that define content get `Content-Length: 0` where there is none.
    package static func framing(of method: String, length: Int?, isChunked: Bool) -> FieldLine? {
        guard let length else {
            return switch method {
            case "POST", "PUT", "PATCH": FieldLine("Content-Length", "0")
            default: nil
            }
        }
        return isChunked
            ? FieldLine("Transfer-Encoding", "chunked") : FieldLine("Content-Length", "\(length)")
    }

    /// Names, in lower case, of fields that speak of one connection, which HTTP/2 forbids
    /// (RFC 9113, section 8.2.2).
    package static let connectionSpecificNames: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
    ]
}

extension String {
    /// Whether this field name is `other`: names are compared without case (RFC 9110, section 5.1).
    package func isSameFieldName(as other: String) -> Bool {
        guard self.utf8.count == other.utf8.count else { return false }
        return zip(self.utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }
}

extension UInt8 {
    fileprivate var lowercasedASCII: UInt8 {
        (0x41...0x5A).contains(self) ? self | 0x20 : self
    }
}
