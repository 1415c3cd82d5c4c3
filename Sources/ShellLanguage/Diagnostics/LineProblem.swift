/// What is wrong with quotes, brackets and backslashes (LANGUAGE.md section 2).
package enum WordProblem: Hashable, Sendable {
    /// A quote that is never closed.
    case unclosedQuote(Character)
    /// A `{` or `[` of verbatim JSON that is never closed.
    case unclosedBracket(Character)
    /// A line that ends in `\` with nothing after it.
    case trailingBackslash
    /// `\u` in double quotes without four hexadecimal digits that make a character.
    case invalidUnicodeEscape(String)
    /// ` #` later in a line.
    case commentAfterText(String)
}

/// What is wrong with a line as a whole (LANGUAGE.md section 1).
package enum LineProblem: Hashable, Sendable {
    /// A first word that is no command and no method.
    case unknownCommand(String)
    /// A prefix that several commands share.
    case ambiguousCommand(String, candidates: [String])
    /// A prefix where only whole names are allowed: not at the prompt.
    case abbreviatedCommand(String, name: String)
    /// A method that was shortened.
    case abbreviatedMethod(String, method: String)
    /// A URL or a path as the first word.
    case targetWithoutMethod(String)
    /// An item as the first word (`name=Ann`).
    case itemWithoutRequest(String)
    /// A JSONPath as the first word.
    case jsonPathWithoutPipe(String)
    /// `NAME:VALUE` without a blank on its own line.
    case fieldWithoutBlank(name: String, value: String)
    /// `Cookie: …` as a default field.
    case cookieAsField
    /// `Host:`, which would remove the field.
    case hostRemoved
    /// A line that starts with `@` and has no `=` after the name.
    case variableWithoutEquals(String)
    /// A name that cannot be a variable's or an exchange's.
    case invalidName(String, NameProblem)
    /// A `# @tag` that is none.
    case unknownTag(String)
    /// A default query parameter from a file.
    case fileInDefaultQuery(String)
    /// `|` with nothing after it.
    case missingFilter
    /// `!` with nothing after it.
    case missingShellText
}

/// What is wrong with filters, `>` and `&` (LANGUAGE.md section 6).
package enum TailProblem: Hashable, Sendable {
    /// Tails after a command that prints nothing.
    case tailNotAccepted(command: String, symbol: String)
    /// `<` where no body can stand.
    case inputNotAccepted
    /// `>` or `>>` with no file after it.
    case missingFile(after: String)
    /// A word after the file of `>`.
    case wordAfterRedirection(String)
    /// `|` after the file of `>`.
    case filterAfterRedirection
    /// `&` that is not the last word.
    case misplacedAmpersand
    /// `&` after something that is no request.
    case backgroundWithoutRequest
}
