internal import Glibc
internal import Synchronization

// A signal handler gets no context, so what it touches is global: the set of signals that came, and
// the descriptor to write to. Both are trivial and initialised before the first handler is
// installed, so the handler allocates nothing and takes no lock.
private let arrived = Atomic<UInt64>(0)
private let wakeDescriptor = Atomic<CInt>(-1)

/// Notes the signal and wakes the main thread; async-signal-safe.
private func note(_ signal: CInt) {
    let saved = errno
    arrived.bitwiseOr(1 << UInt64(signal), ordering: .releasing)
    var byte: UInt8 = 0
    _ = write(wakeDescriptor.load(ordering: .relaxed), &byte, 1)
    errno = saved
}

/// The handlers of INT, QUIT, TSTP, WINCH and CONT while a line editor lives.
///
/// Each sets a flag *and* writes a byte to the wake-up pipe: in a process with several threads the
/// kernel may deliver the signal to any of them, so an interrupted system call on the main
/// thread cannot be relied on.
///
/// QUIT (^\) is taken by nobody: to a shell it means nothing. It is not ignored, or the programs
/// that are run from here would be born ignoring it.
struct SignalFlags: ~Copyable {
    /// The signals that are handled.
    private static let handled = [SIGINT, SIGQUIT, SIGTSTP, SIGWINCH, SIGCONT]
    /// How often the process asks to be stopped in vain before it takes it that nobody can
    /// continue it.
    private static let stopAttempts = 20

    private let previous: [sigaction]

    /// Installs the handlers.
    init(waking wakeup: Wakeup) {
        wakeDescriptor.store(wakeup.writeEnd, ordering: .sequentiallyConsistent)
        arrived.store(0, ordering: .sequentiallyConsistent)
        previous = Self.handled.map { Self.setHandler(note, for: $0) }
    }

    deinit {
        for (signal, var action) in zip(Self.handled, previous) {
            sigaction(signal, &action, nil)
        }
        wakeDescriptor.store(-1, ordering: .sequentiallyConsistent)
    }

    /// Whether the signal came since it was last taken.
    func take(_ signal: CInt) -> Bool {
        let bit: UInt64 = 1 << UInt64(signal)
        return arrived.bitwiseAnd(~bit, ordering: .acquiring).oldValue & bit != 0
    }

    /// Stops the process as ^Z does without a handler, and returns when it is continued.
    ///
    /// SIGTSTP and not SIGSTOP: the kernel ignores it in an orphaned process group, where nobody
    /// could continue us. The handler of CONT is away meanwhile, so that the continuation is not
    /// told twice.
    func suspend() {
        var previousContinue = Self.setHandler(SIG_DFL, for: SIGCONT)
        Self.stop(by: SIGTSTP)
        sigaction(SIGCONT, &previousContinue, nil)
        _ = take(SIGTSTP)
    }

    /// Stops the process, as the kernel does with whoever reads from a terminal that is another
    /// job's, until it is in the foreground: after `bg`, or when it was started with `&`.
    ///
    /// - Parameter terminal: The terminal that is to be ours.
    /// - Returns: Whether it was stopped at all.
    @discardableResult
    static func stopInBackground(of terminal: CInt) -> Bool {
        guard isInBackground(of: terminal) else {
            return false
        }
        var previousContinue = setHandler(note, for: SIGCONT)
        defer { sigaction(SIGCONT, &previousContinue, nil) }
        let bit: UInt64 = 1 << UInt64(SIGCONT)
        var attempts = 0
        while isInBackground(of: terminal), attempts < stopAttempts {
            attempts += 1
            stop(by: SIGTTIN)
            // In an orphaned process group it is not stopped; then reading fails, and that is the
            // end. The handler may run a moment later, on another thread.
            poll(nil, 0, 10)
            if arrived.bitwiseAnd(~bit, ordering: .acquiring).oldValue & bit != 0 {
                attempts = 0
            }
        }
        return true
    }

    /// Whether the terminal is another job's.
    private static func isInBackground(of terminal: CInt) -> Bool {
        let foreground = tcgetpgrp(terminal)
        return foreground > 0 && foreground != getpgrp()
    }

    /// Lets a signal have its own effect, which is to stop the process.
    ///
    /// Dispatch runs an asynchronous `main` on a thread that blocks signals: there the signal is
    /// let in for as long as it takes, or nothing would stop.
    private static func stop(by signal: CInt) {
        var previousStop = setHandler(SIG_DFL, for: signal)
        var stop = sigset_t()
        sigemptyset(&stop)
        sigaddset(&stop, signal)
        var previousMask = sigset_t()
        pthread_sigmask(SIG_UNBLOCK, &stop, &previousMask)
        raise(signal)
        pthread_sigmask(SIG_SETMASK, &previousMask, nil)
        sigaction(signal, &previousStop, nil)
    }

    private static func setHandler(
        _ handler: (@convention(c) (CInt) -> Void)?,
        for signal: CInt
    ) -> sigaction {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        // Other threads' system calls go on as if nothing had happened.
        action.sa_flags = SA_RESTART
        var previous = sigaction()
        sigaction(signal, &action, &previous)
        return previous
    }
}
