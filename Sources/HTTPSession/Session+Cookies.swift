package import HTTPModel

extension Session {
    /// All cookies, in the order of their creation; expired ones are gone.
    package func cookies() -> [Cookie] {
        self.cookieStore.removeExpired(now: self.configuration.wallClock())
        return self.cookieStore.all
    }

    /// Takes the value of a `Set-Cookie` field as if a response from `target` had carried it.
    ///
    /// The cookie is bound to the target's host like any other (SESSION.md, R10). Only `Path`
    /// differs: without it the cookie is for the whole host, not for the target's folder.
    package func setCookie(_ text: String, for target: URI) -> CookieOutcome {
        var root = target
        root.path = "/"
        return self.cookieStore.store(text, context: self.cookieContext(for: root))
    }

    /// Removes the cookies that `isSelected` selects; returns them.
    @discardableResult
    package func removeCookies(
        where isSelected: @Sendable (Cookie) -> Bool
    ) -> [Cookie] {
        self.cookieStore.remove(where: isSelected)
    }

    /// Every cookie, with whether it goes to `target` and if not, why.
    package func cookieVerdicts(for target: URI) -> [CookieVerdict] {
        let context = self.cookieContext(for: target)
        guard self.settings(for: target.origin).usesCookies else {
            return self.cookieStore.all.map { CookieVerdict(cookie: $0, exclusion: .cookiesOff) }
        }
        return self.cookieStore.verdicts(for: context)
    }

    /// The most recent `Set-Cookie` fields that were ignored, oldest first: those of one exchange,
    /// or all.
    package func refusedCookies(in exchange: Int? = nil) -> [CookieRefusalRecord] {
        self.cookieRefusals.records.filter { exchange == nil || $0.exchange == exchange }
    }

    /// Adds the cookies of a Netscape cookie file; those of the same identity are replaced.
    package func loadCookies(from path: String) throws(FileError) -> CookieFile.Contents {
        let contents = CookieFile.parse(try readTextFile(path, limit: CookieFile.sizeLimit))
        self.cookieStore.insert(contents.cookies, now: self.configuration.wallClock())
        return contents
    }

    /// Adds cookies that another tool stored; those of the same identity are replaced.
    package func addCookies(_ cookies: [Cookie]) {
        self.cookieStore.insert(cookies, now: self.configuration.wallClock())
    }

    /// Writes the cookies to a Netscape cookie file that only its owner can read; those without an
    /// expiry only if `includingSession` says so.
    @discardableResult
    package func saveCookies(
        to path: String,
        includingSession: Bool
    ) throws(FileError) -> CookieFile.Summary {
        let cookies = self.cookies().filter { includingSession || $0.isPersistent }
        let (text, summary) = CookieFile.text(for: cookies)
        try writePrivateFile(Array(text.utf8), to: path)
        return summary
    }

    func cookieContext(for target: URI) -> CookieContext {
        CookieContext(
            target: target,
            now: self.configuration.wallClock(),
            secureOnLoopback: self.settings(for: target.origin).secureOnLoopback
        )
    }
}

/// The last few refusals, as `cookies why` shows them.
struct RecentRefusals {
    /// How many are kept.
    static let limit = 200
    private(set) var records: [CookieRefusalRecord] = []

    mutating func append(_ record: CookieRefusalRecord) {
        if self.records.count >= Self.limit { self.records.removeFirst() }
        self.records.append(record)
    }
}
