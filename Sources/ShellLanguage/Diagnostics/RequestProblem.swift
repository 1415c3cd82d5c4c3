/// What is wrong with a request's method, target or options (LANGUAGE.md sections 1, 4, 5).
package enum RequestProblem: Hashable, Sendable {
    /// A count without a request.
    case countWithoutRequest(String)
    /// A count of 0, or one too large.
    case invalidCount(String)
    /// `send` without a method.
    case missingMethod
    /// `send` with a word that is no method token.
    case invalidMethod(String)
    /// `send CONNECT`.
    case connectRefused
    /// A word with `-` that is no option.
    case unknownOption(String)
    /// An option whose value is not there.
    case missingOptionValue(option: String)
    /// An option whose value is not one.
    case invalidOptionValue(option: String, value: String, expected: ValueForm)
    /// `--option=value`.
    case optionWithEquals(option: String, value: String)
    /// Two options that exclude each other.
    case conflictingOptions(String, String)
    /// A target `NAME:TEXT` that may be a path or a field.
    case ambiguousTarget(name: String, text: String)
    /// A raw `|` or `>` inside a target.
    case operatorInTarget(String)
    /// `HTTP/3` and other versions that are not offered.
    case unsupportedVersion(String)
}

/// What is wrong with a request's items (LANGUAGE.md section 5).
package enum ItemProblem: Hashable, Sendable {
    /// CR, LF or NUL in a field or target.
    case controlCharacter(ControlCharacter, TextPlace)
    /// A word that is no item.
    case bareWord(String)
    /// A word that was meant to be a field's value (`Accept: text/html`).
    case wordAfterFieldName(name: String, word: String)
    /// A body's item on a method that has no body.
    case dataWithoutBody(method: String, item: String)
    /// Two whole bodies.
    case secondBody(String, first: String)
    /// A whole body and an item of a body.
    case bodyAndItem(body: String, item: String)
    /// An item with nothing before its operator.
    case emptyKey(separator: String)
    /// An item that needs a file's name and has none.
    case missingFileName(after: String)
    /// `Name;value`.
    case valueAfterSemicolon(name: String, value: String)
    /// A `:=` whose value is not JSON.
    case invalidJSON(key: String, value: String)
    /// A key with brackets that do not fit.
    case invalidKeyPath(String)
    /// A field name that is no token.
    case invalidFieldName(String)
}
