/// What separates the key of an item from its value (LANGUAGE.md section 5).
enum ItemSeparator: String, CaseIterable, Hashable, Sendable {
    // Longer ones first: at one place the longest counts.
    case jsonFile = ":=@"
    case queryFile = "==@"
    case json = ":="
    case fieldFile = ":@"
    case query = "=="
    case stringFile = "=@"
    case field = ":"
    case string = "="
    case upload = "@"
    /// Only as the last character of a word.
    case emptyField = ";"

    /// Whether the value is the name of a file.
    var takesFile: Bool {
        switch self {
        case .jsonFile, .queryFile, .fieldFile, .stringFile, .upload: true
        case .json, .query, .field, .string, .emptyField: false
        }
    }
}

/// A word split at its first separator, before anything is substituted.
struct SplitItem: Hashable, Sendable {
    let word: LexedWord
    let key: LexedWord.Pieces
    let separator: ItemSeparator
    let value: LexedWord.Pieces

    /// Where the key stands.
    let keySpan: SourceSpan
    /// Where the value stands.
    let valueSpan: SourceSpan

    /// Splits a word; `nil` if no separator stands in it.
    init?(_ word: LexedWord) {
        let pieces = word.pieces
        for index in pieces.indices {
            guard let separator = Self.separator(at: index, in: pieces) else { continue }
            let end = index + separator.rawValue.utf8.count
            let last = pieces[end - 1].offset
            self.word = word
            self.separator = separator
            key = pieces[..<index]
            value = pieces[end...]
            keySpan = SourceSpan(word.span.lowerBound, pieces[index].offset)
            valueSpan = SourceSpan(min(last + 1, word.span.upperBound), word.span.upperBound)
            return
        }
        return nil
    }

    private static func separator(at index: Int, in pieces: [LexedWord.Piece]) -> ItemSeparator? {
        // Most bytes start no separator: asking all of them for each byte would be slow.
        guard let first = pieces[index].syntaxByte, ":=@;".utf8.contains(first) else { return nil }
        return ItemSeparator.allCases.first { separator in
            let bytes = separator.rawValue.utf8
            guard index + bytes.count <= pieces.count else { return false }
            guard separator != .emptyField || index == pieces.count - 1 else { return false }
            return zip(pieces[index...], bytes).allSatisfy { $0.syntaxByte == $1 }
        }
    }

    /// The value as text; a `\` that kept `@` or `=` out of the separator is dropped.
    var valueTemplate: Template {
        guard let first = value.first, case .escaped(let byte) = first.kind,
            byte == UInt8(ascii: "@") || byte == UInt8(ascii: "=")
        else { return word.template(value, escapes: .kept, span: valueSpan) }
        let literal = LexedWord.Piece(kind: .quoted(byte), offset: first.offset)
        return word.template([literal] + value.dropFirst(), escapes: .kept, span: valueSpan)
    }

    /// The key as text.
    var keyTemplate: Template {
        word.template(key, escapes: .removed, span: keySpan)
    }
}
