/// What came of holding an expectation against a subject.
package struct ExpectationResult: Sendable, Hashable {
    /// Whether it holds.
    package var passed: Bool
    /// What was expected: `status 200`.
    package var expectedText: String
    /// What was found: `status was 404 Not Found`; may be empty if it passed.
    package var actualText: String
    /// More lines that help to find out why; empty if it passed.
    package var notes: [String]

    /// Creates a result.
    package init(passed: Bool, expectedText: String, actualText: String, notes: [String] = []) {
        self.passed = passed
        self.expectedText = expectedText
        self.actualText = actualText
        self.notes = notes
    }
}
