/// What a client asked the server to do wrong, by query parameters that work on every route.
///
///     GET /small?idle=0.2          closes the idle connection 0.2 s after the response
///     GET /users?half-body=1       sends half of the content, then closes
struct Misbehaviour: Sendable, Hashable {
    /// What the server does to the connection while it is idle.
    enum IdleAction: Sendable, Hashable {
        /// Closes it.
        case close
        /// Answers a request that nobody sent with 408, then closes it.
        case requestTimeout
        /// Sends bytes that are no response.
        case garbage
    }

    /// What the server does to an idle connection, and how long after the response.
    struct Idle: Sendable, Hashable {
        let action: IdleAction
        let after: Duration
    }

    /// Where a response breaks off.
    enum Break: Sendable, Hashable {
        /// Before its first byte, by a reset.
        case reset
        /// In the middle of its head.
        case head
        /// In the middle of its content.
        case content
    }

    /// How the response says where its content ends, if not in the usual way.
    enum Framing: Sendable, Hashable {
        /// By closing, in HTTP/1.1.
        case untilClose
        /// As an HTTP/1.0 server does, which closes unless the client asked for keep-alive.
        case http10
    }

    /// How long to wait before the response.
    var delay = Duration.zero
    /// Whether this response closes the connection.
    var closes = false
    /// The request of a connection, counted from 1, whose response closes it.
    var closesAfter: Int?
    /// Whether the connection stays open although one side said that it closes.
    var ignoresClose = false
    /// The value of a `Keep-Alive` field.
    var keepAlive: String?
    /// What is done to the idle connection after this response.
    var idle: Idle?
    /// Where the response breaks off.
    var breaksOff: Break?
    /// How the content is framed.
    var framing: Framing?

    /// No misbehaviour.
    init() {}

    /// Reads it from a query; parameters that it does not know belong to the route.
    init(_ query: QueryParameters) throws(InvalidParameter) {
        self.delay = try query.duration("delay", unit: .milliseconds(1)) ?? .zero
        self.closes = query.isOn("close")
        self.ignoresClose = query.isOn("ignore-close")
        if query["close-after"] != nil {
            self.closesAfter = try query.integer("close-after", in: 1...1_000_000, default: 1)
        }
        self.keepAlive = try Self.keepAlive(query["keep-alive"])
        for (name, action) in Self.idleActions {
            guard let delay = try query.duration(name, unit: .seconds(1)) else { continue }
            self.idle = Idle(action: action, after: delay)
        }
        if query.isOn("half-body") { self.breaksOff = .content }
        if query.isOn("half-head") { self.breaksOff = .head }
        if query.isOn("reset") { self.breaksOff = .reset }
        if query.isOn("http10") { self.framing = .http10 }
        if query.isOn("no-length") { self.framing = .untilClose }
    }

    private static let idleActions: [(String, IdleAction)] = [
        ("idle", .close), ("408-on-idle", .requestTimeout), ("garbage-on-idle", .garbage),
    ]

    /// Turns `5,100` into `timeout=5, max=100` and `5` into `timeout=5`.
    private static func keepAlive(_ text: String?) throws(InvalidParameter) -> String? {
        guard let text else { return nil }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        switch (numbers.count, numbers.first ?? nil, numbers.last ?? nil) {
        case (1, let timeout?, _): return "timeout=\(timeout)"
        case (2, let timeout?, let maximum?): return "timeout=\(timeout), max=\(maximum)"
        case (2, nil, let maximum?) where text.hasPrefix(","): return "max=\(maximum)"
        case (_, _, _):
            throw InvalidParameter(name: "keep-alive", value: text, expected: .timeoutAndMaximum)
        }
    }
}

extension Misbehaviour {
    /// The parameters, for the description of the API.
    static let parameters: [Parameter] = [
        .query("delay", .number, "Waits this many milliseconds before it answers."),
        .query("close", .switch, "Closes the connection after this response, and says so."),
        .query("close-after", .integer, "Closes with this request of the connection, from 1."),
        .query("ignore-close", .switch, "Keeps the connection open although a side said close."),
        .query("keep-alive", .string, "Sends `Keep-Alive: timeout=T, max=N`, given as `T,N`."),
        .query("idle", .number, "Closes the connection when it was idle for so many seconds."),
        .query("408-on-idle", .number, "Sends 408 and closes after so many idle seconds."),
        .query("garbage-on-idle", .number, "Sends what is no response after so many idle seconds."),
        .query("reset", .switch, "Resets the connection instead of answering."),
        .query("half-head", .switch, "Closes in the middle of the response's head."),
        .query("half-body", .switch, "Closes in the middle of the response's content."),
        .query("no-length", .switch, "Ends the content by closing the connection."),
        .query("http10", .switch, "Answers as HTTP/1.0."),
    ]
}
