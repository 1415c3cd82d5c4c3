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
        /// What is kept in memory besides.
        var copy: ShortCopy
        /// What came of it, once it is complete.
        var saved: SavedContent?
    }

    private let state: Mutex<State>
    private let path: String
    private let mode: BodyDestination.FileMode
    private let copyLimit: Int

    /// Creates a sink that keeps content of up to `limit` bytes in memory besides.
    init(path: String, mode: BodyDestination.FileMode, keeping limit: Int) {
        self.path = path
        self.mode = mode
        self.copyLimit = limit
        self.state = Mutex(State(copy: ShortCopy(limit: limit)))
    }

    deinit {
        self.fail()
    }

    func begin(_: ResponseHead) -> BodyDisposition {
        self.state.withLock { state in
            state = State(copy: ShortCopy(limit: self.copyLimit))
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
                state.copy.append(bytes)
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
                let saved = self.saved(state, in: file)
                let isClosed = Result { () throws(FileError) in try file.close() }
                if let destination = state.destination {
                    state.destination = nil
                    do throws(FileError) {
                        try isClosed.get()
                        guard rename(file.path, destination) == 0 else {
                            throw .current(destination)
                        }
                    } catch {
                        _ = unlink(file.path)
                        throw error
                    }
                }
                try isClosed.get()
                state.saved = saved
            } catch {
                throw BodySinkError(error)
            }
        }
    }

    /// The content, all of which is in `file`.
    private func saved(_ state: State, in file: OpenFile) -> SavedContent {
        let start = state.lengthBefore.map { Int($0) } ?? 0
        var identity = FileIdentity(descriptor: file.descriptor)
        // Where somebody else has written to it meanwhile it is not what it is taken for.
        identity?.size = start + state.size
        return SavedContent(
            path: self.path,
            size: state.size,
            bytes: state.copy.bytes,
            start: start,
            identity: identity
        )
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
        self.state.withLock { $0.saved.map { .file($0) } ?? .none }
    }
}
