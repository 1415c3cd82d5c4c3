import FoundationEssentials
import HTTPModel
import NIOSSL
import SwiftASN1
import X509

/// Decides whether a server's certificate chain is to be trusted, and says why not: what is wrong,
/// with whose certificate, and where in the chain it stands.
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
        let sent: SentChain
        do {
            sent = SentChain(try chain.map { try Certificate(derEncoded: $0.toDERBytes()) })
        } catch {
            return CertificateProblem(
                .other("it cannot be read: \(error)"),
                subject: "",
                place: nil,
                chainLength: chain.count
            )
        }
        guard let leaf = sent.certificates.first else {
            return CertificateProblem(.missing, subject: "", place: nil, chainLength: 0)
        }
        let intermediates = CertificateStore(sent.certificates.dropFirst())
        var verifier = Verifier(rootCertificates: self.roots) {
            RFC5280Policy()
            ServerPurposePolicy()
            ServerIdentityPolicy(
                serverHostname: host.isIPAddress ? nil : host,
                serverIP: host.isIPAddress ? host : nil
            )
        }
        // What a server sends beyond a chain that holds is none of our business.
        if case .validCertificate = await verifier.validate(
            leaf: leaf,
            intermediates: intermediates
        ) {
            return nil
        }
        // Dates first: a chain that fails for its dates fails for many reasons at once.
        if let problem = sent.dateProblem(now: now) { return problem }
        var nameless = Verifier(rootCertificates: self.roots) {
            RFC5280Policy()
            AnyNameAndPurpose()
        }
        switch await nameless.validate(leaf: leaf, intermediates: intermediates) {
        case .validCertificate:
            return leaf.mayServe
                ? sent.problem(.wrongName(host: host, names: leaf.identityNames), with: leaf)
                : sent.problem(.wrongPurpose, with: leaf)
        case .couldNotValidate(let failures):
            return failures.first.map { sent.problem(of: $0, now: now) } ?? sent.trustProblem()
        }
    }
}

/// Demands that a certificate which is limited to purposes may identify a server (RFC 5280, section
/// 4.2.1.12).
private struct ServerPurposePolicy: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [.X509ExtensionID.extendedKeyUsage]

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) async
        -> PolicyEvaluationResult
    {
        chain.leaf.mayServe
            ? .meetsPolicy : .failsToMeetPolicy(reason: "it is not for servers")
    }
}

/// Lets every name and purpose pass, to find out whether anything else is wrong.
private struct AnyNameAndPurpose: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
        .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.extendedKeyUsage,
    ]

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) async
        -> PolicyEvaluationResult
    {
        .meetsPolicy
    }
}

/// The certificates that a server sent, its own first.
private struct SentChain {
    let certificates: [Certificate]

    init(_ certificates: [Certificate]) {
        self.certificates = certificates
    }

    /// A problem with one certificate, with its place if it was sent.
    func problem(
        _ reason: CertificateProblem.Reason,
        with certificate: Certificate
    ) -> CertificateProblem {
        CertificateProblem(
            reason,
            subject: "\(certificate.subject)",
            place: self.certificates.firstIndex(of: certificate).map { $0 + 1 },
            chainLength: self.certificates.count
        )
    }

    /// The first certificate whose time has passed or has not come.
    func dateProblem(now: Date) -> CertificateProblem? {
        for certificate in self.certificates {
            if let reason = certificate.dateReason(now: now) {
                return self.problem(reason, with: certificate)
            }
        }
        return nil
    }

    /// What is wrong with a chain that leads to a trusted root, and breaks a rule of RFC 5280.
    func problem(
        of failure: CertificateValidationResult.PolicyFailure,
        now: Date
    ) -> CertificateProblem {
        for certificate in failure.chain {
            if let reason = certificate.dateReason(now: now) {
                return self.problem(reason, with: certificate)
            }
        }
        for issuer in failure.chain.dropFirst() where !issuer.isAuthority {
            return self.problem(.notAnAuthority, with: issuer)
        }
        return self.problem(
            .other("\(failure.policyFailureReason)"),
            with: failure.chain.leaf
        )
    }

    /// Why no chain leads from the server's certificate to a trusted root: followed from issuer to
    /// issuer, as far as it goes.
    func trustProblem() -> CertificateProblem {
        var current = self.certificates[0]
        var seen: Set<Certificate> = [current]
        while current.issuer != current.subject {
            let named = self.certificates.filter { $0.subject == current.issuer }
            guard !named.isEmpty else {
                return self.problem(.unknownIssuer(issuer: "\(current.issuer)"), with: current)
            }
            let signers = named.filter {
                $0.publicKey.isValidSignature(current.signature, for: current)
            }
            guard let next = signers.first(where: { !seen.contains($0) }) else {
                return self.problem(
                    signers.isEmpty
                        ? .notSignedByIssuer(issuer: "\(current.issuer)")
                        // Issuers in a circle lead nowhere.
                        : .unknownIssuer(issuer: "\(current.issuer)"),
                    with: current
                )
            }
            guard next.isAuthority else { return self.problem(.notAnAuthority, with: next) }
            seen.insert(next)
            current = next
        }
        return self.problem(.selfSigned, with: current)
    }
}

extension Certificate {
    /// Why it is not valid now; nil if it is.
    fileprivate func dateReason(now: Date) -> CertificateProblem.Reason? {
        if self.notValidAfter < now { return .expired(on: self.notValidAfter.dayText) }
        if self.notValidBefore > now { return .notYetValid(until: self.notValidBefore.dayText) }
        return nil
    }

    /// Whether it may issue others (RFC 5280, section 4.2.1.9).
    fileprivate var isAuthority: Bool {
        guard let constraints = try? self.extensions.basicConstraints else { return false }
        switch constraints {
        case .isCertificateAuthority: return true
        case .notCertificateAuthority: return false
        }
    }

    /// Whether it may identify a server: it is limited to no purposes, or to this among others.
    fileprivate var mayServe: Bool {
        guard let usages = try? self.extensions.extendedKeyUsage else {
            return self.extensions[oid: .X509ExtensionID.extendedKeyUsage] == nil
        }
        return usages.contains(.serverAuth) || usages.contains(.any)
    }

    /// The names that it is for.
    fileprivate var identityNames: [String] {
        guard let alternatives = try? self.extensions.subjectAlternativeNames else { return [] }
        return alternatives.compactMap { name in
            switch name {
            case .dnsName(let name): name
            case .ipAddress(let bytes): IPAddress(bytes: Array(bytes.bytes))?.text
            // Only DNS names and addresses identify a server (RFC 9110, section 4.3.4).
            default: nil
            }
        }
    }
}

extension CertificateFacts {
    /// What is known of a certificate; nil if it cannot be read.
    init?(_ certificate: NIOSSLCertificate) {
        guard let bytes = try? certificate.toDERBytes(),
            let parsed = try? Certificate(derEncoded: bytes)
        else { return nil }
        self.init(
            subject: "\(parsed.subject)",
            issuer: "\(parsed.issuer)",
            names: parsed.identityNames,
            expiry: parsed.notValidAfter.dayText
        )
    }
}

extension Date {
    /// The day in UTC, as `YYYY-MM-DD`.
    fileprivate var dayText: String {
        self.formatted(.iso8601.year().month().day())
    }
}
