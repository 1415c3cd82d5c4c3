/// Composed forms of letters with marks.
///
/// libedit counts a combining mark as a cell of its own, which it is not on any screen, so the
/// cursor goes astray. Letters and marks that have a composed form are therefore composed as they
/// come in; that is most of what people type in Latin, Greek and Cyrillic.
enum Composition {
    /// Composed characters by what they are made of; keys are compared by canonical equivalence.
    private static let composed: [Character: Unicode.Scalar] = {
        let ranges: [ClosedRange<UInt32>] = [
            0x00C0...0x024F, 0x0386...0x0390, 0x03AA...0x03D4, 0x0400...0x04F9, 0x1E00...0x1FFC,
        ]
        var table: [Character: Unicode.Scalar] = [:]
        for scalar in ranges.joined().lazy.compactMap(Unicode.Scalar.init) {
            table[Character(scalar), default: scalar] = scalar
        }
        return table
    }()

    /// Whether the character adds to the one before it.
    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
    }

    /// The one character that is the same as a letter with a mark, if there is one.
    static func compose(_ base: Unicode.Scalar, _ mark: Unicode.Scalar) -> Unicode.Scalar? {
        guard isMark(mark) else {
            return nil
        }
        var pair = String.UnicodeScalarView()
        pair.append(base)
        pair.append(mark)
        let characters = String(pair)
        return characters.count == 1 ? characters.first.flatMap { composed[$0] } : nil
    }

    /// The text with each letter and mark composed where that is possible.
    static func compose(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for scalar in text {
            if let last = result.last, let both = compose(last, scalar) {
                result[result.count - 1] = both
            } else {
                result.append(scalar)
            }
        }
        return result
    }
}
