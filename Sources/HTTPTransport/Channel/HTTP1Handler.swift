import HTTPModel
import HTTPTypes
import NIOCore

/// What an HTTP/1.1 connection tells its owner; called on the event loop.
protocol HTTP1HandlerOwner: AnyObject {
    /// What flushes requests that go out together; nil while there is but one.
    var flushTurn: FlushTurn? { get }
    /// The first byte of a response came, or the request was written.
    func progressed(
        _ transfer: Transfer,
        _ event: PoolEvent.Kind,
        on id: ConnectionID,
        now: Instant
    )
    /// A response was delivered; the connection persists, or must close for a reason.
    func completed(
        _ transfer: Transfer,
        head: ResponseHead,
        trailers: [FieldLine],
        on id: ConnectionID,
        closing: CloseReason?,
        hint: KeepAliveHint?,
        now: Instant
    )
    /// A request failed, and its connection cannot be used any more.
    func failed(_ transfer: Transfer, _ failure: TransferFailure, on id: ConnectionID)
    /// Bytes came that no request asked for.
    func receivedUnsolicited(_ bytes: [UInt8], on id: ConnectionID)
    /// The connection is closed.
    func becameInactive(_ id: ConnectionID, isReset: Bool)
}

/// Carries one request at a time over an HTTP/1.1 connection.
///
/// It writes requests and reads responses as bytes, with no codec between: see `ResponseReader`.
final class HTTP1Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long an unwanted response may take to drain (POOL.md rule 23).
    static let drainLimit = Duration.milliseconds(250)
    /// How many bytes of what came unasked are kept for display.
    static let unsolicitedLimitBytes = 256

    /// How long the server may take to say that it wants content (RFC 9110, section 10.1.1: no
    /// client should wait for ever, because servers may be too old to answer).
    static let expectationLimit = Duration.seconds(1)

    /// How much content is written in one turn of the event loop.
    static let turnBytes = 1 << 20

    enum TimerKey: Hashable { case response, drain, expectation }

    /// What is under way for one request.
    final class Current {
        let transfer: Transfer
        let asksToClose: Bool
        let bytesInBefore: Int
        let bytesOutBefore: Int
        var writer: RequestWriter
        /// Whether the content waits for the server's word.
        var isHeld = false
        /// Whether content is being written, further up the stack.
        var isWriting = false
        /// Whether the end was handed to the channel, which may not have written it yet.
        var hasWrittenEnd = false
        /// Whether the kernel has taken all of it.
        var isWritten = false
        var head: ResponseHead?
        var delivery: BodyDelivery?
        var trailers: [FieldLine] = []
        /// Whether bytes followed the response at once.
        var sawTrailingData = false

        init(_ transfer: Transfer, bytesIn: Int, bytesOut: Int) {
            let request = transfer.request
            self.transfer = transfer
            self.writer = RequestWriter(request.body, coding: request.coding)
            self.bytesInBefore = bytesIn
            self.bytesOutBefore = bytesOut
            self.asksToClose = request.asksToClose
        }
    }

    let id: ConnectionID
    /// The proxy that this connection leads to, if it forwards requests.
    let forwardingProxy: Proxy?
    /// Held: a transport that nobody has shut down lives until its connections have ended.
    let owner: any HTTP1HandlerOwner
    var context: ChannelHandlerContext?
    var current: Current?
    var reader = ResponseReader()
    /// Bytes received, above TLS.
    private(set) var bytesIn = 0
    /// Whether the last answer began within the limit of a vigil.
    private(set) var answersAtOnce = false
    /// Bytes handed to the channel, above TLS.
    var bytesOut = 0
    /// Where heads are written; its memory is used again once the channel has let go of it.
    var headBuffer = ByteBuffer()
    /// What came on the idle connection.
    private var unsolicited: [UInt8] = []
    private var timers = TimerTable<TimerKey>()
    var isReset = false
    /// Whether the socket has failed: its end is no orderly one then.
    var hasFailed = false
    var isClosing = false
    var hasEnded = false
    private var isReading = true

    /// Creates the handler of connection `id`.
    init(
        id: ConnectionID,
        forwardingProxy: Proxy? = nil,
        owner: any HTTP1HandlerOwner
    ) {
        self.id = id
        self.forwardingProxy = forwardingProxy
        self.owner = owner
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A channel that closes in the very turn in which it connected never becomes inactive.
        self.connectionEnded()
        self.context = nil
        self.removeTimers()
        // It holds the handler.
        self.fire = nil
    }

    // MARK: Receiving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = Self.unwrapInboundIn(data)
        self.bytesIn += buffer.readableBytes
        guard let current = self.current else { return self.refuse(buffer) }
        if self.reader.isIdle { current.sawTrailingData = true }
        do {
            // Its end may bring about the next request, to which what is left is no answer.
            while self.current === current, let part = try self.reader.next(&buffer) {
                try self.received(part, following: buffer, for: current)
            }
        } catch {
            if self.current === current { self.fail(TransferFailure(error)) }
        }
    }

    private func received(
        _ part: ResponseReader.Part,
        following: ByteBuffer,
        for current: Current
    ) throws {
        switch part {
        case .interim(let head): if head.status == 100 { self.releaseContent(of: current) }
        case .head(let head): try self.received(head, for: current)
        case .content(let content):
            guard let step = try current.delivery?.received(content) else { return }
            self.apply(step)
        case .end(let trailers):
            current.sawTrailingData = following.readableBytes > 0
            current.trailers = trailers
            try current.delivery?.receivedEnd()
            if current.delivery?.isComplete == true { self.complete() }
        }
    }

    private func received(_ head: ResponseHead, for current: Current) throws {
        let transfer = current.transfer
        let now = MonotonicClock.now()
        transfer.firstByteAt = now
        self.timers.disarm(.response)
        // The server has answered without the content, which is never sent then.
        self.timers.disarm(.expectation)
        let sent = transfer.sentAt ?? transfer.dispatchedAt ?? now
        let wait = max(.zero, sent.duration(to: now))
        self.answersAtOnce = wait <= AnswerVigil.limit
        self.owner.progressed(
            transfer,
            .requestFirstByte(after: wait),
            on: self.id,
            now: now
        )
        current.head = head
        let delimiter = self.reader.delimiter
        let delivery = try BodyDelivery(
            head: head,
            hasContent: delimiter != ResponseFraming.Delimiter.none && delimiter != .length(0),
            sink: transfer.sink
        )
        current.delivery = delivery
        self.listenForResume(transfer)
        if delivery.isDraining {
            self.arm(.drain, at: now.advanced(by: Self.drainLimit), now: now)
        }
    }

    private func refuse(_ buffer: ByteBuffer) {
        // What comes while it closes was sent before the peer could know.
        guard !self.isClosing else { return }
        let room = Self.unsolicitedLimitBytes - self.unsolicited.count
        self.unsolicited.append(contentsOf: buffer.readableBytesView.prefix(max(0, room)))
        self.owner.receivedUnsolicited(self.unsolicited, on: self.id)
    }

    private func listenForResume(_ transfer: Transfer) {
        guard transfer.sink.canPause, let context = self.context else { return }
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, transfer), eventLoop: loop)
        transfer.sink.onResume {
            loop.execute {
                let (handler, transfer) = bound.value
                guard handler.current?.transfer === transfer else { return }
                handler.resumeDelivery()
            }
        }
    }

    private func resumeDelivery() {
        do {
            guard let step = try self.current?.delivery?.resume() else { return }
            self.apply(step)
            if self.current?.delivery?.isComplete == true { self.complete() }
        } catch {
            self.fail(TransferFailure(error))
        }
    }

    private func apply(_ step: BodyDelivery.Step) {
        switch step {
        case .proceed: self.setReading(true)
        case .pause: self.setReading(false)
        case .tooMuchToDrain: self.complete(closing: .bodyUnread)
        }
    }

    private func setReading(_ wanted: Bool) {
        guard wanted != self.isReading, let context = self.context else { return }
        self.isReading = wanted
        try? context.channel.syncOptions?.setOption(.autoRead, value: wanted)
        if wanted { context.read() }
    }

    /// Ends the current request with its response.
    func complete(closing forced: CloseReason? = nil) {
        guard let current = self.current, let head = current.head else { return }
        self.current = nil
        // Disarmed, not removed: the next request of a kept connection arms them again.
        self.timers.disarm(.response)
        self.timers.disarm(.drain)
        current.writer.cancel()
        self.setReading(true)
        let transfer = current.transfer
        let now = MonotonicClock.now()
        transfer.completedAt = now
        self.count(current)
        var closing =
            forced
            ?? ResponseRules.reasonToClose(
                after: head,
                clientAskedToClose: current.asksToClose,
                delimiter: self.reader.delimiter ?? .endOfConnection
            )
        if !current.isWritten { closing = .earlyResponse }
        if closing == nil, current.sawTrailingData { closing = .trailingData }
        self.owner.completed(
            transfer,
            head: head,
            trailers: current.trailers,
            on: self.id,
            closing: closing,
            hint: ResponseRules.keepAliveHint(in: head),
            now: now
        )
    }

    /// Notes how many bytes went to and fro for a request.
    func count(_ current: Current) {
        current.transfer.bytes = ByteCounts(
            sent: self.bytesOut - current.bytesOutBefore,
            received: self.bytesIn - current.bytesInBefore,
            body: current.delivery?.deliveredBytes ?? 0
        )
    }

    // MARK: Timers

    /// What timers call; made once, because they are armed with every request.
    private lazy var fire: (@Sendable () -> Void)? = self.context.map { context in
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        return { bound.value.timersFired() }
    }

    /// Arms a timer of the current request.
    func arm(_ key: TimerKey, at deadline: Instant, now: Instant) {
        guard let loop = self.context?.eventLoop, let fire = self.fire else { return }
        self.timers.arm(key, at: deadline, now: now, on: loop, fire: fire)
    }

    /// Disarms a timer of the current request.
    func disarm(_ key: TimerKey) {
        self.timers.disarm(key)
    }

    /// Forgets all timers.
    func removeTimers() {
        self.timers.removeAll()
    }

    private func timersFired() {
        guard let loop = self.context?.eventLoop, let fire = self.fire else { return }
        let now = MonotonicClock.now()
        while let key = self.timers.takeDue(now: now, on: loop, fire: fire) {
            if let current = self.current { self.timerFired(key, for: current) }
        }
    }

    private func timerFired(_ key: TimerKey, for current: Current) {
        switch key {
        case .drain: self.complete(closing: .bodyUnread)
        case .expectation: self.releaseContent(of: current)
        case .response:
            let limit = current.transfer.request.responseTimeout ?? .zero
            self.fail(
                TransferFailure(
                    phase: current.isWritten ? .receive : .send,
                    cause: .timedOut(limit: limit, setting: "timeout.response"),
                    closing: .timeout
                )
            )
        }
    }
}
