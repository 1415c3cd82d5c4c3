internal import NIOCore
internal import NIOHTTP1

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A response that is being sent.
struct Answer {
    /// Where its content comes from.
    let stream: ContentStream
    /// How its content is framed.
    let framing: ResponsePlan.Framing
    /// Whether the connection is closed after it.
    let closes: Bool
    /// What was asked for.
    let misbehaviour: Misbehaviour
    /// The index of the next piece.
    var next = 0
    /// Whether the next piece is not due yet.
    var isWaiting = false
}

extension ConnectionHandler {
    /// Sends the head of a response, and begins to send its content.
    func send(
        _ response: DemoResponse,
        to request: DemoRequest,
        misbehaving misbehaviour: Misbehaviour,
        _ context: ChannelHandlerContext
    ) {
        let plan = ResponsePlan(
            for: response,
            to: request,
            misbehaving: misbehaviour,
            options: self.service.options
        )
        switch misbehaviour.breaksOff {
        case .reset:
            self.reset(context)
            return
        case .head:
            self.write(plan.head.prefix(plan.head.count / 2), context)
            self.closeWhenWritten(context)
            return
        case .content, nil:
            self.write(plan.head, context)
        }
        let breaksOff = misbehaviour.breaksOff == .content
        self.answer = Answer(
            stream: plan.framing == .none ? .nothing : response.content.stream(half: breaksOff),
            framing: plan.framing,
            closes: plan.closes || breaksOff,
            misbehaviour: misbehaviour
        )
        self.pump(context)
    }

    /// Writes pieces for as long as the client takes them and they are due.
    ///
    /// A flush that empties the buffer calls back through `channelWritabilityChanged`; the loop
    /// goes on anyway, so that call returns at once instead of recursing for each piece.
    func pump(_ context: ChannelHandlerContext) {
        guard !self.isPumping else { return }
        self.isPumping = true
        var finished: Answer?
        while finished == nil, context.channel.isWritable, let answer = self.answer,
            !answer.isWaiting
        {
            guard let piece = answer.stream.piece(answer.next) else {
                self.writeEnd(of: answer, context)
                self.answer = nil
                finished = answer
                continue
            }
            self.write(piece, framed: answer.framing, context)
            self.answer?.next += 1
            self.waitForNextPiece(context)
            context.flush()
        }
        self.isPumping = false
        guard let finished else { return }
        if finished.closes {
            self.closeWhenWritten(context)
        } else {
            context.flush()
            self.answered(finished.misbehaviour, context)
        }
    }

    private func waitForNextPiece(_ context: ChannelHandlerContext) {
        guard let interval = self.answer?.stream.interval, interval > .zero else { return }
        self.answer?.isWaiting = true
        self.after(interval, context) { handler, context in
            handler.answer?.isWaiting = false
            handler.pump(context)
        }
    }

    private func write(
        _ piece: [UInt8],
        framed framing: ResponsePlan.Framing,
        _ context: ChannelHandlerContext
    ) {
        switch framing {
        case .chunked where !piece.isEmpty:
            self.write(String(piece.count, radix: 16) + "\r\n", context)
            self.write(piece, context)
            self.write("\r\n", context)
        case .chunked, .none:
            break
        case .length, .untilClose:
            self.write(piece, context)
        }
    }

    private func writeEnd(of answer: Answer, _ context: ChannelHandlerContext) {
        guard answer.framing == .chunked, answer.misbehaviour.breaksOff == nil else { return }
        let trailers = answer.stream.trailers.map { "\($0.name): \($0.value)\r\n" }
        self.write("0\r\n\(trailers.joined())\r\n", context)
    }

    // MARK: Bytes

    /// Writes text as it is; nothing is sent before a flush.
    func write(_ text: String, _ context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    private func write(_ bytes: some Sequence<UInt8>, _ context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    /// Closes the connection when all that was written is out; closing at once would drop it.
    func closeWhenWritten(_ context: ChannelHandlerContext) {
        let written = context.writeAndFlush(self.wrapOutboundOut(ByteBuffer()))
        written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    /// Closes the connection with RST: with a linger time of zero the kernel sends no FIN.
    private func reset(_ context: ChannelHandlerContext) {
        guard let socket = context.channel as? any SocketOptionProvider else {
            context.close(promise: nil)
            return
        }
        let set = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        set.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}

extension ContentStream {
    /// No content.
    static let nothing = ContentStream(length: 0) { _ in nil }
}

extension DemoResponse.Content {
    /// The content piece by piece; `half` ends it in the middle.
    func stream(half: Bool) -> ContentStream {
        switch self {
        case .bytes(let bytes):
            let sent = half ? Array(bytes.prefix(bytes.count / 2)) : bytes
            return ContentStream(length: bytes.count) { $0 == 0 && !sent.isEmpty ? sent : nil }
        case .stream(let stream):
            guard half else { return stream }
            var broken = stream
            broken.piece = { $0 == 0 ? stream.piece(0) : nil }
            return broken
        }
    }
}
