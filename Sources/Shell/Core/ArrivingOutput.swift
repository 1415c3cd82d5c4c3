import Dispatch
import HTTPModel
internal import Synchronization

/// What goes to a standard stream while something else must go on, written on a queue of its own.
///
/// A reader that takes its time, such as `less`, then holds up only what it reads: so much may wait
/// for it, and then the answer pauses, while the event loop goes on with everything else.
final class ArrivingOutput: Sendable {
    /// How much may wait for the reader before there is a pause, in bytes.
    static let limit = 256 * 1024

    private struct State {
        /// How many bytes wait for the reader.
        var waiting = 0
        var isPaused = false
        var resume: (@Sendable () -> Void)?
    }

    private let queue = DispatchQueue(label: "linger.output")
    private let state = Mutex(State())

    /// Whether nothing waits for the reader.
    var isIdle: Bool { self.state.withLock { $0.waiting == 0 } }

    /// Whether as much waits as may.
    var isFull: Bool { self.state.withLock { $0.waiting > Self.limit } }

    /// Has `body` write so many bytes once what came before has been written; says whether more may
    /// come.
    func write(_ count: Int, _ body: @escaping @Sendable () -> Void) -> BodyFlow {
        let flow: BodyFlow = self.state.withLock { state in
            state.waiting += count
            guard state.waiting > Self.limit else { return .continue }
            state.isPaused = true
            return .pause
        }
        self.queue.async { [self] in
            body()
            self.wrote(count)
        }
        return flow
    }

    private func wrote(_ count: Int) {
        let resume: (@Sendable () -> Void)? = self.state.withLock { state in
            state.waiting -= count
            guard state.isPaused, state.waiting <= Self.limit / 2 else { return nil }
            state.isPaused = false
            return state.resume
        }
        resume?()
    }

    /// Remembers what to call once a pause is over, instead of what it called before.
    func onResume(_ resume: @escaping @Sendable () -> Void) {
        self.state.withLock { state in
            state.isPaused = false
            state.resume = resume
        }
    }

    /// Writes at once, but behind what waits.
    func writeBehind(_ body: () -> Void) {
        self.queue.sync(execute: body)
    }

    /// Waits until nothing waits any more, or until the task is cancelled.
    func drained() async {
        guard self.state.withLock({ $0.waiting }) > 0 else { return }
        let (ends, continuation) = AsyncStream.makeStream(of: Never.self)
        self.queue.async { continuation.finish() }
        for await _ in ends {}
    }
}
