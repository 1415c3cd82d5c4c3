import HTTPModel
import TestSupport
import Testing

/// A reference and what it is against a base.
struct Resolution: Sendable, CustomTestStringConvertible {
    let reference: String
    let expected: String

    init(_ reference: String, _ expected: String) {
        self.reference = reference
        self.expected = expected
    }

    var testDescription: String { "\(self.reference) → \(self.expected)" }
}

@Suite("URI: resolving references")
struct URIResolutionTests {
    /// The table of RFC 3986, section 5.4.1; where a result has no path, ours is `/`.
    @Test(arguments: [
        Resolution("g", "http://a/b/c/g"),
        Resolution("./g", "http://a/b/c/g"),
        Resolution("g/", "http://a/b/c/g/"),
        Resolution("/g", "http://a/g"),
        Resolution("//g", "http://g/"),
        Resolution("?y", "http://a/b/c/d;p?y"),
        Resolution("g?y", "http://a/b/c/g?y"),
        Resolution("#s", "http://a/b/c/d;p?q#s"),
        Resolution("g#s", "http://a/b/c/g#s"),
        Resolution("g?y#s", "http://a/b/c/g?y#s"),
        Resolution(";x", "http://a/b/c/;x"),
        Resolution("g;x", "http://a/b/c/g;x"),
        Resolution("g;x?y#s", "http://a/b/c/g;x?y#s"),
        Resolution("", "http://a/b/c/d;p?q"),
        Resolution(".", "http://a/b/c/"),
        Resolution("./", "http://a/b/c/"),
        Resolution("..", "http://a/b/"),
        Resolution("../", "http://a/b/"),
        Resolution("../g", "http://a/b/g"),
        Resolution("../..", "http://a/"),
        Resolution("../../", "http://a/"),
        Resolution("../../g", "http://a/g"),
    ])
    func `normal examples resolve as in the RFC`(_ row: Resolution) throws {
        let base = try URI("http://a/b/c/d;p?q")
        #expect(try base.resolving(row.reference).description == row.expected)
    }

    /// The table of RFC 3986, section 5.4.2.
    @Test(arguments: [
        Resolution("../../../g", "http://a/g"),
        Resolution("../../../../g", "http://a/g"),
        Resolution("/./g", "http://a/g"),
        Resolution("/../g", "http://a/g"),
        Resolution("g.", "http://a/b/c/g."),
        Resolution(".g", "http://a/b/c/.g"),
        Resolution("g..", "http://a/b/c/g.."),
        Resolution("..g", "http://a/b/c/..g"),
        Resolution("./../g", "http://a/b/g"),
        Resolution("./g/.", "http://a/b/c/g/"),
        Resolution("g/./h", "http://a/b/c/g/h"),
        Resolution("g/../h", "http://a/b/c/h"),
        Resolution("g;x=1/./y", "http://a/b/c/g;x=1/y"),
        Resolution("g;x=1/../y", "http://a/b/c/y"),
        Resolution("g?y/./x", "http://a/b/c/g?y/./x"),
        Resolution("g?y/../x", "http://a/b/c/g?y/../x"),
        Resolution("g#s/./x", "http://a/b/c/g#s/./x"),
        Resolution("g#s/../x", "http://a/b/c/g#s/../x"),
    ])
    func `abnormal examples resolve as in the RFC`(_ row: Resolution) throws {
        let base = try URI("http://a/b/c/d;p?q")
        #expect(try base.resolving(row.reference).description == row.expected)
    }

    @Test(arguments: [
        Resolution("https://h:444/x", "https://h:444/x"),
        Resolution("//h/x", "http://h/x"),
        Resolution("//h", "http://h/"),
        Resolution("//h?y", "http://h/?y"),
        Resolution("//h#s", "http://h/#s"),
        Resolution("//H:80/%7e", "http://h/%7e"),
        Resolution("ä b", "http://a/b/c/%C3%A4%20b"),
        Resolution("a//../b", "http://a/b/c/a/b"),
        Resolution("/.//b", "http://a//b"),
        Resolution("%2e%2e/g", "http://a/b/c/%2e%2e/g"),
    ])
    func `further references resolve`(_ row: Resolution) throws {
        let base = try URI("http://a/b/c/d;p?q")
        #expect(try base.resolving(row.reference).description == row.expected)
    }

