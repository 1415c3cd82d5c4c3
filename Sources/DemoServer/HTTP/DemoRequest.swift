internal import NIOHTTP1

/// A request with all of its content, as the routes see it.
struct DemoRequest: Sendable {
    /// The method.
    let method: HTTPMethod
    /// The request target as it came.
    let target: String
    /// The version.
    let version: HTTPVersion
    /// The fields in order.
    let fields: HTTPHeaders
    /// The path of the target, still percent-encoded.
    let path: String
    /// The query of the target, decoded.
    let query: QueryParameters
    /// What the variables of the route's template stand for, decoded.
    var pathParameters: [String: String] = [:]
    /// The content; empty if it was summarised instead of kept.
    var content: [UInt8] = []
    /// What is known of content that was not kept.
    var summary: ContentSummary?
    /// Whether the content was longer than the limit, and so was thrown away.
    var isTooLong = false
    /// The connection that it came on.
    let connection: ConnectionFacts

    /// What the server knows of the connection that a request came on.
    struct ConnectionFacts: Sendable, Hashable {
        /// Which connection of this server it is, from 1.
        let number: Int
        /// Which request on that connection this is, from 1.
        let requestNumber: Int
        /// The port at the client's end.
        let clientPort: Int?
    }

    /// Creates a request from its head.
    init(head: HTTPRequestHead, connection: ConnectionFacts) {
        self.method = head.method
        self.target = head.uri
        self.version = head.version
        self.fields = head.headers
        let (path, query) = Self.split(head.uri)
        self.path = path
        self.query = QueryParameters(decoding: query)
        self.connection = connection
    }

    /// The value of the path variable `name`.
    ///
    /// - Precondition: The template of the route has that variable.
    func pathParameter(_ name: String) -> String {
        guard let value = self.pathParameters[name] else {
            preconditionFailure("no variable {\(name)} in the template that matched \(self.path)")
        }
        return value
    }

    /// The media type of the content without parameters, in lower case; empty if unknown.
    var mediaType: String {
        let value = self.field("content-type") ?? ""
        return value.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    }

    /// Whether the client allows another request on the connection (RFC 9112, section 9.3).
    ///
    /// After an Upgrade or CONNECT the decoder takes no more requests, so those end it too.
    var isPersistent: Bool {
        let options = self.fields[canonicalForm: "connection"].map { $0.lowercased() }
        if options.contains("close") || self.fields.contains(name: "upgrade") { return false }
        if self.method == .CONNECT { return false }
        return self.isHTTP11 || options.contains("keep-alive")
    }

    /// Whether the client knows chunks, interim responses and connections that persist by default.
    var isHTTP11: Bool { self.version.major == 1 && self.version.minor >= 1 }

    /// The value of the first field called `name`, compared without case.
    func field(_ name: String) -> String? { self.fields.first(name: name) }

    /// The values of all fields called `name`, compared without case, in order.
    func fieldLines(_ name: String) -> [String] { self.fields[name] }

    /// Whether the client said `Connection: keep-alive`.
    var asksForKeepAlive: Bool {
        self.fields[canonicalForm: "connection"].contains { $0.lowercased() == "keep-alive" }
    }

    /// The cookies that were sent, in order (RFC 6265, section 5.4).
    var cookies: [(name: String, value: String)] {
        self.fieldLines("cookie").flatMap { line in
            line.split(separator: ";").map { pair in
                let trimmed = pair.drop { $0 == " " }
                let name = trimmed.prefix { $0 != "=" }
                return (String(name), String(trimmed.dropFirst(name.count + 1)))
            }
        }
    }

    /// Splits a target into path and query; a scheme and authority before it are dropped.
    ///
    /// Clients send absolute targets to proxies, and this server answers those as well
    /// (RFC 9112, section 3.2.2).
    private static func split(_ target: String) -> (path: String, query: Substring) {
        var rest = target[...]
        for scheme in ["http://", "https://"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            rest = rest.drop { $0 != "/" && $0 != "?" }
        }
        let path = rest.prefix { $0 != "?" }
        let query = rest.dropFirst(path.count + 1)
        return (path.isEmpty ? "/" : String(path), query)
    }
}
