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

    private static func isMark(_ line: Substring) -> Bool {
        if line.hasPrefix("###") { return true }
        guard line.hasPrefix("#") else { return false }
        let tag = line.dropFirst().drop { $0 == " " || $0 == "\t" }
        let name = "@session"
        guard tag.hasPrefix(name) else { return false }
        return tag.utf8.dropFirst(name.utf8.count).first?.isBlank ?? true
    }
}