    @Test
    func `a scheme that is not ours is refused and named`() throws {
        let base = try URI("http://a/b/c/d;p?q")
        #expect(throws: URIError.unsupportedScheme("g")) { try base.resolving("g:h") }
        #expect(throws: URIError.unsupportedScheme("mailto")) { try base.resolving("MAILTO:a@b") }
        #expect(throws: URIError.unsupportedScheme("javascript")) {
            try base.resolving("javascript:alert(1)")
        }
    }

    @Test
    func `a scheme without authority is not taken for a relative reference`() throws {
        let base = try URI("http://a/b/c/d;p?q")
        #expect(throws: URIError.missingHost) { try base.resolving("http:g") }
    }

    @Test
    func `user information and fragment of the base are not inherited`() throws {
        let base = try URI("http://user:secret@a/b#old")
        for reference in ["", "?x", "c", "/c", "#new"] {
            let result = try base.resolving(reference)
            #expect(result.userInfo == nil, "\(reference)")
            #expect(result.fragment == (reference == "#new" ? "new" : nil), "\(reference)")
        }
    }

    @Test
    func `the user information of a reference is kept apart from its host`() throws {
        let result = try URI("http://a/").resolving("//user:p@ss@h/x")
        #expect(result.userInfo == "user:p@ss")
        #expect(result.origin.host == "h")
    }
}

@Suite("URI: parsing")
struct URIParsingTests {
    @Test
    func `all components come apart`() throws {
        let uri = try URI("HTTPS://User:p%20w@EXAMPLE.com:8443/a/./b/../c?x=1?2#f#g")
        #expect(uri.origin == Origin(scheme: .https, host: "example.com", port: 8443))
        #expect(uri.userInfo == "User:p%20w")
        #expect(uri.path == "/a/c")
        #expect(uri.query == "x=1?2")
        #expect(uri.fragment == "f#g")
        #expect(uri.requestTarget == "/a/c?x=1?2")
        #expect(uri.description == "https://example.com:8443/a/c?x=1?2#f#g")
    }

    @Test(arguments: [
        ("http://h", "/"), ("http://h/", "/"), ("http://h?q", "/?q"), ("http://h#f", "/"),
        ("http://h/?", "/?"), ("http://h//x", "//x"), ("http://h/..", "/"),
        ("http://h/a/..", "/"), ("http://h/a/../..//", "//"), ("http://h/a\\b", "/a\\b"),
    ])
    func `the request target is in origin-form`(_ text: String, _ target: String) throws {
        #expect(try URI(text).requestTarget == target)
    }

    @Test(arguments: [
        ("http://h:1/", 1), ("http://h:80/", 80), ("http://h:0080/", 80),
        ("http://h:65534/", 65534),
        ("http://h:65535/", 65535), ("http://h:/", 80), ("https://h/", 443), ("https://h:80", 80),
    ])
    func `ports up to 65535 are taken`(_ text: String, _ port: Int) throws {
        #expect(try URI(text).origin.port == port)
    }

    @Test(arguments: [
        "0", "65536", "65537", "99999999999999999999", "-1", "+1", "1a", "0x50", "8 0", "80:80",
    ])
    func `other ports are refused`(_ port: String) {
        let shown = port.percentEncodingUnsafe
        #expect(throws: URIError.invalidPort(shown)) { try URI("http://h:\(port)/") }
    }

    @Test(arguments: [
        ("http://[::1]/", "::1", "[::1]"),
        ("http://[::1]:8080/", "::1", "[::1]:8080"),
        ("http://[::]/", "::", "[::]"),
        ("http://[FE80::A]/", "fe80::a", "[fe80::a]"),
        ("http://[fe80::1%25eth0]/", "fe80::1%25eth0", "[fe80::1%25eth0]"),
        ("http://[1:2:3:4:5:6:7:8]:81/", "1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]:81"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", "[::ffff:127.0.0.1]"),
    ])
    func `an IPv6 address stands in brackets`(
        _ text: String,
        _ host: String,
        _ authority: String
    ) throws {
        let origin = try URI(text).origin
        #expect(origin.host == host)
        #expect(origin.authority == authority)
    }

    @Test(arguments: [
        "[]", "[::1", "[::1]x", "[127.0.0.1]", "[1:2]", "[g::1]", "[1::2::3]", "[:::]", "[::12345]",
        "[1:2:3:4:5:6:7:8:9]", "[::1%eth0]", "[::1%25]", "a]b", "a[b", ".", ".h", "*", "a<b",
        "a\\b",
        "a|b", "a\"b", "h\\@evil",
    ])
    func `what is no host is refused`(_ host: String) {
        #expect {
            try URI("http://\(host)/")
        } throws: { error in
            guard case URIError.invalidHost = error else { return false }
            return true
        }
    }

