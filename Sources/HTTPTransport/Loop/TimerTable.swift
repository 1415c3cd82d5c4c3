import HTTPModel
import HeapModule
import NIOCore

/// Timers of one event loop, keyed, that cost next to nothing to arm and disarm.
///
/// A kept connection arms and disarms its idle timer with every request. So an alarm is left where
/// it is when its timer is disarmed or moved later; when its time comes it looks at the deadline in
/// force, and is set anew or forgotten. The loop has one task for the earliest alarm of all: to
/// cancel one of many would have it search them all.
struct TimerTable<Key: Hashable & Sendable> {
    private struct Entry {
        var deadline: Instant?
        /// The time of the alarm that will look at this.
        var alarm: Instant
    }

    private struct Alarm: Comparable {
        let time: Instant
        let key: Key

        static func < (first: Self, second: Self) -> Bool { first.time < second.time }
    }

    private var entries: [Key: Entry] = [:]
    /// Those whose time is not that of their entry are forgotten when they come up.
    private var alarms = Heap<Alarm>()
    private var task: (time: Instant, scheduled: Scheduled<Void>)?

    /// How many alarms are kept, some of them forgotten ones.
    var alarmCount: Int { self.alarms.count }

    /// Arms the timer `key`; `fire` is called on the loop no earlier than `deadline`, and calls
    /// ``takeDue(now:on:fire:)`` until there are no more.
    mutating func arm(
        _ key: Key,
        at deadline: Instant,
        now: Instant,
        on loop: any EventLoop,
        fire: @escaping @Sendable () -> Void
    ) {
        if let entry = self.entries[key], entry.alarm <= deadline {
            self.entries[key] = Entry(deadline: deadline, alarm: entry.alarm)
            return
        }
        self.entries[key] = Entry(deadline: deadline, alarm: deadline)
        self.alarms.insert(Alarm(time: deadline, key: key))
        self.forgetAlarms()
        self.schedule(now: now, on: loop, fire: fire)
    }

    /// Disarms the timer `key`; its alarm stays until it comes up for nothing, and serves the timer
    /// if that is armed again before.
    mutating func disarm(_ key: Key) {
        self.entries[key]?.deadline = nil
    }

    /// Forgets the timer `key`, which will not be armed again.
    mutating func remove(_ key: Key) {
        self.entries[key] = nil
        if self.entries.isEmpty { self.removeAll() }
        self.forgetAlarms()
    }

    /// A timer that is due, which is forgotten with that; nil if there are no more.
    ///
    /// One at a time, because what one brings about may disarm the next.
    mutating func takeDue(
        now: Instant,
        on loop: any EventLoop,
        fire: @escaping @Sendable () -> Void
    ) -> Key? {
        if let task = self.task, task.time <= now { self.task = nil }
        while let alarm = self.alarms.min, alarm.time <= now {
            self.alarms.removeMin()
            guard let entry = self.entries[alarm.key], entry.alarm == alarm.time else { continue }
            self.entries[alarm.key] = nil
            guard let deadline = entry.deadline else { continue }
            if deadline <= now { return alarm.key }
            self.entries[alarm.key] = Entry(deadline: deadline, alarm: deadline)
            self.alarms.insert(Alarm(time: deadline, key: alarm.key))
        }
        self.schedule(now: now, on: loop, fire: fire)
        return nil
    }

    /// Forgets all timers.
    mutating func removeAll() {
        self.task?.scheduled.cancel()
        self.task = nil
        self.entries = [:]
        self.alarms = Heap()
    }

    /// Keeps the forgotten alarms from outnumbering the others.
    private mutating func forgetAlarms() {
        guard self.alarms.count > 2 * self.entries.count + 16 else { return }
        self.alarms = Heap(self.entries.map { Alarm(time: $0.value.alarm, key: $0.key) })
    }

    private mutating func schedule(
        now: Instant,
        on loop: any EventLoop,
        fire: @escaping @Sendable () -> Void
    ) {
        guard let time = self.alarms.min?.time else { return }
        if let task = self.task {
            if task.time <= time { return }
            task.scheduled.cancel()
        }
        let delay = max(0, now.duration(to: time).wholeNanoseconds)
        // A nanosecond late rather than early: the state machine compares deadlines with `now`.
        let scheduled = loop.scheduleTask(in: .nanoseconds(delay &+ 1_000)) { fire() }
        self.task = (time, scheduled)
    }
}
