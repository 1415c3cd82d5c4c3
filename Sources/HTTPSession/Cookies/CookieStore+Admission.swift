import HTTPModel

extension CookieStore {
    /// The cookie that a parsed field makes, if the target may set it (SESSION.md, S1 to S8; S5,
    /// which looks at other cookies, is the store's).
    static func admit(
        _ parsed: SetCookie,
        context: CookieContext
    ) throws(CookieRefusal) -> Cookie {
        let (domain, isHostOnly) = try self.domain(parsed.domain, host: context.host)
        let cookie = Cookie(
            name: parsed.name,
            value: parsed.value,
            domain: domain,
            isHostOnly: isHostOnly,
            path: parsed.path ?? CookieMatching.defaultPath(of: context.target.path),
            isSecure: parsed.isSecure,
            isHTTPOnly: parsed.isHTTPOnly,
            sameSite: parsed.sameSite,
            expiry: parsed.expiry,
            otherAttributes: parsed.otherAttributes
        )
        guard !cookie.isSecure || context.isSecure else { throw .secureFromInsecureOrigin }
        try cookie.checkPromises(hasRootPath: parsed.path == "/")
        return cookie
    }

    /// The domain of a cookie, and whether it is for that host only (S1 to S3).
    private static func domain(
        _ attribute: String?,
        host: String
    ) throws(CookieRefusal) -> (domain: String, isHostOnly: Bool) {
        guard let attribute else { return (host, true) }
        if attribute == host {
            // A host that is all of its suffix, or an address, has nothing below it.
            return (host, host.isIPAddress || PublicSuffixes.contains(host))
        }
        guard !attribute.isIPAddress else { throw .domainIsAddress(attribute) }
        guard !PublicSuffixes.contains(attribute) else {
            throw .domainIsPublicSuffix(attribute)
        }
        guard CookieMatching.domainMatches(host, attribute) else {
            throw .domainMismatch(domain: attribute, host: host)
        }
        guard !PublicSuffixes.isTooWide(attribute, for: host) else {
            throw .domainIsPublicSuffix(attribute)
        }
        return (attribute, false)
    }
}

extension Cookie {
    /// Checks what `SameSite=None` and name prefixes promise (S6 to S8); `hasRootPath` says whether
    /// the cookie said `Path=/` itself.
    func checkPromises(hasRootPath: Bool) throws(CookieRefusal) {
        guard self.sameSite != .none || self.isSecure else { throw .sameSiteNoneWithoutSecure }
        if self.name.isEmpty {
            guard
                !self.value.hasPrefixIgnoringCase("__secure-"),
                !self.value.hasPrefixIgnoringCase("__host-")
            else { throw .namelessPrefix }
        }
        if self.name.hasPrefixIgnoringCase("__secure-"), !self.isSecure { throw .securePrefix }
        if self.name.hasPrefixIgnoringCase("__host-") {
            guard self.isSecure else { throw .hostPrefix(lacks: .secure) }
            guard self.isHostOnly else { throw .hostPrefix(lacks: .hostOnly) }
            guard hasRootPath else { throw .hostPrefix(lacks: .rootPath) }
        }
    }
}