    @Test
    func `a group count of eight is the limit of an IPv6 address`() {
        #expect(!"1:2:3:4:5:6:7".isIPv6Address)
        #expect("1:2:3:4:5:6:7:8".isIPv6Address)
        #expect(!"1:2:3:4:5:6:7:8:9".isIPv6Address)
        #expect("1:2:3:4:5:6:7::".isIPv6Address)
        #expect(!"1:2:3:4:5:6:7:8::".isIPv6Address)
        #expect("1:2:3:4:5:6:1.2.3.4".isIPv6Address)
        #expect(!"1:2:3:4:5:6:7:1.2.3.4".isIPv6Address)
        #expect(!"1.2.3.4::".isIPv6Address)
        #expect(!"".isIPv6Address)
        #expect(!":1".isIPv6Address)
    }

    @Test(arguments: [
        ("", URIError.empty), ("/x", .missingScheme), ("h/x", .missingScheme),
        (" http://h", .missingScheme), ("1http://h", .missingScheme),
        ("ftp://h/", .unsupportedScheme("ftp")), ("localhost:80", .unsupportedScheme("localhost")),
        ("http:", .missingHost), ("http:/x", .missingHost), ("http://", .missingHost),
        ("http:///x", .missingHost), ("http://:80/", .missingHost), ("http://u@/", .missingHost),
        ("http://u@:80/", .missingHost),
    ])
    func `what is missing is named`(_ text: String, _ error: URIError) {
        #expect(throws: error) { try URI(text) }
    }

    @Test
    func `every control character is refused wherever it stands`() {
        let controls = (0..<0x20).map { UInt8($0) } + [0x7F]
        for control in controls {
            let character = String(Unicode.Scalar(control))
            for text in ["http://h\(character)/", "http://h/\(character)", "\(character)http://h"] {
                #expect(throws: URIError.controlCharacter, "\(control)") { try URI(text) }
            }
            #expect(throws: URIError.controlCharacter) {
                try URI("http://h/").resolving("/a\(character)b")
            }
        }
    }

    @Test(arguments: [
        ("http://user:p@ss@h/", "user:p@ss", "h"), ("http://user@h/", "user", "h"),
        ("http://@h/", "", "h"), ("http://a@b@c@h/", "a@b@c", "h"),
        ("http://h/@x", nil, "h"), ("http://h?u@x", nil, "h"), ("http://h#u@x", nil, "h"),
    ])
    func `the last at sign of the authority ends user information`(
        _ text: String,
        _ userInfo: String?,
        _ host: String
    ) throws {
        let uri = try URI(text)
        #expect(uri.userInfo == userInfo)
        #expect(uri.origin.host == host)
        #expect(!uri.description.contains("p@ss"))
    }

    @Test(arguments: UInt64(0)..<20)
    func `random text parses or fails, and what parses reads back the same`(
        _ seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "http", "https", ":", "/", "//", "?", "#", "@", "[", "]", ".", "..", "%", "%41", "h",
            "é",
            "::1", "80", "65536", " ", "\\", "*",
        ]
        for _ in 0..<200 {
            let count = Int.random(in: 0...8, using: &generator)
            let tail = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }
            let text = (Bool.random(using: &generator) ? "http://" : "") + tail.joined()
            guard let uri = try? URI(text) else { continue }
            let again = try URI(uri.description)
            var expected = uri
            expected.userInfo = nil
            #expect(again == expected, "\(text)")
        }
    }
}

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(arguments: [
        ("a b", "a%20b"), ("ä", "%C3%A4"), ("%41", "%41"), ("a/b?c#d", "a/b?c#d"),
        ("\u{85}", "%C2%85"), ("~!*'();:@&=+$,[]", "~!*'();:@&=+$,[]"), ("", ""),
    ])
    func `only what is unsafe is encoded`(_ text: String, _ expected: String) {
        #expect(text.percentEncodingUnsafe == expected)
    }

    @Test(arguments: [
        ("a/b", "a%2Fb"), ("%41", "%2541"), ("A-Z_a.z~0", "A-Z_a.z~0"), ("ä é", "%C3%A4%20%C3%A9"),
        ("a&b=c", "a%26b%3Dc"), ("\u{0}\n", "%00%0A"),
    ])
    func `all but unreserved characters are encoded`(_ text: String, _ expected: String) {
        #expect(text.percentEncodingAll == expected)
    }

    @Test(arguments: [
        ("%41%62", "Ab"), ("%c3%a4", "ä"), ("100%", "100%"), ("%4", "%4"), ("%zz%41", "%zzA"),
        ("%%41", "%A"), ("%ff", "\u{FFFD}"), ("+", "+"),
    ])
    func `decoding leaves what is no escape`(_ text: String, _ expected: String) {
        #expect(text.percentDecoded == expected)
    }

    @Test
    func `what is encoded decodes to itself`() {
        let text = String(String.UnicodeScalarView((0..<0x250).compactMap { Unicode.Scalar($0) }))
        #expect(text.percentEncodingAll.percentDecoded == text)
    }
}
