internal import Glibc

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

    /// Wakes the main thread.
    ///
    /// May be called from any thread.
    package func wake() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Empties the pipe, before the reasons for waking are looked at, so that none is missed.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
