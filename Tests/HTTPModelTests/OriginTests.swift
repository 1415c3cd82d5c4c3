import HTTPModel
import Testing

@Suite("Origin")
struct OriginTests {
    @Test(arguments: [
        (Scheme.http, "EXAMPLE.com", nil, "http://example.com"),
        (.http, "example.com", 80, "http://example.com"),
        (.http, "example.com", 443, "http://example.com:443"),
        (.https, "example.com", 443, "https://example.com"),
        (.https, "example.com", 80, "https://example.com:80"),
        (.https, "[::1]", 8443, "https://[::1]:8443"),
        (.http, "::1", nil, "http://[::1]"),
        (.http, "example.com.", nil, "http://example.com."),
    ])
    func `the default port is left out and IPv6 stands in brackets`(
        _ scheme: Scheme,
        _ host: String,
        _ port: Int?,
        _ expected: String
    ) {
        #expect(Origin(scheme: scheme, host: host, port: port).description == expected)
    }

    @Test
    func `case and an explicit default port make no difference`() {
        #expect(
            Origin(scheme: .http, host: "A.example")
                == Origin(scheme: .http, host: "a.EXAMPLE", port: 80)
        )
    }

    @Test
    func `scheme, port and a trailing dot make a difference`() {
        let origin = Origin(scheme: .http, host: "a")
        #expect(origin != Origin(scheme: .https, host: "a", port: 80))
        #expect(origin != Origin(scheme: .http, host: "a", port: 81))
        #expect(origin != Origin(scheme: .http, host: "a."))
    }

    @Test(arguments: ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.255.0.9", "[::1]"])
    func `these hosts are this machine`(_ host: String) {
        #expect(Origin(scheme: .http, host: host).isLoopback)
    }

    @Test(arguments: [
        "localhost.example", "notlocalhost", "127.0.0.1.example", "127.0.0", "127.0.0.256",
        "128.0.0.1",
        "::2",
    ])
    func `these hosts are not`(_ host: String) {
        #expect(!Origin(scheme: .http, host: host).isLoopback)
    }

    @Test
    func `origins sort by host, then port, then scheme`() {
        let sorted = [
            Origin(scheme: .http, host: "a", port: 2), Origin(scheme: .http, host: "a", port: 10),
            Origin(scheme: .https, host: "a", port: 10), Origin(scheme: .http, host: "b", port: 1),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test(arguments: ["0.0.0.0", "255.255.255.255", "1.2.3.4"])
    func `four numbers up to 255 are an IPv4 address`(_ text: String) {
        #expect(text.isIPv4Address)
        #expect(text.isIPAddress)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", "1.2.3.0004", "a.b.c.d", "1.2.3.-4",
    ])
    func `other texts are none`(_ text: String) {
        #expect(!text.isIPv4Address)
        #expect(!text.isIPAddress)
    }
}
