import HTTPModel

/// A challenge of the Digest scheme that we can answer (RFC 7616, section 3.3).
struct DigestChallenge: Hashable {
    /// The protection space.
    var realm: String
    /// The server's nonce.
    var nonce: String
    /// What is sent back as it came.
    var opaque: String?
    /// The hash.
    var algorithm: DigestAlgorithm
    /// The algorithm as the server spells it; nil if it names none.
    var algorithmText: String?
    /// Whether the hash of the name is bound to this nonce and the client's first one.
    var isSession: Bool
    /// Whether the server knows `qop=auth`; without it the answer is that of RFC 2069.
    var offersQuality: Bool
    /// Whether the server only wants a newer nonce.
    var isStale: Bool
    /// Whether the name is sent as a hash.
    var hashesUser: Bool

    /// The strongest challenge of a response that we can answer; of equals the first.
    ///
    /// `qop=auth-int` alone is not answered: it covers content that is streamed.
    static func best(of head: ResponseHead) -> DigestChallenge? {
        Challenge.parse(head.values("WWW-Authenticate"))
            .compactMap { try? Self($0) }
            .reduce(nil) { best, next in
                guard let best else { return next }
                return next.algorithm.strength > best.algorithm.strength ? next : best
            }
    }

    /// Why none of a response's challenges can be answered, by the first of the Digest scheme; nil
    /// if one can.
    static func refusal(of head: ResponseHead) -> ChallengeRefusal? {
        let challenges = Challenge.parse(head.values("WWW-Authenticate"))
        var first: ChallengeRefusal?
        for challenge in challenges where challenge.isDigest {
            do throws(ChallengeRefusal) {
                _ = try Self(challenge)
                return nil
            } catch {
                first = first ?? error
            }
        }
        return first ?? .otherSchemes(challenges.map(\.scheme))
    }

    /// Creates a challenge.
    ///
    /// - Throws: Why it cannot be answered.
    init(_ challenge: Challenge) throws(ChallengeRefusal) {
        guard challenge.isDigest else { throw .otherSchemes([challenge.scheme]) }
        guard let nonce = challenge.parameters["nonce"] else { throw .malformed }
        guard let (algorithm, isSession) = DigestAlgorithm.named(challenge.parameters["algorithm"])
        else { throw .algorithm(challenge.parameters["algorithm"] ?? "") }
        let qualities = challenge.parameters["qop"].map { list in
            list.split { $0 == "," || $0 == " " || $0 == "\t" }.map { String($0).lowercasingASCII }
        }
        let offersQuality = qualities?.contains("auth") ?? false
        guard qualities == nil || qualities?.isEmpty == true || offersQuality else {
            throw .quality(challenge.parameters["qop"] ?? "")
        }
        self.realm = challenge.parameters["realm"] ?? ""
        self.nonce = nonce
        self.opaque = challenge.parameters["opaque"]
        self.algorithm = algorithm
        self.algorithmText = challenge.parameters["algorithm"]
        self.isSession = isSession
        self.offersQuality = offersQuality
        self.isStale = challenge.parameters["stale"]?.lowercasingASCII == "true"
        self.hashesUser = challenge.parameters["userhash"]?.lowercasingASCII == "true"
        // What would break out of the quotes of our answer is refused.
        let texts = [self.realm, nonce, self.opaque ?? ""]
        guard texts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else {
            throw .malformed
        }
    }

    /// What is recorded of it.
    var record: ChallengeRecord {
        ChallengeRecord(
            scheme: "Digest",
            algorithm: self.algorithmText ?? self.algorithm.rawValue,
            realm: self.realm,
            isStale: self.isStale
        )
    }
}

extension Challenge {
    /// Whether it is of the Digest scheme.
    fileprivate var isDigest: Bool { self.scheme.lowercasingASCII == "digest" }
}
