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

    /// Every cookie, with whether it went out with an attempt and if not, why; and the names of
    /// those that went out and are not stored any more, or with another value.
    ///
    /// What the attempt sent is taken from its record: the cookies and the settings may have been
    /// others then.
    package func cookieVerdicts(
        for attempt: Attempt
    ) -> (verdicts: [CookieVerdict], gone: [String]) {
        let line = attempt.sentFields.first { $0.name.isSameFieldName(as: "cookie") }
        var sent = (line?.value ?? "").split(separator: ";").map(\.trimmingBlanks)
        let bypass = attempt.remarks.lazy.compactMap { remark in
            if case .cookiesBypassed(_, let why) = remark { why } else { nil }
        }.first
        var verdicts = self.cookieStore.verdicts(for: self.cookieContext(for: attempt.target))
        for index in verdicts.indices {
            let cookie = verdicts[index].cookie
            let place = sent.firstIndex { $0 == cookie.pair || cookie.isLatin1(named: $0) }
            if let bypass {
                // Why it would not have gone there anyway is the stronger reason.
                verdicts[index].exclusion = verdicts[index].exclusion ?? .bypassed(bypass)
            } else if let place {
                verdicts[index].exclusion = nil
                sent.remove(at: place)
            } else if verdicts[index].exclusion == nil {
                verdicts[index].exclusion = .laterThanRequest
            }
        }
        let names = sent.map { String($0.prefix { $0 != "=" }) }
        return (verdicts, bypass == nil ? names : [])
    }

    /// The most recent `Set-Cookie` fields that were ignored, oldest first: those of one exchange,
    /// or all.
    package func refusedCookies(in exchange: Int? = nil) -> [CookieRefusalRecord] {
        self.cookieRefusals.records.filter { exchange == nil || $0.exchange == exchange }
    }

    /// Adds the cookies of a Netscape cookie file; those of the same identity are replaced.
    package func loadCookies(from path: String) throws(FileError) -> CookieFile.Contents {
        var contents = CookieFile.parse(try readTextFile(path, limit: CookieFile.sizeLimit))
        let now = self.configuration.wallClock()
        contents.insertion = self.cookieStore.insert(contents.cookies, now: now)
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

    /// Stores the cookies of a final response, whatever its status but 407, which is the word of a
    /// proxy (SESSION.md, C1); notes those that are ignored (S15).
    func storeCookies(
        of response: TransportResponse,
        for request: SessionRequest,
        _ step: AttemptStep
    ) {
        let head = response.head
        var seen = 0
        var surplus: FieldLine?
        for field in head.fields where field.name.isSetCookie {
            guard self.usesCookies(request, at: step.target) else { return }
            seen += 1
            if seen > SetCookie.responseLimit {
                surplus = surplus ?? field
            } else if head.status == 407 {
                self.refuse(field, .fromProxy, step)
            } else {
                let outcome = self.cookieStore.store(
                    field.value,
                    isLatin1: field.isLatin1,
                    context: self.cookieContext(for: step.target)
                )
                if case .refused(let refusal) = outcome { self.refuse(field, refusal, step) }
            }
        }
        if let surplus {
            // One line says that there were too many.
            let (limit, others) = (SetCookie.responseLimit, seen - SetCookie.responseLimit - 1)
            self.refuse(surplus, .tooManyInResponse(limit: limit, others: others), step)
        }
        if !head.interimSetCookies.isEmpty || !response.trailers.isEmpty {
            self.refuseCookies(outsideHeadOf: response, for: request, step)
        }
    }

    /// Only the head of a final response sets cookies.
    private func refuseCookies(
        outsideHeadOf response: TransportResponse,
        for request: SessionRequest,
        _ step: AttemptStep
    ) {
        guard self.usesCookies(request, at: step.target) else { return }
        for field in response.head.interimSetCookies {
            self.refuse(field, .inInterimResponse, step)
        }
        let inTrailers = response.trailers.lazy.filter(\.name.isSetCookie)
        for field in inTrailers.prefix(SetCookie.responseLimit) {
            self.refuse(field, .inTrailers, step)
        }
    }

    private func refuse(_ field: FieldLine, _ refusal: CookieRefusal, _ step: AttemptStep) {
        self.cookieRefusals.append(
            CookieRefusalRecord(
                exchange: step.exchange,
                target: step.target,
                text: String(field.value.prefix(SetCookie.fieldLimit)),
                refusal: refusal
            )
        )
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

/// Whose response it is whose cookies are stored.
struct AttemptStep {
    /// The number of the exchange.
    var exchange: Int
    /// The target of the hop.
    var target: URI
}

extension Cookie {
    /// Whether a pair as it was recorded is this cookie's: its bytes are no text of UTF-8, so that
    /// the record has its name only.
    fileprivate func isLatin1(named pair: String) -> Bool {
        self.isLatin1 && pair.hasPrefix("\(self.name)=")
    }
}

extension String {
    /// Whether this is `Set-Cookie`, in any case.
    fileprivate var isSetCookie: Bool {
        self.utf8.count == 10 && self.hasPrefixIgnoringCase("set-cookie")
    }
}
