import HTTPModel

/// `@retry N every D until EXPECT [and EXPECT …]`: the request is sent again until what is expected
/// holds, at most `count` times.
package struct RetryRule: Sendable, Hashable {
    /// How many times it is sent at most.
    package var count: Int
    /// The pause before each but the first.
    package var interval: Duration
    /// What ends it; if empty, the expectations of the request do.
    package var until: [Expectation]

    /// Reads the value of the tag; nil if it is not one.
    package init?(_ text: String) {
        var (word, rest) = text.firstWord
        guard let count = Int(word), count >= 1 else { return nil }
        self.count = count
        self.interval = .zero
        self.until = []
        (word, rest) = rest.firstWord
        if word == "every" {
            let end = rest.firstRange(of: " until ")
            let length = end.map { rest[..<$0.lowerBound] } ?? rest[...]
            guard let interval = Duration(fileText: String(length)) else { return nil }
            self.interval = interval
            (word, rest) = end.map { rest[$0.lowerBound...].trimmed.firstWord } ?? ("", "")
        }
        guard word == "until" || word.isEmpty else { return nil }
        for part in Self.parts(of: rest) {
            guard let expectation = try? Expectation.parse(part) else { return nil }
            self.until.append(expectation)
        }
        if word == "until", self.until.isEmpty { return nil }
    }

    /// The text split at ` and ` outside quotes.
    private static func parts(of text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        var parts: [String] = []
        var part = ""
        var isQuoted = false
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if word == "and", !isQuoted {
                parts.append(part)
                part = ""
                continue
            }
            if word.count(where: { $0 == "\"" }) % 2 == 1 { isQuoted.toggle() }
            part += part.isEmpty ? String(word) : " \(word)"
        }
        return parts + [part]
    }
}

/// `@capture NAME = QUERY`: a variable that is set from the response.
package struct Capture: Sendable, Hashable {
    /// The variable.
    package var name: String
    /// What it is set to.
    package var query: Expectation.Query
    /// The query as written.
    package var text: String
    /// The line of the tag.
    package var line: Int

    /// Reads the value of the tag; nil if it is not one.
    package init?(_ text: String, line: Int) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = text[..<equals].trimmed
        let query = text[text.index(after: equals)...].trimmed
        guard let first = name.utf8.first, !first.isASCIIDigit, name != "last",
            name.utf8.allSatisfy(\.isVariableNameByte),
            let parsed = try? Expectation.parseQuery(query)
        else { return nil }
        self.name = name
        self.query = parsed
        self.text = query
        self.line = line
    }
}

/// `@skip` or `@skip if VALUE [==|!= VALUE]`: whether a request is left out.
package struct SkipCondition: Sendable, Hashable {
    /// The left side, with references.
    package var left: String
    /// Whether both sides must be equal, or must not; nil if there is one side only.
    package var isEquality: Bool?
    /// The right side, with references.
    package var right: String

    /// Reads what follows `@skip`; nil if it is no condition.
    package init?(_ text: String) {
        let (word, rest) = text.firstWord
        guard word == "if", !rest.isEmpty else { return nil }
        for (sign, isEquality) in [("==", true), ("!=", false)] {
            guard let range = rest.firstRange(of: sign) else { continue }
            self.left = Self.unquoted(rest[..<range.lowerBound].trimmed)
            self.right = Self.unquoted(rest[range.upperBound...].trimmed)
            self.isEquality = isEquality
            return
        }
        self.left = Self.unquoted(rest)
        self.right = ""
    }

    /// Whether the request is left out, with both sides resolved.
    package func holds(left: String, right: String) -> Bool {
        guard let isEquality else { return !["", "0", "false", "off", "no"].contains(left) }
        return left.utf8.elementsEqual(right.utf8) == isEquality
    }

    private static func unquoted(_ text: String) -> String {
        guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        return String(text.dropFirst().dropLast())
    }
}

/// `@pace`: how far the pauses of the recording are kept.
package enum Pace: Sendable, Hashable {
    /// As fast as the answers come.
    case none
    /// The offsets of `@at`, divided by this factor.
    case scaled(Double)

    /// The factors that make sense: beyond them a pause is none, or lasts for days.
    private static let factors = 0.001...1_000

    /// Reads `none`, `original` or `xN`; nil if it is none of them.
    package init?(_ text: String) {
        switch text {
        case "none": self = .none
        case "original": self = .scaled(1)
        default:
            guard text.hasPrefix("x"), let factor = Double(text.dropFirst()), Self.factors ~= factor
            else { return nil }
            self = .scaled(factor)
        }
    }

    /// When a request with this offset is due after the start; nil if at once.
    package func due(at offset: Duration?) -> Duration? {
        switch self {
        case .none: nil
        case .scaled(let factor): offset.map { $0 / factor }
        }
    }

    /// Reads the value of `@at`, such as `+1.250s`; nil if it is not one.
    package static func offset(_ text: String) -> Duration? {
        Duration(fileText: text.hasPrefix("+") ? String(text.dropFirst()) : text)
    }
}
