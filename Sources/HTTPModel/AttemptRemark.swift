/// Something about an attempt that whoever made the request may not expect.
package enum AttemptRemark: Sendable, Hashable {
    /// So many stored cookies would have gone with it, and the store was not asked; why.
    case cookiesBypassed(Int, CookieBypass)
    /// So many stored cookies match its target, and did not fit into it (SESSION.md, R6).
    case cookiesLeftOut(Int)
    /// Its response challenges, and that was not answered, though there are credentials; why.
    case challengeUnanswered(ChallengeRefusal)
    /// These fields of its response came folded over several lines (RFC 9112, section 5.2).
    case foldedFields([String])
}

/// Why the cookie store was not asked.
package enum CookieBypass: String, Sendable, Hashable {
    /// The request says itself what its `Cookie` field is.
    case ownField = "own_field"
    /// The request says that no stored cookies go with it: `--no-cookies`.
    case request
    /// The settings say so: `cookies off`.
    case settings
}

/// Why a challenge was not answered (RFC 7616, section 3.3).
package enum ChallengeRefusal: Error, Sendable, Hashable {
    /// No challenge is of the Digest scheme; those that there are.
    case otherSchemes([String])
    /// It wants an algorithm that we do not know.
    case algorithm(String)
    /// It wants a quality of protection other than `auth`.
    case quality(String)
    /// It has no nonce, or characters that no answer can hold.
    case malformed
    /// The content cannot be sent again.
    case content(ReplayObstacle)
    /// It was answered before, and the server does not take the credentials.
    case credentialsRefused
}
