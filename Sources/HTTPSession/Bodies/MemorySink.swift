import HTTPModel
import Synchronization

/// Keeps content in memory, and beyond a limit in a temporary file.
///
/// What came of content that was cut short is dropped: a part must not pass for the whole.
final class MemorySink: ContentSink {
    let canPause = false
    private struct State {
        var bytes: [UInt8] = []
        var file: OpenFile?
        var size = 0
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let folder: SpillFolder

    /// Creates a sink.
    ///
    /// - Parameters:
    ///   - limit: How many bytes stay in memory.
    ///   - folder: Where files are made beyond that.
    init(limit: Int, folder: SpillFolder) {
        self.limit = limit
        self.folder = folder
    }

    deinit {
        self.state.withLock { state in
            if !state.hasEnded { state.file?.discard() }
        }
    }

    func begin(_ head: ResponseHead) -> BodyDisposition {
        // A server's word for a length is believed only up to a megabyte ahead of its bytes.
        let announced = head.first("Content-Length").flatMap { Int($0) } ?? 0
        let room = min(max(announced, 0), self.limit, 1 << 20)
        self.state.withLock { $0.bytes.reserveCapacity(room) }
        return .deliverDecoded
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        try self.state.withLock { (state) throws(BodySinkError) in
            do throws(FileError) {
                if state.file == nil, state.size + bytes.byteCount > self.limit {
                    let file = try self.folder.makeFile()
                    state.file = file
                    try file.write(state.bytes.span.bytes)
                    state.bytes = []
                }
                if let file = state.file {
                    try file.write(bytes)
                } else {
                    bytes.withUnsafeBytes { state.bytes.append(contentsOf: $0) }
                }
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
                try state.file?.close()
            } catch {
                throw BodySinkError(error)
            }
            state.hasEnded = true
        }
    }

    func fail() {
        self.state.withLock { state in
            state.file?.discard()
            state = State()
            state.hasEnded = true
        }
    }

    func content() -> Exchange.Content {
        self.state.withLock { state in
            if let file = state.file { return .spilled(path: file.path, size: state.size) }
            return state.size == 0 ? .none : .memory(state.bytes)
        }
    }
}
