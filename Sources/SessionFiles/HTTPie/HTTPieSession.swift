package import HTTPModel

/// A session file of HTTPie: fields, credentials, cookies, and no requests (FILES.md, section 5).
///
/// Both layouts are read: lists of objects (3.1 and later), and the dictionaries of before. The
/// newer one is written.
package struct HTTPieSession: Sendable, Hashable {
    /// The fields that every request gets.
    package var fields: [FieldLine] = []
    /// Credentials.
    package var credentials: Credentials?
    /// Cookies.
    package var cookies: [StoredCookie] = []

    /// Creates a session that holds nothing.
    package init() {}

    /// Credentials as HTTPie stores them.
    package struct Credentials: Sendable, Hashable {
        /// `basic`, `digest`, `bearer`, or the name of a plugin.
        package var type: String
        /// `user:password`, or a token.
        package var text: String

        /// Creates credentials.
        package init(type: String, text: String) {
            self.type = type
            self.text = text
        }
    }

    /// A cookie as HTTPie stores it.
    package struct StoredCookie: Sendable, Hashable {
        /// The name.
        package var name: String
        /// The value.
        package var value: String
        /// The domain, with a dot in front if hosts below it get the cookie too; nil if it is bound
        /// to none yet.
        package var domain: String?
        /// The path.
        package var path: String
        /// When it expires, in seconds since 1970; nil for a session cookie.
        package var expires: Int64?
        /// Whether it goes to secure origins only.
        package var isSecure: Bool

        /// Creates a cookie.
        package init(
            name: String,
            value: String,
            domain: String?,
            path: String = "/",
            expires: Int64? = nil,
            isSecure: Bool = false
        ) {
            self.name = name
            self.value = value
            self.domain = domain
            self.path = path
            self.expires = expires
            self.isSecure = isSecure
        }
    }

    /// Why a file is no session of HTTPie's.
    package enum Problem: Error, Sendable, Hashable {
        /// It is no JSON; where.
        case json(JSONSyntaxError)
        /// A member is not what it must be.
        case member(String)

        /// What is wrong, in one sentence without a full stop.
        package var sentence: String {
            switch self {
            case .json(let error): "it is no JSON: byte \(error.offset + 1) cannot stand there"
            case .member(let path): "\(path) is not what HTTPie writes there"
            }
        }
    }

    /// Reads a file.
    ///
    /// - Throws: What is wrong with it.
    package init(parsing bytes: [UInt8]) throws(Problem) {
        let root: JSONValue
        do {
            root = try JSONValue(parsing: bytes)
        } catch {
            throw .json(error)
        }
        guard case .object(let members) = root,
            members.contains(where: { ["headers", "cookies", "auth"].contains($0.key) })
        else { throw .member("the top level") }
        self.fields = try Self.fields(root["headers"])
        self.cookies = try Self.cookies(root["cookies"])
        self.credentials = Self.credentials(root["auth"])
    }

    private static func fields(_ value: JSONValue?) throws(Problem) -> [FieldLine] {
        switch value {
        case nil, .null: return []
        case .object(let members):
            return members.map { FieldLine($0.key, $0.value.text) }
        case .array(let elements):
            return try elements.map { element throws(Problem) in
                guard case .string(let name)? = element["name"], let value = element["value"] else {
                    throw .member("headers")
                }
                return FieldLine(name, value.text)
            }
        case .bool, .number, .string: throw .member("headers")
        }
    }

    private static func cookies(_ value: JSONValue?) throws(Problem) -> [StoredCookie] {
        switch value {
        case nil, .null: return []
        case .object(let members):
            return members.map { Self.cookie(named: $0.key, $0.value) }
        case .array(let elements):
            return try elements.map { element throws(Problem) in
                guard case .string(let name)? = element["name"] else { throw .member("cookies") }
                return Self.cookie(named: name, element)
            }
        case .bool, .number, .string: throw .member("cookies")
        }
    }

    private static func cookie(named name: String, _ value: JSONValue) -> StoredCookie {
        var cookie = StoredCookie(name: name, value: value["value"]?.text ?? "", domain: nil)
        if case .string(let domain)? = value["domain"], !domain.isEmpty { cookie.domain = domain }
        if case .string(let path)? = value["path"], path.hasPrefix("/") { cookie.path = path }
        if case .number(let text)? = value["expires"] {
            cookie.expires = Double(text).flatMap { Int64(exactly: $0.rounded(.down)) }
        }
        cookie.isSecure = value["secure"] == .bool(true)
        return cookie
    }

    private static func credentials(_ value: JSONValue?) -> Credentials? {
        guard case .string(let type)? = value?["type"] else { return nil }
        if case .string(let text)? = value?["raw_auth"] {
            return Credentials(type: type, text: text)
        }
        guard case .string(let user)? = value?["username"] else { return nil }
        // Without a password it is a token, as older versions stored it.
        guard case .string(let password)? = value?["password"] else {
            return Credentials(type: type, text: user)
        }
        return Credentials(type: type, text: "\(user):\(password)")
    }
}
