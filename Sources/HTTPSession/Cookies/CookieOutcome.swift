package import HTTPModel

/// What came of a `Set-Cookie` field.
package enum CookieOutcome: Sendable, Hashable {
    /// It is a new cookie.
    case stored(Cookie)
    /// It took the place of a cookie of the same identity.
    case replaced(Cookie)
    /// It had expired already, which deletes the cookie of the same identity, if there is one.
    case deleted(Cookie?)
    /// It was ignored.
    case refused(CookieRefusal)
}

/// What became of cookies that were kept elsewhere.
package struct CookieInsertion: Sendable, Hashable {
    /// How many of them are in the store now.
    package var stored = 0
    /// How many had expired.
    package var expired = 0
    /// How many had to make room for others at once.
    package var evicted = 0
    /// How many were to last longer than a cookie may, and do no more.
    package var shortened = 0
}

/// Why a `Set-Cookie` field was ignored (SESSION.md, sections 3.1 and 3.3).
package enum CookieRefusal: Error, Sendable, Hashable {
    /// A control character other than a tab.
    case controlCharacter
    /// Neither a name nor a value.
    case empty
    /// Name and value together are longer than the limit.
    case tooLong(octets: Int, limit: Int)
    /// The whole field is longer than the limit.
    case fieldTooLong(octets: Int, limit: Int)
    /// More `Set-Cookie` fields in one response than the limit; how many more there were.
    case tooManyInResponse(limit: Int, others: Int)
    /// In a 407, which is the word of a proxy, not of the origin.
    case fromProxy
    /// In an interim response, such as a 103.
    case inInterimResponse
    /// In the trailer section.
    case inTrailers
    /// A `Domain` with a byte outside ASCII.
    case domainNotASCII(String)
    /// A `Domain` that is a public suffix: hosts of different owners lie in it.
    case domainIsPublicSuffix(String)
    /// A `Domain` that is an IP address, and not the host's own.
    case domainIsAddress(String)
    /// A `Domain` that the host does not lie in.
    case domainMismatch(domain: String, host: String)
    /// `Secure` from an origin that is not.
    case secureFromInsecureOrigin
    /// It would hide a `Secure` cookie, and comes from an origin that is not secure.
    case wouldHideSecureCookie(domain: String, path: String)
    /// `SameSite=None` without `Secure`.
    case sameSiteNoneWithoutSecure
    /// A name that starts with `__Secure-` without `Secure`.
    case securePrefix
    /// A name that starts with `__Host-` without all that it promises.
    case hostPrefix(lacks: HostPrefixRequirement)
    /// No name, and a value that looks like a prefixed name.
    case namelessPrefix
}

/// What a name that starts with `__Host-` promises.
package enum HostPrefixRequirement: String, Sendable, Hashable {
    /// The `Secure` attribute.
    case secure
    /// No `Domain` attribute.
    case hostOnly
    /// An explicit `Path=/`.
    case rootPath
}

/// Whether a cookie goes to a target, and if not, why.
package struct CookieVerdict: Sendable, Hashable {
    /// The cookie.
    package var cookie: Cookie
    /// Why it does not go there; nil if it does.
    package var exclusion: CookieExclusion?

    /// Creates a verdict.
    package init(cookie: Cookie, exclusion: CookieExclusion?) {
        self.cookie = cookie
        self.exclusion = exclusion
    }
}

/// Why a cookie is not sent to a target (SESSION.md, section 3.4).
package enum CookieExclusion: Sendable, Hashable {
    /// Cookies are switched off.
    case cookiesOff
    /// The store was not asked when the request was made.
    case bypassed(CookieBypass)
    /// It would go there now, and did not go with the request that is asked about: it, its value or
    /// the settings are newer.
    case laterThanRequest
    /// It belongs to one host, and the target's is another.
    case otherHost(host: String)
    /// The target's host does not lie in its domain.
    case otherDomain(host: String)
    /// Its domain has become a public suffix.
    case publicSuffix
    /// The target's path does not match its path.
    case path(path: String)
    /// It goes to secure origins only.
    case notSecure
    /// It has expired.
    case expired(since: Int64)
    /// More cookies match than a request carries.
    case tooMany(limit: Int)
    /// The field would get longer than the limit.
    case fieldTooLong(limit: Int)
}

/// A `Set-Cookie` field that was ignored, and in which exchange.
package struct CookieRefusalRecord: Sendable, Hashable {
    /// The number of the exchange; nil if the user entered it.
    package var exchange: Int?
    /// The target whose response carried it.
    package var target: URI
    /// The field's value; at most the first 5,000 bytes.
    package var text: String
    /// Why it was ignored.
    package var refusal: CookieRefusal
}
