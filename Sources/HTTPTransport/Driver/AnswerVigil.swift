import Glibc
import HTTPModel
import NIOCore
import NIOPosix

/// Stays awake for the answer of a near server.
///
/// Where a server answers within some ten microseconds, most of the time of a request went into
/// putting the event loop to sleep and waking it again, above all in a virtual machine, whose idle
/// processor has to be given back by its host. So the socket is asked for a moment before the loop
/// is: only for a request that is alone, so that nothing else waits meanwhile, and only where the
/// answer before came as fast. A single processor, on which the server cannot run meanwhile, makes
/// answers late, and so ends its vigils itself.
enum AnswerVigil {
    /// How long it lasts at most, and how fast the answer before must have come.
    static let limit = Duration.microseconds(100)

    /// Waits until `socket` has something to read, but not for long; whether it has.
    @discardableResult
    static func keep(_ socket: NIOBSDSocket.Handle) -> Bool {
        let end = MonotonicClock.now().advanced(by: Self.limit)
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        while poll(&watched, 1, 0) == 0 {
            guard MonotonicClock.now() < end else { return false }
        }
        return true
    }
}
