import HTTPModel
import TestSupport

/// A sink that keeps what it gets, and pauses where it is told to.
final class TestSink: BodySink {
    struct State: Sendable {
        var head: ResponseHead?
        var bytes: [UInt8] = []
        var count = 0
        var pauses = 0
        var hasEnded = false
        var hasFailed = false
        fileprivate var isReleased = false
        fileprivate var resume: (@Sendable () -> Void)?
    }

    private let state = Monitor(State())
    private let disposition: BodyDisposition
    private let pausesAfter: Int?
    private let pausesAlways: Bool
    private let keepsBytes: Bool
    private let failure: BodySinkError?

    /// Creates a sink.
    ///
    /// - Parameters:
    ///   - disposition: What it wants.
    ///   - pausesAfter: Pauses when so many bytes have come, until `resume()`.
    ///   - pausesAlways: Pauses after each write, and calls back at once.
    ///   - keepsBytes: Whether bytes are kept, or only counted.
    ///   - failure: What it throws at the first write.
    init(
        _ disposition: BodyDisposition = .deliverDecoded,
        pausesAfter: Int? = nil,
        pausesAlways: Bool = false,
        keepsBytes: Bool = true,
        failure: BodySinkError? = nil
    ) {
        self.disposition = disposition
        self.pausesAfter = pausesAfter
        self.pausesAlways = pausesAlways
        self.keepsBytes = keepsBytes
        self.failure = failure
    }

    /// What it has got.
    var current: State { self.state.current }

    /// What it has got, as text.
    var text: String { String(decoding: self.current.bytes, as: UTF8.self) }

    /// Suspends until `predicate` holds.
    func wait(until predicate: @escaping @Sendable (State) -> Bool) async {
        await self.state.wait(until: predicate)
    }

    /// Ends the pause for good.
    func resume() {
        let resume = self.state.change { state in
            state.isReleased = true
            return state.resume
        }
        resume?()
    }

    func begin(_ head: ResponseHead) -> BodyDisposition {
        self.state.change { $0.head = head }
        return self.disposition
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        if let failure { throw failure }
        let copy = bytes.withUnsafeBytes { Array($0) }
        let (flow, resume) = self.state.change { state -> (BodyFlow, (@Sendable () -> Void)?) in
            state.count += copy.count
            if self.keepsBytes { state.bytes += copy }
            if self.pausesAlways {
                state.pauses += 1
                return (.pause, state.resume)
            }
            guard let limit = self.pausesAfter, state.count >= limit, !state.isReleased else {
                return (.continue, nil)
            }
            state.pauses += 1
            return (.pause, nil)
        }
        resume?()
        return flow
    }

    func onResume(_ resume: @escaping @Sendable () -> Void) {
        self.state.change { $0.resume = resume }
    }

    func end() {
        self.state.change { $0.hasEnded = true }
    }

    func fail() {
        self.state.change { $0.hasFailed = true }
    }
}
