/// An error as people and programs are told of it: what happened, and what to try next.
package struct RenderedError: Error, Sendable, Hashable {
    /// The machine kind, such as `refused`: the `kind` of `--json`'s `error` objects; an interface.
    package var kind: String
    /// A few words for the connection line, such as `connection refused`.
    package var words: String
    /// What happened and what was tried; one line, safe for a terminal.
    package var message: String
    /// What to try next; one line, safe for a terminal.
    package var hint: String?

    /// Creates a rendered error; without words, the message has to do.
    package init(kind: String, words: String? = nil, message: String, hint: String? = nil) {
        self.kind = kind
        self.words = words ?? message
        self.message = message
        self.hint = hint
    }

    /// The lines `error: …` and `hint: …`.
    ///
    /// What the user cancelled is no error to them, and the line before these has said it.
    ///
    /// - Parameters:
    ///   - context: How they are rendered.
    ///   - place: `FILE:LINE:COLUMN` of what failed in a script, in the place of the word `error`.
    /// - Returns: One line or two.
    package func lines(
        in context: RenderingContext = .plain,
        at place: String? = nil
    ) -> [String] {
        let mark = place.map { "\(Sanitizer.line($0)):" } ?? context.styled("error:", as: .error)
        let error = "\(mark) \(self.message)"
        let hint = self.hint.map { "\(context.styled("hint:", as: .dim)) \($0)" }
        let wasWanted = self.kind == "cancelled"
        return ((wasWanted ? [] : [error]) + (hint.map { [$0] } ?? [])).map { context.adapted($0) }
    }
}
