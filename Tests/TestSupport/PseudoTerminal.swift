internal import Glibc
internal import Synchronization

/// A program at a terminal of its own: keys in, a screen out.
///
/// The program's session has the terminal as its controlling one, so ^C and ^Z are signals, as for
/// a person. Every wait is for what the program writes, up to a deadline.
package final class PseudoTerminal {
    /// A wait that came to nothing.
    package struct TimedOut: Error, CustomStringConvertible {
        /// What was waited for.
        package let expectation: String
        /// The screen at the end, with what had left it.
        package let screen: String
        /// The cursor at the end: row and column from 0.
        package let cursor: (row: Int, column: Int)
        /// Whether the program had ended.
        package let isClosed: Bool

        package var description: String {
            """
            waited in vain for \(expectation)
            cursor at row \(cursor.row), column \(cursor.column)\(isClosed ? "; the program ended" : "")
            screen:
            \(screen)
            """
        }
    }

    /// The screen as far as the program has been read.
    package private(set) var screen: ScreenEmulator
    /// The program's process.
    package let process: Int
    /// Everything that the program wrote.
    package private(set) var transcript: [UInt8] = []

    private let master: CInt
    private var isClosed = false
    private var status: ExitStatus?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: The path of the program.
    ///   - arguments: Its arguments, without its name.
    ///   - environment: What it has in its environment besides PATH, HOME, LANG and TERM.
    ///   - rows: The height of the screen.
    ///   - columns: The width of the screen.
    /// - Throws: ``SystemCallError`` if it cannot be started.
    package init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        rows: Int = 24,
        columns: Int = 80
    ) throws {
        screen = ScreenEmulator(rows: rows, columns: columns)
        let terminal = try Self.openTerminal(rows: rows, columns: columns)
        defer { close(terminal.slave) }
        master = terminal.master
        let defaults = ProcessRunner.defaultEnvironment
            .merging(["TERM": "xterm-256color"]) { $1 }
        // setsid makes the terminal the controlling one of a new session, which posix_spawn cannot.
        process = Int(
            try spawn(
                "/usr/bin/setsid",
                ["--ctty", program] + arguments,
                environment: defaults.merging(environment) { $1 },
                descriptors: (terminal.slave, terminal.slave, terminal.slave)
            )
        )
    }

    deinit {
        if status == nil {
            kill(pid_t(process), SIGKILL)
            waitpid(pid_t(process), nil, 0)
        }
        close(master)
    }

    private static func openTerminal(rows: Int, columns: Int) throws -> (master: CInt, slave: CInt)
    {
        var master: CInt = -1
        var slave: CInt = -1
        var size = winsize(
            ws_row: UInt16(rows),
            ws_col: UInt16(columns),
            ws_xpixel: 0,
            ws_ypixel: 0
        )
        let failure = descriptorLock.withLock { _ -> CInt in
            guard openpty(&master, &slave, nil, nil, &size) == 0 else {
                return errno
            }
            _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
            prepareDescriptor(master)
            return 0
        }
        guard failure == 0 else {
            throw SystemCallError(call: "openpty", errorNumber: failure)
        }
        return (master, slave)
    }

    /// Types.
    package func send(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        let deadline = Deadline(after: .seconds(20))
        while !rest.isEmpty, !isClosed {
            guard !deadline.hasPassed else {
                throw timedOut("the program to read \(rest.count) more bytes")
            }
            let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                // The program does not read before what it writes is read.
                pump(deadline, waitsToWrite: true)
            }
        }
    }

    /// Presses a key.
    package func press(_ keys: Key...) throws {
        for key in keys {
            try send(key.sequence)
        }
    }

    /// Pastes text as a terminal does: marked, if the program asked for that.
    package func paste(_ text: String) throws {
        let text = text.replacing("\n", with: "\r")
        try send(screen.marksPastes ? "\u{1B}[200~\(text)\u{1B}[201~" : text)
    }

    /// Gives the terminal another size.
    package func resize(rows: Int, columns: Int) throws {
        // What was written for the old size belongs on the old screen.
        pump(Deadline(after: .zero))
        screen.resize(rows: rows, columns: columns)
        var size = winsize(
            ws_row: UInt16(rows),
            ws_col: UInt16(columns),
            ws_xpixel: 0,
            ws_ypixel: 0
        )
        guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else {
            throw SystemCallError(call: "ioctl", errorNumber: errno)
        }
    }

    /// Sends the program a signal.
    package func signal(_ signal: CInt) {
        kill(pid_t(process), signal)
    }

    /// Waits until the screen is as it should be.
    ///
    /// - Parameters:
    ///   - expectation: What is waited for, for the message.
    ///   - limit: How long to wait.
    ///   - isMet: Whether a screen is as it should be.
    /// - Throws: ``TimedOut`` with the screen as it is instead.
    package func expect(
        _ expectation: String,
        within limit: Duration = .seconds(20),
        where isMet: (ScreenEmulator) -> Bool
    ) throws {
        let deadline = Deadline(after: limit)
        while !isMet(screen) {
            guard !deadline.hasPassed, !isClosed else {
                throw timedOut(expectation)
            }
            pump(deadline)
        }
    }

    /// Waits until a text is on the screen.
    package func expect(
        screenContains text: String,
        within limit: Duration = .seconds(20)
    ) throws {
        try expect("\"\(text)\" on the screen", within: limit) { $0.text.contains(text) }
    }

    /// Waits until the screen shows exactly this, with the cursor at this place.
    ///
    /// - Parameters:
    ///   - text: The rows, without blanks at their ends and without empty rows at the bottom.
    ///   - cursor: The cursor's row and column, from 0; nil if it does not matter.
    ///   - limit: How long to wait.
    /// - Throws: ``TimedOut`` with the screen as it is instead.
    package func expect(
        screen text: String,
        cursor: (row: Int, column: Int)? = nil,
        within limit: Duration = .seconds(20)
    ) throws {
        let place = cursor.map { " with the cursor at row \($0.row), column \($0.column)" } ?? ""
        try expect("this screen\(place):\n\(text)\n", within: limit) { screen in
            guard screen.text == text else {
                return false
            }
            return cursor.map { $0 == (screen.cursorRow, screen.cursorColumn) } ?? true
        }
    }

    /// Waits until the program has asked the terminal not to show keys: before that, the terminal
    /// itself would.
    package func expectNoEcho(within limit: Duration = .seconds(20)) throws {
        let deadline = Deadline(after: limit)
        var settings = termios()
        while tcgetattr(master, &settings) == 0, settings.c_lflag & tcflag_t(ECHO) != 0 {
            guard !deadline.hasPassed, !isClosed else {
                throw timedOut("the terminal's echo to be off")
            }
            // Nothing is written when it goes off.
            pump(Deadline(after: .milliseconds(5)))
        }
    }

    /// Waits until the program has ended, and reads what it wrote to its end.
    ///
    /// - Parameter limit: How long to wait.
    /// - Returns: How it ended.
    /// - Throws: ``TimedOut`` if it goes on.
    package func waitForExit(within limit: Duration = .seconds(20)) throws -> ExitStatus {
        if let status {
            return status
        }
        let deadline = Deadline(after: limit)
        while !isClosed, !deadline.hasPassed {
            pump(deadline)
        }
        guard let ended = awaitExit(pid_t(process), deadline) else {
            throw timedOut("the program's end")
        }
        status = ended
        return ended
    }

    private func timedOut(_ expectation: String) -> TimedOut {
        TimedOut(
            expectation: expectation,
            screen: screen.fullText,
            cursor: (screen.cursorRow, screen.cursorColumn),
            isClosed: isClosed
        )
    }

    /// Waits until the program writes (or reads), takes what it wrote, and answers its questions.
    private func pump(_ deadline: Deadline, waitsToWrite: Bool = false) {
        let events = POLLIN | (waitsToWrite ? POLLOUT : 0)
        var descriptor = pollfd(fd: master, events: Int16(events), revents: 0)
        guard poll(&descriptor, 1, deadline.milliseconds(atMost: 10_000)) > 0,
            descriptor.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0
        else {
            return
        }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(master, &chunk, chunk.count)
        guard count > 0 else {
            // EIO: the last program on the terminal has closed it.
            isClosed = count == 0 || errno == EIO
            return
        }
        transcript += chunk[..<count]
        screen.feed(chunk[..<count])
        let replies = screen.takeReplies()
        if !replies.isEmpty {
            _ = write(master, replies, replies.count)
        }
    }
}
