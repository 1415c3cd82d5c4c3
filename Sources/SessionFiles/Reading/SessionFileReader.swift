/// What came of reading a session file.
package struct SessionFileReading: Sendable, Hashable {
    /// The file's name as it was given.
    package var file: String
    /// What could be read.
    package var document: SessionDocument
    /// What was wrong or is worth saying, in order of lines.
    package var problems: [SessionFileProblem]

    /// The problems for which nothing of the file may be sent.
    package var errors: [SessionFileProblem] {
        self.problems.filter { $0.severity == .error }
    }
}

/// Reads `.http` text: the common core of all dialects, our tags, and what other dialects add as
/// far as it needs no script (FILES.md 2.2 to 2.4).
package struct SessionFileReader {
    /// Bounds on what is read.
    package struct Limits: Sendable, Hashable {
        /// The longest line outside bodies, in bytes.
        package var lineLength: Int
        /// How many lines outside bodies are read: each is kept with its place.
        package var lineCount: Int

        /// Creates limits.
        package init(lineLength: Int = 1 << 20, lineCount: Int = 1 << 21) {
            self.lineLength = lineLength
            self.lineCount = lineCount
        }
    }

    /// Reads the content of a file; never fails as a whole, problems are collected.
    ///
    /// A byte order mark and CRLF are accepted. `file` is the name that problems bear; by it
    /// Markdown is known, of which the fences marked `http` are read.
    package static func read(
        _ bytes: [UInt8],
        file: String,
        limits: Limits = Limits()
    ) -> SessionFileReading {
        let text = MarkdownFences.isMarkdown(file) ? MarkdownFences.sessionText(in: bytes) : bytes
        var parser = SessionFileParser(bytes: text, file: file, limits: limits)
        return parser.run()
    }

    /// Reads text.
    package static func read(
        _ text: String,
        file: String,
        limits: Limits = Limits()
    ) -> SessionFileReading {
        self.read(Array(text.utf8), file: file, limits: limits)
    }
}
