import HTTPModel
import Testing

@testable import Rendering

@Suite("Page of lanes")
struct LanePageTests {
    static let nonce = "0123456789abcdef0123456789abcdef"

    /// What a server, or a person, could put into a name, a target or a host to break out.
    static let injections = [
        "</script><script>alert(1)</script>", "<!--<script>", "-->", "]]>", "<img src=x onerror=x>",
        "\"><svg onload=x>", "'onfocus='x", "&lt;b&gt;", "\u{2028}\u{2029}", "\\u003c/script>",
        "${x}`", "\u{0}\u{1B}[2J", "\u{202E}", "javascript:x", "</SCRIPT ><script>", "{{x}}", "\\",
        "\"", "\n</script>", "<\u{0}script>",
    ]

    static func page(_ lanes: Lanes, names: RequestNames = .init(), title: String = "t") -> String {
        let bytes = LanePage.bytes(
            of: lanes,
            names: names,
            title: title,
            generator: "linger 1.0",
            nonce: Self.nonce
        )
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What stands in the script element of the data.
    static func data(in page: String) throws -> String {
        let parts = page.split(separator: "id=\"data\">", omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        let end = try #require(parts[1].firstRange(of: "</script>"))
        return String(parts[1][..<end.lowerBound])
    }

    /// An exchange whose every text is `text`.
    static func hostileNames(_ text: String) -> RequestNames {
        var names = RequestNames()
        let origin = Origin(scheme: .http, host: "h\(text)")
        for number in 1...6 {
            let attempt = Attempt(
                method: "GET\(text)",
                target: URI(origin: origin, path: "/\(text)", query: text),
                sentFields: [],
                startedAt: .start,
                result: .failed(.tooManyRedirects(limit: 1, chain: [text]))
            )
            names.insert(
                Exchange(number: number, name: text, issuedAt: .start, attempts: [attempt])
            )
        }
        return names
    }

    @Test(arguments: injections)
    func `text from elsewhere cannot end its element`(text: String) throws {
        var script = LaneScript.tour
        script.origin = Origin(scheme: .http, host: "h\(text)")
        script.open(9, from: 101, tcp: 102)
        let page = Self.page(script.lanes(), names: Self.hostileNames(text), title: text)
        let harmless = Self.page(LaneScript.tour.lanes())
        #expect(Self.count("<script", in: page) == Self.count("<script", in: harmless))
        #expect(Self.count("</script", in: page) == Self.count("</script", in: harmless))
        let data = try Self.data(in: page)
        #expect(!data.contains { "<>&\u{2028}\u{2029}\u{0}\u{1B}\u{202E}\n".contains($0) })
        // It is the same text for whoever reads the JSON.
        let value = try JSONValue(parsing: data)
        let strings = try #require(value["strings"]?.elements)
        #expect(strings.contains(.string("GET\(text)")))
    }

    @Test func `it loads nothing from anywhere`() {
        let page = Self.page(LaneScript.tour.lanes())
        #expect(Self.count("src=", in: page) == 0)
        #expect(Self.count("href=", in: page) == 1 && page.contains("href=\"data:,\""))
        for word in ["@import", "fetch(", "XMLHttpRequest", "innerHTML", "outerHTML", "eval("] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'"))
        #expect(page.contains("script-src 'nonce-\(Self.nonce)'"))
    }

    @Test func `without data it is smaller than 60 kB`() {
        #expect(Self.page(Lanes()).utf8.count < 60_000)
    }

    @Test func `secrets in a query do not leave with it`() {
        var names = RequestNames { $0 == "token" }
        let target = URI(
            origin: Origin(scheme: .http, host: "h"),
            userInfo: "ann:hunter1",
            path: "/x",
            query: "a=1&token=hunter2&token&b=hunter=3"
        )
        let attempt = Attempt(
            method: "GET",
            target: target,
            sentFields: [FieldLine("Authorization", "hunter4")],
            startedAt: .start,
            result: .failed(.tooManyRedirects(limit: 1, chain: []))
        )
        names.insert(Exchange(number: 1, issuedAt: .start, attempts: [attempt]))
        let page = Self.page(LaneScript.tour.lanes(), names: names)
        #expect(page.contains("http://h/x?a=1\\u0026token=(redacted)\\u0026token\\u0026b=hunter=3"))
        for secret in ["hunter1", "hunter2", "hunter4"] { #expect(!page.contains(secret)) }
    }

    @Test func `it is known again, and nothing else is taken for it`() {
        #expect(LanePage.isPage(Array(Self.page(Lanes()).utf8)))
        #expect(!LanePage.isPage(Array("<!DOCTYPE html>\n<html lang=\"en\">\n".utf8)))
        #expect(!LanePage.isPage([]))
    }

    @Test func `its numbers are those of lanes`() throws {
        let lanes = LaneScript.tour.lanes()
        let value = try JSONValue(parsing: try Self.data(in: Self.page(lanes)))
        #expect(value["requests"]?.elements?.count == 6)
        #expect(value["connections"]?.elements?.count == 2)
        #expect(value["span"] == .array([.number("0"), .number("100")]))
        #expect(value["stats"]?["reused"] == .number("4"))
        #expect(value["stats"]?["savedMs"] == .number("16"))
        #expect(value["resizes"]?.elements?.count == 1)
        let last = try #require(value["requests"]?.elements?.last?.elements)
        #expect(last[0] == .number("2") && last[1] == .number("5") && last[9] == .number("30"))
    }

    private static func count(_ needle: String, in text: String) -> Int {
        text.lowercased().split(separator: needle, omittingEmptySubsequences: false).count - 1
    }
}

extension JSONValue {
    /// The elements of an array; nil for anything else.
    var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }
}
