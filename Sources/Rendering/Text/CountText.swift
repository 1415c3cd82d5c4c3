/// Counts with their nouns and ordinals: `1 request`, `3 requests`, `2nd request`.
package enum CountText {
    /// A count and its noun, which takes an `s` unless a plural is given.
    package static func text(_ count: Int, _ noun: String, plural: String? = nil) -> String {
        "\(count) \(count == 1 ? noun : plural ?? "\(noun)s")"
    }

    /// All of a count: `the only stream`, `all 3 streams`.
    package static func all(_ count: Int, _ noun: String) -> String {
        count == 1 ? "the only \(noun)" : "all \(Self.text(count, noun))"
    }

    /// An ordinal: `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`.
    package static func ordinal(_ number: Int) -> String {
        let suffix =
            switch (number.magnitude % 100, number.magnitude % 10) {
            case (11...13, _): "th"
            case (_, 1): "st"
            case (_, 2): "nd"
            case (_, 3): "rd"
            default: "th"
            }
        return "\(number)\(suffix)"
    }

    /// An ordinal and its noun: `2nd request`.
    package static func ordinal(_ number: Int, _ noun: String) -> String {
        "\(Self.ordinal(number)) \(noun)"
    }
}
