/// The file that keeps the history between runs: text, one entry a line, appended, mode 0600.
package struct HistoryFile: Sendable {
    /// Where the file is.
    package let path: String

    /// Names a file; it is made, with its folder, when the first entry is appended.
    package init(path: String) {
        self.path = path
    }
}
