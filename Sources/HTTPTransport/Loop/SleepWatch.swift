import Glibc
import HTTPModel
import Pooling

/// Notices that the computer was asleep: meanwhile the wall clock went on and the monotonic clock
/// stood still (POOL.md rule 21).
struct SleepWatch {
    private let wallClock: WallClock
    /// How far the wall clock was ahead of the monotonic one when they were last compared.
    private var lead: Int64

    /// Begins to watch at an instant.
    init(wallClock: @escaping WallClock, now: Instant) {
        self.wallClock = wallClock
        self.lead = wallClock() &- now.nanoseconds
    }

    /// For how long the computer was asleep since this was last asked; nil if it was not, or for
    /// less than would matter.
    ///
    /// A clock that is set goes ahead too: connections are looked at once too often then.
    mutating func slept(now: Instant) -> Duration? {
        let lead = self.wallClock() &- now.nanoseconds
        let jump = Duration.nanoseconds(lead &- self.lead)
        self.lead = lead
        return jump > PoolMachine.clockTolerance ? jump : nil
    }
}

/// Reads a clock that goes on while the computer sleeps, in nanoseconds since its epoch.
package typealias WallClock = @Sendable () -> Int64

/// The system's wall clock.
package let systemWallClock: WallClock = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}
