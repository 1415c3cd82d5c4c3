internal import Synchronization

/// Lets a command at the terminal draw again and again until a key is pressed.
///
/// The thread that has the terminal reads keys while the gate is open; the command waits on it.
package final class WatchGate: Sendable {
    fileprivate struct State {
        var isOpen = false
        var isDrawn = false
        var keyWasPressed = false
        var needsClearing = false
        var waiter: CheckedContinuation<Void, Never>?
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Creates a gate that is closed.
    package init() {}

    // MARK: The thread that has the terminal

    /// What wakes the thread that has the terminal.
    var wake: (@Sendable () -> Void)? {
        get { self.state.withLock { $0.wake } }
        set { self.state.withLock { $0.wake = newValue } }
    }

    /// Whether keys are to be read.
    var isOpen: Bool { self.state.withLock { $0.isOpen } }

    /// Whether the command draws in place, which whatever else is written would spoil.
    var isDrawn: Bool { self.state.withLock { $0.isOpen && $0.isDrawn } }

    /// Says that a key was pressed.
    func press() {
        let waiter = self.state.withLock { state in
            state.keyWasPressed = true
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Says that what was drawn may be somewhere else now: the window has another size.
    func disturb() {
        self.state.withLock { $0.needsClearing = true }
    }

    // MARK: The command

    /// Opens the gate for a command that draws in place, or only waits for a key; false where
    /// nobody has a terminal.
    func open(draws: Bool = true) -> Bool {
        let wake: (@Sendable () -> Void)? = self.state.withLock { state in
            guard let wake = state.wake else { return nil }
            state.isOpen = true
            state.isDrawn = draws
            state.keyWasPressed = false
            state.needsClearing = false
            return wake
        }
        wake?()
        return wake != nil
    }

    /// Closes the gate.
    func close() {
        let wake = self.state.withLock { state in
            state.isOpen = false
            return state.wake
        }
        wake?()
    }

    /// Whether the terminal must be cleared before the next drawing.
    func takeDisturbance() -> Bool {
        self.state.withLock { state in
            defer { state.needsClearing = false }
            return state.needsClearing
        }
    }

    /// Waits for `interval`; returns whether it is time to end, by a key or by ^C.
    func pause(_ interval: Duration) async -> Bool {
        await withTaskGroup { group in
            group.addTask { (try? await Task.sleep(for: interval)) == nil }
            group.addTask {
                await self.waitForKey()
                return true
            }
            let hasEnded = await group.next() ?? true
            group.cancelAll()
            return hasEnded
        }
    }

    /// Waits until a key is pressed, or the task is cancelled.
    private func waitForKey() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    if state.keyWasPressed || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.takeWaiter() }
            waiter?.resume()
        }
    }
}

extension WatchGate.State {
    fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
        defer { self.waiter = nil }
        return self.waiter
    }
}
