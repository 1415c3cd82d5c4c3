/// What is wrong with a query, and where.
package struct JSONPathError: Error, Sendable, Hashable {
    /// The offset in UTF-8 bytes.
    package var offset: Int
    /// What is wrong.
    package var problem: Problem

    /// Creates an error.
    package init(offset: Int, problem: Problem) {
        self.offset = offset
        self.problem = problem
    }

    /// What can be wrong.
    package enum Problem: Sendable, Hashable {
        /// It does not start with `$`.
        case missingRoot
        /// A name is missing after a dot.
        case missingName
        /// A name that can only stand quoted in brackets.
        case nameNeedsQuotes(String)
        /// A selector is missing between brackets.
        case missingSelector
        /// A character that cannot stand here.
        case unexpectedCharacter
        /// An index with a leading zero, or without digits.
        case invalidIndex
        /// An integer beyond ±(2^53 − 1).
        case integerOutOfRange
        /// A number that JSON would not allow.
        case invalidNumber
        /// A backslash with something that is no escape.
        case invalidEscape
        /// A control character in a string.
        case controlCharacter
        /// A bracket or quote is not closed.
        case unclosed
        /// An expression is missing.
        case missingExpression
        /// A value on its own, where something that is true or false must stand.
        case literalNotCompared
        /// A query that may find many nodes on a side of a comparison.
        case queryNotSingular
        /// Something that is true or false on a side of a comparison.
        case notComparable
        /// No function of RFC 9535; the nearest one.
        case unknownFunction(String, nearest: String?)
        /// A function with too few or too many arguments.
        case wrongArgumentCount(function: String, expected: Int)
        /// An argument of a kind that the function does not take; its number counts from 1.
        case wrongArgument(function: String, number: Int)
        /// A function that yields a value, where something that is true or false must stand.
        case resultNotCompared(function: String)
        /// Filters and parentheses are nested too deeply.
        case tooDeep(limit: Int)
        /// The text is too long.
        case tooLong(limit: Int)
    }

    /// How deeply filters and parentheses may be nested.
    package static let nestingLimit = 32
    /// How many bytes a query may have.
    package static let lengthLimit = 65_536
}
