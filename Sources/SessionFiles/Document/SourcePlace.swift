/// Where in a file something was read.
///
/// It takes no part in equality: two documents with the same content are equal wherever their lines
/// stand, and a document that was built, not read, has no places at all.
package struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1; 0 if it was not read from a file.
    package var line: Int
    /// The column in characters, from 1.
    package var column: Int

    /// Creates a place.
    package init(line: Int, column: Int = 1) {
        self.line = line
        self.column = column
    }

    /// The place of what was not read from a file.
    package static let nowhere = Self(line: 0, column: 0)

    package var description: String { "\(self.line):\(self.column)" }

    package static func == (_: Self, _: Self) -> Bool { true }

    package func hash(into _: inout Hasher) {}
}
