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
        let concealed = self.concealingSecret(text)
        guard let redacted = self.parser.redactedForHistory(concealed, names: names) else {
            return nil
        }
        if self.enteredLines.count >= Self.enteredLimit { self.enteredLines.removeFirst() }
        self.enteredLines.append(redacted)
        return redacted
    }

    /// The line with the secret of its command replaced by a reference that asks for it.
    private func concealingSecret(_ text: String) -> String {
        guard case .command(let invocation)? = try? self.parser.parse(text),
            let command = self.registry.command(invocation.name),
            let secret = command.secret(in: invocation), secret.word.literalText != nil
        else { return text }
        let bytes = Array(text.utf8)
        let span = secret.word.span
        return String(decoding: bytes[..<span.lowerBound], as: UTF8.self)
            + "{{$secret \(secret.name)}}"
            + String(decoding: bytes[span.upperBound...], as: UTF8.self)
    }
}
