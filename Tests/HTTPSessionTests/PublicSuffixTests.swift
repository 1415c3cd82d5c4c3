import HTTPModel
import Testing

@testable import HTTPSession

@Suite("Cookies: public suffixes")
struct PublicSuffixTests {
    struct Case: CustomTestStringConvertible {
        let host: String
        let domain: String
        let outcome: Outcome

        init(_ host: String, _ domain: String, _ outcome: Outcome) {
            self.host = host
            self.domain = domain
            self.outcome = outcome
        }

        var testDescription: String { "Domain=\(self.domain) from \(self.host)" }

        enum Outcome: Equatable { case domain, hostOnly, refused }
    }

    @Test(arguments: [
        Case("www.example.com", "com", .refused),
        Case("www.example.co.uk", "co.uk", .refused),
        Case("www.example.co.uk", "example.co.uk", .domain),
        Case("co.uk", "co.uk", .hostOnly),
        // curl CVE-2023-46218: the comparison knows no case.
        Case("curl.co.uk", "co.UK", .refused),
        Case("ann.github.io", "github.io", .refused),
        Case("ann.github.io", "ann.github.io", .domain),
        // Wildcards and their exceptions.
        Case("a.b.kawasaki.jp", "b.kawasaki.jp", .refused),
        Case("a.b.kawasaki.jp", "kawasaki.jp", .refused),
        Case("a.b.kawasaki.jp", "a.b.kawasaki.jp", .domain),
        Case("x.city.kawasaki.jp", "city.kawasaki.jp", .domain),
        // 公司.cn, as it is on the wire.
        Case("a.xn--55qx5d.cn", "xn--55qx5d.cn", .refused),
        Case("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn", .domain),
        // What is on no list counts by its last label.
        Case("a.b.internal-test", "internal-test", .refused),
        Case("a.b.internal-test", "b.internal-test", .domain),
        Case("localhost", "localhost", .hostOnly),
        // curl CVE-2022-27779, CVE-2026-8924: a trailing dot hides no suffix.
        Case("a.co.uk.", "co.uk.", .refused), Case("a.example.co.uk.", "example.co.uk.", .domain),
    ])
    func `S1: a public suffix is no domain for a cookie`(_ row: Case) throws {
        var store = CookieStore()
        let context = try context("https://\(row.host)/")
        switch store.store("a=b; Domain=\(row.domain)", context: context) {
        case .stored(let cookie):
            #expect(row.outcome == (cookie.isHostOnly ? .hostOnly : .domain))
        case .refused(.domainIsPublicSuffix): #expect(row.outcome == .refused)
        case .refused(let other): Issue.record("\(other)")
        case .replaced, .deleted: Issue.record("it was new")
        }
    }

    @Test func `R1: a domain that has become a public suffix gets nothing, and why says so`() throws
    {
        // A store that was filled when the list was shorter.
        let cookie = Cookie(name: "a", value: "b", domain: "co.uk", isHostOnly: false)
        var store = CookieStore()
        #expect(store.insert([cookie], now: wallClock) == CookieInsertion())
        store.insertUnchecked(cookie)
        let context = try context("https://x.co.uk/")
        #expect(store.verdicts(for: context).map(\.exclusion) == [.publicSuffix])
        #expect(store.fieldValue(for: context) == nil)
    }
}
