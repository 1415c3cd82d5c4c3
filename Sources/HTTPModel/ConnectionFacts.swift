/// What is known of a connection beyond the pool's own books (POOL.md rule 51).
package struct ConnectionFacts: Sendable, Hashable {
    /// Our address and port, such as `127.0.0.1:51234`.
    package var localAddress: String?
    /// The peer's address and port.
    package var remoteAddress: String?
    /// The protocol spoken, such as `http/1.1`.
    package var applicationProtocol: String
    /// TLS facts; nil for cleartext.
    package var tls: TLSFacts?
    /// What opening it cost.
    package var handshake: HandshakeTimings?
    /// What came while it was idle, and so ended it: the first 256 bytes (POOL.md rule 19).
    package var unsolicited: [UInt8] = []

    /// Creates facts.
    package init(
        localAddress: String? = nil,
        remoteAddress: String? = nil,
        applicationProtocol: String = "http/1.1",
        tls: TLSFacts? = nil,
        handshake: HandshakeTimings? = nil
    ) {
        self.localAddress = localAddress
        self.remoteAddress = remoteAddress
        self.applicationProtocol = applicationProtocol
        self.tls = tls
        self.handshake = handshake
    }
}

/// What is known of a TLS connection.
package struct TLSFacts: Sendable, Hashable {
    /// The version, such as `TLS 1.3`.
    package var version: String
    /// The protocol that ALPN chose, if any.
    package var alpn: String?
    /// The certificates that the server presented, its own first; without verification its own
    /// alone.
    package var certificates: [CertificateFacts]
    /// Whether the certificate was verified.
    package var isVerified: Bool

    /// Creates TLS facts.
    package init(
        version: String,
        alpn: String? = nil,
        certificates: [CertificateFacts] = [],
        isVerified: Bool
    ) {
        self.version = version
        self.alpn = alpn
        self.certificates = certificates
        self.isVerified = isVerified
    }
}

/// What is known of a certificate; texts are as in it, unsanitised.
package struct CertificateFacts: Sendable, Hashable {
    /// Whom it is for, such as `CN=example.com`.
    package var subject: String
    /// Who issued it.
    package var issuer: String
    /// The host names and addresses that it is for.
    package var names: [String]
    /// The last day on which it is valid, as `YYYY-MM-DD`.
    package var expiry: String

    /// Creates facts.
    package init(subject: String, issuer: String, names: [String] = [], expiry: String) {
        self.subject = subject
        self.issuer = issuer
        self.names = names
        self.expiry = expiry
    }
}

/// What the kernel knows of a TCP connection, from TCP_INFO.
package struct TCPFacts: Sendable, Hashable {
    /// The smoothed round-trip time.
    package var roundTripTime: Duration
    /// The round-trip time's mean deviation.
    package var roundTripVariation: Duration
    /// Segments sent again so far.
    package var retransmits: Int

    /// Creates TCP facts.
    package init(roundTripTime: Duration, roundTripVariation: Duration, retransmits: Int) {
        self.roundTripTime = roundTripTime
        self.roundTripVariation = roundTripVariation
        self.retransmits = retransmits
    }
}
