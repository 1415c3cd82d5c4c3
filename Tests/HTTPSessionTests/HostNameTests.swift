import HTTPModel
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Host names")
struct HostNameTests {
    @Test(arguments: [
        ("EXAMPLE.org", "example.org"), ("127.0.0.1", "127.0.0.1"), ("::1", "::1"),
        ("b%C3%BCcher.example", "xn--bcher-kva.example"),
        ("B%C3%9CCHER.example", "xn--bcher-kva.example"),
        // A composed and a decomposed u with diaeresis are one name.
        ("bu%CC%88cher.example", "xn--bcher-kva.example"),
        // Non-transitional: ß is a letter of its own.
        ("fa%C3%9F.de", "xn--fa-hia.de"),
        ("%E4%BE%8B%E3%81%88.jp", "xn--r8jz45g.jp"),
        // An ideographic full stop separates labels.
        ("a%E3%80%82org", "a.org"), ("%61.org", "a.org"), ("xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("a_b.example", "a_b.example"),
    ])
    func `2.3.2: a name outside ASCII becomes A-labels`(
        _ host: String,
        _ expected: String
    ) throws {
        #expect(try HostName.canonical(host) == expected)
    }

    @Test(arguments: [
        "a%2Fb.org", "a%40b.org", "%FF.org", "a%3A80", "%E2%80%8B", "a%00.org", "%C3%BC%20x",
    ])
    func `what decodes to no host is refused`(_ host: String) {
        #expect(throws: URIError.self) { try HostName.canonical(host) }
    }

    @Test func `people read U-labels`() {
        #expect(HostName.display("xn--bcher-kva.example") == "bücher.example")
        #expect(HostName.display("example.org") == nil)
        #expect(HostName.display("xn--\u{1}") == nil)
    }

    @Test func `a request and a redirect go to the A-labels`() async throws {
        let transport = ScriptedTransport(byTarget: [
            "http://xn--bcher-kva.example/": .init(302, [("Location", "//straße.example/x")])
        ])
        let session = makeSession(transport)
        _ = await session.perform(try .make("GET", "http://Bücher.example/"))
        #expect(
            transport.requests.map(\.line) == [
                "GET http://xn--bcher-kva.example/", "GET http://xn--strae-oqa.example/x",
            ]
        )
        #expect(transport.requests[0].value("Host") == "xn--bcher-kva.example")
    }
}
