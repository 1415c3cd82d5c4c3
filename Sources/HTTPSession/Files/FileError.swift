/// Why a file could not be read or written; the operating system's words.
package struct FileError: Error, Sendable, Hashable {
    /// The file.
    package var path: String
    /// What went wrong.
    package var detail: String

    /// Creates an error.
    package init(path: String, detail: String) {
        self.path = path
        self.detail = detail
    }
}
