/// A diagnostic that points at its place in a line of source.
///
///     error: unknown option --folow
///       1 | get example.org --folow
///         |                 ^~~~~~~ did you mean --follow?
///     help: help get
package struct CaretDiagnostic: Sendable, Hashable {
    /// How bad it is; the raw value is the word shown.
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        /// Nothing was done.
        case error
        /// It was done, but perhaps not as meant.
        case warning
        /// Worth knowing.
        case notice

        /// How the word looks.
        package var role: Role {
            switch self {
            case .error: .error
            case .warning: .warning
            case .notice: .notice
            }
        }
    }

    /// A place in a line of source.
    package struct Place: Sendable, Hashable {
        /// The line, without its line feed.
        package var source: String
        /// The number of the line, from 1; nil at a prompt, where there is only one.
        package var line: Int?
        /// Where it starts, in characters from 1; one past the end points behind the line.
        package var column: Int
        /// How many characters it covers; at least one is underlined.
        package var length: Int

        /// Creates a place.
        package init(source: String, line: Int? = nil, column: Int, length: Int = 1) {
            self.source = source
            self.line = line
            self.column = column
            self.length = length
        }

        /// Creates the place of a range of UTF-8 offsets in a text of one or more lines.
        ///
        /// The place is on the line where the range starts, and ends with that line at the latest.
        /// Offsets beyond the text or inside a character are moved to the next place that exists.
        ///
        /// - Parameters:
        ///   - range: The offsets.
        ///   - text: The text.
        ///   - firstLine: The number of the first line of `text`; nil for none.
        package init(utf8 range: Range<Int>, in text: String, firstLine: Int? = nil) {
            var start = 0
            var number = 0
            var line = text[...]
            // A line and its feed, as long as the range starts behind them.
            while let feed = line.utf8.firstIndex(of: 0x0A) {
                let length = line.utf8.distance(from: line.startIndex, to: feed) + 1
                guard start + length <= range.lowerBound else {
                    line = line[..<feed]
                    break
                }
                start += length
                number += 1
                line = line[line.index(after: feed)...]
            }
            if line.utf8.last == 0x0D { line = Substring(line.unicodeScalars.dropLast()) }
            let lower = Self.character(atUTF8: range.lowerBound - start, in: line)
            let upper = Self.character(atUTF8: range.upperBound - start, in: line)
            self.init(
                source: String(line),
                line: firstLine.map { $0 + number },
                column: lower + 1,
                length: max(1, upper - lower)
            )
        }

        /// How many characters start before a UTF-8 offset.
        private static func character(atUTF8 offset: Int, in line: Substring) -> Int {
            var position = 0
            var count = 0
            for character in line {
                guard position < offset else { break }
                position += character.utf8.count
                count += 1
            }
            return count
        }
    }

    /// How bad it is.
    package var severity: Severity
    /// What is wrong.
    package var message: String
    /// Where; nil if it has no place.
    package var place: Place?
    /// What stands after the underline, such as a suggestion.
    package var note: String?
    /// What to look at next.
    package var help: String?

    /// Creates a diagnostic.
    package init(
        _ message: String,
        severity: Severity = .error,
        at place: Place? = nil,
        note: String? = nil,
        help: String? = nil
    ) {
        self.severity = severity
        self.message = message
        self.place = place
        self.note = note
        self.help = help
    }

    /// The form for scripts: `FILE:LINE:COLUMN: message; note`.
    ///
    /// Parts that are not known are left out. Warnings and notices say that they are one.
    ///
    /// - Parameter file: The name of the script; nil for `-c` and standard input.
    /// - Returns: One line, sanitised, without its line feed.
    package func oneLine(file: String? = nil) -> String {
        var text = ""
        if let file { text += "\(Sanitizer.line(file)):" }
        if let place {
            if let line = place.line { text += "\(line):" }
            text += "\(place.column):"
        }
        if !text.isEmpty { text += " " }
        switch self.severity {
        case .error: break
        case .warning, .notice: text += "\(self.severity.rawValue): "
        }
        text += Sanitizer.line(self.message)
        if let note { text += "; \(Sanitizer.line(note))" }
        return text
    }
}
