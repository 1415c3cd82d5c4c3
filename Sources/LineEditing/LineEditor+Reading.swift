internal import CEditLine
internal import Glibc

extension LineEditor {
    /// Reads one line, which may hold line breaks.
    ///
    /// Notices that came while there was no prompt are printed first. A ^C from before the prompt
    /// is forgotten: what it meant to interrupt is over.
    ///
    /// - Parameters:
    ///   - prompt: What stands before it.
    ///   - initial: What stands in it at first, with the cursor at its end.
    /// - Returns: The line, or how it ended without one.
    package func readLine(prompt: Prompt, initial: String = "") -> LineResult {
        precondition(reading == nil, "a line is being read already")
        guard !wakeup.isEnding else {
            return .endOfInput
        }
        _ = signals.take(SIGINT)
        // A command may have been sent to the background, by ^Z and `bg`, and have ended there.
        SignalFlags.stopInBackground(of: input.descriptor)
        reading = Reading(prompt: prompt)
        defer { reading = nil }
        beginRow()
        for notice in notices.takeAll() {
            output.writeLines(notice)
        }
        if !initial.isEmpty {
            // As if the terminal had pasted it: libedit empties the line when it begins to read.
            pending += Array("\u{1B}[200~".unicodeScalars)
            unread = ArraySlice(Array(initial.utf8) + Self.pasteEnd) + unread
        }
        if ce_edits(handle) != 0 {
            // libedit would do it after the prompt is drawn: too late for a key typed at once.
            _ = ce_prepare_terminal(handle, 1)
        }
        setBracketedPaste(true)
        output.flush()
        var count: CInt = 0
        let text = el_wgets(handle, &count)
        setBracketedPaste(false)
        if let result = reading?.result {
            output.flush()
            return result
        }
        if let text, count > 0 {
            // libedit read it without editing, as it does where $TERM is "emacs".
            output.flush()
            let line = UnsafeBufferPointer(start: text, count: Int(count))
            return .line(
                String(
                    String.UnicodeScalarView(
                        line.map(Unicode.Scalar.init(wide:)).filter { $0 != "\n" }
                    )
                )
            )
        }
        output.write("\r\n")
        output.flush()
        return .endOfInput
    }

    /// Gives libedit the next character; nil at the end of input.
    ///
    /// Everything that may happen while a line is edited is dealt with here, in the only place that
    /// waits.
    func nextScalar() -> Unicode.Scalar? {
        while true {
            if let scalar = takePending() {
                return scalar
            }
            if reading?.isTypedAhead == true, !isInputReady {
                reading?.isTypedAhead = false
            }
            if !isInputReady {
                drawWindow()
            }
            let ready =
                unread.isEmpty ? input.wait(wakeup: wakeup) : .init(input: true, wakeup: false)
            if ready.wakeup {
                wakeup.drain()
                guard !wakeup.isEnding else {
                    return nil
                }
                handleWakeup()
            } else if ready.input, !readScalar() {
                return nil
            }
        }
    }

    private func takePending() -> Unicode.Scalar? {
        pending.isEmpty ? nil : pending.removeFirst()
    }

    /// Reads until a character is complete.
    ///
    /// - Returns: False at the end of input.
    private func readScalar() -> Bool {
        guard let scalar = decodeScalar() else {
            return false
        }
        var letter = scalar
        // The terminal turns a ^D that comes before the prompt reads keys into NUL, which would
        // stand invisibly on the line and keep later ones from ending it.
        if letter == "\0", reading?.isTypedAhead == true {
            letter = "\u{4}"
        }
        // Marks come right behind their letter, in one write of the terminal.
        while letter.properties.isAlphabetic, isInputReady, let next = decodeScalar() {
            if let both = Composition.compose(letter, next) {
                letter = both
            } else {
                pending.append(letter)
                letter = next
            }
        }
        pending.append(letter)
        return true
    }

    private var isInputReady: Bool {
        !unread.isEmpty || input.wait(wakeup: wakeup, milliseconds: 0).input
    }

    private func decodeScalar() -> Unicode.Scalar? {
        while let byte = nextByte() {
            switch decoder.next(byte) {
            case .more:
                continue
            case .scalar(let scalar):
                return scalar
            case .broken:
                unread.insert(byte, at: unread.startIndex)
                return "\u{FFFD}"
            }
        }
        return nil
    }

    /// One byte at a time, so that what is typed ahead stays in the terminal, for whoever reads
    /// from it next: a pager, an editor.
    private func nextByte() -> UInt8? {
        unread.popFirst() ?? input.read(upTo: 1).first
    }

    private func handleWakeup() {
        if signals.take(SIGINT) {
            // Bound to the function that drops the line; an incremental search ends by it.
            pending.append("\u{3}")
        }
        if signals.take(SIGTSTP) {
            suspendAtPrompt()
        }
        if signals.take(SIGCONT) {
            resumeAtPrompt()
        }
        if signals.take(SIGWINCH) {
            el_resize(handle)
            eraseLine()
            redraw()
        }
        let texts = notices.takeAll()
        // Woken without a notice: what the prompt says has changed.
        if wakeup.takeWoken() || !texts.isEmpty {
            eraseLine()
            for text in texts {
                output.writeLines(text)
            }
            redraw()
        }
    }

    /// Stops the program below the half-typed line, and draws that again when it is continued.
    private func suspendAtPrompt() {
        leaveLine()
        setBracketedPaste(false)
        output.flush()
        _ = ce_prepare_terminal(handle, 0)
        signals.suspend()
        // Continued by `bg`: the terminal is another's until `fg`.
        SignalFlags.stopInBackground(of: input.descriptor)
        _ = ce_prepare_terminal(handle, 1)
        returnToPrompt()
    }

    /// Continued after being stopped by someone else: the terminal's state is not to be trusted.
    private func resumeAtPrompt() {
        SignalFlags.stopInBackground(of: input.descriptor)
        _ = ce_prepare_terminal(handle, 0)
        _ = ce_prepare_terminal(handle, 1)
        returnToPrompt()
    }

    private func returnToPrompt() {
        setBracketedPaste(true)
        el_resize(handle)
        output.write("\r")
        redraw()
    }
}
