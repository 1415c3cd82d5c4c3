import HTTPModel
import NIOCore

/// Timers of one event loop, keyed, that cost next to nothing to arm and disarm.
///
/// A kept connection arms and disarms its idle timer with every request. So a scheduled task is
/// left where it is when its timer is disarmed or moved later; when it fires it looks at the
/// deadline in force, and goes back to sleep or ends.
struct TimerTable<Key: Hashable & Sendable> {
    private struct Entry {
        var deadline: Instant?
        var scheduledFor: Instant
        var task: Scheduled<Void>
    }

    private var entries: [Key: Entry] = [:]

    /// Arms the timer `key`; `fire` is called on the loop no earlier than `deadline`.
    mutating func arm(
        _ key: Key,
        at deadline: Instant,
        now: Instant,
        on loop: any EventLoop,
        fire: @escaping @Sendable (Key) -> Void
    ) {
        if var entry = self.entries[key] {
            entry.deadline = deadline
            if entry.scheduledFor <= deadline {
                self.entries[key] = entry
                return
            }
            entry.task.cancel()
        }
        self.entries[key] = Entry(
            deadline: deadline,
            scheduledFor: deadline,
            task: Self.schedule(key, at: deadline, now: now, on: loop, fire: fire)
        )
    }

    /// Disarms the timer `key`; its task stays until it fires into nothing.
    mutating func disarm(_ key: Key) {
        self.entries[key]?.deadline = nil
    }

    /// Forgets the timer `key` and its task.
    mutating func remove(_ key: Key) {
        self.entries.removeValue(forKey: key)?.task.cancel()
    }

    /// Hears that the task of `key` has fired; returns whether the timer is due.
    mutating func taskFired(
        _ key: Key,
        now: Instant,
        on loop: any EventLoop,
        fire: @escaping @Sendable (Key) -> Void
    ) -> Bool {
        guard let entry = self.entries.removeValue(forKey: key), let deadline = entry.deadline
        else { return false }
        if deadline <= now { return true }
        self.arm(key, at: deadline, now: now, on: loop, fire: fire)
        return false
    }

    /// Forgets all timers.
    mutating func removeAll() {
        for entry in self.entries.values { entry.task.cancel() }
        self.entries = [:]
    }

    private static func schedule(
        _ key: Key,
        at deadline: Instant,
        now: Instant,
        on loop: any EventLoop,
        fire: @escaping @Sendable (Key) -> Void
    ) -> Scheduled<Void> {
        let delay = max(0, now.duration(to: deadline).wholeNanoseconds)
        // A nanosecond late rather than early: the state machine compares deadlines with `now`.
        return loop.scheduleTask(in: .nanoseconds(delay &+ 1_000)) { fire(key) }
    }
}
