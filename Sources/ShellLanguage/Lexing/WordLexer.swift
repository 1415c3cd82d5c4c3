/// Reads a line word by word (LANGUAGE.md section 2).
///
/// The parser pulls one word at a time and says where it stands, because only there is it known
/// whether a bracket starts verbatim JSON (rule 2).
struct WordLexer: Sendable {
    /// Something that stands between blanks.
    enum Lexeme: Hashable, Sendable {
        case word(LexedWord)
        case symbol(Symbol, SourceSpan)
    }

    /// An operator, which is one only unquoted and at the start of a word (rule 6).
    enum Symbol: String, CaseIterable, Hashable, Sendable {
        case append = ">>"
        case output = ">"
        case input = "<"
        case pipe = "|"
        case ampersand = "&"
    }

    /// Where a word stands.
    enum Place: Hashable, Sendable {
        /// The first word after a method: an item's `:=` counts only before `/` and `?`.
        case target
        /// A later word of a request.
        case item
        /// The value of `--raw`.
        case rawValue
        /// Anything else: brackets mean nothing.
        case argument
    }

    let source: SourceText
    /// The offset of what is read next.
    var offset: Int

    private var pieces: [LexedWord.Piece] = []
    private var isQuoted = false

    init(_ source: SourceText, from offset: Int = 0) {
        self.source = source
        self.offset = offset
    }

    /// The offset after blanks and continued line breaks.
    mutating func skipBlanks() {
        while let byte = source[offset] {
            if byte.isBlank {
                offset += 1
            } else if byte == UInt8(ascii: "\\"), source.lineBreakLength(at: offset + 1) > 0 {
                offset += 1 + source.lineBreakLength(at: offset + 1)
            } else {
                return
            }
        }
    }

    /// Reads the next word or operator; `nil` at the end.
    mutating func next(_ place: Place) throws(Diagnostic) -> Lexeme? {
        skipBlanks()
        guard offset < source.count else { return nil }
        let start = offset
        if let symbol = symbolHere() {
            offset += symbol.rawValue.utf8.count
            return .symbol(symbol, SourceSpan(start, offset))
        }
        pieces = []
        isQuoted = false
        while let byte = source[offset], !byte.isBlank {
            try read(byte, place)
        }
        let span = SourceSpan(start, offset)
        return .word(LexedWord(pieces: pieces, span: span, isQuoted: isQuoted))
    }

    private func symbolHere() -> Symbol? {
        for symbol in Symbol.allCases {
            let end = offset + symbol.rawValue.utf8.count
            guard source.text(offset..<end) == symbol.rawValue else { continue }
            // `&` is an operator only as a whole word.
            return symbol == .ampersand && source[end]?.isBlank == false ? nil : symbol
        }
        return nil
    }

    private mutating func read(_ byte: UInt8, _ place: Place) throws(Diagnostic) {
        switch byte {
        case UInt8(ascii: "\\"):
            try readBackslash()
        case UInt8(ascii: "'"):
            try readSingleQuotes()
        case UInt8(ascii: "\""):
            try readDoubleQuotes()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if startsVerbatim(place) {
                try readVerbatim()
            } else {
                readUnit(orByte: { .plain($0) })
            }
        default:
            pieces.append(.init(kind: .plain(byte), offset: offset))
            offset += 1
        }
    }

    private mutating func appendQuoted(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { pieces.append(.init(kind: .quoted(byte), offset: offset)) }
    }

    /// Reads braces as a unit, or else one byte.
    private mutating func readUnit(orByte kind: (UInt8) -> LexedWord.Piece.Kind) {
        switch BraceUnit(in: source, at: offset) {
        case .placeholder(let placeholder, let end):
            pieces.append(.init(kind: .placeholder(placeholder), offset: offset))
            offset = end
        case .literal(let end):
            while offset < end {
                appendQuoted(CollectionOfOne(source.bytes[offset]))
                offset += 1
            }
        case nil:
            pieces.append(.init(kind: kind(source.bytes[offset]), offset: offset))
            offset += 1
        }
    }

    // MARK: Outside quotes

    private mutating func readBackslash() throws(Diagnostic) {
        guard let next = source[offset + 1] else {
            throw Diagnostic(.word(.trailingBackslash), SourceSpan(offset, offset + 1))
        }
        if source.lineBreakLength(at: offset + 1) > 0 {
            offset += 1 + source.lineBreakLength(at: offset + 1)
        } else if source.has("{{", at: offset + 1) {
            appendQuoted("{{".utf8)
            offset += 3
        } else if next.isBlank || "'\"\\|><&#".utf8.contains(next) {
            appendQuoted(CollectionOfOne(next))
            offset += 2
        } else if ":=@[];".utf8.contains(next) {
            pieces.append(.init(kind: .escaped(next), offset: offset))
            offset += 2
        } else {
            pieces.append(.init(kind: .plain(UInt8(ascii: "\\")), offset: offset))
            offset += 1
        }
    }

