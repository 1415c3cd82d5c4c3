import FoundationEssentials
import HTTPModel
import NIOSSL
import SwiftASN1
import X509

/// Decides whether a server's certificate chain is to be trusted, and says why not.
///
/// Revocation is not checked.
struct CertificateVerifier: Sendable {
    /// The trusted roots.
    let roots: CertificateStore

    /// Verifies `chain`, leaf first, for `host`.
    ///
    /// - Returns: nil if it is trusted.
    func problem(with chain: [NIOSSLCertificate], host: String, now: Date) async
        -> CertificateProblem?
    {
        let certificates: [Certificate]
        do {
            certificates = try chain.map { try Certificate(derEncoded: $0.toDERBytes()) }
        } catch {
            return .other("a certificate cannot be read: \(error)")
        }
        guard let leaf = certificates.first else { return .other("no certificate was sent") }
        // Dates first: a chain that fails for its dates fails for many reasons at once.
        for certificate in certificates {
            if let problem = Self.dateProblem(certificate, now: now) { return problem }
        }
        let intermediates = CertificateStore(certificates.dropFirst())
        var verifier = Verifier(rootCertificates: self.roots) {
            RFC5280Policy()
        }
        let trusted = await verifier.validate(leaf: leaf, intermediates: intermediates)
        guard case .validCertificate = trusted else {
            return Self.trustProblem(leaf, certificates: certificates)
        }
        var named = Verifier(rootCertificates: self.roots) {
            RFC5280Policy()
            ServerIdentityPolicy(
                serverHostname: host.isIPAddress ? nil : host,
                serverIP: host.isIPAddress ? host : nil
            )
        }
        let identified = await named.validate(leaf: leaf, intermediates: intermediates)
        guard case .validCertificate = identified else {
            return .wrongName(host: host, names: Self.names(of: leaf))
        }
        return nil
    }

    private static func dateProblem(_ certificate: Certificate, now: Date) -> CertificateProblem? {
        if certificate.notValidAfter < now {
            return .expired(
                subject: "\(certificate.subject)",
                on: certificate.notValidAfter.dayText
            )
        }
        if certificate.notValidBefore > now {
            return .notYetValid(
                subject: "\(certificate.subject)",
                until: certificate.notValidBefore.dayText
            )
        }
        return nil
    }

    private static func trustProblem(
        _ leaf: Certificate,
        certificates: [Certificate]
    ) -> CertificateProblem {
        if leaf.issuer == leaf.subject { return .selfSigned(subject: "\(leaf.subject)") }
        let last = certificates.last ?? leaf
        return .unknownIssuer(subject: "\(leaf.subject)", issuer: "\(last.issuer)")
    }

    private static func names(of leaf: Certificate) -> [String] {
        guard let alternatives = try? leaf.extensions.subjectAlternativeNames else { return [] }
        return alternatives.compactMap { name in
            switch name {
            case .dnsName(let name): name
            case .ipAddress(let bytes): Self.addressText(bytes.bytes)
            // Only DNS names and addresses identify a server (RFC 9110, section 4.3.4).
            default: nil
            }
        }
    }

    private static func addressText(_ bytes: ArraySlice<UInt8>) -> String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
            let next = bytes.index(after: index)
            let low = next < bytes.endIndex ? Int(bytes[next]) : 0
            return String(Int(bytes[index]) << 8 | low, radix: 16)
        }.joined(separator: ":")
    }
}

extension TLSFacts {
    /// What is known of the server's certificate.
    mutating func describe(_ certificate: NIOSSLCertificate) {
        guard let bytes = try? certificate.toDERBytes(),
            let parsed = try? Certificate(derEncoded: bytes)
        else { return }
        self.certificateSubject = "\(parsed.subject)"
        self.certificateIssuer = "\(parsed.issuer)"
        self.certificateExpiry = parsed.notValidAfter.dayText
    }
}

extension Date {
    /// The day in UTC, as `YYYY-MM-DD`.
    fileprivate var dayText: String {
        self.formatted(.iso8601.year().month().day())
    }
}
