internal import Crypto
internal import FoundationEssentials
internal import NIOSSL
internal import SwiftASN1
internal import X509

/// A certificate authority that lives as long as the server, and the one certificate that it made.
///
/// Its keys are never written anywhere, so that whoever trusts it trusts this server alone.
struct ThrowAwayAuthority {
    /// The authority's own certificate as PEM, for whoever is to trust it.
    let pem: String
    /// What a server shows: the certificate for this machine's names, and its key.
    let context: NIOSSLContext

    /// How long both are valid; a little of it lies before now, for clocks that differ.
    private static let lifetime = (before: 3600.0, after: 30 * 86_400.0)

    /// Makes an authority and a certificate for `localhost`, 127.0.0.1 and ::1.
    init() throws {
        let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("linger demo throw-away CA") }
        let authority = try Self.certificate(
            of: authorityKey.publicKey,
            subject: name,
            issuer: name,
            signedBy: authorityKey,
            try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: authorityKey.publicKey)
            }
        )
        let key = P256.Signing.PrivateKey()
        let publicKey = Certificate.PrivateKey(key).publicKey
        let certificate = try Self.certificate(
            of: publicKey,
            subject: try DistinguishedName { CommonName("localhost") },
            issuer: name,
            signedBy: authorityKey,
            try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([
                    .dnsName("localhost"), Self.address([127, 0, 0, 1]),
                    Self.address(Array(repeating: 0, count: 15) + [1]),
                ])
                SubjectKeyIdentifier(hash: publicKey)
            }
        )
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [
                .certificate(
                    try NIOSSLCertificate(
                        bytes: Array(certificate.serializeAsPEM().pemString.utf8),
                        format: .pem
                    )
                )
            ],
            privateKey: .privateKey(
                try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem)
            )
        )
        configuration.applicationProtocols = ["h2", "http/1.1"]
        self.context = try NIOSSLContext(configuration: configuration)
        self.pem = try authority.serializeAsPEM().pemString + "\n"
    }

    private static func address(_ bytes: [UInt8]) -> GeneralName {
        .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }

    private static func certificate(
        of key: Certificate.PublicKey,
        subject: DistinguishedName,
        issuer: DistinguishedName,
        signedBy issuerKey: Certificate.PrivateKey,
        _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        let now = Date()
        return try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key,
            notValidBefore: now.addingTimeInterval(-Self.lifetime.before),
            notValidAfter: now.addingTimeInterval(Self.lifetime.after),
            issuer: issuer,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: issuerKey
        )
    }
}
