import Glibc
import HTTPModel
import Synchronization

/// Writes content to a file that the user named, as it arrives.
///
/// A regular file is replaced only when the content is complete: until then it grows under a hidden
/// name in the same folder. Added content that is cut short is taken back. What is no regular file
/// has a sink of its own.
final class FileSink: ContentSink {
    let canPause = false
    private struct State {
        var file: OpenFile?
        var error: FileError?
        var size = 0
        /// Where a temporary file goes in the end.
        var destination: String?
        /// The length of the file that is added to, if it can be cut back to it.
        var lengthBefore: off_t?
        /// Where what had arrived is when it broke off.
        var keptPart: String?
    }

    private let state = Mutex(State())
    private let path: String
    private let mode: BodyDestination.FileMode

    init(path: String, mode: BodyDestination.FileMode) {
        self.path = path
        self.mode = mode
    }

    deinit {
        self.fail()
    }

    func begin(_: ResponseHead) -> BodyDisposition {
        self.state.withLock { state in
            state.keptPart = nil
            do throws(FileError) {
                try self.open(&state)
            } catch {
                // It cannot be told here; the first write or the end does, by the user's name.
                state.error = FileError(path: self.path, detail: error.detail)
            }
        }
        return .deliverDecoded
    }

    private func open(_ state: inout State) throws(FileError) {
        let status = fileStatus(self.path)
        switch self.mode {
        case .append:
            let file = try OpenFile.write(self.path, appending: true)
            state.file = file
            state.lengthBefore = status?.st_size ?? 0
        case .replace, .replaceOrKeepPart:
            let target = resolvingLinks(self.path)
            let slash = target.lastIndex(of: "/")
            let name = slash.map { target[target.index(after: $0)...] } ?? target[...]
            let folder = slash.map { target[...$0] } ?? ""
            let file = try OpenFile.temporary(prefix: "\(folder).\(name).", mode: 0o666)
            // A file that is replaced keeps its permissions.
            if let status { _ = fchmod(file.descriptor, status.st_mode & 0o777) }
            state.file = file
            state.destination = target
        }
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        try self.state.withLock { (state) throws(BodySinkError) in
            do throws(FileError) {
                if let error = state.error { throw error }
                try state.file?.write(bytes)
                state.size += bytes.byteCount
            } catch {
                throw BodySinkError(error)
            }
        }
        return .continue
    }

    func end() throws(BodySinkError) {
        try self.state.withLock { (state) throws(BodySinkError) in
            do throws(FileError) {
                if let error = state.error { throw error }
                guard let file = state.file else { return }
                state.file = nil
                let isClosed = Result { () throws(FileError) in try file.close() }
                guard let destination = state.destination else { return try isClosed.get() }
                state.destination = nil
                do throws(FileError) {
                    try isClosed.get()
                    guard rename(file.path, destination) == 0 else { throw .current(destination) }
                } catch {
                    _ = unlink(file.path)
                    throw error
                }
            } catch {
                throw BodySinkError(error)
            }
        }
    }

    func fail() {
        self.state.withLock { state in
            guard let file = state.file else { return }
            state.file = nil
            if self.mode == .replaceOrKeepPart, state.size > 0, let target = state.destination {
                state.destination = nil
                state.keptPart = Self.keepPart(file, of: target)
                return
            }
            state.size = 0
            if let length = state.lengthBefore { _ = ftruncate(file.descriptor, length) }
            if state.destination != nil {
                file.discard()
            } else {
                // Nothing to be told: the exchange has failed of something else already.
                try? file.close()
            }
        }
    }

    /// Keeps what has arrived under the name that a download's part would have; nothing says of
    /// which version it is, so `--resume` does not go on with it.
    ///
    /// - Returns: Where it is: another download that grows there now has the name.
    private static func keepPart(_ file: OpenFile, of target: String) -> String? {
        guard let part = try? PartFile.take(Download.partPath(of: target)),
            (try? file.close()) != nil, rename(file.path, part.path) == 0
        else {
            _ = unlink(file.path)
            return nil
        }
        _ = unlink(Download.validatorPath(ofPart: part.path))
        return part.path
    }

    var keptPart: String? { self.state.withLock { $0.keptPart } }

    func content() -> Exchange.Content {
        self.state.withLock { .file(path: self.path, size: $0.size) }
    }
}
