internal import Synchronization

/// Tells when the transport has taken requests: what they are is decided then, and which connection
/// they have or wait for.
///
/// Who puts requests in the background waits for it, so that nothing done afterwards is of
/// consequence for them.
package final class HandOver: Sendable {
    private struct State {
        /// How many are still to be taken.
        var rest: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    /// Creates one for so many requests, at least 1.
    package init(of count: Int = 1) {
        self.state = Mutex(State(rest: count))
    }

    /// Waits until all have been taken, or it is clear that they never will be; one may wait.
    package func wait() async {
        await withCheckedContinuation { waiter in
            let isOver = self.state.withLock { state in
                guard state.rest > 0 else { return true }
                precondition(state.waiter == nil, "somebody waits already")
                state.waiter = waiter
                return false
            }
            if isOver { waiter.resume() }
        }
    }

    /// Learns that one more has been taken.
    func handed() { self.take(1) }

    /// Learns that no more will be.
    package func end() { self.take(.max) }

    private func take(_ count: Int) {
        let waiter = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.rest -= min(count, state.rest)
            return state.rest == 0 ? state.waiter.take() : nil
        }
        waiter?.resume()
    }
}
