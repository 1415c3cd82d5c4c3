import HTTPModel
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Cookie store: limits")
struct CookieLimitTests {
    @Test(arguments: [149, 150, 151])
    func `S12: a domain keeps 150 cookies`(_ count: Int) throws {
        var store = CookieStore()
        for index in 0..<count { try store.take("c\(index)=v", from: "http://a.org/") }
        #expect(store.count == min(count, 150))
        #expect(store.all.first?.name == (count > 150 ? "c1" : "c0"))
    }

    @Test func `the longest unused goes first, not the oldest`() throws {
        var store = CookieStore()
        try store.take("old=v; Path=/used", from: "http://a.org/")
        for index in 0..<149 { try store.take("c\(index)=v; Path=/x", from: "http://a.org/") }
        _ = store.fieldValue(for: try context("http://a.org/used"))
        try store.take("one=v", "two=v", from: "http://a.org/")
        let names = store.all.map(\.name)
        #expect(names.count == 150)
        #expect(names.contains("old"))
        #expect(!names.contains("c0") && !names.contains("c1") && names.contains("c2"))
    }

    @Test func `cookies that are not Secure go before those that are`() throws {
        var store = CookieStore()
        try store.take("secure=v; Secure", "plain=v", from: "https://a.org/")
        for index in 0..<149 { try store.take("s\(index)=v; Secure", from: "https://a.org/") }
        #expect(store.count == 150)
        #expect(store.all.contains { $0.name == "secure" })
        #expect(!store.all.contains { $0.name == "plain" })
    }

    @Test func `expired cookies go before all others`() throws {
        var store = CookieStore()
        try store.take("short=v; Max-Age=1; Secure", "plain=v", from: "https://a.org/")
        for index in 0..<148 { try store.take("s\(index)=v", from: "https://a.org/") }
        let later = try context("https://a.org/", now: wallClock + 2)
        _ = store.store("last=v", context: later)
        #expect(store.all.contains { $0.name == "plain" })
        #expect(store.count == 150)
    }

    @Test func `all domains together keep 3000 cookies`() throws {
        var store = CookieStore()
        for index in 0..<3001 { try store.take("c=v", from: "https://h\(index).org/") }
        #expect(store.count == 3000)
        #expect(try store.sent(to: "http://h0.org/") == "")
        #expect(try store.sent(to: "http://h1.org/") == "c=v")
    }

    @Test(arguments: [149, 150, 151, 200])
    func `R6: a request carries 150 cookies, and the rest has a reason`(_ count: Int) throws {
        var store = CookieStore()
        for index in 0..<count {
            let domain = index % 2 == 0 ? "example.org" : "www.example.org"
            try store.take("c\(index)=v; Domain=\(domain)", from: "http://www.example.org/")
        }
        let verdicts = store.verdicts(for: try context("http://www.example.org/"))
        #expect(verdicts.count == count)
        #expect(verdicts.count { $0.exclusion == nil } == min(count, 150))
        #expect(verdicts.count { $0.exclusion == .tooMany(limit: 150) } == max(0, count - 150))
        let field = store.fieldValue(for: try context("http://www.example.org/"))
        #expect(field?.leftOut == max(0, count - 150))
    }

    @Test(arguments: [8189, 8190, 8191])
    func `a Cookie field has at most 8190 octets`(_ length: Int) throws {
        var store = CookieStore()
        let half = String(repeating: "x", count: 4090)
        let rest = String(repeating: "y", count: length - 4090 - 2 - 2 - 2)
        try store.take("a=\(half)", "b=\(rest)", "c=1", from: "http://a.org/")
        let verdicts = store.verdicts(for: try context("http://a.org/"))
        let expected: CookieExclusion? = length <= 8190 ? nil : .fieldTooLong(limit: 8190)
        #expect(verdicts.first { $0.cookie.name == "b" }?.exclusion == expected)
        let field = store.fieldValue(for: try context("http://a.org/"))
        #expect((field?.text.utf8.count ?? 0) <= 8190)
        #expect(field?.text.utf8.count == (length <= 8190 ? length : 4097))
    }

    @Test func `at most fifty Set-Cookie fields of a response are read`() async throws {
        let fields = (0..<60).map { ("Set-Cookie", "c\($0)=v") }
        let session = makeSession(.init(.response(.init(200, fields))))
        _ = await session.perform(try .make("GET", "http://a.org/"))
        #expect(await session.cookies().count == 50)
        let refused = await session.refusedCookies()
        #expect(refused.map(\.refusal) == [.tooManyInResponse(limit: 50, others: 9)])
        #expect(refused.map(\.text) == ["c50=v"])
    }
}
