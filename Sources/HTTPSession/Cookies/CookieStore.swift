import HTTPModel

/// The cookies of a session (6265bis, "Storage Model"): a value that reads no clock.
///
/// Expired cookies go whenever the store is read or written; the limits are those of SESSION.md,
/// S12.
package struct CookieStore: Sendable, Hashable {
    /// The most cookies that one domain has.
    package static let domainLimit = 150
    /// The most cookies in all.
    package static let totalLimit = 3000

    /// Cookies by domain; no list is empty.
    private(set) var cookiesByDomain: [String: [Cookie]] = [:]
    /// How many there are.
    package private(set) var count = 0
    /// The last number given out for creation and access.
    private var counter: UInt64 = 0
    /// Counts changes, so that what was derived from the store can be kept until the next one.
    private(set) var revision = 0

    /// Creates an empty store.
    package init() {}

    /// All cookies, in the order of their creation.
    package var all: [Cookie] {
        self.cookiesByDomain.values.joined().sorted { $0.creation < $1.creation }
    }

    // MARK: Storing

    /// Takes the value of a `Set-Cookie` field that a response from the context's target carried.
    package mutating func store(
        _ text: String,
        isLatin1: Bool = false,
        context: CookieContext
    ) -> CookieOutcome {
        do throws(CookieRefusal) {
            var cookie = try Self.admit(SetCookie(text, now: context.now), context: context)
            cookie.isLatin1 = isLatin1
            if !cookie.isSecure, !context.isSecure, let hidden = self.secureCookie(hiddenBy: cookie)
            {
                throw .wouldHideSecureCookie(domain: hidden.domain, path: hidden.path)
            }
            return self.put(cookie, now: context.now)
        } catch {
            // A cookie that is refused leaves the old one alone (S10).
            return .refused(error)
        }
    }

    /// Adds cookies that were kept elsewhere, in this order; those that have expired, and those
    /// for a domain that no cookie may have, are left out, and none lasts longer than one that a
    /// server sets (SESSION.md, C7 and C8).
    ///
    /// - Returns: What became of them.
    @discardableResult
    package mutating func insert(_ cookies: [Cookie], now: Int64) -> CookieInsertion {
        var insertion = CookieInsertion()
        var creations: Set<UInt64> = []
        let latest = now.addingSaturating(SetCookie.longestLife)
        for var cookie in cookies {
            guard !cookie.hasExpired(now: now) else {
                insertion.expired += 1
                continue
            }
            guard cookie.isHostOnly || !PublicSuffixes.contains(cookie.domain) else {
                continue
            }
            if let expiry = cookie.expiry, expiry > latest {
                cookie.expiry = latest
                insertion.shortened += 1
            }
            switch self.put(cookie, now: now) {
            case .stored(let stored), .replaced(let stored): creations.insert(stored.creation)
            case .deleted, .refused: break
            }
        }
        insertion.stored = self.cookiesByDomain.values.joined().count {
            creations.contains($0.creation)
        }
        insertion.evicted = creations.count - insertion.stored
        return insertion
    }

    /// Adds a cookie whatever its domain, as if it had been stored under an older list.
    mutating func insertUnchecked(_ cookie: Cookie) {
        _ = self.put(cookie, now: .min)
    }

    private mutating func put(_ new: Cookie, now: Int64) -> CookieOutcome {
        var cookie = new
        var bucket = self.cookiesByDomain[cookie.domain] ?? []
        let place = bucket.firstIndex { $0.hasSameIdentity(as: cookie) }
        self.revision += 1
        guard !cookie.hasExpired(now: now) else {
            let old = place.map { bucket.remove(at: $0) }
            self.setBucket(bucket, for: cookie.domain)
            return .deleted(old)
        }
        self.counter += 1
        cookie.lastAccess = self.counter
        if let place {
            cookie.creation = bucket[place].creation
            bucket[place] = cookie
            self.setBucket(bucket, for: cookie.domain)
            return .replaced(cookie)
        }
        cookie.creation = self.counter
        bucket.append(cookie)
        self.setBucket(bucket, for: cookie.domain)
        self.enforceLimits(domain: cookie.domain, now: now)
        return .stored(cookie)
    }

    /// The `Secure` cookie that `cookie`, from an origin that is not secure, would hide (S5).
    private func secureCookie(hiddenBy cookie: Cookie) -> Cookie? {
        for (domain, bucket) in self.cookiesByDomain {
            guard
                CookieMatching.domainMatches(domain, cookie.domain)
                    || CookieMatching.domainMatches(cookie.domain, domain)
            else { continue }
            let hidden = bucket.first {
                $0.isSecure && $0.name == cookie.name
                    && CookieMatching.pathMatches(cookie.path, $0.path)
            }
            if let hidden { return hidden }
        }
        return nil
    }

    // MARK: Removing

    /// Removes the cookies that `isSelected` selects; returns them in the order of creation.
    @discardableResult
    package mutating func remove(where isSelected: (Cookie) -> Bool) -> [Cookie] {
        var removed: [Cookie] = []
        for (domain, bucket) in self.cookiesByDomain {
            let kept = bucket.filter { !isSelected($0) }
            guard kept.count < bucket.count else { continue }
            removed += bucket.filter(isSelected)
            self.setBucket(kept, for: domain)
        }
        if !removed.isEmpty { self.revision += 1 }
        return removed.sorted { $0.creation < $1.creation }
    }

    /// Removes the cookies that have expired (S11).
    package mutating func removeExpired(now: Int64) {
        self.remove { $0.hasExpired(now: now) }
    }

    // MARK: Books

    /// Notes that these cookies were sent.
    mutating func touch(_ sent: [Cookie]) {
        self.counter += 1
        for cookie in sent {
            guard
                let place = self.cookiesByDomain[cookie.domain]?.firstIndex(where: {
                    $0.creation == cookie.creation
                })
            else { continue }
            self.cookiesByDomain[cookie.domain]?[place].lastAccess = self.counter
        }
    }

    private mutating func setBucket(_ bucket: [Cookie], for domain: String) {
        self.count += bucket.count - (self.cookiesByDomain[domain]?.count ?? 0)
        self.cookiesByDomain[domain] = bucket.isEmpty ? nil : bucket
    }

    /// Evicts what is too much: expired cookies, then those that are not `Secure` of a domain with
    /// too many, then others of it, then any; the longest unused first (S12).
    private mutating func enforceLimits(domain: String, now: Int64) {
        guard
            self.cookiesByDomain[domain]?.count ?? 0 > Self.domainLimit
                || self.count > Self.totalLimit
        else { return }
        self.removeExpired(now: now)
        while let bucket = self.cookiesByDomain[domain], bucket.count > Self.domainLimit {
            let victim =
                bucket.filter { !$0.isSecure }.min { $0.lastAccess < $1.lastAccess }
                ?? bucket.min { $0.lastAccess < $1.lastAccess }
            self.remove { $0.creation == victim?.creation }
        }
        while self.count > Self.totalLimit {
            let victim = self.cookiesByDomain.values.joined().min { $0.lastAccess < $1.lastAccess }
            self.remove { $0.creation == victim?.creation }
        }
    }
}
