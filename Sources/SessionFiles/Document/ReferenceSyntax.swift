import ShellLanguage

/// Finds `{{…}}` in text as it is written, by the grammar of the shell language: what a replay
/// would substitute is a reference here, and what it would send as it is, such as `\{{x}}`, is not.
enum ReferenceSyntax {
    /// A piece of text.
    enum Piece: Equatable {
        /// Text without references, with the backslashes that keep braces from being one.
        case text(Substring)
        /// What stands between `{{` and `}}`, blanks at the ends removed.
        case reference(String)
    }

    /// The pieces of `text` in order.
    static func pieces(of text: String) -> [Piece] {
        guard !text.isEmpty else { return [] }
        guard text.utf8.contains(UInt8(ascii: "{")) else { return [.text(text[...])] }
        var pieces: [Piece] = []
        var start = text.startIndex
        for placeholder in Template.parse(text).placeholders {
            let span = placeholder.span
            let open = text.utf8.index(text.startIndex, offsetBy: span.lowerBound)
            if start < open { pieces.append(.text(text[start..<open])) }
            pieces.append(.reference(placeholder.source))
            start = text.utf8.index(text.startIndex, offsetBy: span.upperBound)
        }
        if start < text.endIndex { pieces.append(.text(text[start...])) }
        return pieces
    }

    /// The names of the variables that `text` refers to.
    static func variables(in text: String) -> [String] {
        Template.parse(text).placeholders.compactMap { placeholder in
            guard case .variable(let name) = placeholder.reference else { return nil }
            return name
        }
    }

    /// Whether all `{{` in `text` begin references.
    static func isWhole(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return true }
        return self.pieces(of: text).allSatisfy { piece in
            switch piece {
            case .text(let plain): !plain.contains("{{")
            case .reference: true
            }
        }
    }

    /// The text with each reference replaced by what `transform` makes of it.
    static func replacing(_ text: String, _ transform: (String) -> String) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        return self.pieces(of: text).reduce(into: "") { result, piece in
            switch piece {
            case .text(let plain): result += plain
            case .reference(let inner): result += "{{" + transform(inner) + "}}"
            }
        }
    }
}
