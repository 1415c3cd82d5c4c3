package import HTTPModel

/// The words for what whoever made a request may not expect of it.
package enum RemarkSentences {
    /// What is said of it.
    package static func sentence(_ remark: AttemptRemark) -> String {
        switch remark {
        case .cookiesBypassed(let count, let why):
            "not sent: \(CountText.text(count, "stored cookie")), because \(Self.words(why))"
        case .cookiesLeftOut(let count):
            "not sent: \(CountText.text(count, "stored cookie")), for want of room:"
                + " `cookies why` says which"
        case .challengeUnanswered(let why): "challenge not answered: \(Self.words(why))"
        case .foldedFields(let names):
            "folded over several lines, which is obsolete and has hidden attacks:"
                + " \(Sanitizer.line(names.joined(separator: ", "))); each break is read as a blank"
        }
    }

    /// Why the cookie store was not asked.
    package static func words(_ why: CookieBypass) -> String {
        switch why {
        case .ownField: "the request has a Cookie field of its own"
        case .request: "of --no-cookies"
        case .settings: "cookies were off (`set cookies on`)"
        }
    }

    /// The machine code.
    static func code(_ remark: AttemptRemark) -> String {
        switch remark {
        case .cookiesBypassed: "cookies_bypassed"
        case .cookiesLeftOut: "cookies_left_out"
        case .challengeUnanswered: "challenge_unanswered"
        case .foldedFields: "folded_fields"
        }
    }

    private static func words(_ why: ChallengeRefusal) -> String {
        switch why {
        case .otherSchemes(let schemes):
            schemes.isEmpty
                ? "the server names no scheme"
                : "it is \(Sanitizer.line(schemes.joined(separator: " or "))), not Digest"
        case .algorithm(let name): "Digest with the algorithm \(Sanitizer.line(name)) is not known"
        case .quality(let text):
            "Digest with qop=\(Sanitizer.line(text)) is not supported, only auth"
        case .malformed: "the Digest challenge has no nonce that could be sent back"
        case .content(let obstacle):
            "it wants the content again, and \(ErrorSentences.words(obstacle))"
        case .credentialsRefused: "it was answered before, and the server refuses user or password"
        }
    }
}
