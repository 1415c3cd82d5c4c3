/// A regular expression that is matched in time linear in the subject, whatever it says.
///
/// It becomes a nondeterministic automaton, all states of which advance together, scalar by scalar:
/// nothing is tried again, so that no pattern and no subject can make it run away. It says only
/// whether there is a match.
package struct Pattern: Sendable {
    /// The expression as written.
    package let text: String
    /// The instructions; the first one begins.
    let program: [Instruction]
    /// The sets that instructions refer to.
    let sets: [ScalarSet]

    /// What may be written.
    package enum Syntax: Sendable, Hashable {
        /// I-Regexp (RFC 9485), with `^` and `$` as anchors, as everybody's tools take them.
        case iRegexp
        /// What Perl, JavaScript, Python and Rust have in common but for what looks around or back.
        case common
    }

    /// One step of the automaton.
    enum Instruction: Sendable, Hashable {
        /// A scalar of this set is read.
        case set(Int)
        /// Goes on at both.
        case split(Int, Int)
        /// Goes on there.
        case jump(Int)
        /// Goes on only if this holds here.
        case assert(Assertion)
        /// The expression has matched.
        case accept
    }

    /// What can be claimed of a place between two scalars.
    enum Assertion: Sendable, Hashable {
        case start
        case end
        case lineStart
        case lineEnd
        case wordBoundary
        case noWordBoundary
    }

    /// How many instructions a pattern may need.
    package static let sizeLimit = 10_000
    /// How deeply groups may be nested.
    package static let nestingLimit = 64

    /// Compiles an expression.
    ///
    /// - Throws: What is wrong, with its place.
    package init(_ text: String, syntax: Syntax) throws(PatternError) {
        var parser = PatternParser(text, syntax: syntax)
        let tree = try parser.parse()
        var compiler = PatternCompiler()
        try compiler.compile(tree)
        self.text = text
        (self.program, self.sets) = try compiler.finished()
    }
}

extension Pattern: Hashable {
    package static func == (left: Pattern, right: Pattern) -> Bool {
        left.text == right.text && left.program == right.program && left.sets == right.sets
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.text)
    }
}

/// What is wrong with a regular expression, and where.
package struct PatternError: Error, Sendable, Hashable {
    /// The number of Unicode scalars before the wrong place.
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
        /// A character that cannot stand here.
        case unexpectedCharacter
        /// A group or class is not closed.
        case unclosed
        /// Something of other tools that cannot be matched in linear time, or is not built.
        case notSupported
        /// Nothing stands before a quantifier.
        case nothingToRepeat
        /// A range that ends before it begins.
        case emptyRange
        /// No property of Unicode that can be asked for.
        case unknownProperty
        /// Groups are nested too deeply.
        case tooDeep(limit: Int)
        /// The automaton is too large.
        case tooLarge(limit: Int)
    }
}
