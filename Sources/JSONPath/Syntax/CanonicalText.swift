import HTTPModel

extension [Segment] {
    /// The segments in one spelling.
    var canonicalText: String {
        self.reduce(into: "") { text, segment in
            if segment.isDescendant { text += ".." }
            text += "[" + segment.selectors.map(\.canonicalText).joined(separator: ",") + "]"
        }
    }
}

extension Selector {
    fileprivate var canonicalText: String {
        switch self {
        case .name(let name): name.normalizedName
        case .wildcard: "*"
        case .index(let index): String(index)
        case .slice(let slice):
            [slice.start, slice.end].map { $0.map(String.init) ?? "" }.joined(separator: ":")
                + (slice.step.map { ":\($0)" } ?? "")
        case .filter(let expression): "?" + expression.canonicalText(within: .or)
        }
    }
}

/// How tightly an expression binds, for parentheses.
private enum Binding: Int {
    case or
    case and
    case single
}

extension LogicalExpression {
    fileprivate func canonicalText(within outer: Binding) -> String {
        let (text, own): (String, Binding)
        switch self {
        case .or(let parts):
            (text, own) = (
                parts.map { $0.canonicalText(within: .and) }.joined(separator: "||"), .or
            )
        case .and(let parts):
            let joined = parts.map { $0.canonicalText(within: .single) }.joined(separator: "&&")
            (text, own) = (joined, .and)
        case .not(let part):
            let inner = part.canonicalText(within: .single)
            (text, own) = (
                part.isTest || inner.hasPrefix("(") ? "!\(inner)" : "!(\(inner))", .single
            )
        case .comparison(let left, let relation, let right):
            (text, own) = (
                "\(left.canonicalText)\(relation.rawValue)\(right.canonicalText)", .single
            )
        case .exists(let query): (text, own) = (query.canonicalText, .single)
        case .test(let call): (text, own) = (call.canonicalText, .single)
        }
        return own.rawValue < outer.rawValue ? "(\(text))" : text
    }

    /// Whether `!` can stand before it without parentheses.
    private var isTest: Bool {
        switch self {
        case .exists, .test: true
        case .or, .and, .not, .comparison: false
        }
    }
}

extension FilterQuery {
    fileprivate var canonicalText: String {
        (self.isRelative ? "@" : "$") + self.segments.canonicalText
    }
}

extension Operand {
    fileprivate var canonicalText: String {
        switch self {
        case .literal(.string(let string)): string.normalizedName
        case .literal(let value): value.compactText
        case .query(let query): query.canonicalText
        case .function(let call): call.canonicalText
        }
    }
}

extension FunctionCall {
    fileprivate var canonicalText: String {
        let arguments = self.arguments.map(\.canonicalText).joined(separator: ",")
        return "\(self.function.rawValue)(\(arguments))"
    }
}

extension String {
    /// The string as a name in a normalized path, with its quotes (RFC 9535, section 2.7).
    var normalizedName: String {
        var text = "'"
        for scalar in self.unicodeScalars {
            switch scalar {
            case "\u{08}": text += "\\b"
            case "\t": text += "\\t"
            case "\n": text += "\\n"
            case "\u{0C}": text += "\\f"
            case "\r": text += "\\r"
            case "'": text += "\\'"
            case "\\": text += "\\\\"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "'"
    }
}