    // MARK: In quotes

    private mutating func readSingleQuotes() throws(Diagnostic) {
        let open = offset
        isQuoted = true
        let text = RawText(
            in: source,
            range: (open + 1)..<source.count,
            until: UInt8(ascii: "'")
        )
        guard text.end < source.count else { throw unclosed("'", at: open) }
        pieces += text.pieces
        offset = text.end + 1
    }

    private mutating func readDoubleQuotes() throws(Diagnostic) {
        let open = offset
        isQuoted = true
        offset += 1
        while let byte = source[offset] {
            if byte == UInt8(ascii: "\"") {
                offset += 1
                return
            }
            if byte == UInt8(ascii: "\\") {
                try readEscape()
            } else {
                readUnit(orByte: { .quoted($0) })
            }
        }
        throw unclosed("\"", at: open)
    }

    private func unclosed(_ quote: Character, at open: Int) -> Diagnostic {
        Diagnostic(.word(.unclosedQuote(quote)), SourceSpan(open, open + 1))
    }

    /// Reads `\` in double quotes; before other characters than those of rule 3 it is plain.
    private mutating func readEscape() throws(Diagnostic) {
        if source.has("{{", at: offset + 1) {
            appendQuoted("{{".utf8)
            offset += 3
            return
        }
        switch source[offset + 1] {
        case UInt8(ascii: "\""): appendQuoted("\"".utf8)
        case UInt8(ascii: "\\"): appendQuoted("\\".utf8)
        case UInt8(ascii: "n"): appendQuoted("\n".utf8)
        case UInt8(ascii: "t"): appendQuoted("\t".utf8)
        case UInt8(ascii: "r"): appendQuoted("\r".utf8)
        case UInt8(ascii: "u"):
            try readUnicodeEscape()
            return
        default:
            appendQuoted("\\".utf8)
            offset += 1
            return
        }
        offset += 2
    }

    private mutating func readUnicodeEscape() throws(Diagnostic) {
        let start = offset
        guard var value = codeUnit(at: start) else { throw invalidEscape(start, length: 6) }
        var length = 6
        if value >= 0xD800, value < 0xDC00, let low = codeUnit(at: start + 6), low >= 0xDC00,
            low < 0xE000
        {
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            length = 12
        }
        guard let scalar = Unicode.Scalar(value) else { throw invalidEscape(start, length: length) }
        appendQuoted(String(Character(scalar)).utf8)
        offset += length
    }

    /// The UTF-16 code unit of `\uXXXX`.
    private func codeUnit(at start: Int) -> UInt32? {
        let digits = source.text((start + 2)..<(start + 6))
        guard source.has("\\u", at: start), digits.utf8.count == 4,
            digits.utf8.allSatisfy({ $0.isDigit || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x66 })
        else { return nil }
        return UInt32(digits, radix: 16)
    }

    private func invalidEscape(_ start: Int, length: Int) -> Diagnostic {
        var end = start + 2
        while end < start + length, let byte = source[end], byte.isDigit || byte.isLetter {
            end += 1
        }
        let span = SourceSpan(start, end)
        return Diagnostic(.word(.invalidUnicodeEscape(source.text(span))), span)
    }

    // MARK: Verbatim JSON

    /// Whether a bracket at the current offset starts verbatim JSON (rule 2).
    private func startsVerbatim(_ place: Place) -> Bool {
        guard !source.has("{{", at: offset) else { return false }
        switch place {
        case .argument:
            return false
        case .rawValue:
            return pieces.isEmpty && !isQuoted
        case .item, .target:
            guard pieces.count >= 2, pieces[pieces.count - 1].plainByte == UInt8(ascii: "="),
                pieces[pieces.count - 2].plainByte == UInt8(ascii: ":")
            else { return false }
            let ends: String = place == .target ? ":=@/?" : ":=@"
            return !pieces.dropLast(2).contains { piece in
                piece.syntaxByte.map { ends.utf8.contains($0) } ?? false
            }
        }
    }

    private mutating func readVerbatim() throws(Diagnostic) {
        let open = offset
        guard let verbatim = VerbatimJSON(in: source, at: open) else {
            let bracket = Character(Unicode.Scalar(source.bytes[open]))
            throw Diagnostic(.word(.unclosedBracket(bracket)), SourceSpan(open, open + 1))
        }
        pieces += verbatim.pieces
        offset = verbatim.end
    }
}
