/// The line at the prompt: editing, history, completion, and notices above it.
///
/// Owns libedit, and while it lives the signals INT, TSTP, WINCH and CONT. Only the main thread may
/// use it, and only one may live at a time.
package final class LineEditor {
    /// How an editor behaves.
    package struct Options {
        /// Whether Enter runs the text as it is; if not, Enter inserts a line break.
        package var isComplete: (String) -> Bool = { _ in true }
        /// What Tab offers, given the line and the cursor's offset in UTF-8 bytes.
        package var completer: ((String, Int) -> LineCompletion)?
        /// Whether `~/.editrc` (or `$EDITRC`) is read.
        package var readsEditrc = true
        /// How many entries the history in memory holds.
        package var historyLimit = 10_000

        /// The defaults.
        package init() {}
    }

    /// How this editor behaves.
    package var options: Options

    /// Sets the terminal's locale, libedit and the signal handlers up.
    ///
    /// - Parameters:
    ///   - program: The name that selects lines in `~/.editrc`.
    ///   - wakeup: The pipe that others wake the main thread by.
    ///   - notices: What is printed above the half-typed line.
    ///   - history: Where entries are read from and appended to; nil keeps them in memory only.
    ///   - options: How it behaves.
    /// - Throws: `noTerminal` if there is none to edit on, or the system call that failed.
    package init(
        program: String,
        wakeup: Wakeup,
        notices: NoticeQueue,
        history: HistoryFile? = nil,
        options: Options = Options()
    ) throws(LineEditingError) {
        self.options = options
    }

    /// Reads one line, which may hold line breaks.
    package func readLine(prompt: Prompt) -> LineResult {
        .endOfInput
    }

    /// Reads one line that is not shown while it is typed, and is no history entry.
    package func readSecret(prompt: String) -> LineResult {
        .endOfInput
    }

    /// Adds an entry to the history in memory and in the file.
    ///
    /// Left out: empty lines, lines that begin with a blank, and a repetition of the entry before.
    ///
    /// - Parameter line: The line as it may be kept: secrets are already redacted.
    package func addHistory(_ line: String) {}

    /// The entries in memory, oldest first.
    package var historyEntries: [String] { [] }

    /// Waits, without a prompt, while a command runs elsewhere.
    ///
    /// The terminal is as it was before the program began, so ^C is SIGINT, and what is typed stays
    /// for the next prompt. ^Z suspends the program, `fg` continues it.
    ///
    /// - Parameters:
    ///   - latch: What the command opens when it is finished.
    ///   - keys: Whether a key ends the wait; keys are not echoed then.
    /// - Returns: What happened; the caller deals with it and, but for `finished`, waits again.
    package func wait(for latch: Latch, keys: Bool = false) -> WaitEvent {
        .finished
    }
}
