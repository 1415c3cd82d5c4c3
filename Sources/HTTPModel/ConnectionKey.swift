/// What two requests must have in common to share a connection (POOL.md rule 1).
///
/// Fields, cookies, timeouts and redirect policy are never part of it (rule 2). Compared by value
/// only (rule 3).
package struct ConnectionKey: Sendable, Hashable, CustomStringConvertible {
    /// The origin; for requests that a proxy forwards it is the proxy (rule 2).
    package var origin: Origin
    /// Stands for everything that decides whom we trust and who we are, compared by content; zero
    /// for cleartext.
    package var tlsDigest: UInt64
    /// Which HTTP versions may be negotiated.
    package var versionPolicy: HTTPVersionPolicy
    /// The way there.
    package var route: ConnectionRoute
    /// What is out of the ordinary about addresses.
    package var addressing: ConnectionAddressing

    /// Creates a key.
    package init(
        origin: Origin,
        tlsDigest: UInt64 = 0,
        versionPolicy: HTTPVersionPolicy = .http1,
        route: ConnectionRoute = .direct,
        addressing: ConnectionAddressing = .automatic
    ) {
        self.origin = origin
        self.tlsDigest = tlsDigest
        self.versionPolicy = versionPolicy
        self.route = route
        self.addressing = addressing
    }

    /// The origin, and the way there unless it is direct.
    package var description: String {
        switch self.route {
        case .direct: self.origin.description
        case .forward: "\(self.origin) (forwards)"
        case .unix, .tunnel, .socks, .unusableProxy: "\(self.origin) via \(self.route)"
        }
    }

    // By hand like `hash(into:)`, with what tells keys apart first: enums that have raw values are
    // compared by those.
    package static func == (lhs: Self, rhs: Self) -> Bool {
        guard lhs.tlsDigest == rhs.tlsDigest, lhs.origin.port == rhs.origin.port,
            lhs.origin.host == rhs.origin.host
        else { return false }
        return lhs.isSecure == rhs.isSecure && lhs.hasSamePolicy(as: rhs)
            && lhs.route == rhs.route && lhs.addressing == rhs.addressing
    }

    // By hand because each request looks its key up: one string and one word tell keys apart. The
    // synthesised one would hash the raw values of scheme and policy, which are strings too.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.origin.host)
        hasher.combine(
            UInt64(truncatingIfNeeded: self.origin.port) << 1
                | (self.isSecure ? 1 : 0)
                ^ self.tlsDigest
        )
    }

    private var isSecure: Bool {
        switch self.origin.scheme {
        case .http: false
        case .https: true
        }
    }

    private func hasSamePolicy(as other: Self) -> Bool {
        switch (self.versionPolicy, other.versionPolicy) {
        case (.auto, .auto), (.http1, .http1), (.http2, .http2): true
        case (.auto, _), (.http1, _), (.http2, _): false
        }
    }

    /// The protocol that its connections speak; nil if that is for ALPN to say.
    package var fixedProtocol: ConnectionProtocol? {
        switch self.versionPolicy {
        case .auto: self.origin.scheme == .http ? .http1 : nil
        case .http1: .http1
        case .http2: .http2
        }
    }

    /// The first part in which `other`, a key of the same origin, differs; nil if none does.
    package func difference(from other: Self) -> ConnectionKeyPart? {
        if self.tlsDigest != other.tlsDigest { return .tls }
        if self.versionPolicy != other.versionPolicy { return .version }
        if self.route != other.route { return .route }
        if self.addressing != other.addressing { return .addressing }
        return nil
    }
}

/// A part of a connection key, for "other TLS settings".
package enum ConnectionKeyPart: String, Sendable, Hashable {
    /// The TLS settings.
    case tls
    /// The HTTP version policy.
    case version
    /// The way there: a proxy, a Unix-domain socket.
    case route
    /// The addresses: `connect.resolve`, `connect.family`, `connect.source`.
    case addressing
}

/// Which HTTP versions a connection may speak: `http.version`.
package enum HTTPVersionPolicy: String, Sendable, Hashable, CaseIterable {
    /// What ALPN chooses; HTTP/1.1 over cleartext.
    case auto
    /// HTTP/1.1 only.
    case http1 = "1.1"
    /// HTTP/2 only; over cleartext by prior knowledge (RFC 9113, section 3.3).
    case http2 = "2"
}
