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
        // A request as session files write it is left out: any of its body may be a secret.
        guard !SessionFileText.isBlock(text, parser: self.parser) else { return nil }
        let lines = self.parser.logicalLines(of: text)
        var redactedLines: [String] = []
        // Of several lines each is read by itself: a comment before them hides nothing.
        for line in lines.count > 1 ? lines.map(\.text) : [text] {
            guard let redacted = self.redacted(line) else { return nil }
            redactedLines.append(redacted)
        }
        let redacted = redactedLines.joined(separator: "\n")
        if self.enteredLines.count >= Self.enteredLimit { self.enteredLines.removeFirst() }
        self.enteredLines.append(redacted)
        return redacted
    }

    /// A line as the history may keep it; nil if it must be left out.
    private func redacted(_ line: String) -> String? {
        let names = SensitiveNames(fieldPatterns: self.settings.session.sensitiveFields.patterns)
        return self.parser.redactedForHistory(self.concealingSecret(line), names: names)
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
