import HTTPModel

/// Finds `{{…}}` in text, by its grammar only: what it stands for is decided elsewhere.
///
/// ```
/// reference = "{{" [ "%" ] ( name [ ".response…" ] | "$" name [ arguments ] | "$." path ) "}}"
/// ```
enum ReferenceSyntax {
    /// A piece of text.
    enum Piece: Equatable {
        /// Text without references.
        case text(Substring)
        /// What stands between `{{` and `}}`, blanks at the ends removed.
        case reference(String)
    }

    /// The pieces of `text` in order.
    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        var start = rest.startIndex
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else { break }
            let inner = rest[open.upperBound..<close.lowerBound]
            if self.isReference(inner) {
                if start < open.lowerBound { pieces.append(.text(text[start..<open.lowerBound])) }
                pieces.append(.reference(inner.trimmed))
                start = close.upperBound
                rest = text[start...]
            } else {
                rest = rest[open.upperBound...]
            }
        }
        if start < text.endIndex { pieces.append(.text(text[start...])) }
        return pieces
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

    /// Whether what stands in braces is a reference; `{{#each}}` is none.
    private static func isReference(_ inner: Substring) -> Bool {
        var text = Substring(inner.trimmed)
        guard !text.isEmpty, !text.contains(where: { $0.isNewline || $0 == "{" || $0 == "}" })
        else { return false }
        if text.first == "%" { text = text.dropFirst() }
        guard let first = text.utf8.first else { return false }
        return first == UInt8(ascii: "$") || first == UInt8(ascii: "_") || first.isASCIILetter
            || first.isASCIIDigit
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
