/// An option of a request (LANGUAGE.md section 5).
package struct RequestOption: Hashable, Sendable {
    /// What an option asks for.
    package enum Content: Hashable, Sendable {
        /// `--json`, `-j`.
        case json
        /// `--form`, `-f`.
        case form
        /// `--multipart`.
        case multipart
        /// `--raw TEXT`: the whole body.
        case raw(Template)
        /// `--name NAME`: names the exchange.
        case name(String)
        /// `--fresh`: a new connection.
        case fresh
        /// `--via #3`: that connection.
        case via(Int)
        /// `--no-follow`.
        case noFollow
        /// `--follow`, `-F`.
        case follow
        /// `--timeout D`.
        case timeout(Duration)
        /// `--no-cookies`.
        case noCookies
        /// `--auth USER[:PASSWORD]`, `-a`.
        case auth(TypedCredentials)
        /// `--bearer TOKEN`.
        case bearer(Template)
        /// `--digest USER[:PASSWORD]`.
        case digest(TypedCredentials)
        /// `--http 1.1|2`.
        case http(HTTPVersionChoice)
        /// `--compress`.
        case compress
        /// `--chunked`.
        case chunked
        /// `--download`, `-d`.
        case download
        /// `--output FILE`, `-o`.
        case output(Template)
        /// `--resume`.
        case resume
        /// `--dry-run`.
        case dryRun
        /// `--verbose`, `-v`.
        case verbose
    }

    /// What it asks for.
    package let content: Content
    /// Where the option stands, its value included.
    package let span: SourceSpan

    /// Makes an option.
    package init(content: Content, span: SourceSpan = .none) {
        self.content = content
        self.span = span
    }
}

/// A user's name and perhaps password, split at the first colon that was typed.
package struct TypedCredentials: Hashable, Sendable {
    /// The name.
    package let user: Template
    /// The password; `nil` if no colon was typed, so that it is asked for.
    package let password: Template?

    /// Makes credentials.
    package init(user: Template, password: Template?) {
        self.user = user
        self.password = password
    }
}
