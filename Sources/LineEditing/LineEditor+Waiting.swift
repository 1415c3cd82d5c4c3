internal import Glibc

extension LineEditor {
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
        if keys {
            SignalFlags.stopInBackground(of: input.descriptor)
        }
        let settings = keys ? input.enter(.keys) : nil
        defer { input.restore(settings) }
        while true {
            if let event = nextEvent(latch) {
                return event
            }
            let ready = input.wait(wakeup: wakeup, watchesInput: keys)
            if ready.input, !ready.wakeup {
                // At the end of input there will never be a key.
                return input.read(upTo: 1).first.map(WaitEvent.key) ?? .endRequested
            }
            wakeup.drain()
            if signals.take(SIGTSTP) {
                input.restore(settings)
                signals.suspend()
                if keys {
                    SignalFlags.stopInBackground(of: input.descriptor)
                    _ = input.enter(.keys)
                }
                return .resumed
            }
        }
    }

    /// What has happened, the most urgent first.
    private func nextEvent(_ latch: Latch) -> WaitEvent? {
        if signals.take(SIGINT) {
            return .interrupted
        }
        if latch.isOpen {
            return .finished
        }
        if wakeup.takeEndRequest() {
            return .endRequested
        }
        if signals.take(SIGCONT) {
            return .resumed
        }
        if signals.take(SIGWINCH) {
            return .resized
        }
        if wakeup.takeWoken() {
            return .woken
        }
        let texts = notices.takeAll()
        return texts.isEmpty ? nil : .notices(texts)
    }

    /// Reads one line that is not shown while it is typed, and is no history entry.
    ///
    /// - Parameter prompt: What is asked for, without line breaks.
    /// - Returns: The line, or why there is none.
    package func readSecret(prompt: String) -> LineResult {
        _ = signals.take(SIGINT)
        SignalFlags.stopInBackground(of: input.descriptor)
        var settings = input.enter(.noEcho)
        defer { input.restore(settings) }
        output.write(prompt)
        output.flush()
        var bytes: [UInt8] = []
        while true {
            let ready = input.wait(wakeup: wakeup)
            if ready.wakeup {
                wakeup.drain()
                if wakeup.isEnding {
                    return .endOfInput
                }
                if signals.take(SIGINT) {
                    output.write("\r\n")
                    output.flush()
                    return .interrupted
                }
                if signals.take(SIGTSTP) {
                    input.restore(settings)
                    signals.suspend()
                    SignalFlags.stopInBackground(of: input.descriptor)
                    settings = input.enter(.noEcho)
                    output.write(prompt)
                    output.flush()
                }
                continue
            }
            let chunk = input.read(upTo: 4096)
            guard !chunk.isEmpty else {
                return bytes.isEmpty ? .endOfInput : .line(String(decoding: bytes, as: UTF8.self))
            }
            bytes += chunk
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                return .line(String(decoding: bytes[..<end], as: UTF8.self))
            }
        }
    }
}
