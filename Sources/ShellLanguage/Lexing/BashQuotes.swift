/// Finds out whether a line for Bash ends inside quotes: then it goes on.
enum BashQuotes {
    /// The quote that is still open at the end of a range, and where it stands.
    static func openQuote(in source: SourceText, range: Range<Int>)
        -> (quote: Character, offset: Int)?
    {
        var open: (quote: UInt8, escapes: Bool, offset: Int)?
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = source.bytes[offset]
            let isQuote = byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
            if byte == UInt8(ascii: "\\"), open?.escapes ?? true {
                offset += 1
            } else if let quote = open {
                if byte == quote.quote { open = nil }
            } else if isQuote {
                // In '…' a backslash is plain, in "…" and $'…' it is not.
                let isDollar = offset > range.lowerBound && source.has("$", at: offset - 1)
                open = (byte, byte == UInt8(ascii: "\"") || isDollar, offset)
            }
            offset += 1
        }
        return open.map { (Character(Unicode.Scalar($0.quote)), $0.offset) }
    }
}
