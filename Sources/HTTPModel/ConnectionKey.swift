/// What two requests must have in common to share a connection (POOL.md rule 1).
///
/// Fields, cookies, timeouts and redirect policy are never part of it (rule 2). Compared by value
/// only (rule 3). Proxies, local addresses and overrides get their place here when they exist.
package struct ConnectionKey: Sendable, Hashable, CustomStringConvertible {
    /// The origin.
    package var origin: Origin
    /// A digest of everything that decides whom we trust; empty for cleartext.
    package var tlsDigest: UInt64
    /// Which HTTP versions may be negotiated.
    package var versionPolicy: HTTPVersionPolicy

    /// Creates a key.
    package init(
        origin: Origin,
        tlsDigest: UInt64 = 0,
        versionPolicy: HTTPVersionPolicy = .http1
    ) {
        self.origin = origin
        self.tlsDigest = tlsDigest
        self.versionPolicy = versionPolicy
    }

    package var description: String { self.origin.description }

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
        return nil
    }
}

/// A part of a connection key, for "other TLS settings".
package enum ConnectionKeyPart: String, Sendable, Hashable {
    /// The TLS settings.
    case tls
    /// The HTTP version policy.
    case version
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
