/// What a piece of text means; the palette decides how that looks.
package enum Role: Sendable, Hashable, CaseIterable {
    /// An interim status, 1xx.
    case informational
    /// A successful status, 2xx; an expectation that held.
    case success
    /// A redirection, 3xx.
    case redirection
    /// A client error, 4xx.
    case clientError
    /// A server error, 5xx.
    case serverError
    /// The name of a field.
    case fieldName
    /// What stands in the background: the connection line, hints, rules between parts.
    case dim
    /// What must stand out without being good or bad.
    case strong
    /// The word `error` and what belongs to it.
    case error
    /// The word `warning` and what belongs to it.
    case warning
    /// A notice: something happened that is neither good nor bad.
    case notice
    /// The caret and underline of a diagnostic.
    case caret
    /// The prompt.
    case prompt
    /// The header of a table.
    case tableHeader
    /// A visible escape in place of what could drive the terminal.
    case escape
    /// The key of a JSON member.
    case jsonKey
    /// A JSON string.
    case jsonString
    /// A JSON number.
    case jsonNumber
    /// `true`, `false` or `null`.
    case jsonLiteral
    /// Brackets, braces, commas and colons of JSON.
    case jsonPunctuation
    /// A line that was added, in a comparison.
    case added
    /// A line that was removed, in a comparison.
    case removed

    /// The role of a status code; codes outside 100 to 599 are taken for server errors.
    package static func status(_ code: Int) -> Role {
        switch code {
        case 100..<200: .informational
        case 200..<300: .success
        case 300..<400: .redirection
        case 400..<500: .clientError
        default: .serverError
        }
    }
}
