/// Reads text in which only `{{…}}` and `\{{` mean something: raw text and single quotes.
///
/// Of the backslashes directly before `{{` each pair is one, and an odd one makes the braces
/// literal; all other backslashes are plain (LANGUAGE.md section 2, rules 1 and 5).
struct RawText: Sendable {
    /// What was read.
    private(set) var pieces: [LexedWord.Piece] = []
    /// The offset after what was read: of the byte to stop at, or of the end.
    private(set) var end: Int

    /// Reads from the start of a range to a byte that ends it, or to the end of the range.
    init(in source: SourceText, range: Range<Int>, until stop: UInt8? = nil) {
        end = range.lowerBound
        while end < range.upperBound {
            let byte = source.bytes[end]
            if byte == stop { return }
            if byte == UInt8(ascii: "\\") {
                readBackslashes(in: source, limit: range.upperBound)
            } else {
                readUnit(in: source, limit: range.upperBound)
            }
        }
    }

    private mutating func readBackslashes(in source: SourceText, limit: Int) {
        let run = source.bytes[end..<limit].prefix { $0 == UInt8(ascii: "\\") }.count
        let standsBeforeBraces = end + run + 2 <= limit && source.has("{{", at: end + run)
        let start = end
        end += run
        for offset in start..<(start + (standsBeforeBraces ? run / 2 : run)) {
            append(UInt8(ascii: "\\"), at: offset)
        }
        guard standsBeforeBraces else { return }
        if run.isMultiple(of: 2) {
            readUnit(in: source, limit: limit)
        } else {
            append(UInt8(ascii: "{"), at: end)
            append(UInt8(ascii: "{"), at: end + 1)
            end += 2
        }
    }

    private mutating func readUnit(in source: SourceText, limit: Int) {
        switch BraceUnit(in: source, at: end) {
        case .placeholder(let placeholder, let after) where after <= limit:
            pieces.append(.init(kind: .placeholder(placeholder), offset: end))
            end = after
        case .literal(let after) where after <= limit:
            for offset in end..<after { append(source.bytes[offset], at: offset) }
            end = after
        case .placeholder, .literal, nil:
            append(source.bytes[end], at: end)
            end += 1
        }
    }

    private mutating func append(_ byte: UInt8, at offset: Int) {
        pieces.append(.init(kind: .quoted(byte), offset: offset))
    }
}

extension Template {
    /// Reads raw text: fields, variables, session files (LANGUAGE.md section 2, rules 1 and 5).
    ///
    /// Spans are offsets into `text`.
    package static func parse(_ text: String) -> Template {
        let source = SourceText(text)
        return Template(raw: 0..<source.count, in: source)
    }

    /// Reads a range of a line as raw text.
    init(raw range: Range<Int>, in source: SourceText) {
        let span = SourceSpan(range.lowerBound, range.upperBound)
        let word = LexedWord(
            pieces: RawText(in: source, range: range).pieces,
            span: span,
            isQuoted: false
        )
        self = word.template(word.pieces[...], escapes: .kept, span: span)
    }
}
