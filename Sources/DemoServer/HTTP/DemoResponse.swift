internal import NIOHTTP1

/// A response as a route makes it; framing and persistence are the connection's business.
struct DemoResponse: Sendable {
    /// A field line.
    struct Field: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// The content of a response.
    enum Content: Sendable {
        /// Complete and in memory.
        case bytes([UInt8])
        /// Made piece by piece as the client takes it.
        case stream(ContentStream)
    }

    /// The status.
    var status: HTTPResponseStatus
    /// The fields but for those of framing and persistence.
    var fields: [Field] = []
    /// The content.
    var content = Content.bytes([])
    /// How long the server waits before it answers.
    var delay = Duration.zero

    /// Creates a response without content.
    init(_ status: HTTPResponseStatus) {
        self.status = status
    }

    /// A response with content of the media type `mediaType`.
    init(_ status: HTTPResponseStatus = .ok, mediaType: String, content: Content) {
        self.status = status
        self.content = content
        self.add("Content-Type", mediaType)
    }

    /// A response with a JSON value on a line.
    static func json(_ value: JSON, status: HTTPResponseStatus = .ok) -> Self {
        Self(status, mediaType: "application/json", content: .bytes(value.serialized))
    }

    /// A response that says what is wrong (RFC 9457).
    ///
    /// The reason phrase of `status` is the title, `detail` is a sentence for the person who sees
    /// it, `members` are what a program can use.
    static func problem(
        _ status: HTTPResponseStatus,
        _ detail: String,
        _ members: [JSON.Member] = []
    ) -> Self {
        let value = JSON.object(
            [
                .init("type", "about:blank"),
                .init("title", .string(status.reasonPhrase)),
                .init("status", .integer(Int(status.code))),
                .init("detail", .string(detail)),
            ] + members
        )
        return Self(
            status,
            mediaType: "application/problem+json",
            content: .bytes(value.serialized)
        )
    }

    /// Adds a field line after those that are there.
    mutating func add(_ name: String, _ value: String) {
        self.fields.append(Field(name: name, value: value))
    }

    /// The same response with one more field line.
    func adding(_ name: String, _ value: String) -> Self {
        var copy = self
        copy.add(name, value)
        return copy
    }
}

/// Content that is made piece by piece, never faster than the client takes it.
struct ContentStream: Sendable {
    /// Its length, if known beforehand; else it is sent chunked.
    var length: Int?
    /// How long to wait between two pieces.
    var interval = Duration.zero
    /// Trailer fields, sent after chunked content (RFC 9112, section 7.1.2).
    var trailers: [DemoResponse.Field] = []
    /// The piece with this index, counted from 0; nil after the last.
    var piece: @Sendable (_ index: Int) -> [UInt8]?
}
