package import HTTPModel

/// A cookie as it is stored (draft-ietf-httpbis-rfc6265bis, "Storage Model").
///
/// Times are seconds since 1970; order is kept by counters, because clocks tie.
package struct Cookie: Sendable, Hashable {
    /// The name, which may be empty.
    package var name: String
    /// The value; quotes are part of it.
    package var value: String
    /// The canonical host or domain that it belongs to.
    package var domain: String
    /// Whether it goes to that host only, not to hosts below it.
    package var isHostOnly: Bool
    /// The path that the request's path must match.
    package var path: String
    /// Whether it goes to secure origins only.
    package var isSecure: Bool
    /// Whether scripts must not see it; of no effect here, but kept and shown.
    package var isHTTPOnly: Bool
    /// What it says about cross-site requests; kept and shown, for what a user types is same-site.
    package var sameSite: SameSite
    /// When it expires, in seconds since 1970; nil for a session cookie.
    package var expiry: Int64?
    /// Attributes that we do not know, such as `Partitioned`; kept to be shown.
    package var otherAttributes: [FieldLine]
    /// Whether name and value came as bytes that are no UTF-8, and go back as those: each is the
    /// character of that number.
    package var isLatin1 = false
    /// Its place in the order of creation; a replacement keeps it.
    package var creation: UInt64 = 0
    /// Its place in the order of use.
    package var lastAccess: UInt64 = 0

    /// Creates a cookie.
    package init(
        name: String,
        value: String,
        domain: String,
        isHostOnly: Bool = true,
        path: String = "/",
        isSecure: Bool = false,
        isHTTPOnly: Bool = false,
        sameSite: SameSite = .default,
        expiry: Int64? = nil,
        otherAttributes: [FieldLine] = []
    ) {
        self.name = name
        self.value = value
        self.domain = domain
        self.isHostOnly = isHostOnly
        self.path = path
        self.isSecure = isSecure
        self.isHTTPOnly = isHTTPOnly
        self.sameSite = sameSite
        self.expiry = expiry
        self.otherAttributes = otherAttributes
    }

    /// The SameSite attribute.
    package enum SameSite: String, Sendable, Hashable, CaseIterable {
        /// None that we know.
        case `default`
        /// `SameSite=None`.
        case none
        /// `SameSite=Lax`.
        case lax
        /// `SameSite=Strict`.
        case strict
    }

    /// Whether it is kept beyond the session that it came in.
    package var isPersistent: Bool { self.expiry != nil }

    /// The cookie as it stands in a `Cookie` field: a nameless one is its bare value.
    package var pair: String { self.name.isEmpty ? self.value : "\(self.name)=\(self.value)" }

    /// The bytes of `pair` on the wire.
    var wirePair: [UInt8] {
        let pair = self.pair
        return self.isLatin1
            ? pair.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } : Array(pair.utf8)
    }

    /// Whether it is over at `now`.
    package func hasExpired(now: Int64) -> Bool { self.expiry.map { $0 <= now } ?? false }

    /// Whether `other` would take this cookie's place: same name, domain, host-only flag and path.
    package func hasSameIdentity(as other: Self) -> Bool {
        self.name == other.name && self.domain == other.domain
            && self.isHostOnly == other.isHostOnly && self.path == other.path
    }
}
