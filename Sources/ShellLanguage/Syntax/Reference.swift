/// What stands between `{{` and `}}` (LANGUAGE.md section 3).
package enum Reference: Hashable, Sendable {
    /// `{{name}}`: a variable.
    case variable(name: String)
    /// `{{login.response.body.$.id}}`, `{{3.request.headers.ETag}}`, `{{last.response.body.*}}`.
    case exchange(ExchangeReference, message: ExchangeMessage, part: MessagePart)
    /// `{{$.path}}`: a JSONPath on the last response's body; the text starts with `$`.
    case lastBody(path: String)
    /// `{{$uuid}}`, `{{$randomInt 1 6}}`, `{{$random.integer(1,6)}}`, `{{$datetime iso8601 1 d}}`.
    ///
    /// The name is without `$`; known names are in `dynamicNames`, but any name parses.
    case dynamic(name: String, arguments: [String])
    /// `{{$env.NAME}}` or `{{$processEnv NAME}}`.
    case environment(name: String)
    /// `{{$secret NAME}}`: asked once without echo, never stored.
    case secret(name: String)
    /// `{{$index}}`: the number of the repetition.
    case index

    /// The dynamic variables that have a meaning, without `$`.
    package static let dynamicNames = [
        "uuid", "guid", "timestamp", "isoTimestamp", "randomInt", "random.integer", "datetime",
        "localDatetime", "env", "processEnv", "secret", "index",
    ]
}

/// Which exchange a reference means.
package enum ExchangeReference: Hashable, Sendable {
    /// The exchange with this number.
    case number(Int)
    /// The exchange that was given this name.
    case name(String)
    /// The highest-numbered finished foreground exchange.
    case last
}

/// The half of an exchange that a reference reads.
package enum ExchangeMessage: Hashable, Sendable {
    case request
    case response
}

/// The part of a message that a reference reads.
package enum MessagePart: Hashable, Sendable {
    /// `.body` or `.body.*`: the whole body.
    case wholeBody
    /// `.body.$.path`: a JSONPath; the text starts with `$`.
    case body(path: String)
    /// `.headers.NAME`: the value of a field.
    case field(name: String)
    /// Anything else after `.response.` or `.request.`: cannot be resolved, so nothing is sent.
    case unknown(String)
}
