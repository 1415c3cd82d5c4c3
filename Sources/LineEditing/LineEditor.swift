internal import CEditLine
internal import Glibc

/// The line at the prompt: editing, history, completion, and notices above it.
///
/// Owns libedit, and while it lives the signals INT, QUIT, TSTP, WINCH and CONT. Only the main
/// thread may use it, and only one may live at a time. The prompt is drawn on standard error if
/// that is a terminal, on standard output otherwise.
package final class LineEditor {
    /// How an editor behaves.
    package struct Options {
        /// Whether Enter runs the text as it is; if not, Enter inserts a line break.
        package var isComplete: (String) -> Bool = { _ in true }
        /// What Tab offers, given the line and the cursor's offset in UTF-8 bytes.
        package var completer: ((String, Int) -> LineCompletion)?
        /// Whether lists may use faint text.
        package var isColored = true
        /// Whether `~/.editrc` (or `$EDITRC`) is read.
        package var readsEditrc = true
        /// How many entries the history in memory holds.
        package var historyLimit = 10_000

        /// The defaults.
        package init() {}
    }

    /// How this editor behaves.
    package var options: Options

    let wakeup: Wakeup
    let notices: NoticeQueue
    let signals: SignalFlags
    let output: TerminalOutput
    let input = TerminalInput(descriptor: STDIN_FILENO)
    /// libedit's editor and its history, which ^R searches.
    let handle: OpaquePointer
    private let handleHistory: OpaquePointer?
    /// Whether the terminal knows escapes; a dumb or unknown one does not.
    let hasEscapes: Bool

    var history: History
    private let historyFile: HistoryFile?

    /// What belongs to the line that is being read; nil between lines.
    var reading: Reading?
    /// Bytes that came with a paste and are not yet used.
    var unread: ArraySlice<UInt8> = []
    /// Characters that go to libedit next.
    var pending: [Unicode.Scalar] = []
    var decoder = UTF8Decoder()
    /// What libedit reads a prompt from, until it asks for the next.
    private var promptBuffers: [UnsafeMutablePointer<CChar>?] = [nil, nil]

    /// What belongs to one line while it is read.
    struct Reading {
        var prompt: Prompt
        var walk = HistoryWalk()
        /// The list of candidates of which there is more to show.
        var listing: Listing?
        /// The first row that is shown of a line that is taller than the screen.
        var windowTop: Int?
        /// Whether the prompt is above what is shown of such a line.
        var hidesPrompt = false
        /// Whether all keys so far were there before the prompt read any.
        var isTypedAhead = true
        /// Set by the key that ends the line.
        var result: LineResult?
    }

    /// Sets the locale, libedit and the signal handlers up.
    ///
    /// - Parameters:
    ///   - program: The name that selects lines in `~/.editrc`.
    ///   - wakeup: The pipe that others wake the main thread by.
    ///   - notices: What is printed above the half-typed line.
    ///   - historyFile: Where entries are read from and appended to; nil keeps them in memory only.
    ///   - options: How it behaves.
    /// - Throws: `noTerminal` if there is none to edit on, or the system call that failed.
    package init(
        program: String,
        wakeup: Wakeup,
        notices: NoticeQueue,
        history historyFile: HistoryFile? = nil,
        options: Options = Options()
    ) throws(LineEditingError) {
        guard TerminalInput.isTerminal else {
            throw .noTerminal
        }
        Self.setLocale()
        // In the background the settings that libedit finds are those of another's prompt.
        SignalFlags.stopInBackground(of: STDIN_FILENO)
        let output = try TerminalOutput()
        // The wide functions are used throughout, so the input stream is never read.
        guard
            let handle = el_init_fd(
                program,
                nil,
                output.file,
                output.file,
                STDIN_FILENO,
                fileno(output.file),
                fileno(output.file)
            )
        else {
            throw .system(.elInit, errno: errno)
        }
        self.handle = handle
        self.output = output
        self.options = options
        self.wakeup = wakeup
        self.notices = notices
        self.historyFile = historyFile
        signals = SignalFlags(waking: wakeup)
        hasEscapes = ce_terminal_has(handle, "ce") != 0 && ce_terminal_has(handle, "up") != 0
        history = History(
            limit: options.historyLimit,
            entries: historyFile?.load(limit: options.historyLimit) ?? []
        )
        handleHistory = history_init()
        configure()
    }

    deinit {
        el_end(handle)
        if let handleHistory {
            history_end(handleHistory)
        }
        for buffer in promptBuffers {
            free(buffer)
        }
    }

    /// Adds an entry to the history in memory and in the file.
    ///
    /// Left out: empty lines, lines that begin with a blank, and a repetition of the entry before.
    ///
    /// - Parameter line: The line as it may be kept: secrets are already redacted.
    package func addHistory(_ line: String) {
        guard history.add(line) else {
            return
        }
        if let handleHistory {
            _ = ce_history_enter(handleHistory, line)
        }
        historyFile?.append(line)
    }

    /// The entries in memory, oldest first.
    package var historyEntries: [String] {
        history.entries
    }

    /// libedit drops every byte that is not ASCII unless the locale says UTF-8.
    private static func setLocale() {
        for name in ["", "C.UTF-8", "C.utf8", "en_US.UTF-8"] {
            guard setlocale(LC_CTYPE, name) != nil, let codeset = nl_langinfo(CInt(CODESET)) else {
                continue
            }
            if String(cString: codeset) == "UTF-8" {
                return
            }
        }
    }

    private func configure() {
        _ = ce_set_client_data(handle, Unmanaged.passUnretained(self).toOpaque())
        _ = ce_set_handles_signals(handle, 0)
        if let handleHistory {
            _ = ce_history_set_size(handleHistory, CInt(clamping: options.historyLimit))
            for entry in history.entries {
                _ = ce_history_enter(handleHistory, entry)
            }
            _ = ce_set_history(handle, handleHistory)
        }
        _ = ce_set_prompt(handle) { LineEditor.of($0)?.promptText(right: false) }
        _ = ce_set_right_prompt(handle) { LineEditor.of($0)?.promptText(right: true) }
        _ = ce_set_reader(handle) { handle, character in
            guard let editor = LineEditor.of(handle), let scalar = editor.nextScalar() else {
                return 0
            }
            character?.pointee = scalar.wide
            return 1
        }
        // Debian's libedit begins with vi keys; ~/.editrc may choose them again.
        _ = ce_set_editor(handle, "emacs")
        addKeyFunctions()
        if options.readsEditrc {
            _ = el_source(handle, nil)
        }
        // It may have chosen another map, so ours come now, and what the user binds wins again.
        bindKeys()
        if options.readsEditrc {
            bindUserKeys()
        }
        bindVitalKeys()
    }

    /// The editor that a callback of libedit belongs to.
    static func of(_ handle: OpaquePointer?) -> LineEditor? {
        guard let handle, let data = ce_client_data(handle) else {
            return nil
        }
        return Unmanaged<LineEditor>.fromOpaque(data).takeUnretainedValue()
    }

    /// Gives libedit a prompt, in memory that stays until it asks again.
    private func promptText(right: Bool) -> UnsafeMutablePointer<CChar>? {
        let isShown = reading?.hidesPrompt == false
        let text = !isShown ? nil : right ? reading?.prompt.right?() : reading?.prompt.text
        let index = right ? 1 : 0
        free(promptBuffers[index])
        promptBuffers[index] = strdup((text ?? StyledText("")).encoded(colour: hasEscapes))
        return promptBuffers[index]
    }
}
