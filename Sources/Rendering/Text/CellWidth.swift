/// How many cells of a terminal characters take.
///
/// Wide and fullwidth characters and emoji take two, combining and invisible ones none, all others
/// one; ambiguous ones count as one (Unicode Standard Annex 11). A grapheme cluster that makes one
/// emoji takes two, as in terminals that draw it as one.
package enum CellWidth {
    /// The cells of a text without controls.
    package static func of(_ text: String) -> Int {
        let utf8 = text.utf8
        // CR LF is one character, so plain ASCII is what has neither bytes above nor controls.
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count(where: { $0 >= 0x20 && $0 != 0x7F }) }
        return text.reduce(0) { $0 + Self.of($1) }
    }

    /// The cells of one character.
    package static func of(_ character: Character) -> Int {
        var sum = 0
        var isEmoji = false
        var regionalIndicators = 0
        for scalar in character.unicodeScalars {
            switch scalar.value {
            // Emoji presentation, zero-width joiner, skin tones.
            case 0xFE0F, 0x200D: isEmoji = sum > 0
            case 0x1F3FB...0x1F3FF where sum > 0: isEmoji = true
            case 0x1F1E6...0x1F1FF:
                regionalIndicators += 1
                sum += 1
            default: sum += Self.of(scalar)
            }
        }
        if isEmoji && character.unicodeScalars.first.map(Self.canBeEmoji) == true { return 2 }
        return regionalIndicators > 0 ? min(sum, 2) : sum
    }

    /// The cells of one scalar by itself.
    package static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 {
            // Soft hyphen included: terminals show it.
            return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1
        }
        if Self.isZeroWidth(scalar) { return 0 }
        return Self.contains(value, in: Self.wide) ? 2 : 1
    }

    /// Whether a scalar is drawn over its predecessor or not at all.
    ///
    /// By general category, which the standard library knows, with two corrections: signs such as
    /// the Arabic number sign are format characters but visible, and the vowels and final
    /// consonants of conjoining Hangul are letters but drawn into the syllable's first.
    private static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: return false
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .lineSeparator, .paragraphSeparator:
            return true
        default: return false
        }
    }

    private static func canBeEmoji(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isEmoji
    }

    /// Searches sorted ranges, first and last value after another.
    private static func contains(_ value: UInt32, in ranges: [ClosedRange<UInt32>]) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if value > ranges[middle].upperBound {
                low = middle + 1
            } else if value < ranges[middle].lowerBound {
                high = middle
            } else {
                return true
            }
        }
        return false
    }
}
