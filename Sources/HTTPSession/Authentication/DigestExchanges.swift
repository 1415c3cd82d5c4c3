import HTTPModel
import HTTPTypes

/// The running exchanges of Digest authentication, by origin and credentials.
struct DigestExchanges {
    /// How many are remembered; beyond that all are forgotten, which costs one challenge each.
    static let limit = 64

    private struct Key: Hashable {
        var origin: Origin
        var credentials: Credentials
    }

    private var exchanges: [Key: DigestExchange] = [:]

    /// The `Authorization` of the next request; nil before the first challenge.
    mutating func answer(
        _ credentials: Credentials,
        for hop: Hop,
        clientNonce: @autoclosure () -> String
    ) -> String? {
        let key = Key(origin: hop.target.origin, credentials: credentials)
        guard let secret = credentials.digestSecret, self.exchanges[key] != nil else { return nil }
        return self.exchanges[key]?.answer(
            user: secret.user,
            password: secret.password,
            for: DigestExchange.Request(
                method: hop.method.rawValue,
                target: hop.target.requestTarget
            ),
            clientNonce: clientNonce()
        )
    }

    /// Takes a challenge that is to be answered.
    mutating func take(
        _ challenge: DigestChallenge,
        from origin: Origin,
        for credentials: Credentials
    ) {
        if self.exchanges.count >= Self.limit { self.exchanges.removeAll() }
        let key = Key(origin: origin, credentials: credentials)
        self.exchanges[key] = DigestExchange(challenge)
    }

    /// Takes the nonce that the server wants next.
    mutating func take(nextNonce: String, from origin: Origin, for credentials: Credentials) {
        self.exchanges[Key(origin: origin, credentials: credentials)]?.take(nextNonce: nextNonce)
    }
}

extension Session {
    /// What answers the challenges of the hop's origin, if it has sent one.
    func digestAnswer(_ credentials: Credentials, for hop: Hop) -> String? {
        self.digestExchanges.answer(
            credentials,
            for: hop,
            clientNonce: self.configuration.makeClientNonce()
        )
    }

    /// What the netrc file has for the hop's host; nothing for a host that a redirect has left, not
    /// even on another port (SESSION.md, RD2).
    func netrcCredentials(for hop: Hop) -> Credentials? {
        guard let netrc = self.netrc,
            !hop.left.contains(where: { $0.host == hop.target.origin.host })
        else { return nil }
        return netrc.credentials(
            for: hop.target.origin.host,
            usesDefault: !hop.hasLeftFirstOrigin
        )
    }

    /// Looks credentials up in a netrc file from now on; nil ends that.
    package func setNetrc(_ netrc: Netrc?) {
        self.netrc = netrc
    }

    /// Takes the nonce that `Authentication-Info` brings (RFC 7615, section 3).
    func takeNextNonce(of head: ResponseHead, _ run: ExchangeRun) {
        guard let credentials = run.digest, let text = head.first("Authentication-Info"),
            let next = Challenge.parse(["Digest \(text)"]).first?.parameters["nextnonce"]
        else { return }
        let origin = run.hop.target.origin
        self.digestExchanges.take(nextNonce: next, from: origin, for: credentials)
    }
}
