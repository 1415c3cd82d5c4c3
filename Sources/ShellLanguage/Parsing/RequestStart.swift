/// The words of a request up to its method: `200x8 get`, `send PURGE`, `repeat 3 post`.
struct RequestStart: Hashable, Sendable {
    var count: Int?
    var parallel: Int?
    var method = ""
    var methodSpan = SourceSpan(0, 0)
    /// Where the request's text starts: at the method, or at `send`.
    var lowerBound = 0

    /// Reads a request's start from its first word; `nil` if the word starts none.
    ///
    /// The lexer stands after the word, and after the method on return. `200` is a count only where
    /// `allowsPlainCount` says so; `200x8` always is.
    static func read(
        _ word: LexedWord,
        _ lexer: inout WordLexer,
        allowsPlainCount: Bool
    ) throws(Diagnostic) -> RequestStart? {
        guard let text = word.plainText else { return nil }
        if isCount(text), allowsPlainCount || text.contains("x") {
            return try read(count: text, word.span, &lexer)
        }
        var start = RequestStart()
        guard try start.readMethod(text, word.span, &lexer) else { return nil }
        return start
    }

    /// Reads on after `send` or `repeat`, which may have been shortened.
    static func read(
        _ name: String,
        _ span: SourceSpan,
        _ lexer: inout WordLexer
    ) throws(Diagnostic) -> RequestStart {
        if name == "repeat" {
            guard case .word(let word) = try lexer.next(.argument) else {
                throw Diagnostic(.argument(.missingWord(.noun("count"))), span)
            }
            let text = lexer.source.text(word.span)
            guard isCount(text) else { throw Diagnostic(.request(.invalidCount(text)), word.span) }
            return try read(count: text, word.span, &lexer)
        }
        var start = RequestStart()
        try start.readToken(after: span, &lexer)
        return start
    }

    /// Whether a word has the form of a count: digits, and perhaps `x` and digits.
    private static func isCount(_ text: String) -> Bool {
        let parts = text.split(separator: "x", maxSplits: 1, omittingEmptySubsequences: false)
        return parts[0].isAllDigits && parts.dropFirst().allSatisfy { $0.isEmpty || $0.isAllDigits }
    }

    private static func read(
        count text: String,
        _ span: SourceSpan,
        _ lexer: inout WordLexer
    ) throws(Diagnostic) -> RequestStart {
        let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        var start = RequestStart()
        for number in numbers {
            guard let number, number > 0 else {
                throw Diagnostic(.request(.invalidCount(text)), span)
            }
        }
        start.count = numbers[0]
        start.parallel = numbers.count > 1 ? numbers[1] : nil
        guard case .word(let word) = try lexer.next(.argument), let method = word.plainText,
            try start.readMethod(method, word.span, &lexer)
        else { throw Diagnostic(.request(.countWithoutRequest(text)), span) }
        return start
    }

    /// Takes a method, or `send` and a token; `false` if the word is neither.
    private mutating func readMethod(
        _ text: String,
        _ span: SourceSpan,
        _ lexer: inout WordLexer
    ) throws(Diagnostic) -> Bool {
        if text == "send" {
            try readToken(after: span, &lexer)
            return true
        }
        guard Methods.all.contains(text.lowercased()) else { return false }
        method = text.uppercased()
        methodSpan = span
        lowerBound = span.lowerBound
        return true
    }

    private mutating func readToken(
        after send: SourceSpan,
        _ lexer: inout WordLexer
    ) throws(Diagnostic) {
        guard case .word(let word) = try lexer.next(.argument) else {
            throw Diagnostic(.request(.missingMethod), send)
        }
        guard let text = word.plainText, text.isToken else {
            throw Diagnostic(.request(.invalidMethod(lexer.source.text(word.span))), word.span)
        }
        guard text.lowercased() != "connect" else {
            throw Diagnostic(.request(.connectRefused), word.span)
        }
        // Methods are case-sensitive (RFC 9110, section 9.1): only the known ones are changed.
        method = Methods.all.contains(text.lowercased()) ? text.uppercased() : text
        methodSpan = word.span
        lowerBound = send.lowerBound
    }
}
