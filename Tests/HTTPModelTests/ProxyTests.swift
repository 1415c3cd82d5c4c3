import HTTPModel
import Testing

@Suite("Proxies: URLs, the environment, no_proxy (SESSION.md 2.6)")
struct ProxyTests {
    // MARK: URLs

    @Test(arguments: [
        ("http://proxy:3128", "http://proxy:3128"),
        ("proxy:3128", "http://proxy:3128"),
        ("proxy", "http://proxy:80"),
        ("HTTP://Proxy/", "http://proxy:80"),
        ("socks5://127.0.0.1", "socks5://127.0.0.1:1080"),
        ("socks5h://[::1]:9050", "socks5h://[::1]:9050"),
        ("http://ann:s%40cret@proxy:1", "http://proxy:1"),
    ])
    func `a proxy is read, and printed without credentials`(text: String, shown: String) throws {
        let proxy = try Proxy(text)
        #expect(proxy.description == shown)
        #expect("\(proxy)" == shown)
        #expect(!"\(String(reflecting: proxy.credentials as Any))".contains("cret"))
    }

    @Test func `credentials are decoded, and revealed only where that is asked for`() throws {
        let proxy = try Proxy("socks5://ann:s%40cret%3A@proxy")
        let credentials = try #require(proxy.credentials)
        #expect(credentials.user == "ann")
        #expect(credentials.revealedPassword == "s@cret:")
        #expect(credentials.basicFieldValue == "Basic YW5uOnNAY3JldDo=")
        #expect("\(credentials)" == "ann:(redacted)")
        #expect(proxy.revealed == "socks5://ann:s%40cret%3A@proxy:1080")
        #expect(try Proxy(proxy.revealed) == proxy)
    }

    @Test(arguments: [
        ("", ProxyTextError.malformed), ("http://", .malformed), ("http://a/path", .malformed),
        ("http://a?q", .malformed), ("http://a:0", .malformed), ("http://a:65536", .malformed),
        ("https://a", .unknownKind("https")), ("socks4://a", .unknownKind("socks4")),
        ("http://:pw@a", .badCredentials), ("http://a%00:pw@a", .badCredentials),
        ("http://a%3Ab:pw@a", .badCredentials),
    ])
    func `what is no proxy is refused`(text: String, problem: ProxyTextError) {
        #expect(throws: problem) { try Proxy(text) }
    }

    @Test(arguments: [254, 255, 256])
    func `a name or a password has at most 255 bytes`(count: Int) {
        let long = String(repeating: "a", count: count)
        #expect(((try? Proxy("http://\(long):pw@a")) != nil) == (count <= 255))
        #expect(((try? Proxy("http://ann:\(long)@a")) != nil) == (count <= 255))
    }

    // MARK: The environment

    private func decision(
        _ environment: [String: String],
        _ target: String = "http://a.test/"
    ) throws -> ProxyChoice.Decision {
        ProxyChoice.environment(ProxyEnvironment(environment))
            .decision(for: try URI(target).origin)
    }

    private static let one = Proxy(kind: .http, host: "one", port: 1)
    private static let two = Proxy(kind: .http, host: "two", port: 2)

    @Test func `2.6.2: lower case wins, and each scheme has its variable`() throws {
        let both = ["http_proxy": "one:1", "HTTP_PROXY": "two:2"]
        #expect(try self.decision(both) == .proxy(Self.one))
        #expect(try self.decision(["HTTP_PROXY": "two:2"]) == .proxy(Self.two))
        #expect(try self.decision(both, "https://a.test/") == .direct)
        let secure = ["https_proxy": "one:1", "all_proxy": "two:2"]
        #expect(try self.decision(secure, "https://a.test/") == .proxy(Self.one))
        #expect(try self.decision(secure) == .proxy(Self.two))
        #expect(try self.decision(["ALL_PROXY": "two:2"]) == .proxy(Self.two))
        #expect(try self.decision([:]) == .direct)
        #expect(try self.decision(["http_proxy": "", "HTTP_PROXY": "two:2"]) == .proxy(Self.two))
    }

    @Test func `2.6.3: a CGI program does not take HTTP_PROXY from its client`() throws {
        let environment = ["REQUEST_METHOD": "GET", "HTTP_PROXY": "two:2"]
        #expect(try self.decision(environment) == .direct)
        let lower = ["REQUEST_METHOD": "GET", "http_proxy": "one:1"]
        #expect(try self.decision(lower) == .proxy(Self.one))
        let secure = ["REQUEST_METHOD": "GET", "HTTPS_PROXY": "two:2"]
        #expect(try self.decision(secure, "https://a.test/") == .proxy(Self.two))
    }

