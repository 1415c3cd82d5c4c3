import HTTPModel
import Testing

@testable import Rendering

@Suite("Error sentences: certificates, protocol, redirects, URIs")
struct ErrorSentencesDetailTests {
    struct Case {
        let kind: String
        let message: String
    }

    static let origin = Origin(scheme: .https, host: "a.test")

    static func problem(
        _ reason: CertificateProblem.Reason,
        _ place: Int? = 1,
        of length: Int = 1
    ) -> CertificateProblem {
        CertificateProblem(reason, subject: "CN=a.test", place: place, chainLength: length)
    }

    static let certificates: [(CertificateProblem, Case)] = [
        (
            Self.problem(.expired(on: "2026-01-01")),
            Case(
                kind: "certificate_expired",
                message: "it expired on 2026-01-01 (CN=a.test, the only one sent)"
            )
        ),
        (
            Self.problem(.expired(on: "2026-01-01"), 2, of: 3),
            Case(
                kind: "certificate_expired",
                message: "an issuer in its chain expired on 2026-01-01"
                    + " (CN=a.test, 2 of 3 in the chain)"
            )
        ),
        (
            Self.problem(.expired(on: "2026-01-01"), nil, of: 3),
            Case(
                kind: "certificate_expired",
                message: "the root that it leads to expired on 2026-01-01 (CN=a.test)"
            )
        ),
        (
            Self.problem(.notYetValid(until: "2030-01-01"), 1, of: 2),
            Case(
                kind: "certificate_not_yet_valid",
                message: "it is valid from 2030-01-01 (CN=a.test, 1 of 2 in the chain)"
            )
        ),
        (
            Self.problem(.wrongName(host: "a.test", names: ["b.test", "c.test"])),
            Case(
                kind: "certificate_wrong_name",
                message: "it is not for a.test but for b.test, c.test"
                    + " (CN=a.test, the only one sent)"
            )
        ),
        (
            Self.problem(.wrongName(host: "a.test", names: ["1", "2", "3", "4", "5"])),
            Case(
                kind: "certificate_wrong_name",
                message: "it is not for a.test but for 1, 2, 3, 4 and 1 more"
                    + " (CN=a.test, the only one sent)"
            )
        ),
        (
            Self.problem(.wrongName(host: "a.test", names: [])),
            Case(
                kind: "certificate_wrong_name",
                message: "it is not for a.test but for no name at all"
                    + " (CN=a.test, the only one sent)"
            )
        ),
        (
            Self.problem(.selfSigned),
            Case(
                kind: "certificate_self_signed",
                message: "it is self-signed and not trusted (CN=a.test, the only one sent)"
            )
        ),
        (
            Self.problem(.unknownIssuer(issuer: "O=X")),
            Case(
                kind: "certificate_unknown_issuer",
                message: "its issuer, O=X, is not trusted (CN=a.test, the only one sent)"
            )
        ),
        (
            Self.problem(.notSignedByIssuer(issuer: "O=X"), 1, of: 2),
            Case(
                kind: "certificate_bad_signature",
                message: "it says that O=X issued it, but the certificate of that name did not"
                    + " sign it (CN=a.test, 1 of 2 in the chain)"
            )
        ),
        (
            Self.problem(.notAnAuthority, 2, of: 2),
            Case(
                kind: "certificate_not_an_authority",
                message: "an issuer in its chain issued another certificate, and may not"
                    + " (CN=a.test, 2 of 2 in the chain)"
            )
        ),
        (
            Self.problem(.wrongPurpose),
            Case(
                kind: "certificate_wrong_purpose",
                message: "it is for other purposes than a server's (CN=a.test, the only one sent)"
            )
        ),
        (
            Self.problem(.other("odd")),
            Case(
                kind: "certificate_rejected",
                message: "odd (CN=a.test, the only one sent)"
            )
        ),
    ]

    @Test
    func `a certificate that was not accepted says why`() {
        for (problem, expected) in Self.certificates {
            let rendered = Self.render(.certificate(problem))
            #expect(rendered.kind == expected.kind)
            let opening = "the certificate of a.test was not accepted: "
            #expect(rendered.message == opening + expected.message)
            #expect(rendered.hint != nil)
        }
    }

