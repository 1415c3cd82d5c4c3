import HTTPModel

/// One request on its way: what was asked, who waits for it, and what has been measured so far.
///
/// `@unchecked Sendable` because it is made, read and changed only on the transport's event loop,
/// which the actor and its channel handlers share.
final class Transfer: @unchecked Sendable {
    /// What comes of it.
    typealias Outcome = Result<TransportResponse, TransportError>

    /// The request.
    let request: TransportRequest
    /// Where the content goes.
    let sink: any BodySink
    /// When it was issued.
    let arrivedAt: Instant
    /// Its place in the queue.
    let arrival: ArrivalNumber
    /// The connection it got, and why.
    var use: ConnectionUse?
    /// The time spent on opening a connection while it waited.
    var handshakeWait: HandshakeTimings?
    /// What carries it; it outlives its connection while the sink holds the rest back.
    var carrier: Carrier?
    /// The reused connection that was found dead last, before anything was sent on it.
    var lastDeadEnd: StaleEvidence?
    /// Connections whose peers have proved not to have acted on it.
    var redispatches: [Redispatch] = []
    /// When it got its connection.
    var dispatchedAt: Instant?
    /// When the request had been written.
    var sentAt: Instant?
    /// When the first byte of the response came.
    var firstByteAt: Instant?
    /// When the response was complete.
    var completedAt: Instant?
    /// Bytes on the connection, and of the content.
    var bytes = ByteCounts()
    /// Bytes of the request's content that have gone out, in its coding.
    private var contentSent = 0
    private var continuation: CheckedContinuation<Outcome, Never>?

    /// Creates the record of a request that has just been issued.
    init(
        request: TransportRequest,
        sink: any BodySink,
        arrivedAt: Instant,
        arrival: ArrivalNumber,
        continuation: CheckedContinuation<Outcome, Never>
    ) {
        self.request = request
        self.sink = sink
        self.arrivedAt = arrivedAt
        self.arrival = arrival
        self.continuation = continuation
    }

    /// Forgets the connection that has not carried it.
    func startAgain() {
        self.carrier = nil
        self.use = nil
        self.handshakeWait = nil
        self.dispatchedAt = nil
        self.sentAt = nil
        self.bytes = ByteCounts()
        self.contentSent = 0
    }

    /// Hears that so much more of the request's content has gone out, and tells whoever watches.
    func tookContent(_ count: Int) {
        self.contentSent += count
        self.request.uploadObserver?(self.contentSent)
    }

    /// Ends it; ending it twice is a bug.
    func finish(_ outcome: Outcome) {
        guard let continuation = self.continuation else {
            preconditionFailure("request \(self.request.id) ended twice")
        }
        self.continuation = nil
        self.carrier = nil
        continuation.resume(returning: outcome)
    }

    /// The phases so far, measured until `now`.
    func timings(now: Instant) -> Timings {
        var timings = Timings(total: self.arrivedAt.duration(to: now))
        let handshake = self.handshakeWait
        timings.dns = handshake?.dns
        timings.connect = handshake?.connect
        timings.tls = handshake?.tls
        guard let dispatchedAt = self.dispatchedAt else {
            timings.queue = max(.zero, timings.total - (handshake?.total ?? .zero))
            return timings
        }
        // Waiting for the handshake is not queueing; what is left is.
        let waited = self.arrivedAt.duration(to: dispatchedAt)
        timings.queue = max(.zero, waited - (handshake?.total ?? .zero))
        guard let sentAt = self.sentAt else {
            timings.send = dispatchedAt.duration(to: now)
            return timings
        }
        timings.send = dispatchedAt.duration(to: sentAt)
        guard let firstByteAt = self.firstByteAt else {
            timings.wait = sentAt.duration(to: now)
            return timings
        }
        // An early response may begin before the request has been written.
        timings.wait = max(.zero, sentAt.duration(to: firstByteAt))
        timings.receive = firstByteAt.duration(to: self.completedAt ?? now)
        return timings
    }
}
