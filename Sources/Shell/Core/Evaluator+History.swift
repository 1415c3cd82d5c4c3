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
        guard let concealed = self.concealingSecrets(line) else { return nil }
        let names = SensitiveNames(fieldPatterns: self.settings.session.sensitiveFields.patterns)
        return self.parser.redactedForHistory(concealed, names: names)
    }

    /// The line with the secrets of its command replaced by references that ask for them; nil if
    /// it cannot be read, and is of a command that takes secrets.
    private func concealingSecrets(_ text: String) -> String? {
        guard let line = try? self.parser.parse(text) else {
            let word = String(text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
            let isOfSecrets = self.registry.commands.contains { command in
                command.takesSecrets && word.count > 1 && command.signature.name.hasPrefix(word)
            }
            return isOfSecrets ? nil : text
        }
        guard case .command(let invocation) = line,
            let command = self.registry.command(invocation.name)
        else { return text }
        var bytes = Array(text.utf8)
        // From the end on, so that what stands before keeps its place.
        for secret in command.secrets(in: invocation).reversed()
        where secret.word.holdsTypedSecret {
            let span = secret.word.span
            bytes.replaceSubrange(
                span.lowerBound..<span.upperBound,
                with: "{{$secret \(secret.name)}}".utf8
            )
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Word {
    /// Whether something of a secret was typed: all of it, or a part behind the user's name where
    /// references stand too; one that is nothing but references says no secret.
    fileprivate var holdsTypedSecret: Bool {
        guard self.literalText == nil else { return true }
        var literal = ""
        for part in self.template.parts {
            if case .literal(let text) = part { literal += text }
        }
        let typed = literal.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return !(typed.last ?? "").isEmpty
    }
}
