import HTTPModel

/// A running exchange of Digest authentication with one origin: the nonce, and how often it was
/// used (RFC 7616, section 3.4).
///
/// It belongs to the origin that sent the challenge and is never used for another one (curl
/// CVE-2026-11856).
struct DigestExchange {
    /// The challenge that is answered.
    private(set) var challenge: DigestChallenge
    /// How many answers the nonce has had.
    private(set) var count = 0
    /// The client's nonce of the first answer, which the session variants keep.
    private var firstClientNonce: String?

    /// Begins with a challenge.
    init(_ challenge: DigestChallenge) {
        self.challenge = challenge
    }

    /// What an answer is for.
    struct Request {
        /// The method.
        var method: String
        /// The request target, as on the wire.
        var target: String
    }

    /// The value of the `Authorization` field for the next request; `clientNonce` is a value that
    /// is new each time.
    mutating func answer(
        user: String,
        password: String,
        for request: Request,
        clientNonce: String
    ) -> String {
        self.count += 1
        let first = self.firstClientNonce ?? clientNonce
        self.firstClientNonce = first
        let challenge = self.challenge
        let hash = challenge.algorithm.hash(_:) as (String) -> String
        var secret = hash("\(user):\(challenge.realm):\(password)")
        if challenge.isSession { secret = hash("\(secret):\(challenge.nonce):\(first)") }
        let action = hash("\(request.method):\(request.target)")
        let count = Self.hexCount(self.count)
        let nonce = challenge.isSession ? first : clientNonce
        let middle =
            challenge.offersQuality ? "\(challenge.nonce):\(count):\(nonce):auth" : challenge.nonce
        let response = hash("\(secret):\(middle):\(action)")
        let name =
            challenge.hashesUser ? hash("\(user):\(challenge.realm)") : user
        var parts = [
            Self.userPart(name, hashed: challenge.hashesUser),
            "realm=\(challenge.realm.quoted)",
            "nonce=\(challenge.nonce.quoted)", "uri=\(request.target.quoted)",
            "response=\"\(response)\"",
        ]
        if let text = challenge.algorithmText { parts.append("algorithm=\(text)") }
        if let opaque = challenge.opaque { parts.append("opaque=\(opaque.quoted)") }
        if challenge.offersQuality {
            parts += ["qop=auth", "nc=\(count)", "cnonce=\"\(nonce)\""]
        } else if challenge.isSession {
            parts.append("cnonce=\"\(nonce)\"")
        }
        if challenge.hashesUser { parts.append("userhash=true") }
        return "Digest \(parts.joined(separator: ", "))"
    }

    /// Takes the nonce that the server wants next (RFC 7616, section 3.5).
    mutating func take(nextNonce: String) {
        guard nextNonce != self.challenge.nonce, !nextNonce.isEmpty,
            nextNonce.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return }
        self.challenge.nonce = nextNonce
        self.count = 0
        self.firstClientNonce = nil
    }

    /// A name outside ASCII is written as RFC 8187 does (RFC 7616, section 3.4).
    private static func userPart(_ name: String, hashed: Bool) -> String {
        guard !hashed, !name.utf8.allSatisfy({ $0 < 0x80 }) else {
            return "username=\(name.quoted)"
        }
        return "username*=UTF-8''\(name.percentEncodingAll)"
    }

    /// Eight hexadecimal digits.
    private static func hexCount(_ count: Int) -> String {
        let digits = String(UInt32(truncatingIfNeeded: count), radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}

extension String {
    /// The string in quotation marks (RFC 9110, section 5.6.4).
    fileprivate var quoted: String {
        var text = "\""
        for character in self.unicodeScalars {
            if character == "\"" || character == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}
