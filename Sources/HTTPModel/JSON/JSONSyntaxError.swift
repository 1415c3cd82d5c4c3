/// What is wrong with a JSON text, and where (RFC 8259).
package struct JSONSyntaxError: Error, Sendable, Hashable {
    /// The offset in bytes of the byte that cannot stand there, or the length of the text.
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
        /// There is no value at all.
        case empty
        /// The text ends inside a value.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// A control character inside a string.
        case controlCharacterInString(UInt8)
        /// A backslash with something that is no escape.
        case invalidEscape
        /// Arrays and objects are nested more deeply than the limit.
        case tooDeep(limit: Int)
    }

    /// How deeply arrays and objects may be nested.
    package static let nestingLimit = 512
}
