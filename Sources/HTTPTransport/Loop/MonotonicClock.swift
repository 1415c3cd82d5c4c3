package import HTTPModel
import NIOCore

/// The monotonic clock that the transport and the session share.
package enum MonotonicClock {
    private static let origin = NIODeadline.now().uptimeNanoseconds

    /// The time since the program first asked.
    package static func now() -> Instant {
        Instant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds &- self.origin))
    }
}
