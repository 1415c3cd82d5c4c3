internal import HTTPModel

extension ErrorSentences {
    /// The server's certificate was not accepted: why, whose it is, and where in the chain.
    static func render(_ problem: CertificateProblem, origin: Origin) -> RenderedError {
        let (kind, words, detail) = Self.describe(problem)
        let hint =
            switch problem.reason {
            case .expired, .notYetValid:
                "is this machine's clock right? else the server must renew it"
            case .wrongName:
                "use a name that the certificate has, or `set tls.sni NAME`"
            case .selfSigned: "`set tls.ca FILE` trusts it; `set tls.verify off` trusts anyone"
            case .unknownIssuer:
                "`set tls.ca FILE` trusts its issuer, unless the server left one out that it"
                    + " should have sent"
            case .notSignedByIssuer, .notAnAuthority, .wrongPurpose, .missing, .other:
                "the server must be set right; `set tls.verify off` trusts anyone"
            }
        return RenderedError(
            kind: kind,
            words: words,
            message:
                "the certificate of \(Self.safe(origin.authority)) was not accepted: \(detail)",
            hint: hint
        )
    }

    private static func describe(
        _ problem: CertificateProblem
    ) -> (kind: String, words: String, detail: String) {
        let who = Self.who(problem)
        let whose = Self.whose(problem)
        switch problem.reason {
        case .expired(let date):
            return (
                "certificate_expired", "certificate expired",
                "\(who) expired on \(Self.safe(date))\(whose)"
            )
        case .notYetValid(let date):
            return (
                "certificate_not_yet_valid", "certificate not yet valid",
                "\(who) is valid from \(Self.safe(date))\(whose)"
            )
        case .wrongName(let host, let names):
            return (
                "certificate_wrong_name", "certificate for another name",
                "it is not for \(Self.safe(host)) but for \(Self.listed(names))\(whose)"
            )
        case .selfSigned:
            return (
                "certificate_self_signed", "certificate self-signed",
                "\(who) is self-signed and not trusted\(whose)"
            )
        case .unknownIssuer(let issuer):
            return (
                "certificate_unknown_issuer", "certificate from an unknown issuer",
                "\(who == "it" ? "its issuer" : "the issuer of \(who)"), \(Self.safe(issuer)),"
                    + " is not trusted\(whose)"
            )
        case .notSignedByIssuer(let issuer):
            return (
                "certificate_bad_signature", "certificate with a wrong signature",
                "\(who) says that \(Self.safe(issuer)) issued it, but the certificate of that"
                    + " name did not sign it\(whose)"
            )
        case .notAnAuthority:
            return (
                "certificate_not_an_authority", "certificate from no authority",
                "\(who) issued another certificate, and may not\(whose)"
            )
        case .wrongPurpose:
            return (
                "certificate_wrong_purpose", "certificate not for servers",
                "\(who) is for other purposes than a server's\(whose)"
            )
        case .missing:
            return ("certificate_missing", "no certificate", "the server sent none")
        case .other(let words):
            return ("certificate_rejected", "certificate not accepted", Self.safe(words) + whose)
        }
    }

    private static func who(_ problem: CertificateProblem) -> String {
        switch problem.place {
        case 1: "it"
        case .some: "an issuer in its chain"
        case .none: "the root that it leads to"
        }
    }

    /// Subject and place: ` (CN=a.test, 1 of 2 in the chain)`.
    private static func whose(_ problem: CertificateProblem) -> String {
        let place =
            switch (problem.place, problem.chainLength) {
            case (.some(1), 1): "the only one sent"
            case (.some(let place), let length): "\(place) of \(length) in the chain"
            case (.none, _): ""
            }
        let parts = [Self.safe(problem.subject), place].filter { !$0.isEmpty }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }

    /// A few names of many.
    private static func listed(_ names: [String]) -> String {
        let shown = 4
        guard !names.isEmpty else { return "no name at all" }
        let first = names.prefix(shown).map(Self.safe).joined(separator: ", ")
        return names.count > shown ? "\(first) and \(names.count - shown) more" : first
    }
}
