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
        let bytes = text.utf8
        var start = bytes.startIndex
        var rest = bytes[...]
        // Every byte is looked at twice at most, whatever braces a file holds.
        while let open = rest.firstPair(of: UInt8(ascii: "{")) {
            let content = bytes[open...].dropFirst(2)
            let end = content.firstIndex { $0 == 0x0A || $0 == 0x7B || $0 == 0x7D }
            guard let end else { break }
            let inner = text[content.startIndex..<end]
            if bytes[end...].starts(with: "}}".utf8), self.isReference(inner) {
                if start < open { pieces.append(.text(text[start..<open])) }
                pieces.append(.reference(inner.trimmed))
                start = bytes.index(end, offsetBy: 2)
                rest = bytes[start...]
            } else {
                rest = content
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
        guard !text.isEmpty, !text.contains(where: \.isNewline) else { return false }
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

extension Substring.UTF8View {
    /// Where the first two of `byte` in a row begin.
    fileprivate func firstPair(of byte: UInt8) -> Index? {
        var rest = self
        while let first = rest.firstIndex(of: byte) {
            let next = self.index(after: first)
            if next < self.endIndex, self[next] == byte { return first }
            rest = self[next...]
        }
        return nil
    }
}
