import HTTPModel
import HTTPTypes
import NIOCore

/// Writes requests.
extension HTTP1Handler {
    /// Sends a request; returns false if the connection is dead and nothing was handed to it.
    func begin(_ transfer: Transfer) -> Bool {
        // A TLS connection stays active while it says goodbye, but takes no more.
        guard let context = self.context, context.channel.isActive, !self.isClosing else {
            return false
        }
        precondition(self.current == nil, "\(self.id) is busy with another request")
        let request = transfer.request
        self.reader.expectResponse(toHEAD: request.method == .head)
        let current = Current(transfer, bytesIn: self.bytesIn, bytesOut: self.bytesOut)
        self.current = current
        self.headBuffer.clear(minimumCapacity: 512)
        if let proxy = self.forwardingProxy {
            self.headBuffer.writeHead(of: request.forwarded(by: proxy))
        } else {
            self.headBuffer.writeHead(of: request)
        }
        if case .none = request.body {
            current.hasWrittenEnd = true
            self.write(self.headBuffer, context)
            if let turn = self.owner.flushTurn {
                turn.add(self)
            } else {
                self.flushRequest()
            }
            return true
        }
        self.write(self.headBuffer, context)
        if request.awaitsContinue {
            context.flush()
            // The write may have failed and ended the request under us.
            if self.current === current { self.holdContent(of: current) }
        } else {
            self.writeContent(current, context)
        }
        return true
    }

    /// Hands a request without content to the kernel.
    func flushRequest() {
        // It may have ended before the turn of the loop did.
        guard let context = self.context, let current = self.current, !current.isWritten else {
            return
        }
        context.flush()
        // The write may have failed and ended the request under us.
        if self.current === current { self.requestWritten(current) }
    }

    /// Waits for the server's word on the content.
    private func holdContent(of current: Current) {
        current.isHeld = true
        let now = MonotonicClock.now()
        self.arm(.expectation, at: now.advanced(by: Self.expectationLimit), now: now)
    }

    /// Sends content that was held: the server wants it, or has said nothing for too long.
    func releaseContent(of current: Current) {
        guard current.isHeld, let context = self.context else { return }
        current.isHeld = false
        self.disarm(.expectation)
        self.writeContent(current, context)
    }

    private func write(
        _ buffer: ByteBuffer,
        _ context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>? = nil
    ) {
        self.bytesOut += buffer.readableBytes
        context.write(Self.wrapOutboundOut(buffer), promise: promise)
    }

    /// Writes content for as long as the channel takes it, and a turn of the loop lasts.
    private func writeContent(_ current: Current, _ context: ChannelHandlerContext) {
        // A flush that makes the channel writable tells so amid this, and this goes on by itself.
        guard !current.isWriting, !current.hasWrittenEnd else { return }
        current.isWriting = true
        defer { current.isWriting = false }
        // A peer that takes nothing for as long as it may take to answer is as good as silent.
        self.awaitResponse(of: current, now: MonotonicClock.now())
        var bytesLeft = Self.turnBytes
        do {
            while let piece = try current.writer.next(allocator: context.channel.allocator) {
                bytesLeft -= piece.readableBytes
                self.writePiece(piece, of: current, context)
                guard context.channel.isWritable, bytesLeft > 0 else {
                    context.flush()
                    // The write may have failed and ended the request under us.
                    guard self.current === current, context.channel.isWritable else { return }
                    guard bytesLeft > 0 else { return self.writeContentLater(current, context) }
                    continue
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
        self.writeEnd(current, context)
    }

    /// Goes on in the next turn of the loop: a peer that takes content as fast as it is read must
    /// not keep the loop from other connections, nor from an early response on this one.
    private func writeContentLater(_ current: Current, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, current), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, current) = bound.value
            guard handler.current === current, let context = handler.context else { return }
            handler.writeContent(current, context)
        }
    }

    /// Writes a piece of content, as a chunk if it must be one (RFC 9112, section 7.1).
    private func writePiece(
        _ piece: ByteBuffer,
        of current: Current,
        _ context: ChannelHandlerContext
    ) {
        // An empty chunk would be the last.
        guard piece.readableBytes > 0 else { return }
        defer { current.transfer.tookContent(piece.readableBytes) }
        guard current.transfer.request.isChunked else {
            self.write(piece, context)
            return
        }
        self.write(ByteBuffer(string: "\(String(piece.readableBytes, radix: 16))\r\n"), context)
        self.write(piece, context)
        self.write(ByteBuffer(string: "\r\n"), context)
    }

    /// Content counts as written when the kernel has taken it: until then a response is early
    /// (POOL.md rule 22).
    private func writeEnd(_ current: Current, _ context: ChannelHandlerContext) {
        current.hasWrittenEnd = true
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, current), eventLoop: context.eventLoop)
        written.futureResult.whenSuccess {
            let (handler, current) = bound.value
            guard handler.current === current else { return }
            handler.requestWritten(current)
        }
        // An empty write is done when all before it are.
        let end = current.transfer.request.isChunked ? "0\r\n\r\n" : ""
        self.write(ByteBuffer(string: end), context, promise: written)
        context.flush()
    }

    private func requestWritten(_ current: Current) {
        current.isWritten = true
        let now = MonotonicClock.now()
        let transfer = current.transfer
        transfer.sentAt = now
        transfer.bytes.sent = self.bytesOut - current.bytesOutBefore
        self.owner.progressed(
            transfer,
            .requestSent(bytes: transfer.bytes.sent),
            on: self.id,
            now: now
        )
        self.awaitResponse(of: current, now: now)
    }

    /// Gives the peer its time to answer, from now.
    private func awaitResponse(of current: Current, now: Instant) {
        guard let limit = current.transfer.request.responseTimeout, current.head == nil else {
            return
        }
        self.arm(.response, at: now.advanced(by: limit), now: now)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, let current = self.current, !current.hasWrittenEnd,
            !current.isHeld
        {
            self.writeContent(current, context)
        }
        context.fireChannelWritabilityChanged()
    }
}
