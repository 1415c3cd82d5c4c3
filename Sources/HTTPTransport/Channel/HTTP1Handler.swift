import HTTPModel
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What an HTTP/1.1 connection tells its owner; called on the event loop.
protocol HTTP1HandlerOwner: AnyObject {
    /// The first byte of a response came, or the request was written.
    func progressed(_ transfer: Transfer, _ event: PoolEvent.Kind, on id: ConnectionID)
    /// A response was delivered; the connection persists, or must close for a reason.
    func completed(
        _ transfer: Transfer,
        head: ResponseHead,
        trailers: [FieldLine],
        on id: ConnectionID,
        closing: CloseReason?,
        hint: KeepAliveHint?
    )
    /// A request failed, and its connection cannot be used any more.
    func failed(_ transfer: Transfer, _ failure: TransferFailure, on id: ConnectionID)
    /// Bytes came that no request asked for.
    func receivedUnsolicited(_ bytes: [UInt8], on id: ConnectionID)
    /// The connection is closed.
    func becameInactive(_ id: ConnectionID, isReset: Bool)
}

/// Carries one request at a time over an HTTP/1.1 connection, behind NIO's codec.
final class HTTP1Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// How long an unwanted response may take to drain (POOL.md rule 23).
    static let drainLimit = Duration.milliseconds(250)

    private enum TimerKey: Hashable { case response, drain }

    /// What is under way for one request.
    private struct Current {
        let transfer: Transfer
        var writer: RequestWriter
        /// Whether the end was handed to the channel, which may not have written it yet.
        var hasWrittenEnd = false
        /// Whether the kernel has taken all of it.
        var isWritten = false
        var head: ResponseHead?
        var delivery: BodyDelivery?
        var trailers: [FieldLine] = []
        var bytesOutBefore: Int
        var bytesInBefore: Int
        let asksToClose: Bool
    }

    private let id: ConnectionID
    private let bytesGuard: HTTP1Guard
    private unowned let owner: any HTTP1HandlerOwner
    private var context: ChannelHandlerContext?
    private var current: Current?
    private var timers = TimerTable<TimerKey>()
    private var isReset = false
    private var isClosing = false
    private var hasEnded = false
    private var isReading = true

    /// Creates the handler of connection `id`.
    init(id: ConnectionID, bytesGuard: HTTP1Guard, owner: any HTTP1HandlerOwner) {
        self.id = id
        self.bytesGuard = bytesGuard
        self.owner = owner
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A channel that closes in the very turn in which it connected never becomes inactive.
        self.connectionEnded()
        self.context = nil
        self.timers.removeAll()
        // It holds the handler.
        self.fire = nil
    }

    // MARK: Sending

    /// Sends a request; returns false if the connection is dead and nothing was handed to it.
    func begin(_ transfer: Transfer) -> Bool {
        // A TLS connection stays active while it says goodbye, but takes no more.
        guard let context = self.context, context.channel.isActive, !self.isClosing else {
            return false
        }
        precondition(self.current == nil, "\(self.id) is busy with another request")
        let request = transfer.request
        self.bytesGuard.expectResponse(toHEAD: request.method == .head)
        self.current = Current(
            transfer: transfer,
            writer: RequestWriter(request.body),
            bytesOutBefore: self.bytesGuard.bytesOut,
            bytesInBefore: self.bytesGuard.bytesIn,
            asksToClose: request.fields[values: .connection].contains { value in
                value.listElements.contains { $0.equalsASCII("close") }
            }
        )
        context.write(Self.wrapOutboundOut(.head(HTTPRequestHead(request))), promise: nil)
        self.writeContent(context)
        return true
    }

    private func writeContent(_ context: ChannelHandlerContext) {
        do {
            while let piece = try self.current?.writer.next(allocator: context.channel.allocator) {
                context.write(Self.wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
                if !context.channel.isWritable {
                    context.flush()
                    // A write may have failed and ended the request under us.
                    guard self.current != nil, context.channel.isWritable else { return }
                }
            }
        } catch {
            self.fail(
                TransferFailure(
                    phase: .send,
                    cause: .requestContent(path: error.path, detail: error.detail),
                    closing: .cancelled
                )
            )
            return
        }
        self.writeEnd(context)
    }

    private func writeEnd(_ context: ChannelHandlerContext) {
        guard let transfer = self.current?.transfer else { return }
        self.current?.hasWrittenEnd = true
        guard case .none = transfer.request.body else {
            // Content counts as written when the kernel has taken it: until then a response is
            // early (POOL.md rule 22).
            let written = context.eventLoop.makePromise(of: Void.self)
            let bound = NIOLoopBound((self, transfer), eventLoop: context.eventLoop)
            written.futureResult.whenSuccess {
                let (handler, transfer) = bound.value
                guard handler.current?.transfer === transfer else { return }
                handler.requestWritten()
            }
            context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: written)
            return
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        if self.current?.transfer === transfer { self.requestWritten() }
    }

    private func requestWritten() {
        guard let current = self.current else { return }
        self.current?.isWritten = true
        let now = MonotonicClock.now()
        current.transfer.sentAt = now
        let sent = self.bytesGuard.bytesOut - current.bytesOutBefore
        current.transfer.bytes.sent = sent
        self.owner.progressed(current.transfer, .requestSent(bytes: sent), on: self.id)
        if let limit = current.transfer.request.responseTimeout, current.head == nil {
            self.arm(.response, at: now.advanced(by: limit), now: now)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, let current = self.current, !current.hasWrittenEnd {
            self.writeContent(context)
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Receiving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.current != nil else { return }
        do {
            switch Self.unwrapInboundIn(data) {
            case .head: try self.receivedHead()
            case .body(let buffer):
                guard let step = try self.current?.delivery?.received(buffer) else { return }
                self.apply(step)
            case .end(let trailers):
                // The decoder takes any end of the connection for the end of such content.
                if self.isReset, self.bytesGuard.delimiter == .endOfConnection { return }
                self.current?.trailers = trailers?.map { FieldLine($0.name, $0.value) } ?? []
                try self.current?.delivery?.receivedEnd()
                if self.current?.delivery?.isComplete == true { self.complete() }
            }
        } catch {
            self.fail(TransferFailure(error))
        }
    }

    private func receivedHead() throws {
        // The guard saw it first; interim responses are done with.
        guard let head = self.bytesGuard.takeHead(), head.status / 100 != 1,
            let transfer = self.current?.transfer
        else { return }
        let now = MonotonicClock.now()
        transfer.firstByteAt = now
        self.timers.disarm(.response)
        let sent = transfer.sentAt ?? transfer.dispatchedAt ?? now
        self.owner.progressed(
            transfer,
            .requestFirstByte(after: max(.zero, sent.duration(to: now))),
            on: self.id
        )
        self.current?.head = head
        let delimiter = self.bytesGuard.delimiter
        let delivery = try BodyDelivery(
            head: head,
            hasContent: delimiter != ResponseFraming.Delimiter.none && delimiter != .length(0),
            sink: transfer.sink
        )
        self.current?.delivery = delivery
        self.listenForResume(transfer)
        if delivery.isDraining {
            self.arm(.drain, at: now.advanced(by: Self.drainLimit), now: now)
        }
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

    private func complete(closing forced: CloseReason? = nil) {
        guard var current = self.current, let head = current.head else { return }
        self.current = nil
        // Disarmed, not removed: the next request of a kept connection arms them again.
        self.timers.disarm(.response)
        self.timers.disarm(.drain)
        current.writer.cancel()
        self.setReading(true)
        let transfer = current.transfer
        transfer.completedAt = MonotonicClock.now()
        self.count(current)
        var closing =
            forced
            ?? ResponseRules.reasonToClose(
                after: head,
                clientAskedToClose: current.asksToClose,
                delimiter: self.bytesGuard.delimiter ?? .endOfConnection
            )
        if !current.isWritten { closing = .earlyResponse }
        if closing == nil, self.bytesGuard.sawTrailingData { closing = .trailingData }
        self.owner.completed(
            transfer,
            head: head,
            trailers: current.trailers,
            on: self.id,
            closing: closing,
            hint: ResponseRules.keepAliveHint(in: head)
        )
    }

    private func count(_ current: Current) {
        current.transfer.bytes.sent = self.bytesGuard.bytesOut - current.bytesOutBefore
        current.transfer.bytes.received = self.bytesGuard.bytesIn - current.bytesInBefore
        current.transfer.bytes.body = current.delivery?.deliveredBytes ?? 0
    }

    // MARK: Ending

    /// Ends the current request, if there is one, and the connection.
    func abort(_ failure: TransferFailure) {
        if self.current == nil {
            self.close()
        } else {
            self.fail(failure)
        }
    }

    /// Closes the connection.
    func close() {
        self.isClosing = true
        self.context?.close(promise: nil)
    }

    private func fail(_ failure: TransferFailure) {
        guard var current = self.current else { return }
        self.current = nil
        self.timers.removeAll()
        current.writer.cancel()
        self.count(current)
        // A sink that has not begun hears nothing.
        if current.head != nil { current.transfer.sink.fail() }
        self.owner.failed(current.transfer, failure, on: self.id)
        self.close()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is UnsolicitedBytes else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        // During a request it is trailing data, which `complete` reports.
        if self.current == nil {
            self.owner.receivedUnsolicited(self.bytesGuard.unsolicited, on: self.id)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError {
            self.isReset = error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
            // The channel closes itself, and `channelInactive` reports it with its bytes counted.
            return
        }
        if case NIOSSLError.uncleanShutdown = error {
            // Only content that the end of the connection delimits is in doubt (RFC 9112, section
            // 9.8); the rest shows by itself whether it is complete.
            if self.bytesGuard.delimiter == .endOfConnection { self.endOfInput() }
            return
        }
        // The connection has ended amid a message: `channelInactive`, which follows, says it
        // better.
        if case HTTPParserError.invalidEOFState = error { return }
        if self.current != nil {
            self.fail(TransferFailure(error))
        } else {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connectionEnded()
        context.fireChannelInactive()
    }

    private func connectionEnded() {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        self.endOfInput()
        self.owner.becameInactive(self.id, isReset: self.isReset)
    }

    private func endOfInput() {
        guard let current = self.current else { return }
        let closing = self.isReset ? CloseReason.peerReset : .peerClosed
        let cause: TransportError.Cause
        if let delivery = current.delivery {
            // All content has come, but the sink has not taken it yet: it can still do so.
            if delivery.sawEnd { return }
            var expected: Int?
            if case .length(let length) = self.bytesGuard.delimiter { expected = length }
            cause = .truncated(receivedBytes: delivery.receivedBytes, expectedBytes: expected)
        } else {
            cause = .peerClosed(
                receivedBytes: self.bytesGuard.bytesIn - current.bytesInBefore,
                isReset: self.isReset
            )
        }
        self.fail(TransferFailure(phase: .receive, cause: cause, closing: closing))
    }

    // MARK: Timers

    /// What timers call; made once, because they are armed with every request.
    private lazy var fire: (@Sendable (TimerKey) -> Void)? = self.context.map { context in
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        return { bound.value.timerTaskFired($0) }
    }

    private func arm(_ key: TimerKey, at deadline: Instant, now: Instant) {
        guard let loop = self.context?.eventLoop, let fire = self.fire else { return }
        self.timers.arm(key, at: deadline, now: now, on: loop, fire: fire)
    }

    private func timerTaskFired(_ key: TimerKey) {
        guard let loop = self.context?.eventLoop, let fire = self.fire else { return }
        let isDue = self.timers.taskFired(key, now: MonotonicClock.now(), on: loop, fire: fire)
        guard isDue, let current = self.current else { return }
        switch key {
        case .drain: self.complete(closing: .bodyUnread)
        case .response:
            let limit = current.transfer.request.responseTimeout ?? .zero
            self.fail(
                TransferFailure(
                    phase: .receive,
                    cause: .timedOut(limit: limit, setting: "timeout.response"),
                    closing: .timeout
                )
            )
        }
    }
}
