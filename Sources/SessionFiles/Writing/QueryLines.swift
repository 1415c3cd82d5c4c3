extension WrittenRequest {
    /// The target split for query lines; nil if it stays on one line (FILES.md 9.3, rule 8).
    var queryLines: (base: String, lines: [String])? {
        guard let split = Self.splitQuery(self.target), !split.base.isEmpty else { return nil }
        let length = split.lines.reduce(0) { $0 + $1.count }
        guard self.hasQueryLines || length > Self.longQuery else { return nil }
        // Only "name=value" is read alike by all tools; the rest must come back as it was.
        guard split.lines.allSatisfy(\.isSafeQueryLine), split.base == split.base.trimmed else {
            return nil
        }
        return split
    }

    /// The length from which a query gets lines of its own, in columns.
    static let longQuery = 80

    /// Whether a target that is written now will get query lines.
    static func needsQueryLines(_ target: String) -> Bool {
        WrittenRequest(method: "GET", target: target).queryLines != nil
    }

    /// Splits before `?` and `&`, but not within `{{…}}`.
    private static func splitQuery(_ target: String) -> (base: String, lines: [String])? {
        var pieces: [String] = [""]
        for piece in ReferenceSyntax.pieces(of: target) {
            switch piece {
            case .reference(let inner): pieces[pieces.count - 1] += "{{\(inner)}}"
            case .text(let text):
                for character in text {
                    let starts = character == "?" && pieces.count == 1
                    if starts || (character == "&" && pieces.count > 1) { pieces.append("") }
                    pieces[pieces.count - 1].append(character)
                }
            }
        }
        guard pieces.count > 1 else { return nil }
        return (pieces[0], Array(pieces.dropFirst()))
    }
}

extension String {
    /// Whether a query line is read as it is written.
    fileprivate var isSafeQueryLine: Bool {
        self.contains("=") && self == self.trimmed
            && RequestLineParser.splitVersion(self).version == nil
            && RequestLineParser.commentColumn(in: self) == nil
    }
}
