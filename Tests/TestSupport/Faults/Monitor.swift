internal import Glibc

/// A value behind a lock, for which threads and tasks can wait.
///
/// `@unchecked Sendable` because every access to `value` and `waiters` holds `mutex`, and the two pthread
/// objects live at fixed addresses from `init` to `deinit`.
package final class Monitor<Value: Sendable>: @unchecked Sendable {
    private struct Waiter {
        let predicate: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value
    private var waiters: [Int: Waiter] = [:]
    private var nextWaiter = 0

    /// Creates a monitor around `value`.
    package init(_ value: Value) {
        self.value = value
        self.mutex = .allocate(capacity: 1)
        self.condition = .allocate(capacity: 1)
        pthread_mutex_init(self.mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(self.condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(self.condition)
        pthread_mutex_destroy(self.mutex)
        self.condition.deallocate()
        self.mutex.deallocate()
    }

    /// The value now.
    package var current: Value {
        self.locked { self.value }
    }

    /// Changes the value and wakes who waits for what it has become.
    @discardableResult
    package func change<Result>(_ body: (inout Value) -> Result) -> Result {
        let (result, ready) = self.locked {
            let result = body(&self.value)
            let keys = self.waiters.filter { $0.value.predicate(self.value) }.map(\.key)
            pthread_cond_broadcast(self.condition)
            return (result, keys.compactMap { self.waiters.removeValue(forKey: $0) })
        }
        for waiter in ready { waiter.continuation.resume(returning: true) }
        return result
    }

    /// Blocks the calling thread until `predicate` holds; never call it from a task.
    ///
    /// Returns false if `timeout` passed first.
    @discardableResult
    package func block(for timeout: Duration? = nil, until predicate: (Value) -> Bool) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = (timeout ?? .zero).components
        deadline.tv_sec += Int(seconds)
        deadline.tv_nsec += Int(attoseconds / 1_000_000_000)
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        return self.locked {
            while !predicate(self.value) {
                if timeout == nil {
                    pthread_cond_wait(self.condition, self.mutex)
                } else if pthread_cond_timedwait(self.condition, self.mutex, &deadline) != 0 {
                    return predicate(self.value)
                }
            }
            return true
        }
    }

    /// Suspends the calling task until `predicate` holds, without holding a thread.
    ///
    /// Returns false if the task was cancelled first.
    @discardableResult
    package func wait(until predicate: @escaping @Sendable (Value) -> Bool) async -> Bool {
        let key = self.locked {
            self.nextWaiter += 1
            return self.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = self.locked {
                    if predicate(self.value) { return true }
                    if Task.isCancelled { return false }
                    self.waiters[key] = Waiter(predicate: predicate, continuation: continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            // Either the waiter is there and is taken out here, or the check above saw the
            // cancellation under the lock.
            let waiter = self.locked { self.waiters.removeValue(forKey: key) }
            waiter?.continuation.resume(returning: false)
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body()
    }
}

/// Something that happens once, which a test and a server's thread tell each other.
package final class Gate: Sendable {
    private struct State: Sendable {
        var isOpen = false
        var observers: [@Sendable () -> Void] = []
    }

    private let state = Monitor(State())

    /// Creates a closed gate.
    package init() {}

    /// Whether it is open.
    package var isOpen: Bool { self.state.current.isOpen }

    /// Opens it for good; opening it twice is harmless.
    package func open() {
        let observers = self.state.change { state in
            state.isOpen = true
            defer { state.observers = [] }
            return state.observers
        }
        for observer in observers { observer() }
    }

    /// Suspends the calling task until it is open; false if the task was cancelled first.
    @discardableResult
    package func wait() async -> Bool {
        await self.state.wait { $0.isOpen }
    }

    /// Calls `observer` when it opens, or at once.
    package func whenOpen(_ observer: @escaping @Sendable () -> Void) {
        let isOpen = self.state.change { state in
            if !state.isOpen { state.observers.append(observer) }
            return state.isOpen
        }
        if isOpen { observer() }
    }
}
