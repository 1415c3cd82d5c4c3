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

    /// No address is of the kind that the settings ask for.
    static func noUsableAddress(_ host: String, family: AddressFamily) -> RenderedError {
        let wanted =
            switch family {
            case .auto: "usable"
            case .ipv4: "IPv4"
            case .ipv6: "IPv6"
            }
        return RenderedError(
            kind: "no_usable_address",
            words: "no \(wanted) address",
            message: "cannot connect to \(Self.safe(host)): it has no \(wanted) address",
            hint: "`set connect.family auto` takes any; connect.source asks for its own family"
        )
    }

    /// The local address cannot be used.
    static func sourceAddress(_ source: String, detail: String) -> RenderedError {
        RenderedError(
            kind: "source_address",
            words: "local address unusable",
            message: "cannot connect from \(Self.safe(source)): \(Self.safe(detail))",
            hint: "connect.source must be an address of this machine; `unset connect.source`"
        )
    }

    /// TLS could not be agreed on.
    static func tls(_ detail: String, origin: Origin) -> RenderedError {
        RenderedError(
            kind: "tls_failed",
            words: "TLS failed",
            message: "cannot agree on TLS with \(Self.safe(origin.authority)):"
                + " \(Self.safe(detail))",
            hint: Self.hint(forTLS: detail.uppercased(), origin: origin)
        )
    }

    private static func hint(forTLS detail: String, origin: Origin) -> String {
        if detail.contains("WRONG_VERSION_NUMBER") || detail.contains("HTTP_REQUEST") {
            return "the server seems to speak cleartext on this port:"
                + " try http://\(Self.safe(origin.host)):\(origin.port)"
        }
        if detail.contains("NO_APPLICATION_PROTOCOL") {
            return "the server speaks no version of HTTP that was offered: `--http 2`, or"
                + " `set http.version auto`"
        }
        if detail.contains("CERTIFICATE") {
            return "the server wants a certificate of ours, or did not take it:"
                + " `set tls.cert FILE`, `set tls.key FILE`"
        }
        return "which versions does the server take? tls.min is the lowest that linger offers"
    }
}
