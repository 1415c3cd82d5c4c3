import FoundationEssentials
import HTTPSession
import Rendering

/// Says why a cookie was refused, or is not sent.
enum CookieSentences {
    /// Why a Set-Cookie field was ignored.
    static func text(_ refusal: CookieRefusal) -> String {
        switch refusal {
        case .controlCharacter: "it holds a control character"
        case .empty: "it has neither a name nor a value"
        case .tooLong(let octets, let limit): "it is \(octets) bytes long, the limit is \(limit)"
        case .fieldTooLong(let octets, let limit):
            "the field is \(octets) bytes long, the limit is \(limit)"
        case .tooManyInResponse(let limit, let others):
            "a response sets at most \(limit)"
                + (others == 0 ? "" : "; \(others) more behind it are refused too")
        case .fromProxy: "a 407 is the word of a proxy, not of the origin"
        case .inInterimResponse: "an interim response (1xx) sets no cookies"
        case .inTrailers: "trailer fields set no cookies"
        case .domainNotASCII(let domain): "Domain=\(Sanitizer.line(domain)) is not ASCII"
        case .domainIsPublicSuffix(let domain):
            "Domain=\(Sanitizer.line(domain)) is a public suffix: hosts of others lie in it"
        case .domainIsAddress(let domain): "Domain=\(Sanitizer.line(domain)) is an address"
        case .domainMismatch(let domain, let host):
            "\(host) does not lie in Domain=\(Sanitizer.line(domain))"
        case .secureFromInsecureOrigin: "Secure, but the origin is not"
        case .wouldHideSecureCookie(let domain, let path):
            "it would hide a Secure cookie of \(domain)\(Sanitizer.line(path))"
        case .sameSiteNoneWithoutSecure: "SameSite=None without Secure"
        case .securePrefix: "__Secure- without Secure"
        case .hostPrefix(.secure): "__Host- without Secure"
        case .hostPrefix(.hostOnly): "__Host- with a Domain"
        case .hostPrefix(.rootPath): "__Host- without Path=/"
        case .namelessPrefix: "it has no name, and a value that looks like a prefixed one"
        }
    }

    /// What is wrong with a line of a cookie file.
    static func text(_ problem: CookieFile.Problem.Kind) -> String {
        switch problem {
        case .tooLong: "it is longer than \(CookieFile.lineLimit) bytes"
        case .fieldCount(let count): "it has \(CountText.text(count, "column")) between tabs, not 7"
        case .flag(let text): "\(Sanitizer.line(text)) is neither TRUE nor FALSE"
        case .expiry(let text): "\(Sanitizer.line(text)) is no expiry in seconds"
        case .controlCharacter: "it holds a control character"
        case .domain(let domain): "no cookie can be for \(Sanitizer.line(domain))"
        case .refused(let refusal): self.text(refusal)
        }
    }

    /// What is said of cookies that were loaded.
    static func lines(_ insertion: CookieInsertion) -> [String] {
        var lines = ["loaded \(CountText.text(insertion.stored, "cookie"))"]
        if insertion.expired > 0 {
            lines.append(
                "left out: \(CountText.text(insertion.expired, "cookie")) that had expired"
            )
        }
        if insertion.evicted > 0 {
            lines.append(
                "left out: \(CountText.text(insertion.evicted, "cookie")) beyond"
                    + " \(CookieStore.domainLimit) for a domain or \(CookieStore.totalLimit) in all"
            )
        }
        if insertion.shortened > 0 {
            let count = CountText.text(insertion.shortened, "cookie")
            lines.append("\(count) will expire in 400 days: none lasts longer")
        }
        return lines
    }

    /// What is said of the lines of a file that are no cookies.
    static func lines(_ problems: [CookieFile.Problem], of path: String) -> [String] {
        problems.map { Sanitizer.line("\(path):\($0.line): left out: \(self.text($0.kind))") }
    }

    /// Why a cookie is not sent.
    static func text(_ exclusion: CookieExclusion) -> String {
        switch exclusion {
        case .cookiesOff: "cookies are off (`set cookies on`)"
        case .bypassed(let why): RemarkSentences.words(why)
        case .laterThanRequest: "it was stored, or cookies were switched on, after that request"
        case .otherHost(let host): "it belongs to another host than \(host)"
        case .otherDomain(let host): "\(host) does not lie in its domain"
        case .publicSuffix: "its domain is a public suffix now"
        case .path(let path): "\(Sanitizer.line(path)) does not match its path"
        case .notSecure: "it goes to secure origins only"
        case .expired(let since): "it expired on \(UnixTime.text(since))"
        case .tooMany(let limit): "a request carries at most \(limit)"
        case .fieldTooLong(let limit): "the field would be longer than \(limit) bytes"
        }
    }
}

/// Points in time for people.
enum UnixTime {
    /// Day and time in UTC.
    static func text(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: false)
        ) + "Z"
    }
}
