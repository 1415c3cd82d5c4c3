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
    /// What waits until more can be written.
    private let waiting = Mutex<(any DispatchSourceWrite)?>(nil)

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
    /// more, or when it is told to stop waiting.
    package func whenWritable(_ body: @escaping @Sendable () -> Void) {
        self.waiting.withLock { waiting in
            let source = DispatchSource.makeWriteSource(fileDescriptor: self.descriptor)
            source.setEventHandler { [self] in self.stopWaiting() }
            // Its reference keeps the file open until the source has let go of it.
            source.setCancelHandler { [self] in
                withExtendedLifetime(self) { body() }
            }
            source.activate()
            waiting = source
        }
    }

    /// Ends the wait that there is.
    package func stopWaiting() {
        self.waiting.withLock { source in
            source?.cancel()
            source = nil
        }
    }
}

extension stat {
    /// Whether it is a named pipe.
    fileprivate var isNamedPipe: Bool { self.st_mode & S_IFMT == S_IFIFO }
}
