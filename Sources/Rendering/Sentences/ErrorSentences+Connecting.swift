internal import HTTPModel

extension ErrorSentences {
    /// The name does not exist.
    static func nameNotFound(_ host: String) -> RenderedError {
        RenderedError(
            kind: "name_not_found",
            words: "no such host",
            message: "cannot find \(Self.safe(host)): there is no such host",
            hint: "is the name spelled right? `base URL` sets another"
        )
    }

    /// The resolver could not say.
    static func resolverFailed(_ host: String, detail: String) -> RenderedError {
        RenderedError(
            kind: "resolver_failed",
            words: "name lookup failed",
            message: "cannot look up \(Self.safe(host)): \(Self.safe(detail))",
            hint: "is this machine online, and its name server reachable?"
        )
    }

    /// Nothing listens there.
    static func refused(_ addresses: [String], origin: Origin) -> RenderedError {
        RenderedError(
            kind: "refused",
            words: "connection refused",
            message: "cannot connect to \(Self.safe(origin.authority)): connection refused"
                + Self.tried(addresses, besides: origin),
            hint: "is the server running? nothing listens on port \(origin.port)"
        )
    }

    /// No way leads there.
    static func unreachable(
        _ addresses: [String],
        detail: String,
        origin: Origin
    ) -> RenderedError {
        RenderedError(
            kind: "unreachable",
            words: "unreachable",
            message: "cannot reach \(Self.safe(origin.authority)): \(Self.safe(detail))"
                + Self.tried(addresses, besides: origin),
            hint: "is the network up, and does a firewall let port \(origin.port) through?"
        )
    }

    /// The addresses tried, unless they say no more than the origin does.
    private static func tried(_ addresses: [String], besides origin: Origin) -> String {
        let host = origin.host
        let known = [origin.authority, host, "\(host):\(origin.port)", "[\(host)]:\(origin.port)"]
        let isNews = addresses.contains { !known.contains($0) }
        guard isNews else { return "" }
        return " (tried \(addresses.map(Self.safe).joined(separator: ", ")))"
    }

    /// TLS could not be agreed on.
    static func tls(_ detail: String, origin: Origin) -> RenderedError {
        let upper = detail.uppercased()
        let isCleartext = upper.contains("WRONG_VERSION_NUMBER") || upper.contains("HTTP_REQUEST")
        return RenderedError(
            kind: "tls_failed",
            words: "TLS failed",
            message: "cannot agree on TLS with \(Self.safe(origin.authority)):"
                + " \(Self.safe(detail))",
            hint: isCleartext
                ? "the server seems to speak cleartext on this port:"
                    + " try http://\(Self.safe(origin.host)):\(origin.port)"
                : "which versions does the server take? tls.min is the lowest that linger offers"
        )
    }

    /// The certificate was not accepted.
    static func render(_ problem: CertificateProblem, origin: Origin) -> RenderedError {
        let (kind, words, detail) = Self.describe(problem)
        let hint =
            switch problem {
            case .expired, .notYetValid:
                "is this machine's clock right? else the server must renew it"
            case .wrongName: "use a name that the certificate has, or `set tls.verify off`"
            case .selfSigned, .unknownIssuer:
                "`set tls.ca FILE` trusts its issuer; `set tls.verify off` trusts anyone"
            case .other: "`set tls.verify off` trusts anyone"
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
        switch problem {
        case .expired(let subject, let date):
            (
                "certificate_expired", "certificate expired",
                "it expired on \(Self.safe(date)) (\(Self.safe(subject)))"
            )
        case .notYetValid(let subject, let date):
            (
                "certificate_not_yet_valid", "certificate not yet valid",
                "it is valid from \(Self.safe(date)) (\(Self.safe(subject)))"
            )
        case .wrongName(let host, let names):
            (
                "certificate_wrong_name", "certificate for another name",
                "it is not for \(Self.safe(host)) but for \(Self.listed(names))"
            )
        case .selfSigned(let subject):
            (
                "certificate_self_signed", "certificate self-signed",
                "it is self-signed (\(Self.safe(subject)))"
            )
        case .unknownIssuer(let subject, let issuer):
            (
                "certificate_unknown_issuer", "certificate from an unknown issuer",
                "its issuer \(Self.safe(issuer)) is not trusted (\(Self.safe(subject)))"
            )
        case .other(let detail):
            ("certificate_rejected", "certificate not accepted", Self.safe(detail))
        }
    }

    /// A few names of many.
    private static func listed(_ names: [String]) -> String {
        let shown = 4
        guard !names.isEmpty else { return "no name at all" }
        let first = names.prefix(shown).map(Self.safe).joined(separator: ", ")
        return names.count > shown ? "\(first) and \(names.count - shown) more" : first
    }
}
