/// What is needed to show a caret under a span: its line, and the text before and under the caret.
///
/// The renderer measures `before` and `marked` in terminal columns; this module does not know
/// widths.
package struct SourceExcerpt: Hashable, Sendable {
    /// The number of the line in the text, from 1.
    package let line: Int
    /// The number of the first marked character in its line, from 1, counted in characters.
    package let column: Int
    /// The whole line, without its line break.
    package let text: String
    /// The part of the line before the span.
    package let before: String
    /// The part of the line that the span covers; empty for a place, or at the end of a line.
    package let marked: String

    /// Finds the line on which a span starts.
    ///
    /// A span that runs over several lines is cut at the end of the first. A span outside the text
    /// is moved to its end.
    package init(of span: SourceSpan, in source: String) {
        let bytes = Array(source.utf8)
        let lower = min(max(span.lowerBound, 0), bytes.count)
        let upper = min(max(span.upperBound, lower), bytes.count)
        let newline = UInt8(ascii: "\n")
        let lineStart = bytes[..<lower].lastIndex(of: newline).map { $0 + 1 } ?? 0
        var lineEnd = bytes[lower...].firstIndex(of: newline) ?? bytes.count
        if lineEnd > lower, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
        line = 1 + bytes[..<lower].count { $0 == newline }
        text = String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self)
        before = String(decoding: bytes[lineStart..<lower], as: UTF8.self)
        marked = String(decoding: bytes[lower..<max(lower, min(upper, lineEnd))], as: UTF8.self)
        column = before.count + 1
    }
}
