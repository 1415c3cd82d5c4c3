package import HTTPModel
package import HTTPTypes

/// A request as the user means it: what the session adds is not in it yet.
package struct SessionRequest: Sendable {
    /// The method.
    package let method: HTTPRequest.Method
    /// The target, without user information and with its host in canonical form.
    package let target: URI
    /// The credentials in the user information of the target.
    let userInfoCredentials: Credentials?
    /// What it says about fields, in the order typed.
    package var fields: [FieldEdit]
    /// What it says about query parameters beyond those in the target.
    package var query: [QueryEdit]
    /// The content.
    package var body: RequestBody
    /// The `Content-Type`, unless a field says it.
    package var contentType: String?
    /// Whether the content goes out in chunks, its length unsaid: `--chunked`.
    package var sendsChunked = false
    /// The coding that is applied to the content as it goes out: `--compress`.
    package var coding: RequestCoding?
    /// Credentials that beat the session's.
    package var credentials: Credentials?
    /// Its own credentials, whether they were given beside the target or in it.
    package var ownCredentials: Credentials? { self.credentials ?? self.userInfoCredentials }
    /// Whether its fields are those of any other request to its origin that says nothing of them.
    var isPlain: Bool {
        self.fields.isEmpty && self.body == .none && self.usesDefaults
            && self.defaultValues.isEmpty && self.ownCredentials == nil
    }
    /// Whether it must go out on a connection that no request has used: `--fresh`.
    package var wantsFreshConnection = false
    /// The only connection that may carry it: `--via`.
    package var via: ConnectionID?
    /// Which HTTP versions may carry it: `--http`; nil is as the settings say.
    package var version: HTTPVersionPolicy?
    /// Whether redirects are followed, if it differs from the settings.
    package var followsRedirects: Bool?
    /// Whether the cookie store is used, if it differs from the settings.
    package var usesCookies: Bool?
    /// Whether default fields, default query parameters and the session's credentials are used.
    package var usesDefaults = true
    /// The values of default fields and query parameters that are made anew for each request.
    package var defaultValues: [DefaultPlace: String] = [:]
    /// The bound on the whole exchange, redirects included: `--timeout`; nil is the settings'.
    package var totalTimeout: Duration?
    /// The name of the exchange.
    package var name: String?
    /// Whether it runs in the background.
    package var isBackground = false

    /// Creates a request.
    ///
    /// - Throws: `SessionRequestError` if the method or the host of the target is none, or its user
    ///   information cannot be sent as credentials.
    package init(
        _ method: String,
        _ target: URI,
        fields: [FieldEdit] = [],
        query: [QueryEdit] = [],
        body: RequestBody = .none,
        contentType: String? = nil
    ) throws(SessionRequestError) {
        guard let method = HTTPRequest.Method(method), method != .connect else {
            throw .method(method)
        }
        if let contentType, contentType.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw .contentType
        }
        self.method = method
        do {
            self.userInfoCredentials = try Credentials.inUserInfo(of: target)
        } catch {
            throw .userInformation(error)
        }
        do {
            var target = try target.canonicalizingHost()
            target.userInfo = nil
            self.target = target
        } catch {
            throw .target(error)
        }
        self.fields = fields
        self.query = query
        self.body = body
        self.contentType = contentType
    }
}

/// Why something is no request.
package enum SessionRequestError: Error, Sendable, Hashable {
    /// Not a method, or CONNECT, which is the transport's.
    case method(String)
    /// The user information of the target cannot be sent.
    case userInformation(CredentialsError)
    /// A media type with a control character.
    case contentType
    /// The host of the target cannot be one.
    case target(URIError)
}
