/// A request with everything that stands on its line (LANGUAGE.md sections 1, 4 and 5).
package struct RequestLine: Hashable, Sendable {
    /// How often it is sent; `nil` if no count was given.
    package let count: Int?
    /// How many may be in flight at a time; `nil` if not given.
    package let parallel: Int?
    /// The method: upper case for those with a name of their own, as typed after `send`.
    package let method: String
    /// Where the method stands.
    package let methodSpan: SourceSpan
    /// The target, or `nil` for the base.
    package let target: Target?
    /// The items in the order typed, which is their order on the wire.
    package let items: [RequestItem]
    /// The options in the order typed.
    package let options: [RequestOption]
    /// The version at the end of the line (`HTTP/1.1`).
    package let httpVersion: HTTPVersionChoice?
    /// What follows.
    package let tails: Tails
    /// The text of the request as typed, without a count before it.
    package let source: String
    /// Where that text stands.
    package let span: SourceSpan
}

/// The versions of HTTP that a line can ask for.
package enum HTTPVersionChoice: String, CaseIterable, Hashable, Sendable {
    case http11 = "1.1"
    case http2 = "2"
}

/// The target of a request: a word, and what kind of target it is.
package struct Target: Hashable, Sendable {
    /// The text, with references.
    package let template: Template
    /// What its literal text says it is, decided before anything is substituted.
    package let form: TargetForm

    /// Where the target stands.
    package var span: SourceSpan { template.span }
}

/// What a target is (LANGUAGE.md section 4).
package enum TargetForm: Hashable, Sendable {
    /// `http://host/x`.
    case absolute(scheme: String)
    /// `//host/x`: takes the base's scheme.
    case schemeRelative
    /// `host:8080/x` or `[::1]/x`: a host for certain.
    case host
    /// `:3000/x`: a port of localhost.
    case localPort
    /// `/x`: from the base's origin.
    case originPath
    /// `./x`, `../x`: always a path, from the base's directory.
    case relativePath
    /// `.`: the base as given.
    case base
    /// `?q`: the base with this query.
    case query
    /// `*`: for `options *`.
    case asterisk
    /// `{{base}}/x`: what the first reference yields decides.
    case reference
    /// `users`, `example.com/x`: a path from the base's directory, or a host if there is no base.
    case bare
}
