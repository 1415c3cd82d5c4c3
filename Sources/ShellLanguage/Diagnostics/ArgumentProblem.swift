/// What is wrong with a command's words and values.
///
/// The parser makes some of these; the evaluator makes the rest, for what only it knows.
package enum ArgumentProblem: Hashable, Sendable {
    /// A word that is none of those expected.
    case unknownWord(String, ExpectedWord)
    /// A word that is missing.
    case missingWord(ExpectedWord)
    /// A word too many.
    case unexpectedWord(String)
    /// A value that does not have the form that a setting or argument needs.
    case invalidValue(String, for: String, expected: ValueForm)
}

/// Why a name is refused.
package enum NameProblem: Hashable, Sendable {
    /// `last` and other words that mean something already.
    case reserved
    /// All digits, which is an exchange's number.
    case digits
    /// A `$`, which stands for built-in variables.
    case dollar
    /// A method or a command, which aliases may not shadow.
    case command
    /// Anything else: names are letters, digits, `_` and `-`, and start with a letter or `_`.
    case characters
}

/// A character that may not stand in a field or a target.
package enum ControlCharacter: Hashable, Sendable {
    case carriageReturn
    case lineFeed
    case null
}

/// A place that a control character may not stand in.
package enum TextPlace: Hashable, Sendable {
    case field
    case target
}

/// The form that a value must have.
package enum ValueForm: Hashable, Sendable {
    /// `250ms`, `5s`, `2m`; a bare number is seconds.
    case duration
    /// `64KiB`, `10MB`.
    case size
    /// `on` or `off`.
    case onOff
    /// A whole number in a range.
    case number(ClosedRange<Int>)
    /// `#3` or `3`.
    case connection
    /// `1.1` or `2`.
    case httpVersion
    /// A name as of variables.
    case name
    /// One of some words.
    case oneOf([String])
    /// Something else, described by a noun (`URL`, `file`).
    case noun(String)
}

/// What a word was expected to be.
package enum ExpectedWord: Hashable, Sendable {
    /// What comes after a command's name (`pool siez`).
    case subcommand(of: String)
    /// A setting's name.
    case setting
    /// A topic of `help`.
    case topic
    /// An option of a command.
    case option(of: String)
    /// Something else, described by a noun (`file`, `exchange`, `URL`).
    case noun(String)
}
