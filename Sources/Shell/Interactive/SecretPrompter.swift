internal import Synchronization

/// Carries questions for secrets to the thread that has the terminal.
package final class SecretPrompter: Sendable {
    /// A question that waits for its answer.
    struct Question: Sendable {
        /// What is asked for.
        let name: String
        fileprivate let continuation: CheckedContinuation<String?, Never>

        /// Answers it; nil is a refusal.
        func answer(_ text: String?) {
            self.continuation.resume(returning: text)
        }
    }

    private struct State {
        var question: Question?
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Creates a prompter without a terminal yet.
    package init() {}

    /// What wakes the thread that has the terminal.
    var wake: (@Sendable () -> Void)? {
        get { self.state.withLock { $0.wake } }
        set { self.state.withLock { $0.wake = newValue } }
    }

    /// Asks for a secret; nil if the user refused or nobody can be asked.
    package func ask(_ name: String) async -> String? {
        await withCheckedContinuation { continuation in
            let question = Question(name: name, continuation: continuation)
            let wake: (@Sendable () -> Void)? = self.state.withLock { state in
                // Lines are evaluated one at a time, so there is never a second question.
                guard state.question == nil, let wake = state.wake else { return nil }
                state.question = question
                return wake
            }
            if let wake { wake() } else { continuation.resume(returning: nil) }
        }
    }

    /// Takes the question that waits.
    func take() -> Question? {
        self.state.withLock { state in
            defer { state.question = nil }
            return state.question
        }
    }
}
