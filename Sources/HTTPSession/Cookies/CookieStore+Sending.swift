import HTTPModel
import HTTPTypes

/// The value of a `Cookie` field, and how long it would stay the same.
struct CookieFieldValue: Hashable {
    /// The value, for people.
    var text: String
    /// The value on the wire, where that is not the UTF-8 of the text.
    var bytes: [UInt8]?
    /// When the first of its cookies expires; nil if none does.
    var expiry: Int64?
    /// Cookies that match and do not fit.
    var leftOut: Int

    /// The field.
    var field: HTTPField {
        self.bytes.map { HTTPField(name: .cookie, value: $0) }
            ?? HTTPField(name: .cookie, value: self.text)
    }
}

extension CookieStore {
    /// The most cookies in a request (SESSION.md, R6).
    package static let requestLimit = 150
    /// The longest `Cookie` field, in octets.
    package static let fieldLimit = 8190

    /// The value of the `Cookie` field for a target, or nil if no cookie goes there; marks them as
    /// used.
    mutating func fieldValue(for context: CookieContext) -> CookieFieldValue? {
        guard self.count > 0 else { return nil }
        let candidates = self.candidates(for: context)
        guard !candidates.isEmpty else { return nil }
        let (sent, _) = Self.fit(candidates)
        guard !sent.isEmpty else { return nil }
        self.touch(sent)
        return CookieFieldValue(
            text: sent.count == 1 ? sent[0].pair : sent.map(\.pair).joined(separator: "; "),
            bytes: sent.contains(where: \.isLatin1)
                ? Array(sent.map(\.wirePair).joined(separator: Array("; ".utf8))) : nil,
            expiry: sent.compactMap(\.expiry).min(),
            leftOut: candidates.count - sent.count
        )
    }

    /// How many cookies match a target.
    func candidateCount(for context: CookieContext) -> Int { self.candidates(for: context).count }

    /// Every cookie with whether it goes to the target: those that do first, in the order sent.
    package func verdicts(for context: CookieContext) -> [CookieVerdict] {
        let (sent, left) = Self.fit(self.candidates(for: context))
        let others = self.all.compactMap { cookie in
            self.exclusion(of: cookie, from: context).map {
                CookieVerdict(cookie: cookie, exclusion: $0)
            }
        }
        return sent.map { CookieVerdict(cookie: $0, exclusion: nil) } + left + others
    }

    /// The cookies for a target in the order sent: longer paths first, then older ones (R3).
    private func candidates(for context: CookieContext) -> [Cookie] {
        var result: [Cookie] = []
        for domain in CookieMatching.domains(of: context.host) {
            guard let bucket = self.cookiesByDomain[domain] else { continue }
            result += bucket.filter { self.exclusion(of: $0, from: context) == nil }
        }
        guard result.count > 1 else { return result }
        return result.sorted {
            let (left, right) = ($0.path.utf8.count, $1.path.utf8.count)
            return left == right ? $0.creation < $1.creation : left > right
        }
    }

    /// Why a cookie does not go to a target, limits aside (R1, R2).
    private func exclusion(of cookie: Cookie, from context: CookieContext) -> CookieExclusion? {
        if cookie.isHostOnly {
            guard cookie.domain == context.host else { return .otherHost(host: context.host) }
        } else {
            guard CookieMatching.domainMatches(context.host, cookie.domain) else {
                return .otherDomain(host: context.host)
            }
            // The list may have grown since the cookie was stored.
            guard !PublicSuffixes.contains(cookie.domain) else { return .publicSuffix }
        }
        guard CookieMatching.pathMatches(context.target.path, cookie.path) else {
            return .path(path: context.target.path)
        }
        guard !cookie.isSecure || context.isSecure else { return .notSecure }
        if let expiry = cookie.expiry, expiry <= context.now { return .expired(since: expiry) }
        return nil
    }

    /// Those of the candidates that one request carries, and the others (R6).
    private static func fit(_ candidates: [Cookie]) -> (sent: [Cookie], left: [CookieVerdict]) {
        var sent: [Cookie] = []
        var left: [CookieVerdict] = []
        var length = 0
        for cookie in candidates {
            let added = cookie.pair.utf8.count + (sent.isEmpty ? 0 : 2)
            if sent.count == self.requestLimit {
                left.append(
                    CookieVerdict(cookie: cookie, exclusion: .tooMany(limit: self.requestLimit))
                )
            } else if length + added > self.fieldLimit {
                left.append(
                    CookieVerdict(cookie: cookie, exclusion: .fieldTooLong(limit: self.fieldLimit))
                )
            } else {
                sent.append(cookie)
                length += added
            }
        }
        return (sent, left)
    }
}
