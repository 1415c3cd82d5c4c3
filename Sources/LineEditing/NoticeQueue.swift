internal import Synchronization

/// What is to be told while someone types: text for above the prompt, posted from any thread.
///
/// Whatever the main thread does when a notice is posted decides when it is seen: at the prompt it
/// is printed above the half-typed line at once; in ``LineEditor/wait(for:keys:)`` it is handed
/// to the caller at once; otherwise it is printed before the next prompt.
package final class NoticeQueue: Sendable {
    private struct State {
        var texts: [String] = []
        var dropped = 0
    }

    private let wakeup: Wakeup
    private let limit: Int
    private let state = Mutex(State())

    /// Makes an empty queue.
    ///
    /// - Parameters:
    ///   - wakeup: What wakes the main thread.
    ///   - limit: How many notices are kept; beyond it the oldest go. At least 1.
    package init(wakeup: Wakeup, limit: Int = 256) {
        precondition(limit > 0, "a notice queue of \(limit) keeps nothing")
        self.wakeup = wakeup
        self.limit = limit
    }

    /// Adds a notice, and wakes the main thread.
    ///
    /// - Parameter text: One line or several, without a line break at the end, already safe to
    ///   print (colours may be in it).
    package func post(_ text: String) {
        let wasEmpty = state.withLock { state in
            let wasEmpty = state.texts.isEmpty
            if state.texts.count == limit {
                state.texts.removeFirst()
                state.dropped += 1
            }
            state.texts.append(text)
            return wasEmpty
        }
        // Later ones are seen with the first: the main thread takes all there are.
        if wasEmpty {
            wakeup.ring()
        }
    }

    /// Takes all notices, in order; a line that counts the dropped ones comes first.
    package func takeAll() -> [String] {
        let taken = state.withLock { state in
            defer { state = State() }
            return state
        }
        guard taken.dropped > 0 else {
            return taken.texts
        }
        let noun = taken.dropped == 1 ? "notice" : "notices"
        return ["… \(taken.dropped) \(noun) dropped"] + taken.texts
    }
}