    @Test(arguments: [
        ("\0\0\u{6}\u{4}\0\0\0\0\0\0\u{3}", true), ("\0\0$\u{4}\0\0\0\0\0", true),
        ("\0\0\u{6}\u{8}\0\0\0\0\0", false), ("\0\0\u{6}\u{4}\0\0\0\0", false), ("SSH-2.0", false),
    ])
    func `a server that begins with SETTINGS speaks HTTP 2, and the hint says how to`(
        _ bytes: String,
        _ isHTTP2: Bool
    ) {
        let origin = Origin(scheme: .http, host: "a.test")
        let rendered = ErrorSentences.render(.notHTTP(firstBytes: bytes), origin: origin)
        #expect(rendered.hint?.contains("`--http 2`") == isHTTP2)
    }

    @Test(arguments: [(1, false, true), (2, false, false), (1, true, false)])
    func `a server that closes at the first word of HTTP 1 may speak HTTP 2 only`(
        _ requestNumber: Int,
        _ isHTTP2: Bool,
        _ isHinted: Bool
    ) {
        let use = ConnectionUse(
            connection: ConnectionID(3),
            decision: .new(.init(.noneYet)),
            requestNumber: requestNumber,
            isHTTP2: isHTTP2
        )
        let error = TransportError(
            phase: .receive,
            origin: Origin(scheme: .https, host: "a.test"),
            cause: .peerClosed(receivedBytes: 0, isReset: false),
            use: use
        )
        #expect(ErrorSentences.render(error).hint?.contains("`--http 2`") == isHinted)
    }

    @Test
    func `a server that takes none of the protocols offered is offered another`() {
        let rendered = Self.render(.tls(detail: "TLSV1_ALERT_NO_APPLICATION_PROTOCOL"))
        #expect(rendered.hint?.contains("`--http 2`") == true)
    }

    static let violations: [(ProtocolViolation, Case)] = [
        (
            .notHTTP(firstBytes: "SSH-2.0"),
            Case(kind: "not_http", message: "what it sent is not HTTP: \"SSH-2.0\"")
        ),
        (
            .headerSectionTooLong(limitBytes: 262_144),
            Case(kind: "header_section_too_long", message: "its header section is over 262 kB")
        ),
        (
            .tooManyFields(limit: 100),
            Case(kind: "too_many_fields", message: "it sent more than 100 fields")
        ),
        (
            .contentLengthAndTransferEncoding,
            Case(
                kind: "content_length_and_transfer_encoding",
                message: "it sent both Content-Length and Transfer-Encoding"
                    + " (RFC 9112, section 6.3)"
            )
        ),
        (
            .invalidContentLength("1, 2"),
            Case(kind: "invalid_content_length", message: "its Content-Length is \"1, 2\"")
        ),
        (
            .unknownTransferCoding("xz"),
            Case(kind: "unknown_transfer_coding", message: "its transfer coding is \"xz\"")
        ),
        (
            .invalidField(name: "X"),
            Case(
                kind: "invalid_field",
                message: "its field \"X\" contains a character that no field may have"
            )
        ),
        (
            .tooManyInterimResponses(limit: 16),
            Case(
                kind: "too_many_interim_responses",
                message: "it sent more than 16 interim responses"
            )
        ),
        (
            .unexpectedUpgrade,
            Case(kind: "unexpected_upgrade", message: "it switched protocols unasked")
        ),
        (.other("odd"), Case(kind: "protocol_error", message: "odd")),
    ]

    @Test
    func `a broken protocol says how it was broken`() {
        for (violation, expected) in Self.violations {
            let rendered = Self.render(.protocolViolation(violation))
            #expect(rendered.kind == expected.kind)
            #expect(rendered.message == "a.test broke the protocol: \(expected.message)")
        }
    }

