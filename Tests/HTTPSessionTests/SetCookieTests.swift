import HTTPModel
import Testing

@testable import HTTPSession

@Suite("Set-Cookie: parsing")
struct SetCookieTests {
    private func parse(_ text: String) throws -> SetCookie {
        try SetCookie(text, now: wallClock)
    }

    @Test(arguments: [
        ("a=b", "a", "b"),
        ("a=b=c", "a", "b=c"),
        ("=b", "", "b"),
        ("b", "", "b"),
        ("a=", "a", ""),
        (" \t a \t=\t b c \t; x", "a", "b c"),
        ("a=\"b; c\"", "a", "\"b"),
        ("a=\" b \"", "a", "\" b \""),
        ("a=b, c=d", "a", "b, c=d"),
        ("a=b\tc", "a", "b\tc"),
        ("ä=ü", "ä", "ü"),
    ])
    func `C3, C4: the first equals sign of the first piece splits name and value`(
        _ text: String,
        _ name: String,
        _ value: String
    ) throws {
        let parsed = try self.parse(text)
        #expect(parsed.name == name)
        #expect(parsed.value == value)
    }

    @Test(arguments: ["\u{0}", "\u{8}", "\n", "\r", "\u{1F}", "\u{7F}"])
    func `C2: a control character but a tab spoils the whole field`(_ control: String) {
        for text in ["a=b\(control)", "\(control)a=b", "a=b; path=/\(control)"] {
            #expect(throws: CookieRefusal.controlCharacter) { try self.parse(text) }
        }
    }

    @Test(arguments: ["", "=", " = ", ";", "; Path=/", " \t"])
    func `C5: neither a name nor a value is no cookie`(_ text: String) {
        #expect(throws: CookieRefusal.empty) { try self.parse(text) }
    }

    @Test(arguments: [0, 1, 4095, 4096, 4097])
    func `C5: name and value together have at most 4096 octets`(_ length: Int) throws {
        let value = String(repeating: "v", count: length)
        if length <= 4096 {
            _ = try self.parse(length == 0 ? "n=" : "\(value)=")
            _ = try self.parse(length == 0 ? "n=" : "n=\(value.dropFirst())")
        } else {
            let refusal = CookieRefusal.tooLong(octets: length, limit: 4096)
            #expect(throws: refusal) { try self.parse("n=\(value.dropFirst())") }
            #expect(throws: refusal) { try self.parse(value) }
        }
    }

