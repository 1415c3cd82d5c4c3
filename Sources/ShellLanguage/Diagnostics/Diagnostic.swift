/// What is wrong with a line, where, and what to try instead.
///
/// Facts only: `Diagnostic.sentences` makes the words. The evaluator makes diagnostics of its own
/// for the arguments of commands, from the same kinds.
package struct Diagnostic: Error, Hashable, Sendable {
    /// What is wrong.
    package let kind: DiagnosticKind
    /// Where, in the text that was parsed.
    package let span: SourceSpan
    /// Texts to try instead of what the span covers, best first; a few at most.
    package let suggestions: [String]

    /// Makes a diagnostic.
    package init(_ kind: DiagnosticKind, _ span: SourceSpan, suggestions: [String] = []) {
        self.kind = kind
        self.span = span
        self.suggestions = suggestions
    }

    /// The topic of `help` that explains the rule.
    package var helpTopic: String? { kind.helpTopic }
}

/// The kinds of thing that can be wrong with a line, by where the rule stands in LANGUAGE.md.
package enum DiagnosticKind: Hashable, Sendable {
    /// Quotes, brackets and backslashes (section 2).
    case word(WordProblem)
    /// What a line is (section 1).
    case line(LineProblem)
    /// Methods, targets and options (sections 1, 4 and 5).
    case request(RequestProblem)
    /// Items (section 5).
    case item(ItemProblem)
    /// Filters, `>` and `&` (section 6).
    case tail(TailProblem)
    /// Words and values of commands.
    case argument(ArgumentProblem)
}