    static let redirects: [(ExchangeFailure, Case)] = [
        (
            .tooManyRedirects(limit: 2, chain: ["/a", "/b", "/c"]),
            Case(kind: "too_many_redirects", message: "more than 2 redirects: /a → /b → /c")
        ),
        (
            .tooManyRedirects(limit: 20, chain: ["1", "2", "3", "4", "5", "6"]),
            Case(
                kind: "too_many_redirects",
                message: "more than 20 redirects: 1 → 2 → 3 → 4 → … 2 more"
            )
        ),
        (
            .badRedirect(location: "http://[", why: .malformed),
            Case(
                kind: "bad_redirect",
                message: "the redirect to \"http://[\" cannot be followed:"
                    + " it is not a URI reference"
            )
        ),
        (
            .badRedirect(location: "ftp://a/", why: .scheme("ftp")),
            Case(
                kind: "bad_redirect",
                message: "the redirect to \"ftp://a/\" cannot be followed:"
                    + " its scheme is ftp, not http or https"
            )
        ),
        (
            .badRedirect(location: "/\u{1B}", why: .controlCharacters),
            Case(
                kind: "bad_redirect",
                message: "the redirect to \"/\\x1b\" cannot be followed:"
                    + " it contains control characters"
            )
        ),
        (
            .downgradeRefused(from: "https://a/", to: "http://a/"),
            Case(
                kind: "redirect_downgrade",
                message: "not followed: a redirect from https://a/ to http://a/ would leave TLS"
            )
        ),
        (
            .contentNotReplayable(status: 307, to: "/b", why: .changed(path: "b.json")),
            Case(
                kind: "content_not_replayable",
                message: "not followed: the 307 redirect to /b wants the content again,"
                    + " and b.json has changed since it was read"
            )
        ),
        (
            .contentNotReplayable(status: 307, to: "/b", why: .gone(path: "b.json")),
            Case(
                kind: "content_not_replayable",
                message: "not followed: the 307 redirect to /b wants the content again,"
                    + " and b.json is not there any more"
            )
        ),
        (
            .contentNotReplayable(status: 307, to: "/b", why: .readOnce),
            Case(
                kind: "content_not_replayable",
                message: "not followed: the 307 redirect to /b wants the content again,"
                    + " and it came from where it cannot be read twice"
            )
        ),
    ]

    @Test
    func `a redirect that was not followed says why`() {
        for (failure, expected) in Self.redirects {
            let rendered = ErrorSentences.render(failure)
            #expect(rendered.kind == expected.kind)
            #expect(rendered.message == expected.message)
            #expect(rendered.hint != nil)
        }
    }

    @Test
    func `a circle of redirects is recognised`() {
        let circle = ExchangeFailure.tooManyRedirects(limit: 3, chain: ["/a", "/b", "/a", "/b"])
        #expect(ErrorSentences.render(circle).hint?.contains("circle") == true)
        let line = ExchangeFailure.tooManyRedirects(limit: 1, chain: ["/a", "/b"])
        #expect(ErrorSentences.render(line).hint == "`set redirect.max N` follows more")
    }

    @Test(arguments: [
        (["/a", "/b", "/a", "/b", "/a"], "/a → /b → /a → …"),
        (["/x", "/a", "/a"], "/x → /a → /a → …"),
        (
            ["/1", "/2", "/3", "/4", "/5", "/6", "/7", "/a", "/b", "/a", "/b", "/a"],
            "/1 → /2 → /3 → /4 → … 3 more → /a → /b → /a → …"
        ),
        // A round that holds the same target twice.
        (["/b", "/a", "/a", "/b", "/a", "/a"], "/b → /a → /a → /b → …"),
        // One that comes back once, as after a login, is no circle yet.
        (["/a", "/login", "/a", "/b"], "/a → /login → /a → /b"),
        (["/a", "/a"], "/a → /a → …"), (["/a"], "/a"),
    ])
    func `the part of a chain that repeats is named`(_ chain: [String], _ shown: String) {
        let rendered = ErrorSentences.render(.tooManyRedirects(limit: 20, chain: chain))
        #expect(rendered.message == "more than 20 redirects: \(shown)")
    }

    static let uris: [(URIError, String)] = [
        (.empty, "there is no URL"),
        (.missingScheme, "the URL has no scheme"),
        (.unsupportedScheme("ftp"), "the scheme ftp is not supported"),
        (.missingHost, "the URL has no host"),
        (.invalidHost("a b"), "\"a b\" is not a host"),
        (.invalidPort("99999"), "\"99999\" is not a port"),
        (.controlCharacter, "the URL contains a control character"),
    ]

    @Test
    func `a wrong URL says what is wrong with it`() {
        for (error, message) in Self.uris {
            #expect(ErrorSentences.render(error).kind == "invalid_url")
            #expect(ErrorSentences.render(error).message == message)
        }
    }

    private static func render(_ cause: TransportError.Cause) -> RenderedError {
        ErrorSentences.render(TransportError(phase: .handshake, origin: Self.origin, cause: cause))
    }
}
