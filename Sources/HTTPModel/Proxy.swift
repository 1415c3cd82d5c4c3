/// A proxy: how it is reached, and who we are to it.
package struct Proxy: Sendable, Hashable, CustomStringConvertible {
    /// What it speaks.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// HTTP: requests for http are forwarded, for https there is CONNECT (RFC 9110, section
        /// 9.3.6).
        case http
        /// SOCKS version 5 (RFC 1928); host names are looked up here.
        case socks5
        /// SOCKS version 5; host names are looked up by the proxy.
        case socks5h

        /// The port of a URL without one.
        var defaultPort: Int {
            switch self {
            case .http: 80
            case .socks5, .socks5h: 1080
            }
        }
    }

    /// What it speaks.
    package var kind: Kind
    /// Its host: a name, or an address without brackets.
    package var host: String
    /// Its port.
    package var port: Int
    /// Who we are to it; nil if it does not ask.
    package var credentials: ProxyCredentials?

    /// Creates a proxy.
    package init(
        kind: Kind,
        host: String,
        port: Int? = nil,
        credentials: ProxyCredentials? = nil
    ) {
        self.kind = kind
        self.host = host
        self.port = port ?? kind.defaultPort
        self.credentials = credentials
    }

    /// Reads `[KIND://][USER[:PASSWORD]@]HOST[:PORT]`; without a kind it is http.
    ///
    /// - Throws: `ProxyTextError`. A path is none of a proxy's, but for a lone `/`.
    package init(_ text: String) throws(ProxyTextError) {
        let hasKind = text.contains("://")
        let reference: URIReference
        do {
            reference = try URIReference(hasKind ? text : "http://\(text)")
        } catch {
            throw .malformed
        }
        guard let scheme = reference.scheme, let kind = Kind(rawValue: scheme) else {
            throw .unknownKind(reference.scheme ?? "")
        }
        guard reference.path.isEmpty || reference.path == "/", reference.query == nil,
            reference.fragment == nil, let authority = reference.authority
        else { throw .malformed }
        let parts: Authority
        do {
            parts = try Authority(authority)
        } catch {
            throw .malformed
        }
        // As everywhere else, the host is canonical, so that equal proxies are one.
        let host = Origin(scheme: .http, host: parts.host).host
        self.init(
            kind: kind,
            host: host,
            port: parts.port,
            credentials: try parts.userInfo.map { text throws(ProxyTextError) in
                try ProxyCredentials(userInfo: text)
            }
        )
    }

    /// Host and port, such as `127.0.0.1:3128` or `[::1]:1080`.
    package var authority: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    /// The URL without credentials, such as `socks5://127.0.0.1:1080`.
    package var description: String { "\(self.kind.rawValue)://\(self.authority)" }

    /// The URL with its credentials; never show it.
    package var revealed: String {
        guard let credentials else { return self.description }
        return "\(self.kind.rawValue)://\(credentials.revealedUserInfo)@\(self.authority)"
    }
}

/// A name and a password for a proxy; printed, the password is left out.
package struct ProxyCredentials: Sendable, Hashable, CustomStringConvertible {
    /// The name.
    package let user: String
    /// The password in clear; never show it.
    package let revealedPassword: String

    /// The most bytes that SOCKS can carry of each (RFC 1929, section 2).
    private static let limitBytes = 255

    /// Creates credentials from what stands before the `@`, percent-encoded.
    ///
    /// - Throws: `ProxyTextError` if a part is too long, has a control character, or a name has a
    ///   colon, which would end it (RFC 7617, section 2).
    init(userInfo: String) throws(ProxyTextError) {
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let texts = parts.map { String($0).percentDecoded }
        let user = texts.first ?? ""
        let isClean = texts.allSatisfy { text in
            text.utf8.count <= Self.limitBytes && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        }
        guard isClean, !user.isEmpty, !user.contains(":") else { throw .badCredentials }
        self.user = user
        self.revealedPassword = texts.count > 1 ? texts[1] : ""
    }

    /// The value of `Proxy-Authorization` by the Basic scheme; never show it.
    package var basicFieldValue: String {
        "Basic \(Array("\(self.user):\(self.revealedPassword)".utf8).base64)"
    }

    package var description: String { "\(self.user):(redacted)" }

    fileprivate var revealedUserInfo: String {
        "\(self.user.percentEncodingAll):\(self.revealedPassword.percentEncodingAll)"
    }
}

extension ProxyCredentials: CustomDebugStringConvertible, CustomReflectable {
    package var debugDescription: String { self.description }
    package var customMirror: Mirror { Mirror(self, children: ["user": self.user]) }
}

/// Why a text is not a proxy.
package enum ProxyTextError: Error, Sendable, Hashable {
    /// Not `KIND://HOST:PORT`.
    case malformed
    /// A kind that linger does not speak, such as `https` or `socks4`.
    case unknownKind(String)
    /// Credentials that cannot be sent.
    case badCredentials
}
