/// A half-open range of UTF-8 offsets into the text that was parsed.
///
/// Offsets are cheap to make and never fall inside a scalar; `SourceExcerpt` turns them into the
/// line and column that a caret is put under.
package struct SourceSpan: Hashable, Sendable {
    /// The offset of the first byte.
    package let lowerBound: Int
    /// The offset after the last byte; equal to `lowerBound` for a place between two characters.
    package let upperBound: Int

    /// Makes a span; bounds in the wrong order make an empty span at the lower one.
    package init(_ lowerBound: Int, _ upperBound: Int) {
        self.lowerBound = lowerBound
        self.upperBound = max(lowerBound, upperBound)
    }

    /// The span of what stands in no text: parts of lines that are made, not parsed.
    package static let none = SourceSpan(0, 0)

    /// Whether the span marks a place rather than text.
    package var isEmpty: Bool { lowerBound == upperBound }

    /// Returns the smallest span that holds both.
    package func union(_ other: SourceSpan) -> SourceSpan {
        SourceSpan(min(lowerBound, other.lowerBound), max(upperBound, other.upperBound))
    }

    /// Returns the text that the span covers, clamped to the text's bounds.
    package func text(in source: String) -> String {
        let bytes = source.utf8
        let lower = bytes.index(bytes.startIndex, offsetBy: lowerBound, limitedBy: bytes.endIndex)
        let upper = bytes.index(bytes.startIndex, offsetBy: upperBound, limitedBy: bytes.endIndex)
        return String(source[(lower ?? bytes.endIndex)..<(upper ?? bytes.endIndex)])
    }
}
