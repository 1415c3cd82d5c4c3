import Synchronization

/// A regular expression that has been compiled once; equal to another of the same text.
package final class CompiledPattern: Sendable, Hashable {
    /// The expression as written.
    package let text: String
    /// `Regex` is not Sendable, so its uses are kept apart.
    private let regex: Mutex<Regex<AnyRegexOutput>>

    /// Compiles `text`; nil if it is not a regular expression.
    package init?(_ text: String) {
        // Scalars, not grapheme clusters: "." must match half of "\r\n", as in every other tool.
        guard let regex = try? Regex(text).matchingSemantics(.unicodeScalar) else { return nil }
        self.text = text
        self.regex = Mutex(regex)
    }

    /// Whether the expression matches somewhere in `subject`.
    package func isFound(in subject: String) -> Bool {
        self.regex.withLock { regex in
            (try? regex.firstMatch(in: subject)) != nil
        }
    }

    package static func == (lhs: CompiledPattern, rhs: CompiledPattern) -> Bool {
        lhs.text == rhs.text
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.text)
    }
}
