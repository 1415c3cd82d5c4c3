/// A path with parameters in braces, such as `/users/{id}/orders`.
package struct PathTemplate: Sendable, Hashable, CustomStringConvertible {
    /// A piece between slashes.
    package enum Segment: Sendable, Hashable {
        /// Text that must be there.
        case literal(String)
        /// Text with at least one parameter in it; as written, with the literal text around it.
        case parameter(String, prefix: String, suffix: String)
    }

    /// As it is written.
    package let description: String
    /// The pieces in order.
    package let segments: [Segment]

    /// Reads a template; any text is one.
    package init(_ text: String) {
        self.description = text
        self.segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { piece in
                guard let open = piece.firstIndex(of: "{"), let close = piece.lastIndex(of: "}"),
                    open < close
                else { return .literal(String(piece)) }
                return .parameter(
                    String(piece),
                    prefix: String(piece[..<open]),
                    suffix: String(piece[piece.index(after: close)...])
                )
            }
    }

    /// How many segments are literal text.
    package var literalCount: Int {
        self.segments.count { if case .literal = $0 { true } else { false } }
    }

    /// Whether the whole of a path fits.
    package func matches(_ path: String) -> Bool {
        let pieces = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard pieces.count == self.segments.count else { return false }
        return zip(self.segments, pieces).allSatisfy { $0.matches($1) }
    }
}

extension PathTemplate.Segment {
    /// Whether a piece of a path fits; a parameter takes anything but nothing.
    package func matches(_ piece: some StringProtocol) -> Bool {
        switch self {
        case .literal(let text): text == piece
        case .parameter(_, let prefix, let suffix):
            piece.count > prefix.count + suffix.count && piece.hasPrefix(prefix)
                && piece.hasSuffix(suffix)
        }
    }

    /// As it is written.
    package var text: String {
        switch self {
        case .literal(let text), .parameter(let text, _, _): text
        }
    }
}
