import HTTPModel
import Testing

@testable import HTTPSession

@Suite("Cookie store: what is stored")
struct CookieStorageTests {
    private func outcome(
        _ text: String,
        from target: String,
        secureOnLoopback: Bool = true
    ) throws -> CookieOutcome {
        var store = CookieStore()
        let context = try context(target, secureOnLoopback: secureOnLoopback)
        return store.store(text, context: context)
    }

    private func refusal(
        _ text: String,
        from target: String,
        secureOnLoopback: Bool = true
    ) throws -> CookieRefusal? {
        let outcome = try self.outcome(text, from: target, secureOnLoopback: secureOnLoopback)
        guard case .refused(let refusal) = outcome else { return nil }
        return refusal
    }

    // MARK: Domains

    struct DomainCase: CustomTestStringConvertible {
        let host: String
        let domain: String
        let expected: Expected
        init(_ host: String, _ domain: String, _ expected: Expected) {
            self.host = host
            self.domain = domain
            self.expected = expected
        }
        var testDescription: String { "Domain=\(self.domain) from \(self.host)" }

        enum Expected: Equatable {
            case hostOnly
            case domain(String)
            case refused(CookieRefusal)
        }
    }

    @Test(arguments: [
        DomainCase("a.example.org", "", .hostOnly),
        DomainCase("a.example.org", "a.example.org", .domain("a.example.org")),
        DomainCase("a.example.org", "example.org", .domain("example.org")),
        DomainCase("a.example.org", ".example.org", .domain("example.org")),
        DomainCase("a.example.org", "EXAMPLE.ORG", .domain("example.org")),
        // curl CVE-2013-1944: a tail of the text is no domain that the host lies in.
        DomainCase(
            "badexample.org",
            "example.org",
            .refused(.domainMismatch(domain: "example.org", host: "badexample.org"))
        ),
        DomainCase(
            "a.example.org",
            "b.example.org",
            .refused(.domainMismatch(domain: "b.example.org", host: "a.example.org"))
        ),
        DomainCase(
            "example.org",
            "a.example.org",
            .refused(.domainMismatch(domain: "a.example.org", host: "example.org"))
        ),
        DomainCase(
            "a.example.org",
            "..example.org",
            .refused(.domainMismatch(domain: ".example.org", host: "a.example.org"))
        ),
        // curl CVE-2014-3620, CVE-2023-46218: a top-level domain in whatever case.
        DomainCase("a.example.org", "org", .refused(.domainIsPublicSuffix("org"))),
        DomainCase("a.example.org", ".oRG", .refused(.domainIsPublicSuffix("org"))),
        // curl CVE-2022-27779, CVE-2026-8924: a trailing dot makes another name.
        DomainCase("a.example.org", "org.", .refused(.domainIsPublicSuffix("org."))),
        DomainCase(
            "a.example.org",
            "example.org.",
            .refused(.domainMismatch(domain: "example.org.", host: "a.example.org"))
        ),
        DomainCase("a.example.org.", "example.org.", .domain("example.org.")),
        DomainCase(
            "a.example.org.",
            "example.org",
            .refused(.domainMismatch(domain: "example.org", host: "a.example.org."))
        ),
        // A host that is a suffix itself gets a cookie for itself only.
        DomainCase("localhost", "localhost", .hostOnly),
        DomainCase("intranet", "intranet", .hostOnly),
        DomainCase("app.localhost", "localhost", .refused(.domainIsPublicSuffix("localhost"))),
        // curl CVE-2014-3613: nothing lies in an address.
        DomainCase("127.0.0.1", "127.0.0.1", .hostOnly),
        DomainCase(
            "127.0.0.1",
            "0.0.1",
            .refused(
                .domainMismatch(domain: "0.0.1", host: "127.0.0.1")
            )
        ),
        DomainCase(
            "127.0.0.1",
            "0.1",
            .refused(
                .domainMismatch(domain: "0.1", host: "127.0.0.1")
            )
        ),
        DomainCase("a.example.org", "127.0.0.1", .refused(.domainIsAddress("127.0.0.1"))),
        DomainCase("[::1]", "::1", .hostOnly),
        DomainCase("[::1]", "[::1]", .refused(.domainIsAddress("[::1]"))),
    ])
    func `S2, S3: a Domain must hold the host, and more than one label`(_ row: DomainCase) throws {
        let outcome = try self.outcome("a=b; Domain=\(row.domain)", from: "http://\(row.host)/")
        let found: DomainCase.Expected
        switch outcome {
        case .stored(let cookie):
            found = cookie.isHostOnly ? .hostOnly : .domain(cookie.domain)
        case .refused(let refusal): found = .refused(refusal)
        case .replaced, .deleted: throw UnexpectedOutcome(outcome: outcome)
        }
        #expect(found == row.expected)
    }

    private struct UnexpectedOutcome: Error {
        let outcome: CookieOutcome
    }

    // MARK: Secure

    @Test(
        arguments: [
            ("https://a.org/", true, nil),
            ("http://a.org/", true, CookieRefusal.secureFromInsecureOrigin),
            ("http://localhost/", true, nil),
            ("http://x.localhost/", true, nil),
            ("http://127.0.0.1:8080/", true, nil),
            ("http://[::1]/", true, nil),
            ("http://localhost/", false, .secureFromInsecureOrigin),
            ("http://127.0.0.1/", false, .secureFromInsecureOrigin),
        ] as [(String, Bool, CookieRefusal?)]
    )
    func `S4: Secure needs https, or a loopback host if the setting says so`(
        _ target: String,
        _ secureOnLoopback: Bool,
        _ expected: CookieRefusal?
    ) throws {
        let found = try self.refusal(
            "a=b; Secure",
            from: target,
            secureOnLoopback: secureOnLoopback
        )
        #expect(found == expected)
    }

