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
        let scalars = script.unicodeScalars
        let content = scalars.first == "\u{FEFF}" ? String(scalars.dropFirst()) : script
        let source = SourceText(content)
        var reader = ScriptReader(source: source, parser: self)
        var lines: [LogicalLine] = []
        while let line = reader.next() { lines.append(line) }
        return lines
    }
}

/// Reads a script line by line.
private struct ScriptReader {
    let source: SourceText
    let parser: ShellParser
    private var offset = 0
    private var number = 1

    init(source: SourceText, parser: ShellParser) {
        self.source = source
        self.parser = parser
    }

    mutating func next() -> LogicalLine? {
        guard offset < source.count else { return nil }
        let start = offset
        var end = endOfLine(from: start)
        search: while end < source.count {
            switch parser.completeness(of: text(start, end)) {
            case .complete:
                break search
            case .continuesAfterBackslash, .continuesInQuote:
                end = endOfLine(from: end + 1)
            case .continuesInBracket:
                guard let closed = endOfBracket(from: start, to: end) else { break search }
                end = endOfLine(from: closed)
            }
        }
        let line = LogicalLine(text: text(start, end), number: number)
        number += 1 + source.bytes[start..<end].count { $0 == UInt8(ascii: "\n") }
        offset = end + 1
        return line
    }

    private func endOfLine(from start: Int) -> Int {
        source.bytes[min(start, source.count)...].firstIndex(of: UInt8(ascii: "\n")) ?? source.count
    }

    /// The text without a CR at its end.
    private func text(_ start: Int, _ end: Int) -> String {
        let hasReturn = end > start && source.has("\r", at: end - 1)
        return source.text(start..<(hasReturn ? end - 1 : end))
    }

    /// Finds the end of the bracket that is open at the end of some lines; looks at each byte once.
    private func endOfBracket(from start: Int, to end: Int) -> Int? {
        let line = text(start, end)
        // With an alias in front, offsets are those of the expansion: count from the line's end.
        let expanded = parser.expandingAlias(in: line)
        do {
            _ = try parser.parse(expanded)
            return nil
        } catch {
            let shift = line.utf8.count - expanded.utf8.count
            let open = start + error.span.lowerBound + shift
            guard open >= start, open < end else { return nil }
            return VerbatimJSON(in: source, at: open)?.end
        }
    }
}
