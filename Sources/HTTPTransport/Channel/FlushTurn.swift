import NIOCore

/// Flushes together the requests that the connections of a loop were given in one turn.
///
/// To hand a request to the kernel wakes a server that sleeps, which costs more than the request.
/// One after the other at the end of a turn, the requests of many connections find it awake.
///
/// `@unchecked Sendable` because it is used on its event loop only, which the transport and its
/// channel handlers share.
final class FlushTurn: @unchecked Sendable {
    private let loop: any EventLoop
    private var handlers: [HTTP1Handler] = []

    /// Creates one for the connections of `loop`.
    init(loop: any EventLoop) {
        self.loop = loop
    }

    /// Flushes a connection once the present turn of the loop has done what it has to do.
    func add(_ handler: HTTP1Handler) {
        self.handlers.append(handler)
        guard self.handlers.count == 1 else { return }
        self.loop.execute { self.flush() }
    }

    private func flush() {
        let handlers = self.handlers
        self.handlers.removeAll(keepingCapacity: true)
        for handler in handlers { handler.flushRequest() }
    }
}
