internal import Glibc
internal import Synchronization

/// The pipe through which other threads and signal handlers wake the main thread.
///
/// The main thread polls the terminal and this pipe. A signal may be delivered to any thread, so
/// EINTR is never relied on: the handlers write here.
package final class Wakeup: Sendable {
    /// The end that the main thread polls.
    let readEnd: CInt
    /// The end that everyone else writes to.
    ///
    /// It never blocks: a full pipe wakes as well as another byte would.
    let writeEnd: CInt
    private let woken = Atomic<Bool>(false)
    private let ending = Atomic<Bool>(false)
    private let endRequests = Atomic<Bool>(false)

    /// Opens the pipe.
    package init() throws(LineEditingError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw .system(.pipe, errno: errno)
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Ends a wait of the main thread with ``WaitEvent/woken``.
    ///
    /// May be called from any thread.
    package func wake() {
        woken.store(true, ordering: .releasing)
        ring()
    }

    /// Whether ``wake()`` was called since this was last asked.
    func takeWoken() -> Bool {
        woken.exchange(false, ordering: .acquiringAndReleasing)
    }

    /// Makes the main thread look at what has happened.
    func ring() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Asks the main thread to end: it gets `endOfInput` from the prompt, now and from then on, or
    /// `endRequested` once from a wait.
    ///
    /// For SIGTERM and SIGHUP: the terminal is put back on the way out. May be called from any
    /// thread.
    package func requestEnd() {
        ending.store(true, ordering: .releasing)
        endRequests.store(true, ordering: .releasing)
        ring()
    }

    /// Whether ``requestEnd()`` was called.
    package var isEnding: Bool {
        ending.load(ordering: .acquiring)
    }

    /// Whether ``requestEnd()`` was called since this was last asked.
    package func takeEndRequest() -> Bool {
        endRequests.exchange(false, ordering: .acquiringAndReleasing)
    }

    /// Empties the pipe, before the reasons for waking are looked at, so that none is missed.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
