import DequeModule
import Glibc
package import HTTPModel
import Synchronization

/// Requests on their way from who makes them to who sends them, one after another, and exchanges
/// on their way back: the next are made, and the last are judged, while one is under way.
///
/// Both sides may run on threads of their own. To wake a thread costs about as much as a request to
/// a near server; so who makes requests is woken only where it waits for an answer, and need not be
/// where answers come fast (``answers(isolation:)``).
package final class RequestRelay: Sendable {
    /// An exchange that has ended.
    package struct Answer: Sendable {
        /// The exchange; nil if nobody wanted it and it did not fail.
        package let exchange: Exchange?
        /// The connection that carried its last attempt, if one did.
        package let connection: ConnectionID?
        /// How long it took, from its issue to its end.
        package let elapsed: Duration
    }

    /// A request on its way.
    private struct Handed {
        let request: SessionRequest
        /// Whether its exchange is handed back even if it did not fail.
        let wantsExchange: Bool
    }

    /// How many requests may have been handed over whose exchanges have not been taken.
    package static let window = 2_048
    /// How long more exchanges are waited for while many requests wait to be sent.
    ///
    /// Who makes requests then has some hundred to make at a time beside a near server. Each time
    /// that it wakes it takes a processor from somebody, perhaps from that server.
    private static let pause = Duration.milliseconds(20)

    private struct State {
        var requests: Deque<Handed> = []
        var answers: [Answer] = []
        /// Whether a request has been taken whose exchange has not ended.
        var isUnderWay = false
        /// Whether no more is sent.
        var isClosed = false
        var sender: CheckedContinuation<Handed?, Never>?
        var maker: CheckedContinuation<[Answer], Never>?

        /// Takes the next request; nil if it has to be waited for.
        mutating func takeNext() -> Handed?? {
            if let next = self.requests.popFirst() {
                self.isUnderWay = true
                return next
            }
            return self.isClosed ? .some(nil) : nil
        }
    }

    private let endsAtFailure: Bool
    /// Whether the log of the session keeps the exchanges.
    private let isLogged: Bool
    private let state = Mutex(State())

    /// Creates one.
    ///
    /// - Parameters:
    ///   - endsAtFailure: Whether nothing is sent after an exchange that failed.
    ///   - isLogged: Whether the log of the session keeps the exchanges.
    package init(endsAtFailure: Bool, isLogged: Bool = true) {
        self.endsAtFailure = endsAtFailure
        self.isLogged = isLogged
    }

    // MARK: Who makes requests

    /// Hands over a request, which is sent once the ones before have been answered.
    ///
    /// An exchange costs more to hand back than a small one takes to make: its memory is another
    /// thread's. Where nobody looks at it its content is counted only, and all of it stays behind.
    ///
    /// - Precondition: There is room in the window.
    /// - Parameters:
    ///   - request: The request.
    ///   - wantsExchange: Whether its exchange is handed back even if it did not fail.
    package func hand(_ request: SessionRequest, wantsExchange: Bool = true) {
        let next = Handed(request: request, wantsExchange: wantsExchange)
        let sender = self.state.withLock { state -> CheckedContinuation<Handed?, Never>? in
            if state.isClosed { return nil }
            if let sender = state.sender.take() {
                state.isUnderWay = true
                return sender
            }
            precondition(state.requests.count < Self.window, "the window is full")
            state.requests.append(next)
            return nil
        }
        sender?.resume(returning: next)
    }

    /// Lets another thread have the processor that waits for it.
    ///
    /// For who makes requests, after each piece of work of some microseconds: where there are no
    /// more processors than threads, a near server, or who sends, would else wait out the rest of
    /// this thread's time, which is milliseconds, again and again.
    package static func giveWay() {
        sched_yield()
    }

    /// The exchanges that have ended since the last time, in order; waits for one if there is none.
    ///
    /// Where enough requests wait to be sent it lets a moment pass first, for more to end.
    ///
    /// - Returns: Nothing if there will be none: nothing more is sent, and none is under way.
    package func answers(isolation: isolated (any Actor)? = #isolation) async -> [Answer] {
        let hasTime = self.state.withLock {
            $0.requests.count >= Self.window / 2 && !$0.isClosed
        }
        if hasTime { try? await Task.sleep(for: Self.pause) }
        return await withCheckedContinuation { maker in
            let answers = self.state.withLock { state -> [Answer]? in
                if state.answers.isEmpty, state.isUnderWay || !state.isClosed {
                    state.maker = maker
                    return nil
                }
                defer { state.answers = [] }
                return state.answers
            }
            if let answers { maker.resume(returning: answers) }
        }
    }

    /// Sends nothing more than what is under way.
    package func finish() {
        let sender = self.state.withLock { state in
            state.isClosed = true
            state.requests = []
            return state.sender.take()
        }
        sender?.resume(returning: nil)
    }

    // MARK: Who sends them

    /// The next request, as soon as there is one; nil at the end.
    private func next(isolation: isolated (any Actor)? = #isolation) async -> Handed? {
        if let next = self.state.withLock({ $0.takeNext() }) { return next }
        return await withCheckedContinuation { sender in
            let next = self.state.withLock { state in
                let next = state.takeNext()
                if next == nil { state.sender = sender }
                return next
            }
            if let next { sender.resume(returning: next) }
        }
    }

    /// Hands back an exchange that has ended.
    private func ended(_ answer: Answer) {
        let maker = self.state.withLock { state -> CheckedContinuation<[Answer], Never>? in
            state.isUnderWay = false
            if self.endsAtFailure, answer.exchange?.failure != nil {
                state.isClosed = true
                state.requests = []
            }
            if let maker = state.maker.take() { return maker }
            state.answers.append(answer)
            return nil
        }
        maker?.resume(returning: [answer])
    }

    /// Sends what is handed over, one after another, until there is no more.
    fileprivate func send(over session: isolated Session) async {
        while let next = await self.next() {
            let exchange =
                self.isLogged
                ? await session.perform(next.request)
                : await session.performUnlogged(next.request, keepsContent: next.wantsExchange)
            let elapsed = exchange.issuedAt.duration(to: session.configuration.clock())
            let isWanted = next.wantsExchange || exchange.failure != nil
            self.ended(
                Answer(
                    exchange: isWanted ? exchange : nil,
                    connection: exchange.attempts.last?.use?.connection,
                    elapsed: elapsed
                )
            )
        }
    }
}

extension Session {
    /// Sends what is handed over, one after another, until there is no more.
    ///
    /// Cancelling the task cancels what is under way.
    package func perform(_ relay: RequestRelay) async {
        await relay.send(over: self)
    }
}
