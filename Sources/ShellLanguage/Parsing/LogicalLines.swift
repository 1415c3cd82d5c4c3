/// Whether a line goes on (LANGUAGE.md section 2, rule 7).
package enum Completeness: Hashable, Sendable {
    /// The line has ended; it may still be wrong.
    case complete
    /// It ends in a `\`.
    case continuesAfterBackslash
    /// A bracket of verbatim JSON is open.
    case continuesInBracket(Character)
    /// A quote is open; at a terminal, or in a curl command line.
    case continuesInQuote(Character)
}

/// A line of a script with the physical lines that it goes on over.
package struct LogicalLine: Hashable, Sendable {
    /// The text, with line breaks inside and none at the end.
    package let text: String
    /// The number of its first physical line, from 1.
    package let number: Int
}

extension ShellParser {
    /// Says whether a line has ended or goes on.
    package func completeness(of text: String) -> Completeness {
        // What a body holds is no concern of the lexer's.
        guard !SessionFileText.isBlock(text, parser: self) else { return .complete }
        do {
            _ = try parse(expandingAlias(in: text))
            return .complete
        } catch {
            guard case .word(let problem) = error.kind else { return .complete }
            switch problem {
            case .trailingBackslash: return .continuesAfterBackslash
            case .unclosedBracket(let bracket): return .continuesInBracket(bracket)
            case .unclosedQuote(let quote):
                let goesOn = isInteractive || Self.isForBash(text)
                return goesOn ? .continuesInQuote(quote) : .complete
            case .invalidUnicodeEscape, .commentAfterText: return .complete
            }
        }
    }

    /// Whether a line is read by Bash's rules, in which quotes may hold line breaks.
    private static func isForBash(_ text: String) -> Bool {
        let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard let first = words.first else { return false }
        return first == "curl"
            || (first == "$" || first == "import") && words.dropFirst().first == "curl"
    }

    /// Splits the text of a script into lines, joining those that go on.
    ///
    /// A bracket that is never closed does not swallow the rest of the script: its line ends where
    /// it ends, and is wrong. Line breaks may be LF or CR LF; a byte order mark is dropped.
    package func logicalLines(of script: String) -> [LogicalLine] {
        var arriving = ArrivingLines()
        arriving.append(script)
        arriving.end()
        var lines: [LogicalLine] = []
        while let line = arriving.next(for: self) { lines.append(line) }
        return lines
    }
}