    @Test(arguments: [
        // The domains match in either direction, and the paths do.
        ("a=x", "http://example.org/", true),
        ("a=x; Domain=example.org", "http://www.example.org/", true),
        ("a=x", "http://www.example.org/", true),
        ("a=x; Path=/app", "http://example.org/", true),
        ("a=x; Path=/app/deep", "http://example.org/", true),
        // Another name, host or path hides nothing.
        ("b=x", "http://example.org/", false),
        ("a=x", "http://other.org/", false),
        ("a=x; Path=/", "http://example.org/", false),
        ("a=x; Path=/application", "http://example.org/", false),
        // From a secure origin it may.
        ("a=x; Path=/app", "https://example.org/", false),
    ])
    func `S5: a cookie from an insecure origin must not hide a Secure one`(
        _ text: String,
        _ target: String,
        _ isRefused: Bool
    ) throws {
        var store = CookieStore()
        let isAtRoot = text.contains("Path") ? "/app" : "/"
        try store.take(
            "a=s; Secure; Domain=example.org; Path=\(isAtRoot)",
            from: "https://example.org/"
        )
        let outcome = store.store(text, context: try context(target))
        let expected = CookieRefusal.wouldHideSecureCookie(domain: "example.org", path: isAtRoot)
        #expect((outcome == .refused(expected)) == isRefused)
        #expect(store.all.contains { $0.value == "s" })
    }

    @Test func `S6: SameSite=None needs Secure`() throws {
        let target = "https://a.org/"
        #expect(
            try self.refusal("a=b; SameSite=None", from: target) == .sameSiteNoneWithoutSecure
        )
        #expect(try self.refusal("a=b; SameSite=None; Secure", from: target) == nil)
    }

    // MARK: Prefixes

    @Test(
        arguments: [
            ("__Secure-a=b; Secure", nil),
            ("__Secure-a=b", .securePrefix),
            ("__sEcUrE-a=b", .securePrefix),
            ("__Host-a=b; Secure; Path=/", nil),
            ("__Host-a=b; Path=/", .hostPrefix(lacks: .secure)),
            ("__HOST-a=b; Secure; Path=/; Domain=a.example.org", .hostPrefix(lacks: .hostOnly)),
            ("__Host-a=b; Secure", .hostPrefix(lacks: .rootPath)),
            ("__Host-a=b; Secure; Path=/x", .hostPrefix(lacks: .rootPath)),
            ("__Host-a", .namelessPrefix),
            ("=__host-a=b; Secure; Path=/", .namelessPrefix),
            ("=__Secure-a; Secure", .namelessPrefix),
            ("__Hostile=b", nil),
        ] as [(String, CookieRefusal?)]
    )
    func `S7, S8: a prefixed name keeps its promises, in whatever case`(
        _ text: String,
        _ expected: CookieRefusal?
    ) throws {
        #expect(try self.refusal(text, from: "https://a.example.org/") == expected)
    }

    // MARK: Identity

    @Test func `S9: name, domain, host-only flag and path are the identity`() throws {
        var store = CookieStore()
        try store.take(
            "a=1",
            "A=2",
            "a=3; Domain=example.org",
            "a=4; Path=/x",
            "a=5",
            from: "http://example.org/"
        )
        #expect(store.all.map(\.value) == ["5", "2", "3", "4"])
        #expect(store.count == 4)
    }

    @Test func `a replacement keeps its place in the order of creation`() throws {
        var store = CookieStore()
        try store.take("a=1", "b=2", "a=3", from: "http://a.org/")
        #expect(try store.sent(to: "http://a.org/") == "a=3; b=2")
    }

    @Test func `S14: scheme and port are not part of the identity`() throws {
        var store = CookieStore()
        try store.take("a=1", from: "http://a.org/")
        try store.take("a=2", from: "https://a.org:8443/")
        #expect(store.all.map(\.value) == ["2"])
    }

    @Test func `S10: a refused cookie leaves the old one alone`() throws {
        var store = CookieStore()
        try store.take("a=1", "a=2; Secure", "a=3; SameSite=None", from: "http://a.org/")
        #expect(store.all.map(\.value) == ["1"])
    }

    @Test func `an expired cookie deletes the old one of the same identity only`() throws {
        var store = CookieStore()
        try store.take("a=1", "a=2; Path=/x", from: "http://a.org/")
        let context = try context("http://a.org/")
        let outcome = store.store("a=; Max-Age=0", context: context)
        guard case .deleted(let old?) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(old.value == "1")
        #expect(store.all.map(\.value) == ["2"])
        #expect(store.store("z=; Max-Age=0", context: context) == .deleted(nil))
    }

    @Test func `the default path is the folder of the target's path`() throws {
        for (path, expected) in [
            ("/", "/"), ("/a", "/"), ("/a/", "/a"), ("/a/b", "/a"), ("/a/b/", "/a/b"),
            ("//", "/"),
        ] {
            let outcome = try self.outcome("a=b", from: "http://a.org\(path)?q=/x/y")
            guard case .stored(let cookie) = outcome else {
                Issue.record("\(path): \(outcome)")
                continue
            }
            #expect(cookie.path == expected, "\(path)")
        }
    }

    @Test func `S11: expired cookies go when the store is read`() throws {
        var store = CookieStore()
        try store.take("a=1; Max-Age=10", "b=2", from: "http://a.org/")
        store.removeExpired(now: wallClock + 9)
        #expect(store.count == 2)
        store.removeExpired(now: wallClock + 10)
        #expect(store.all.map(\.name) == ["b"])
    }
}
