import HTTPModel
import HTTPSession
import Rendering
internal import Synchronization

/// How much of the answer of a job has arrived, for `jobs`.
final class JobProgress: BodyObserver {
    private struct State {
        var startedAt: Instant?
        var length: Int?
        var size = 0
    }

    private let state = Mutex(State())
    private let clock: @Sendable () -> Instant

    init(clock: @escaping @Sendable () -> Instant) {
        self.clock = clock
    }

    func began(_ head: ResponseHead) {
        let now = self.clock()
        self.state.withLock { state in
            state = State(
                startedAt: now,
                // Of what is decoded on arrival the length is not known.
                length: head.first("Content-Encoding") == nil
                    ? head.first("Content-Length").flatMap { Int($0) } : nil
            )
        }
    }

    func received(_ bytes: RawSpan) -> BodyFlow {
        self.state.withLock { $0.size += bytes.byteCount }
        return .continue
    }

    func ended(isComplete: Bool) {}

    /// Whether the head of an answer has arrived.
    var hasBegun: Bool { self.state.withLock { $0.startedAt != nil } }

    /// The text, such as `12.3 MB of 50 MB · 25 % · 4.1 MB/s · 9 s left`; nil before there is
    /// content.
    func text(at now: Instant) -> String? {
        let state = self.state.withLock { $0 }
        guard let startedAt = state.startedAt, state.size > 0 else { return nil }
        return ProgressText.text(
            done: state.size,
            of: state.length,
            after: startedAt.duration(to: now)
        )
    }
}
