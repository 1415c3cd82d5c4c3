import Dispatch
import Glibc
import Synchronization

/// A file that is none of the disk, such as a pipe, a terminal or `/dev/full`, opened so that
/// nothing that is done to it blocks.
package final class SpecialFile: Sendable {
    /// What came of an attempt to write.
    package enum Outcome: Sendable, Hashable {
        /// So many bytes were taken.
        case wrote(Int)
        /// None for now: nobody has read what was written before.
        case full
    }

    private let descriptor: Int32
    private let path: String
    private let queue = DispatchQueue(label: "linger.pipe")
    /// Whether somebody waits until more can be written.
    private let isWaiting = Mutex(false)
    /// How often, in milliseconds, it is looked whether somebody reads a named pipe: nothing tells.
    package static let readerInterval = 20
    /// How often before somebody hears that there is nobody: a reader may just be starting.
    package static let readerPatience = 25
    /// How often who waits looks whether it is still to wait, in milliseconds.
    private static let lookInterval: CInt = 50

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(self.descriptor)
    }

    /// Whether there is something under a path, and it is no regular file.
    package static func isSpecial(_ path: String) -> Bool {
        fileStatus(path).map { !$0.isRegular } ?? false
    }

    /// Opens a file; nil if it is a named pipe that nobody has opened for reading yet.
    package static func open(_ path: String) throws(FileError) -> SpecialFile? {
        // Without O_NONBLOCK, `open` waits for a reader.
        let descriptor = Glibc.open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        if descriptor >= 0 { return SpecialFile(descriptor: descriptor, path: path) }
        if errno == ENXIO, fileStatus(path)?.isNamedPipe == true { return nil }
        throw .current(path)
    }

    /// Makes a pipe, whose end for reading is the caller's to close.
    package static func pipe() throws(FileError) -> (reader: CInt, writer: SpecialFile) {
        var ends: [CInt] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw .current("a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Only here: whoever reads expects to wait.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        return (ends[0], SpecialFile(descriptor: ends[1], path: "a pipe"))
    }

    /// Writes as much as goes at once.
    package func write(_ bytes: RawSpan) throws(FileError) -> Outcome {
        while true {
            let count = bytes.withUnsafeBytes {
                Glibc.write(self.descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 { return .wrote(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .full
            default: throw .current(self.path)
            }
        }
    }

    /// Calls `body` once, on a queue of its own, when more can be written, when nobody reads any
    /// more, or soon after it is told to stop waiting.
    ///
    /// With `poll`, and no source of Dispatch: that one spins for ever, and tells nobody, where a
    /// full pipe loses its reader.
    package func whenWritable(_ body: @escaping @Sendable () -> Void) {
        self.isWaiting.withLock { $0 = true }
        self.queue.async { [self] in
            var file = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
            var outcome: CInt = 0
            while outcome == 0 || outcome < 0 && errno == EINTR,
                self.isWaiting.withLock({ $0 })
            {
                outcome = poll(&file, 1, Self.lookInterval)
            }
            body()
        }
    }

    /// Waits until more can be written, until nobody reads any more, until it is told to stop
    /// waiting, or until the task is cancelled.
    package func untilWritable() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.whenWritable { continuation.resume() }
                // Cancelled before there was a wait to end.
                if Task.isCancelled { self.stopWaiting() }
            }
        } onCancel: {
            self.stopWaiting()
        }
    }

    /// Ends the wait that there is.
    package func stopWaiting() {
        self.isWaiting.withLock { $0 = false }
    }
}

extension stat {
    /// Whether it is a named pipe.
    fileprivate var isNamedPipe: Bool { self.st_mode & S_IFMT == S_IFIFO }
}
