import HTTPModel
import Synchronization

/// Stands between the transport and the sink of an exchange, and lets only the final response pass.
///
/// Redirects, answered challenges and responses that are tried again are drained, undecoded
/// (SESSION.md, RD9). A 408 that may come from a connection that
/// the server had given up is held back until it is known whether the request is sent again
/// (POOL.md rule 36). One gate serves one attempt; the sink serves them all.
final class ResponseGate: BodySink {
    /// How much of a response is held back, in bytes; a longer one is passed on.
    static let holdLimit = 64 << 10

    private enum State {
        /// No response yet.
        case waiting
        /// The response goes on to the sink.
        case passing
        /// The response is not wanted.
        case draining
        /// Nobody knows yet.
        case holding(ResponseHead, [UInt8])
    }

    private struct Books {
        var state = State.waiting
        var decision: ResponseDecision?
    }

    private let books = Mutex(Books())
    private let sink: any BodySink
    private let holds408: Bool
    private let judge: ResponseJudge

    /// Creates a gate.
    ///
    /// - Parameters:
    ///   - sink: Where the final response goes.
    ///   - holds408: Whether the request could be sent again after a 408.
    ///   - judge: Decides what becomes of a response.
    init(to sink: any BodySink, holds408: Bool, judge: ResponseJudge) {
        self.sink = sink
        self.holds408 = holds408
        self.judge = judge
    }

    /// What was decided about the response.
    func decision(for head: ResponseHead) -> ResponseDecision {
        self.books.withLock { $0.decision } ?? self.judge.judge(head)
    }

    /// Whether a response is held back.
    var isHolding: Bool {
        self.books.withLock { books in
            guard case .holding = books.state else { return false }
            return true
        }
    }

    /// Passes on what was held back.
    func release() throws(BodySinkError) {
        guard case .holding(let head, let bytes)? = self.stopHolding() else { return }
        _ = self.sink.begin(head)
        if !bytes.isEmpty { _ = try self.sink.write(bytes.span.bytes) }
        try self.sink.end()
    }

    /// Drops what was held back.
    func drop() {
        self.books.withLock { $0.state = .draining }
    }

    /// Tells the sink that no more will come, if it has been told of a response.
    func abandon() {
        let wasPassing = self.books.withLock { books in
            guard case .passing = books.state else { return false }
            books.state = .draining
            return true
        }
        if wasPassing { self.sink.fail() }
    }

    private func stopHolding() -> State? {
        self.books.withLock { books in
            guard case .holding = books.state else { return nil }
            defer { books.state = .passing }
            return books.state
        }
    }

    // MARK: BodySink

    func begin(_ head: ResponseHead) -> BodyDisposition {
        let decision = self.judge.judge(head)
        let state: State =
            if decision.isDrained {
                .draining
            } else {
                head.status == 408 && self.holds408 ? .holding(head, []) : .passing
            }
        self.books.withLock { books in
            books.decision = decision
            books.state = state
        }
        switch state {
        case .waiting, .draining: return .drain
        case .holding: return .deliverDecoded
        case .passing: return self.sink.begin(head)
        }
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        let overflow: State? = self.books.withLock { books in
            guard case .holding(let head, var held) = books.state else { return nil }
            books.state = .waiting  // So that `held` is the only reference and grows in place.
            bytes.withUnsafeBytes { held.append(contentsOf: $0) }
            guard held.count > Self.holdLimit else {
                books.state = .holding(head, held)
                return nil
            }
            books.state = .passing
            return .holding(head, held)
        }
        if case .holding(let head, let held)? = overflow {
            _ = self.sink.begin(head)
            return try self.sink.write(held.span.bytes)
        }
        return self.isPassing ? try self.sink.write(bytes) : .continue
    }

    private var isPassing: Bool {
        self.books.withLock { books in
            guard case .passing = books.state else { return false }
            return true
        }
    }

    var canPause: Bool { self.sink.canPause }

    func onResume(_ resume: @escaping @Sendable () -> Void) { self.sink.onResume(resume) }

    func end() throws(BodySinkError) {
        if self.isPassing { try self.sink.end() }
    }

    /// Does nothing: whether the exchange goes on is the session's decision, which calls `abandon`.
    func fail() {}
}
