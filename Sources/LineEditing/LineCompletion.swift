/// What Tab may put in place of the text before the cursor.
package struct LineCompletion: Hashable, Sendable {
    /// One thing that may stand there.
    package struct Candidate: Hashable, Sendable {
        /// The whole replacement, as it must be written.
        package var text: String
        /// What the list shows for it.
        package var shown: String
        /// What it is, in a few words; may be empty.
        package var summary: String
        /// What follows where it is the only one.
        package var suffix: String

        /// Makes a candidate; what is shown is the text itself unless it is given.
        package init(
            _ text: String,
            shown: String? = nil,
            summary: String = "",
            suffix: String = " "
        ) {
            self.text = text
            self.shown = shown ?? text
            self.summary = summary
            self.suffix = suffix
        }
    }

    /// Where the word that is completed begins: an offset in UTF-8 bytes into the line.
    package var start: Int
    /// What may stand there instead, in the order of showing.
    package var candidates: [Candidate]

    /// Makes a set of candidates.
    package init(start: Int, candidates: [Candidate]) {
        self.start = start
        self.candidates = candidates
    }
}