    @Test(arguments: [4999, 5000, 5001])
    func `a field has at most 5000 octets`(_ length: Int) throws {
        let text = "a=b; " + String(repeating: "x", count: length - 5)
        if length <= 5000 {
            #expect(try self.parse(text).value == "b")
        } else {
            #expect(throws: CookieRefusal.fieldTooLong(octets: length, limit: 5000)) {
                try self.parse(text)
            }
        }
    }

    @Test(arguments: [1023, 1024, 1025])
    func `C6: an attribute value of more than 1024 octets is ignored with its attribute`(
        _ length: Int
    ) throws {
        let path = "/" + String(repeating: "p", count: length - 1)
        #expect(try self.parse("a=b; Path=\(path)").path == (length <= 1024 ? path : nil))
    }

    @Test func `names of attributes are compared without case, in ASCII only`() throws {
        let parsed = try self.parse("a=b; sEcUrE; HTTPONLY; pAtH=/x; DoMaIn=E.org; samesite=LAX")
        #expect(parsed.isSecure)
        #expect(parsed.isHTTPOnly)
        #expect(parsed.path == "/x")
        #expect(parsed.domain == "e.org")
        #expect(parsed.sameSite == .lax)
        // U+017F LATIN SMALL LETTER LONG S is an s to Unicode's full case folding.
        #expect(try !self.parse("a=b; \u{17F}ecure").isSecure)
    }

    @Test(arguments: [
        ("Domain=a.org; Domain=", nil),
        ("Domain=; Domain=a.org", "a.org"),
        ("Domain=.a.org", "a.org"),
        ("Domain=..a.org", ".a.org"),
        ("Domain=.", nil),
        ("Domain", nil),
        ("Domain=A.ORG.", "a.org."),
    ])
    func `C9: the last Domain wins, without one leading dot`(_ text: String, _ domain: String?)
        throws
    {
        #expect(try self.parse("a=b; \(text)").domain == domain)
    }

    @Test(arguments: ["münchen.de", "\u{212A}elvin.org"])
    func `a Domain outside ASCII refuses the cookie`(_ domain: String) {
        #expect(throws: CookieRefusal.domainNotASCII(domain)) {
            try self.parse("a=b; Domain=\(domain)")
        }
    }

    @Test(arguments: [
        ("Path=/x", "/x"), ("Path=x", nil), ("Path=", nil), ("Path", nil),
        ("Path=/x; Path=y", nil), ("Path=y; Path=/x", "/x"),
    ])
    func `C10: a Path that does not start with a slash counts as none`(
        _ text: String,
        _ path: String?
    ) throws {
        #expect(try self.parse("a=b; \(text)").path == path)
    }

    @Test(
        arguments: [
            ("Max-Age=10", wallClock + 10),
            ("Max-Age=0", .min),
            ("Max-Age=-0", .min),
            ("Max-Age=-5", .min),
            ("Max-Age=007", wallClock + 7),
            ("Max-Age=+5", nil),
            ("Max-Age=2.63", nil),
            ("Max-Age=5s", nil),
            ("Max-Age=", nil),
            ("Max-Age=-", nil),
            ("Max-Age", nil),
            ("Max-Age=34559999", wallClock + 34_559_999),
            ("Max-Age=34560000", wallClock + 34_560_000),
            ("Max-Age=34560001", wallClock + 34_560_000),
            ("Max-Age=99999999999999999999999999", wallClock + 34_560_000),
            ("Max-Age=-99999999999999999999999999", .min),
            ("Max-Age=10; Max-Age=x", wallClock + 10),
            ("Max-Age=10; Max-Age=20", wallClock + 20),
            ("Expires=Thu, 01 Jan 2026 00:00:10 GMT", wallClock + 10),
            ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Expires=Fri, 01 Jan 2100 00:00:00 GMT", wallClock + 34_560_000),
            ("Expires=never", nil),
            ("Expires=Thu, 01 Jan 2026 00:00:10 GMT; Expires=never", wallClock + 10),
            ("Max-Age=5; Expires=Thu, 01 Jan 2026 00:00:10 GMT", wallClock + 5),
            ("Expires=Thu, 01 Jan 2026 00:00:10 GMT; Max-Age=5", wallClock + 5),
            ("Expires=Thu, 01 Jan 2026 00:00:10 GMT; Max-Age=x", wallClock + 10),
        ] as [(String, Int64?)]
    )
    func `C7, C8: Max-Age beats Expires, and neither lasts longer than 400 days`(
        _ text: String,
        _ expiry: Int64?
    ) throws {
        #expect(try self.parse("a=b; \(text)").expiry == expiry)
    }

    @Test(arguments: [
        ("Strict", Cookie.SameSite.strict), ("lax", .lax), ("NONE", .none), ("other", .default),
        ("", .default), ("Lax; SameSite=other", .default),
    ])
    func `C11: an unknown SameSite is the default`(_ text: String, _ expected: Cookie.SameSite)
        throws
    {
        #expect(try self.parse("a=b; SameSite=\(text)").sameSite == expected)
    }

    @Test func `C12: the values of Secure and HttpOnly do not matter`() throws {
        let parsed = try self.parse("a=b; Secure=false; HttpOnly=0")
        #expect(parsed.isSecure)
        #expect(parsed.isHTTPOnly)
    }

    @Test func `C13: attributes that are not known are kept to be shown, up to sixteen`() throws {
        let parsed = try self.parse("a=b; Partitioned; Priority=High; ;")
        #expect(parsed.otherAttributes == [.init("Partitioned", ""), .init("Priority", "High")])
        let many = (0..<40).map { "x\($0)" }.joined(separator: ";")
        #expect(try self.parse("a=b; \(many)").otherAttributes.count == 16)
    }
}
