/// Tells whether text that this module does not read may hold a secret.
///
/// Such are another shell's text, and expectations. Names alone (`jq .token`) are none.
struct Suspicion: Sendable {
    let names: SensitiveNames

    /// Whether shell text may hold one: behind a sensitive name and `=` or `:`, behind an option
    /// that takes credentials, behind a scheme, or in a URL.
    func falls(onShellText text: String) -> Bool {
        let words = Self.words(of: text)
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : nil
            if Self.hasUserInformation(word) || falls(onWord: word, next: next) { return true }
        }
        return false
    }

    /// Whether an expectation compares something sensitive with text.
    func falls(onExpectation text: String) -> Bool {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        for (index, word) in words.enumerated() where isSensitive(word) {
            let rest = words[(index + 1)...].filter { $0 != "not" && $0 != "exists" }
            if !rest.isEmpty { return true }
        }
        return words.contains { ["bearer", "basic", "digest"].contains($0.lowercased()) }
    }

    private func falls(onWord word: String, next: String?) -> Bool {
        let lowered = word.lowercased()
        if ["bearer", "basic", "digest"].contains(lowered) { return next != nil }
        if let separator = word.firstIndex(where: { $0 == "=" || $0 == ":" }) {
            if isSensitive(String(word[..<separator])) { return true }
        } else if isSensitive(word), let next, next.hasPrefix("=") || next.hasPrefix(":") {
            return true
        }
        guard word.hasPrefix("-") else { return false }
        let isLong = word.hasPrefix("--")
        let options = ["--user", "--auth", "--cookie", "--proxy-user", "--header"]
        if isLong {
            if isSensitive(word) { return next != nil }
            return options.contains(lowered) && next.map(Self.isPair) == true
                || options.contains { lowered.hasPrefix("\($0)=") } && Self.isPair(word)
        }
        guard word.count >= 2, "uabUA".contains(word[word.index(after: word.startIndex)]) else {
            return false
        }
        return Self.isPair(word.count == 2 ? next ?? "" : word)
    }

    private func isSensitive(_ word: String) -> Bool {
        // The last step of a path, or an option without its dashes, is the name.
        let step = word.split(whereSeparator: { ".$/[]{}(),-".contains($0) }).last
        return names.holdsSecret(field: word) || names.holdsSecret(key: word)
            || step.map { names.holdsSecret(field: String($0)) } == true
    }

    /// `user:password`, `name=value`.
    private static func isPair(_ word: String) -> Bool {
        word.contains(":") || word.contains("=")
    }

    private static func hasUserInformation(_ word: String) -> Bool {
        guard let slashes = word.firstRange(of: "://") else { return false }
        return word[slashes.upperBound...].prefix { !"/?#".contains($0) }.contains("@")
    }

    /// The words of shell text, near enough: quotes and commas count as blanks.
    private static func words(of text: String) -> [String] {
        text.split { $0.isWhitespace || "'\"`(){},;|&<>".contains($0) }.map(String.init)
    }
}