    @Test func `a variable that names no usable proxy is not gone around`() throws {
        let environment = ["http_proxy": "https://secure:1", "no_proxy": "b.test"]
        #expect(try self.decision(environment) == .unusable(variable: "http_proxy"))
        #expect(try self.decision(environment, "http://b.test/") == .direct)
    }

    @Test(arguments: [
        ("a.test", "http://a.test/", true), ("a.test", "http://www.a.test/", true),
        (".a.test", "http://a.test/", true), ("*.a.test", "http://www.a.test/", true),
        ("a.test", "http://aa.test/", false), ("A.Test", "http://a.test/", true),
        ("a.test.", "http://a.test/", true), ("a.test", "http://a.test./", true),
        ("test", "http://a.test/", true), ("b.test, a.test", "http://a.test/", true),
        ("b.test a.test", "http://a.test/", true), ("*", "http://a.test/", true),
        ("a.test:80", "http://a.test/", true), ("a.test:8080", "http://a.test/", false),
        ("a.test:8080", "http://a.test:8080/", true), ("a.test:x", "http://a.test/", false),
        ("127.0.0.1", "http://127.0.0.1/", true), ("0.0.1", "http://127.0.0.1/", false),
        ("127.0.0.0/8", "http://127.9.9.9/", true), ("10.0.0.0/7", "http://11.0.0.1/", true),
        ("10.0.0.0/7", "http://12.0.0.1/", false), ("10.0.0.0/33", "http://10.0.0.1/", false),
        ("0.0.0.0/0", "http://10.0.0.1/", true), ("0.0.0.0/0", "http://a.test/", false),
        ("::1", "http://[::1]/", true), ("[::1]", "http://[::1]/", true),
        ("[::1]:80", "http://[::1]/", true), ("[::1]:81", "http://[::1]/", false),
        ("0:0::1", "http://[::1]/", true), ("fd00::/8", "http://[fdff::1]/", true),
        ("fd00::/8", "http://[fe00::1]/", false), ("", "http://a.test/", false),
        (",, ,", "http://a.test/", false),
    ])
    func `2.6.2: no_proxy takes names, suffixes, ports, prefixes and everything`(
        list: String,
        target: String,
        isException: Bool
    ) throws {
        let decision = try self.decision(["http_proxy": "one:1", "no_proxy": list], target)
        #expect(decision == (isException ? .direct : .proxy(Self.one)))
    }

    @Test func `a proxy that was set is used whatever no_proxy says`() throws {
        let origin = try URI("http://127.0.0.1/").origin
        #expect(ProxyChoice.always(Self.one).decision(for: origin) == .proxy(Self.one))
        #expect(ProxyChoice.off.decision(for: origin) == .direct)
    }
}

@Suite("IP addresses")
struct IPAddressTests {
    @Test(arguments: [
        // RFC 5952, sections 4 and 5.
        ("2001:0db8::0001", "2001:db8::1"), ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:DB8::A", "2001:db8::a"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
        ("0:0:0:0:0:0:0:0", "::"), ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
        ("::ffff:7f00:1", "::ffff:127.0.0.1"), ("127.0.0.1", "127.0.0.1"),
    ])
    func `an address has one spelling`(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).text == canonical)
        #expect(try #require(IPAddress(canonical)).text == canonical)
    }

    @Test(arguments: ["", "a", "1.2.3", "1.2.3.256", "1::2::3", "12345::", "::1%lo", "[::1]"])
    func `what is no address is none`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `hosts that are one address are one origin`() throws {
        let short = try URI("http://[::1]:8080/").origin
        let long = try URI("http://[0:0:0:0:0:0:0:1]:8080/").origin
        #expect(short == long)
        #expect(long.authority == "[::1]:8080")
        #expect(Origin(scheme: .http, host: "FE80::1%25eth0").host == "fe80::1%25eth0")
    }

    @Test(arguments: [
        ("a.test=127.0.0.1", "a.test=127.0.0.1"), ("A.test=[::1]", "a.test=::1"),
        ("a.test=0:0::1", "a.test=::1"),
    ])
    func `a host override is read`(text: String, canonical: String) {
        #expect(HostOverride(text)?.description == canonical)
    }

    @Test(arguments: ["", "a.test", "=127.0.0.1", "a.test=", "a.test=b.test", "a=b=127.0.0.1"])
    func `what is no host override is refused`(text: String) {
        #expect(HostOverride(text) == nil)
    }
}
