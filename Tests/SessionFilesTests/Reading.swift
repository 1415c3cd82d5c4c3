import SessionFiles

/// Reads text as the file `f.http`.
func read(_ text: String) -> SessionFileReading {
    SessionFileReader.read(text, file: "f.http")
}

/// The first request of a text.
func request(_ text: String) -> WrittenRequest? {
    read(text).document.blocks.compactMap(\.request).first
}

/// The problems of a text, one a line.
func problems(_ text: String) -> [String] {
    read(text).problems.map(\.description)
}

/// A text, its lines joined with line feeds.
func lines(_ lines: String...) -> String {
    lines.joined(separator: "\n") + "\n"
}

/// Swift Testing has an `Expectation` of its own.
typealias Expectation = SessionFiles.Expectation
