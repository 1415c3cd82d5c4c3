import Rendering

/// What a command prints: lines for people, and the same as JSON Lines.
package struct CommandOutput: Sendable, Hashable {
    /// Lines for people, safe for a terminal.
    package var lines: [String]
    /// JSON objects, one a line.
    package var json: [String]
    /// Whether it is talk about what was done, not data: it goes to standard error then.
    package var isRemark: Bool

    /// Creates output.
    package init(_ lines: [String] = [], json: [String] = [], isRemark: Bool = false) {
        self.lines = lines
        self.json = json
        self.isRemark = isRemark
    }

    /// Nothing.
    package static let none = Self()

    /// A remark about what was done, made safe for a terminal: a file it names may be a server's
    /// idea.
    package static func remark(_ line: String, json: [String] = []) -> Self {
        Self([Sanitizer.line(line)], json: json, isRemark: true)
    }
}
