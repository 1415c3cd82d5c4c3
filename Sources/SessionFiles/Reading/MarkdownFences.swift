import HTTPModel

/// Finds requests in Markdown: what stands in fences that are marked `http` or `rest`, as in other
/// tools (FILES.md 9.9).
///
/// ````
/// ```http
/// GET http://127.0.0.1:8080/users
/// ```
/// ````
///
/// Every line keeps its number: what is prose becomes blank lines, and the line that opens a fence
/// becomes a `###`, but for the first, whose lines may be those that hold for the whole file.
enum MarkdownFences {
    /// Whether a file is Markdown, by its name.
    static func isMarkdown(_ file: String) -> Bool {
        let name = file.lowercased()
        return name.hasSuffix(".md") || name.hasSuffix(".markdown")
    }

    /// The text of a session file that a Markdown text holds.
    static func sessionText(in bytes: [UInt8]) -> [UInt8] {
        var lines: [ArraySlice<UInt8>] = []
        var open: Fence?
        var heading: ArraySlice<UInt8> = []
        var hasRequests = false
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if let fence = open {
                let isEnd = fence.isClosed(by: line)
                lines.append(isEnd || !fence.isHTTP ? [] : fence.content(of: line))
                if isEnd { open = nil }
                continue
            }
            open = Fence(line)
            if open?.isHTTP == true {
                lines.append(hasRequests ? Array("### ".utf8) + heading : [])
                hasRequests = true
            } else {
                if open == nil, let text = self.heading(in: line) { heading = text }
                lines.append([])
            }
        }
        return Array(lines.joined(separator: [0x0A]))
    }

    /// The text of an ATX heading; nil if the line is none.
    private static func heading(in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let text = line.drop { $0 == UInt8(ascii: "#") }
        guard (1...6).contains(text.startIndex - line.startIndex), text.first == 0x20 else {
            return nil
        }
        return text.last == 0x0D ? text.dropFirst().dropLast() : text.dropFirst()
    }

    /// A fence that is open (CommonMark 0.31, section 4.5).
    private struct Fence {
        private let mark: UInt8
        private let length: Int
        private let indent: Int
        /// Whether its lines are requests.
        let isHTTP: Bool

        /// Reads the line that opens a fence; nil if it does not.
        init?(_ line: ArraySlice<UInt8>) {
            let visible = line.drop { $0 == 0x20 || $0 == 0x09 }
            guard let mark = visible.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~")
            else { return nil }
            let info = visible.drop { $0 == mark }
            self.mark = mark
            self.length = info.startIndex - visible.startIndex
            self.indent = visible.startIndex - line.startIndex
            let hasTick = mark == UInt8(ascii: "`") && info.contains(mark)
            guard self.length >= 3, !hasTick else { return nil }
            let word = String(decoding: info, as: UTF8.self).trimmed
                .prefix { $0.isLetter || $0.isNumber || $0 == "-" }
            self.isHTTP = ["http", "rest"].contains(word.lowercased())
        }

        /// Whether a line ends the fence.
        func isClosed(by line: ArraySlice<UInt8>) -> Bool {
            let visible = line.drop { $0 == 0x20 || $0 == 0x09 }
            let rest = visible.drop { $0 == self.mark }
            return rest.startIndex - visible.startIndex >= self.length
                && rest.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        }

        /// A line of the fence, without the blanks that stand before the fence too.
        func content(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            let blanks = line.prefix(self.indent).prefix { $0 == 0x20 || $0 == 0x09 }
            return line[blanks.endIndex...]
        }
    }
}
