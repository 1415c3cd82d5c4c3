/// What stands at a `{{` (LANGUAGE.md section 2, rule 1).
enum BraceUnit: Hashable, Sendable {
    /// A reference, and the offset after it.
    case placeholder(Placeholder, end: Int)
    /// Braces whose content is no reference: literal text up to the offset, blanks and quotes too.
    case literal(end: Int)

    /// The bytes that a unit may have; longer ones are plain text.
    static let limit = 4096

    /// Reads the unit at an offset; `nil` if none starts there.
    ///
    /// The `}}` that ends it stands outside quotes, on the same line and before another `{{`. Of
    /// three braces in a row the first is plain, so `{{{x}}}` is a reference in braces.
    init?(in source: SourceText, at start: Int) {
        guard source.has("{{", at: start), !source.has("{", at: start + 2) else { return nil }
        var quote: UInt8?
        var offset = start + 2
        let end = min(source.count, start + Self.limit)
        while offset < end {
            let byte = source.bytes[offset]
            if byte == UInt8(ascii: "\n") { return nil }
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if source.has("}}", at: offset) {
                self.init(in: source, content: (start + 2)..<offset)
                return
            } else if source.has("{{", at: offset) {
                return nil
            }
            offset += 1
        }
        return nil
    }

    private init(in source: SourceText, content: Range<Int>) {
        let end = content.upperBound + 2
        let text = source.text(source.trimmed(content))
        // A content that ends in `}` could not be written without the blank after it.
        guard !text.hasSuffix("}"), let (reference, isEncoded) = Reference.parse(text) else {
            self = .literal(end: end)
            return
        }
        let placeholder = Placeholder(
            reference: reference,
            isEncoded: isEncoded,
            source: text,
            span: SourceSpan(content.lowerBound - 2, end)
        )
        self = .placeholder(placeholder, end: end)
    }
}
