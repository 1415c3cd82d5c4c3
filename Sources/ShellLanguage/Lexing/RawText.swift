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
    /// Spans are offsets into `text`. It may have many megabytes: plain runs are taken whole, and
    /// text without braces is not copied.
    package static func parse(_ text: String) -> Template {
        let span = SourceSpan(0, text.utf8.count)
        guard text.holdsDoubleBraces else { return Template(literal: text, span: span) }
        var reader = RawRuns(SourceText(text))
        return Template(parts: reader.read(), span: span)
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

/// Reads a whole text as `RawText` does, run by run instead of byte by byte.
private struct RawRuns {
    private let source: SourceText
    private var parts: [Template.Part] = []
    /// Literal text since the last reference.
    private var literal: [UInt8] = []
    /// Where the text begins that is not yet in `literal`.
    private var start = 0

    init(_ source: SourceText) {
        self.source = source
    }

    mutating func read() -> [Template.Part] {
        var offset = 0
        while offset < source.count {
            switch source.bytes[offset] {
            case UInt8(ascii: "\\"): offset = readBackslashes(at: offset)
            case UInt8(ascii: "{"): offset = readUnit(at: offset)
            default: offset += 1
            }
        }
        endLiteral(at: offset)
        return parts
    }

    private mutating func readBackslashes(at offset: Int) -> Int {
        let run = source.bytes[offset...].prefix { $0 == UInt8(ascii: "\\") }.count
        let end = offset + run
        guard source.has("{{", at: end) else { return end }
        // Each pair is one; an odd one makes the braces literal.
        literal += source.bytes[start..<(offset + run / 2)]
        start = end
        return run.isMultiple(of: 2) ? end : end + 2
    }

    private mutating func readUnit(at offset: Int) -> Int {
        switch BraceUnit(in: source, at: offset) {
        case .placeholder(let placeholder, let end):
            endLiteral(at: offset)
            parts.append(.placeholder(placeholder))
            start = end
            return end
        case .literal(let end): return end
        case nil: return offset + 1
        }
    }

    private mutating func endLiteral(at offset: Int) {
        literal += source.bytes[start..<offset]
        if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
        literal = []
    }
}

extension String {
    /// Whether `{{` stands anywhere in the text.
    package var holdsDoubleBraces: Bool {
        var wasBrace = false
        for byte in self.utf8 {
            let isBrace = byte == UInt8(ascii: "{")
            if isBrace, wasBrace { return true }
            wasBrace = isBrace
        }
        return false
    }
}
