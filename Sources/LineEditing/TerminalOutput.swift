internal import CEditLine
internal import Glibc

/// The terminal that the prompt is drawn on, buffered, so that a redraw is one write.
///
/// It is standard error if that is a terminal, so that `linger > file` can still be used by hand,
/// and standard output otherwise.
struct TerminalOutput: ~Copyable {
    /// The stream; libedit writes to it too.
    let file: UnsafeMutablePointer<FILE>
    private let descriptor: CInt

    /// Opens a stream of its own on the terminal.
    init() throws(LineEditingError) {
        guard let terminal = [STDERR_FILENO, STDOUT_FILENO].first(where: { isatty($0) == 1 })
        else {
            throw .noTerminal
        }
        let copy = fcntl(terminal, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else {
            throw .system(.dup, errno: errno)
        }
        guard let file = fdopen(copy, "w") else {
            let reason = errno
            close(copy)
            throw .system(.fdopen, errno: reason)
        }
        self.file = file
        descriptor = copy
    }

    deinit {
        fclose(file)
    }

    /// Adds text to what is to be written.
    func write(_ text: String) {
        var text = text
        _ = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) }
    }

    /// Adds lines, whatever state the terminal is in.
    func writeLines(_ text: String) {
        // In the bytes: CR LF is one character, which is no line feed.
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            write(String(Substring(line)))
            write("\r\n")
        }
    }

    /// Writes what has been added; libedit's drawing comes after it.
    func flush() {
        fflush(file)
    }
}
