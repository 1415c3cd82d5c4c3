internal import NIOHTTP1

/// One operation of the API: how it is reached, what it takes, what it does.
///
/// The router and `/openapi.json` are both made from the table of these.
struct Route: Sendable {
    /// What happens to the content of a request.
    enum ContentUse: Sendable, Hashable {
        /// It is kept, up to the limit.
        case kept
        /// It is counted and listed, not kept.
        case summarised
    }

    /// The method.
    let method: HTTPMethod
    /// The path, with variables.
    let template: PathTemplate
    /// What it does, in a few words.
    let summary: String
    /// The group that it is listed under.
    let group: Group
    /// Parameters in path and query.
    var parameters: [Parameter] = []
    /// The media types of the content that it takes; empty if it takes none.
    var accepts: [String] = []
    /// The members of that content, as far as the route looks at them.
    var members: [ContentMember] = []
    /// What happens to content.
    var contentUse = ContentUse.kept
    /// Whether it wants a cookie or bearer token of `/login`.
    var needsLogin = false
    /// The statuses that it answers with, first the usual one.
    var statuses: [Int] = [200]
    /// The media type of its usual response; nil if that has no content.
    var returns: String? = "application/json"
    /// What it does.
    let respond: @Sendable (DemoRequest, DemoState) throws(RouteError) -> DemoResponse

    /// The groups that operations are listed under.
    enum Group: String, Sendable, CaseIterable {
        case discovery = "Discovery"
        case users = "Users"
        case orders = "Orders"
        case login = "Login"
        case connections = "Connections"
        case requests = "Requests"
        case responses = "Responses"
        case content = "Content"
    }
}

/// Why a route did not answer as usual; the service makes a response of it.
enum RouteError: Error {
    /// A parameter is not what the route takes.
    case parameter(InvalidParameter)
    /// A path variable is no number, or names nothing that exists.
    case notFound(String)
    /// The content is no JSON.
    case json(JSONError)
    /// The content is JSON, but not what the route takes; which member, and what is wrong.
    case content(member: String, problem: String)
    /// Neither a valid cookie nor a valid token came.
    case notLoggedIn
    /// The store is full.
    case full(limit: Int)
    /// A precondition of the request does not hold (RFC 9110, section 13.1).
    case preconditionFailed(current: String)
}

/// A parameter of a route.
struct Parameter: Sendable, Hashable {
    /// Where a parameter stands.
    enum Place: String, Sendable { case path, query }

    /// What a parameter may be.
    enum Kind: Sendable { case integer, number, string, `switch` }

    /// Its name.
    let name: String
    /// Where it stands.
    let place: Place
    /// What it may be.
    let kind: Kind
    /// What it does, in one sentence.
    let summary: String

    /// A parameter in the path.
    static func path(_ name: String, _ kind: Kind, _ summary: String) -> Self {
        Self(name: name, place: .path, kind: kind, summary: summary)
    }

    /// A parameter in the query.
    static func query(_ name: String, _ kind: Kind, _ summary: String) -> Self {
        Self(name: name, place: .query, kind: kind, summary: summary)
    }
}

/// A member of the content that a route takes.
struct ContentMember: Sendable, Hashable {
    /// What a member may be.
    enum Kind: Sendable, Hashable {
        case integer
        case string
        case boolean
    }

    /// Its name.
    let name: String
    /// What it may be.
    let kind: Kind
    /// What it means, in one sentence.
    let summary: String
    /// A value for an example.
    let example: JSON
    /// Whether it must be there.
    var isRequired = false
}

/// A path with variables, such as `/users/{id}`; a last `{name*}` takes all that follows.
struct PathTemplate: Sendable, Hashable, ExpressibleByStringLiteral {
    /// A piece between slashes.
    enum Segment: Sendable, Hashable {
        /// Text that must be there.
        case literal(String)
        /// A variable: any text that is not empty.
        case variable(String)
        /// A variable that takes the rest of the path, slashes and all; it may be empty.
        case rest(String)
    }

    /// The pieces in order.
    let segments: [Segment]

    init(stringLiteral text: String) {
        self.segments = text.split(separator: "/").map { piece in
            guard piece.hasPrefix("{"), piece.hasSuffix("}") else { return .literal(String(piece)) }
            let name = piece.dropFirst().dropLast()
            return name.hasSuffix("*") ? .rest(String(name.dropLast())) : .variable(String(name))
        }
    }

    /// The template as OpenAPI spells it.
    var description: String {
        let pieces = self.segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .variable(let name), .rest(let name): "{\(name)}"
            }
        }
        return "/" + pieces.joined(separator: "/")
    }

    /// The names of its variables in order.
    var variables: [String] {
        self.segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .variable(let name), .rest(let name): name
            }
        }
    }

    /// What the variables stand for in `path`, decoded; nil if the path does not match.
    func match(_ path: String) -> [String: String]? {
        var pieces = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if self.segments.isEmpty { return path == "/" ? [:] : nil }
        var values: [String: String] = [:]
        for segment in self.segments {
            if case .rest(let name) = segment {
                values[name] = PercentCoding.decode(pieces.joined(separator: "/"))
                return values
            }
            guard let piece = pieces.popFirst() else { return nil }
            switch segment {
            case .literal(let text):
                guard PercentCoding.decode(piece) == text else { return nil }
            case .variable(let name), .rest(let name):
                guard !piece.isEmpty else { return nil }
                values[name] = PercentCoding.decode(piece)
            }
        }
        return pieces.isEmpty ? values : nil
    }
}
