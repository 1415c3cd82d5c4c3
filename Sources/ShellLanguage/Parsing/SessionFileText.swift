/// Tells session files from files of shell lines (LANGUAGE.md section 8).
package enum SessionFileText {
    /// Finds the first line that only session files have: `###…` or `# @session`.
    ///
    /// - Returns: The line's number, from 1; `nil` if the text has none.
    package static func firstMark(in text: String) -> Int? {
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            if isMark(Substring(line)) { return number }
        }
        return nil
    }

    /// Whether text of several lines is a request as session files write it (LANGUAGE.md, 8).
    ///
    /// Its first line that is neither blank nor a comment is `METHOD target`, and the next is a
    /// field, a line of the query, or a blank line and then text that is no shell line.
    package static func isBlock(_ text: String, parser: ShellParser) -> Bool {
        // CR LF is one character, but two bytes.
        guard text.utf8.contains(0x0A) else { return false }
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { Substring($0.last == 0x0D ? $0.dropLast() : $0) }[...]
        while let line = lines.first, line.allSatisfy(\.isWhitespace) || isComment(line) {
            lines.removeFirst()
        }
        guard let first = lines.popFirst(), isRequestLine(first), let next = lines.popFirst()
        else { return false }
        if isField(next) { return true }
        if next.first?.isWhitespace == true, let mark = next.first(where: { !$0.isWhitespace }) {
            return mark == "?" || mark == "&"
        }
        guard next.allSatisfy(\.isWhitespace),
            let body = lines.first(where: { !$0.allSatisfy(\.isWhitespace) })
        else { return false }
        guard let line = try? parser.parse(String(body)) else { return true }
        // `<` begins a body from a file; everything else that parses is a line of its own.
        if case .comment = line { return true }
        return body.hasPrefix("<")
    }

    private static func isComment(_ line: Substring) -> Bool {
        line.hasPrefix("#") || line.hasPrefix("//")
    }

    /// `METHOD target`, the method in capitals or one of the shell's own.
    private static func isRequestLine(_ line: Substring) -> Bool {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2 || words.count == 3 && words[2].hasPrefix("HTTP/") else {
            return false
        }
        let method = String(words[0])
        return method.isToken
            && (Methods.all.contains(method.lowercased())
                || method.utf8.allSatisfy { $0.isLetter && $0 & 0x20 == 0 || $0 == 0x2D })
    }

    private static func isField(_ line: Substring) -> Bool {
        guard let colon = line.firstIndex(of: ":") else { return false }
        return line[..<colon].isToken
    }

    private static func isMark(_ line: Substring) -> Bool {
        if line.hasPrefix("###") { return true }
        guard line.hasPrefix("#") else { return false }
        let tag = line.dropFirst().drop { $0 == " " || $0 == "\t" }
        let name = "@session"
        guard tag.hasPrefix(name) else { return false }
        return tag.utf8.dropFirst(name.utf8.count).first?.isBlank ?? true
    }
}
