internal import HTTPModel

extension ErrorSentences {
    /// The proxy did not lead to the origin.
    static func render(_ failure: ProxyFailure, origin: Origin) -> RenderedError {
        let proxy = Self.safe(failure.proxy)
        let (kind, detail) = Self.describe(failure.reason)
        let message: String
        switch failure.reason {
        case .unusable: message = "the variable \(proxy) names no proxy that linger can use"
        case .nameNotFound, .refused, .unreachable, .timedOut, .closed, .notAProxy, .answerTooLong,
            .credentialsWanted, .credentialsRefused, .status, .reply, .nameTooLong:
            message =
                "cannot reach \(Self.safe(origin.authority)) through the proxy \(proxy): \(detail)"
        }
        return RenderedError(
            kind: kind,
            words: "proxy: \(detail)",
            message: message,
            hint: Self.hint(failure.reason)
        )
    }

    private static func describe(
        _ reason: ProxyFailure.Reason
    ) -> (kind: String, detail: String) {
        switch reason {
        case .unusable: ("proxy_unusable", "none that linger can use")
        case .nameNotFound: ("proxy_name_not_found", "there is no such host")
        case .refused: ("proxy_refused", "connection refused")
        case .unreachable(let detail): ("proxy_unreachable", Self.safe(detail))
        case .timedOut(let limit):
            ("connect_timeout", "no answer for \(DurationText.text(limit)) (timeout.connect)")
        case .closed: ("proxy_closed", "it closed the connection")
        case .notAProxy(let bytes):
            ("proxy_protocol_error", "what it answered makes no sense: \(Self.quoted(bytes))")
        case .answerTooLong(let limit):
            ("proxy_protocol_error", "its answer is over \(ByteText.text(limit))")
        case .credentialsWanted(let schemes):
            ("proxy_credentials_wanted", "it wants credentials\(Self.taken(schemes))")
        case .credentialsRefused(let schemes):
            ("proxy_credentials_refused", "it did not take the credentials\(Self.taken(schemes))")
        case .status(let status, let reason):
            (
                "proxy_status",
                reason.isEmpty
                    ? "it answered \(status)" : "it answered \(status) \(Self.safe(reason))"
            )
        case .reply(let code): ("proxy_reply", "it answered \(code), \(Self.words(ofReply: code))")
        case .nameTooLong(let limit):
            ("proxy_name_too_long", "the host name is over \(ByteText.text(limit))")
        }
    }

    /// The words of RFC 1928, section 6.
    private static func words(ofReply code: UInt8) -> String {
        switch code {
        case 1: "general failure"
        case 2: "not allowed by its rules"
        case 3: "network unreachable"
        case 4: "host unreachable"
        case 5: "connection refused by the origin"
        case 6: "TTL expired"
        case 7: "command not supported"
        case 8: "address type not supported"
        default: "which no standard explains"
        }
    }

    private static func taken(_ schemes: [String]) -> String {
        schemes.isEmpty ? "" : " (\(schemes.map(Self.safe).joined(separator: ", ")))"
    }

    private static func hint(_ reason: ProxyFailure.Reason) -> String? {
        switch reason {
        case .unusable:
            "http://, socks5:// and socks5h:// are; `set proxy off` goes without one"
        case .nameNotFound, .refused, .unreachable, .timedOut:
            "is the proxy running? `set proxy off` goes without one"
        case .closed, .notAProxy, .answerTooLong:
            "does it speak what its URL says? http://, socks5:// and socks5h:// are taken"
        case .credentialsWanted, .credentialsRefused:
            "`set proxy http://USER:PASSWORD@HOST:PORT`; with HTTP proxies linger speaks Basic"
        case .status: "the proxy's own rules may forbid this host or port"
        case .reply(let code):
            switch code {
            case 8: "socks5h:// has the proxy look the name up, socks5:// sends an address"
            default: "the proxy could be reached, the origin could not"
            }
        case .nameTooLong: "socks5:// looks the name up here, and sends an address"
        }
    }
}
