import Dispatch
import HTTPModel
import Synchronization

/// Writes content to what is no regular file, such as `/dev/null` or a named pipe, as it arrives.
///
/// Whoever reads the other end of a pipe decides how fast: until it reads, and until there is
/// somebody who does, the response pauses, and can be cancelled.
final class SpecialFileSink: ContentSink {
    let canPause = true

    private struct State {
        var file: SpecialFile?
        /// What the file has not taken yet.
        var rest: [UInt8] = []
        var size = 0
        /// What is kept in memory: nothing of it can be read again.
        var copy: ShortCopy
        var error: FileError?
        var hasEnded = false
        var resume: (@Sendable () -> Void)?
        var looks = 0
    }

    private let state: Mutex<State>
    private let path: String
    /// Hears, once, that there is nobody who reads.
    private let onWait: @Sendable () -> Void

    /// Creates a sink that keeps content of up to `limit` bytes in memory besides.
    init(path: String, keeping limit: Int, onWait: @escaping @Sendable () -> Void = {}) {
        self.state = Mutex(State(copy: ShortCopy(limit: limit)))
        self.path = path
        self.onWait = onWait
    }

    func begin(_: ResponseHead) -> BodyDisposition {
        self.state.withLock { state in
            do throws(FileError) {
                state.file = try SpecialFile.open(self.path)
            } catch {
                // The first write or the end tells.
                state.error = error
            }
        }
        return .deliverDecoded
    }

    func onResume(_ resume: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.resume = resume }
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        try self.state.withLock { (state) throws(BodySinkError) in
            state.size += bytes.byteCount
            state.copy.append(bytes)
            bytes.withUnsafeBytes { state.rest.append(contentsOf: $0) }
            do throws(FileError) {
                return try self.pump(&state) ? .continue : .pause
            } catch {
                throw BodySinkError(error)
            }
        }
    }

    /// Writes what is left; returns whether that was all, and else sees to it that it goes on.
    private func pump(_ state: inout State) throws(FileError) -> Bool {
        if let error = state.error { throw error }
        if state.file == nil { state.file = try SpecialFile.open(self.path) }
        guard let file = state.file else {
            state.looks += 1
            if state.looks == SpecialFile.readerPatience { self.onWait() }
            self.lookAgain()
            return false
        }
        while !state.rest.isEmpty {
            switch try file.write(state.rest.span.bytes) {
            case .wrote(let count): state.rest.removeFirst(count)
            case .full:
                file.whenWritable { [self] in self.goOn() }
                return false
            }
        }
        return true
    }

    /// Looks a little later whether somebody reads the pipe.
    private func lookAgain() {
        let interval = DispatchTimeInterval.milliseconds(SpecialFile.readerInterval)
        DispatchQueue.global().asyncAfter(deadline: .now() + interval) { [self] in self.goOn() }
    }

    /// Writes more, and has the response go on if that was all; on a queue of its own.
    private func goOn() {
        let resume: (@Sendable () -> Void)? = self.state.withLock { state in
            guard !state.hasEnded else { return nil }
            do throws(FileError) {
                return try self.pump(&state) ? state.resume : nil
            } catch {
                // The next write or the end tells: one comes, now that it goes on.
                state.rest = []
                state.error = error
                return state.resume
            }
        }
        resume?()
    }

    func end() throws(BodySinkError) {
        try self.state.withLock { (state) throws(BodySinkError) in
            state.hasEnded = true
            state.file = nil
            if let error = state.error { throw BodySinkError(error) }
        }
    }

    func fail() {
        self.state.withLock { state in
            state.hasEnded = true
            state.file?.stopWaiting()
            state.file = nil
            state.rest = []
        }
    }

    func content() -> Exchange.Content {
        self.state.withLock { state in
            guard state.hasEnded else { return .none }
            let bytes = state.copy.bytes
            return .file(SavedContent(path: self.path, size: state.size, bytes: bytes))
        }
    }
}
