/// What Tab may put in place of the text before the cursor.
package struct LineCompletion: Hashable, Sendable {
    /// Where the word that is completed begins: an offset in UTF-8 bytes into the line.
    package var start: Int
    /// What may stand there instead, each a whole replacement; in the order of showing.
    package var candidates: [String]
    /// What follows a candidate that is the only one; a blank as a rule.
    package var suffix: String

    /// Makes a set of candidates.
    package init(start: Int, candidates: [String], suffix: String = " ") {
        self.start = start
        self.candidates = candidates
        self.suffix = suffix
    }
}
