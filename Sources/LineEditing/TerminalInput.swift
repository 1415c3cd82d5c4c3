internal import Glibc

/// The terminal that keys come from, while no line is edited.
///
/// Whoever changes its settings puts them back before the program is suspended or goes on.
struct TerminalInput {
    /// Where keys come from.
    let descriptor: CInt

    /// Says whether standard input is a terminal.
    static var isTerminal: Bool {
        isatty(STDIN_FILENO) == 1
    }

    /// What is left out of the terminal's service.
    enum Mode {
        /// What is typed is not shown, but for the line break.
        case noEcho
        /// Keys come one by one, and are not shown.
        case keys
    }

    /// Changes the settings.
    ///
    /// - Returns: The settings before, for ``restore(_:)``; nil if there is no terminal.
    func enter(_ mode: Mode) -> termios? {
        var before = termios()
        guard tcgetattr(descriptor, &before) == 0 else {
            return nil
        }
        var changed = before
        changed.c_lflag &= ~tcflag_t(ECHO)
        switch mode {
        case .noEcho:
            changed.c_lflag |= tcflag_t(ECHONL)
        case .keys:
            changed.c_lflag &= ~tcflag_t(ICANON)
        }
        tcsetattr(descriptor, TCSADRAIN, &changed)
        return before
    }

    /// Puts the settings back.
    func restore(_ settings: termios?) {
        guard var settings else {
            return
        }
        tcsetattr(descriptor, TCSADRAIN, &settings)
    }

    /// What a wait ended with.
    struct Readiness {
        /// Whether something can be read, or the terminal is gone.
        var input: Bool
        /// Whether someone wrote to the wake-up pipe.
        var wakeup: Bool
    }

    /// Waits for a key or a wake-up.
    ///
    /// - Parameters:
    ///   - wakeup: The pipe to watch.
    ///   - watchesInput: Whether keys end the wait.
    ///   - milliseconds: How long at most; -1 is for ever.
    /// - Returns: What ended the wait; neither, if the time did.
    func wait(
        wakeup: Wakeup,
        watchesInput: Bool = true,
        milliseconds: CInt = -1
    ) -> Readiness {
        var descriptors = [
            pollfd(fd: wakeup.readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: watchesInput ? descriptor : -1, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&descriptors, nfds_t(descriptors.count), milliseconds) < 0 {
            guard errno == EINTR else {
                return Readiness(input: true, wakeup: true)
            }
        }
        return Readiness(
            input: descriptors[1].revents != 0,
            wakeup: descriptors[0].revents != 0
        )
    }

    /// Reads what is there, up to a number of bytes; empty at the end of input.
    func read(upTo count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while true {
                let got = Glibc.read(descriptor, buffer.baseAddress, count)
                if got < 0, errno == EINTR || errno == EAGAIN {
                    continue
                }
                filled = max(got, 0)
                return
            }
        }
    }
}
