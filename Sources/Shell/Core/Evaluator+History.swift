import HTTPSession
import ShellLanguage

/// Keeps the lines that were entered, without their secrets.
extension Evaluator {
    /// How many lines `history` can list.
    private static let enteredLimit = 10_000

    /// Notes a line that was entered.
    ///
    /// - Returns: The line as the history may keep it; nil if it must be left out.
    package func noteEntered(_ text: String) -> String? {
        guard !text.hasPrefix(" "), text.contains(where: { !$0.isWhitespace }) else { return nil }
        let names = SensitiveNames(fieldPatterns: self.settings.session.sensitiveFields.patterns)
        guard let redacted = self.parser.redactedForHistory(text, names: names) else { return nil }
        if self.enteredLines.count >= Self.enteredLimit { self.enteredLines.removeFirst() }
        self.enteredLines.append(redacted)
        return redacted
    }
}
