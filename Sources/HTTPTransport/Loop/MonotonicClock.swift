package import HTTPModel
import NIOCore

/// The monotonic clock that the transport and the session share.
package enum MonotonicClock {
    private static let origin = NIODeadline.now().uptimeNanoseconds

    /// The time since the program first asked.
    package static func now() -> Instant {
        // The origin first: it is set when it is first asked for.
        let origin = self.origin
        let elapsed = NIODeadline.now().uptimeNanoseconds - origin
        return Instant(nanoseconds: Int64(clamping: elapsed))
    }
}
