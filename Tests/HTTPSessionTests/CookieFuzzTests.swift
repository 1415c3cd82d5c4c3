import HTTPModel
import TestSupport
import Testing

@testable import HTTPSession

@Suite("Cookies: random input")
struct CookieFuzzTests {
    private static let pieces = [
        "a", "b", "=", ";", " ", "\t", ",", "\"", ".", "/", "-", "0", "9", "99999999999999999999",
        "Expires", "Max-Age", "Domain", "Path", "Secure", "HttpOnly", "SameSite", "None",
        "__Host-", "__Secure-", "a.example.org", "example.org", "org", "127.0.0.1", "[::1]", "/x",
        "Thu, 01 Jan 2026 00:00:00 GMT", "\u{0}", "\u{7F}", "é", "\u{1F600}", "%", "TRUE", "FALSE",
        "#HttpOnly_", "# linger: escaped", "\n", "\r\n", "\t0\t",
    ]

    private func text(using generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...14, using: &generator))
            .map { _ in Self.pieces.randomElement(using: &generator) ?? "" }
            .joined()
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `whatever a server sets, the store keeps its promises`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var store = CookieStore()
        let targets = [
            "http://a.example.org/x/y", "https://a.example.org/", "http://127.0.0.1/",
            "http://localhost/x", "https://[::1]/", "http://example.org./",
        ]
        for _ in 0..<500 {
            let target = targets.randomElement(using: &generator) ?? targets[0]
            let context = try context(
                target,
                now: wallClock + .random(in: 0...9, using: &generator)
            )
            _ = store.store(self.text(using: &generator), context: context)
            let verdicts = store.verdicts(for: context)
            #expect(verdicts.count == store.count)
            for verdict in verdicts where verdict.exclusion == nil {
                let cookie = verdict.cookie
                #expect(CookieMatching.domainMatches(context.host, cookie.domain))
                #expect(!cookie.isSecure || context.isSecure)
                #expect(!cookie.hasExpired(now: context.now))
            }
            let sent = verdicts.filter { $0.exclusion == nil }.map(\.cookie.pair)
            let field = store.fieldValue(for: context)?.text
            #expect(field == (sent.isEmpty ? nil : sent.joined(separator: "; ")))
            #expect(field?.utf8.contains { ($0 < 0x20 && $0 != 9) || $0 == 0x7F } != true)
        }
        let kept = store.all
        let contents = CookieFile.parse(CookieFile.text(for: kept).text)
        #expect(contents.problems == [])
        #expect(contents.cookies.map(\.pair) == kept.map(\.pair))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `no text traps the reader of cookie files, nor that of dates`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let lines = (0..<4).map { _ in self.text(using: &generator) }
            let contents = CookieFile.parse(lines.joined(separator: "\n"))
            let again = CookieFile.parse(CookieFile.text(for: contents.cookies).text)
            #expect(again.cookies == contents.cookies)
            _ = CookieDate.parse(lines[0].utf8)
        }
    }
}
