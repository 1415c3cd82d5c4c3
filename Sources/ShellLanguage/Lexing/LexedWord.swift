/// A word before it is known what it is: its bytes, each with how it was written.
struct LexedWord: Hashable, Sendable {
    /// A byte or a reference.
    struct Piece: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            /// A byte outside quotes and escapes.
            case plain(UInt8)
            /// A byte that quotes or `\` made literal; it still separates keys from values.
            case quoted(UInt8)
            /// A byte of `:=@[];` after `\` outside quotes; the item decides (rule 4).
            case escaped(UInt8)
            /// A reference.
            case placeholder(Placeholder)
        }

        let kind: Kind
        /// Where it stands.
        let offset: Int

        /// The byte, if it can be syntax of an item: quotes do not hide it, `\` does (rule 3).
        var syntaxByte: UInt8? {
            switch kind {
            case .plain(let byte), .quoted(let byte): byte
            case .escaped, .placeholder: nil
            }
        }

        /// The byte, if it stands outside quotes and escapes.
        var plainByte: UInt8? {
            guard case .plain(let byte) = kind else { return nil }
            return byte
        }
    }

    /// What becomes of `\:` and its kin.
    enum EscapeRule: Sendable {
        /// The `\` is dropped: keys, targets.
        case removed
        /// The `\` stays: values, arguments.
        case kept
        /// The `\` is dropped before `;` only: files to upload.
        case removedBeforeSemicolon
    }

    typealias Pieces = ArraySlice<Piece>

    let pieces: [Piece]
    let span: SourceSpan
    let isQuoted: Bool

    /// The word as arguments of commands and values of options have it.
    var word: Word {
        Word(template: template(pieces[...], escapes: .kept, span: span), isQuoted: isQuoted)
    }

    /// Whether the word starts with a byte outside quotes.
    func starts(with character: Unicode.Scalar) -> Bool {
        pieces.first?.plainByte == UInt8(ascii: character)
    }

    /// The text, if no reference and no quote stands in it.
    var plainText: String? {
        isQuoted ? nil : word.literalText
    }

    /// Makes the template of some pieces.
    func template(_ pieces: Pieces, escapes: EscapeRule, span: SourceSpan) -> Template {
        var parts: [Template.Part] = []
        var bytes: [UInt8] = []
        for piece in pieces {
            switch piece.kind {
            case .plain(let byte), .quoted(let byte):
                bytes.append(byte)
            case .escaped(let byte):
                if escapes.keepsBackslash(before: byte) { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            case .placeholder(let placeholder):
                parts.append(.literal(String(decoding: bytes, as: UTF8.self)))
                parts.append(.placeholder(placeholder))
                bytes = []
            }
        }
        parts.append(.literal(String(decoding: bytes, as: UTF8.self)))
        return Template(parts: parts, span: span)
    }
}

extension LexedWord.EscapeRule {
    fileprivate func keepsBackslash(before byte: UInt8) -> Bool {
        switch self {
        case .removed: false
        case .kept: true
        case .removedBeforeSemicolon: byte != UInt8(ascii: ";")
        }
    }
}
