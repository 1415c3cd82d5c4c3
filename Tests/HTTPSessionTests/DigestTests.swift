import HTTPModel
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Digest: the answer")
struct DigestAnswerTests {
    private static let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    private static let clientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    private static let opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"

    private func exchange(_ fields: String...) throws -> DigestExchange {
        let head = ResponseHead(
            status: 401,
            version: "HTTP/1.1",
            fields: fields.map { FieldLine("WWW-Authenticate", $0) }
        )
        return DigestExchange(try #require(DigestChallenge.best(of: head)))
    }

    /// The parameters of an answer.
    private func parameters(_ answer: String) -> [String: String] {
        Challenge.parse([answer]).first?.parameters ?? [:]
    }

    private func answer(
        _ exchange: inout DigestExchange,
        clientNonce: String = Self.clientNonce
    ) -> [String: String] {
        self.parameters(
            exchange.answer(
                user: "Mufasa",
                password: "Circle of Life",
                for: .init(method: "GET", target: "/dir/index.html"),
                clientNonce: clientNonce
            )
        )
    }

    @Test(arguments: [
        // RFC 7616, section 3.9.1.
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ("MD5-sess", "e783283f46242139c486a698fec7211d"),
        (
            "SHA-256-sess", "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7"
        ),
        // The same exchange, by the arithmetic of RFC 7616 with Python's hashlib.
        ("SHA", "e99f244f9069203415f7e8b7bd25b4b2ad3e2a7f"),
        ("SHA-sess", "649077d815fe82c6a1bbc3e7330a9ec78d8f8c2c"),
        (
            "SHA-512",
            "27d9ebedb4e86595d8b99152ce456620c8e47c48afbd771dbc4468bb758ca66e"
                + "7312383d49ad044219d4a2c5c218e66c584fa00b2728798bcff9435825eed0ad"
        ),
        (
            "SHA-512-sess",
            "5bc820f8c0e5cf83d5ff0a673af99c13a028be576c765c41f23d4fb46722a447"
                + "50a331317b0b8646d55243e0c06cbacf64cc061404459769fbedddb0ecfacc5f"
        ),
    ])
    func `2.4.1: MD5, SHA, SHA-256 and SHA-512, also for a session`(
        _ algorithm: String,
        _ response: String
    ) throws {
        var exchange = try self.exchange(
            #"Digest realm="http-auth@example.org", qop="auth, auth-int", "#
                + "algorithm=\(algorithm), nonce=\"\(Self.nonce)\", opaque=\"\(Self.opaque)\""
        )
        let parameters = self.answer(&exchange)
        #expect(parameters["response"] == response)
        #expect(parameters["algorithm"] == algorithm)
        #expect(parameters["opaque"] == Self.opaque)
        #expect(parameters["uri"] == "/dir/index.html")
        #expect(parameters["qop"] == "auth")
        #expect(parameters["nc"] == "00000001")
        #expect(parameters["username"] == "Mufasa")
    }

    @Test func `SHA-512-256 with a hashed name outside ASCII`() throws {
        // RFC 7616, section 3.9.2, with SHA-512/256 as FIPS 180-4 has it (erratum 4897).
        var exchange = try self.exchange(
            #"Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, "#
                + #"nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", "#
                + #"opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDssOS", userhash=true"#
        )
        let parameters = self.parameters(
            exchange.answer(
                user: "Jäsøn Doe",
                password: "Secret, or not?",
                for: .init(method: "GET", target: "/doe.json"),
                clientNonce: "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm"
            )
        )
        let name = "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
        #expect(parameters["username"] == name)
        #expect(parameters["userhash"] == "true")
        let response = "7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c"
        #expect(parameters["response"] == response)
    }

    @Test func `a name outside ASCII that is not hashed is written as RFC 8187 does`() throws {
        var exchange = try self.exchange(#"Digest realm="r", nonce="n", qop=auth"#)
        let answer = exchange.answer(
            user: "Jäs",
            password: "",
            for: .init(method: "GET", target: "/"),
            clientNonce: "c"
        )
        #expect(answer.hasPrefix("Digest username*=UTF-8''J%C3%A4s, "))
    }

    @Test func `nonce counts go up, and a session keeps its first client nonce`() throws {
        var plain = try self.exchange(#"Digest realm="r", nonce="n", qop=auth"#)
        var session = try self.exchange(
            #"Digest realm="http-auth@example.org", qop="auth", algorithm=SHA-256-sess, "#
                + "nonce=\"\(Self.nonce)\""
        )
        for count in 1...17 {
            let parameters = self.answer(&plain, clientNonce: "c\(count)")
            #expect(parameters["nc"] == (count < 16 ? "0000000" : "000000") + hex(count))
            #expect(parameters["cnonce"] == "c\(count)")
        }
        _ = self.answer(&session)
        let second = self.answer(&session, clientNonce: "another")
        #expect(second["nc"] == "00000002")
        #expect(second["cnonce"] == Self.clientNonce)
        let response = "6bb0010aa4bdf46422a798c509ea32e256f27bd37de5cc3bdf8ed51e1d77d650"
        #expect(second["response"] == response)
    }

    private func hex(_ number: Int) -> String { String(number, radix: 16) }

    @Test func `without qop the answer is that of RFC 2069`() throws {
        var exchange = try self.exchange(
            "Digest realm=\"http-auth@example.org\", nonce=\"\(Self.nonce)\""
        )
        let parameters = self.answer(&exchange)
        #expect(parameters["response"] == "7b2cc3b30e75b4777ea31027084363fd")
        #expect(parameters["nc"] == nil)
        #expect(parameters["qop"] == nil)
    }

    @Test func `quotes in a realm stay within quotes`() throws {
        var exchange = try self.exchange(#"Digest realm="a\"b\\c", nonce="n", qop="auth""#)
        let answer = exchange.answer(
            user: "u\"x",
            password: "p",
            for: .init(method: "GET", target: "/?q=\"%22\""),
            clientNonce: "c"
        )
        #expect(answer.contains(#"realm="a\"b\\c""#))
        #expect(answer.contains(#"username="u\"x""#))
        #expect(answer.contains(#"uri="/?q=\"%22\"""#))
    }

    @Test(arguments: [
        #"Basic realm="r""#, "Digest", #"Digest realm="r""#, "Digest nonce=\"n\", algorithm=SHA-1",
        #"Digest realm="r", nonce="n", qop="auth-int""#, "Digest realm=\"r, nonce=\"n",
        "Digest realm=\"a\u{1}\", nonce=\"n\"", "", ",,,", "Negotiate abc/def==",
    ])
    func `what cannot be answered is no challenge`(_ field: String) {
        let head = ResponseHead(
            status: 401,
            version: "HTTP/1.1",
            fields: [FieldLine("WWW-Authenticate", field)]
        )
        #expect(DigestChallenge.best(of: head) == nil)
    }

    @Test func `the strongest of several challenges is answered, wherever it stands`() throws {
        let fields = [
            #"Basic realm="b", Digest realm="weak", nonce="1", qop="auth", algorithm=MD5"#,
            #"Negotiate abc/def==, DIGEST nonce="2" , realm=strong,qop=auth,algorithm=sha-256"#,
            #"Digest realm="later", nonce="3", qop="auth", algorithm=SHA-256, Newauth x=1"#,
        ]
        let head = ResponseHead(
            status: 401,
            version: "HTTP/1.1",
            fields: fields.map { FieldLine("www-authenticate", $0) }
        )
        let challenge = try #require(DigestChallenge.best(of: head))
        #expect(challenge.realm == "strong")
        #expect(challenge.nonce == "2")
        #expect(
            Challenge.parse(fields).map(\.scheme)
                == ["Basic", "Digest", "Negotiate", "DIGEST", "Digest", "Newauth"]
        )
    }
}
