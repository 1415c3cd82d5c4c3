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
    package var tails: Tails
    /// The text of the request as typed, without a count before it.
    package let source: String
    /// Where that text stands.
    package let span: SourceSpan

    /// Makes a request that was not typed, for its `canonicalText`: an import, a recorded exchange.
    package init(
        method: String,
        target: Target?,
        items: [RequestItem] = [],
        options: [RequestOption] = [],
        httpVersion: HTTPVersionChoice? = nil
    ) {
        self.init(
            count: nil,
            parallel: nil,
            method: method,
            methodSpan: .none,
            target: target,
            items: items,
            options: options,
            httpVersion: httpVersion,
            tails: .none,
            source: "",
            span: .none
        )
    }

    init(
        count: Int?,
        parallel: Int?,
        method: String,
        methodSpan: SourceSpan,
        target: Target?,
        items: [RequestItem],
        options: [RequestOption],
        httpVersion: HTTPVersionChoice?,
        tails: Tails,
        source: String,
        span: SourceSpan
    ) {
        self.count = count
        self.parallel = parallel
        self.method = method
        self.methodSpan = methodSpan
        self.target = target
        self.items = items
        self.options = options
        self.httpVersion = httpVersion
        self.tails = tails
        self.source = source
        self.span = span
    }
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

    /// Makes a target of a template; one that may be a path or a field is a path.
    package init(_ template: Template) {
        self.init(template: template, form: TargetForm.classify(template) ?? .bare)
    }

    init(template: Template, form: TargetForm) {
        self.template = template
        self.form = form
    }
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
