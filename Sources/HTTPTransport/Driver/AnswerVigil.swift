import Glibc
import HTTPModel
import NIOCore

/// Stays awake for the answer of a near server.
///
/// Where a server answers within some ten microseconds, most of the time of a request went into
/// putting the event loop to sleep and waking it again, above all in a virtual machine, whose idle
/// processor has to be given back by its host. So the socket is asked for a moment before the loop
/// is: only for a request that is alone, and only where the answer before came as fast. Between two
/// looks the loop does what else there is, such as making the next request. A single processor, on
/// which the server cannot run meanwhile, makes answers late, and so ends its vigils itself.
struct AnswerVigil: Sendable {
    /// How long it lasts at most, and how fast the answer before must have come.
    static let limit = Duration.microseconds(100)

    private let socket: NIOBSDSocket.Handle
    private let end: Instant

    /// Begins one at `now` for an answer on `socket`.
    init(socket: NIOBSDSocket.Handle, now: Instant) {
        self.socket = socket
        self.end = now.advanced(by: Self.limit)
    }

    /// Looks once: whether there is something to read, or it has taken too long.
    func isOver() -> Bool {
        var watched = pollfd(fd: self.socket, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) != 0 || MonotonicClock.now() >= self.end
    }
}
