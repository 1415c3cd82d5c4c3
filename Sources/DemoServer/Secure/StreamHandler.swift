internal import NIOCore
internal import NIOHTTP1

/// Carries one exchange of HTTP/2: the handler of its stream (RFC 9113, section 8.1).
///
/// It misbehaves as far as HTTP/2 can: `reset`, `half-head` and `half-body` reset the stream,
/// `close` and `close-after` send GOAWAY after the response, and what happens to an idle
/// connection is that it closes. What only HTTP/1.1 has is ignored: `ignore-close`, `keep-alive`,
/// `no-length`, `http10`.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let number: Int
    private let service: DemoService
    private let streams: StreamCount
    private var incoming: (request: DemoRequest, content: IncomingContent)?
    private var misbehaviour = Misbehaviour()
    private var answer: Answer?
    private var isPumping = false
    private var timer: Scheduled<Void>?

    /// Creates a handler for a stream of the connection with this number.
    init(number: Int, service: DemoService, streams: StreamCount) {
        self.number = number
        self.service = service
        self.streams = streams
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.streams.began()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.answer = nil
        self.incoming = nil
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.streams.ended(idle: self.misbehaviour.idle?.after)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            let facts = DemoRequest.ConnectionFacts(
                number: self.number,
                requestNumber: self.service.registry.requestArrived(on: self.number),
                clientPort: context.channel.parent?.remoteAddress?.port
            )
            let request = DemoRequest(head: head, connection: facts)
            let content = IncomingContent(
                of: request,
                use: self.service.contentUse(of: request),
                limit: self.service.options.maximumContentBytes
            )
            self.incoming = (request, content)
        case .body(let bytes):
            self.incoming?.content.append(bytes)
        case .end:
            guard let (request, content) = self.incoming else { return }
            self.incoming = nil
            self.respond(to: content.completing(request), context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.pump(context)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func respond(to request: DemoRequest, _ context: ChannelHandlerContext) {
        var response: DemoResponse
        do {
            self.misbehaviour = try Misbehaviour(request.query)
            response = self.service.respond(to: request)
        } catch {
            response = error.response
        }
        self.after(response.delay + self.misbehaviour.delay, context) { handler, context in
            handler.send(response, to: request, context)
        }
    }

    private func send(
        _ response: DemoResponse,
        to request: DemoRequest,
        _ context: ChannelHandlerContext
    ) {
        let breaksOff = self.misbehaviour.breaksOff
        guard breaksOff == nil || breaksOff == .content else {
            context.close(promise: nil)
            return
        }
        let closesAfter = self.misbehaviour.closesAfter.map {
            request.connection.requestNumber >= $0
        }
        if self.misbehaviour.closes || closesAfter ?? false { self.streams.goAway() }
        let stream = response.content.stream(half: breaksOff == .content)
        var fields = HTTPHeaders(response.fields.map { ($0.name, $0.value) })
        let hasContent = request.method != .HEAD && response.status.mayHaveResponseBody
        if let length = stream.length, response.status.mayHaveResponseBody {
            fields.add(name: "Content-Length", value: String(length))
        }
        fields.add(name: "Server", value: "linger-demo")
        let head = HTTPResponseHead(version: .http2, status: response.status, headers: fields)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        self.answer = Answer(
            stream: hasContent ? stream : .nothing,
            framing: .none,
            closes: breaksOff != nil,
            misbehaviour: self.misbehaviour
        )
        self.pump(context)
    }

    /// Writes pieces for as long as the client takes them and they are due.
    private func pump(_ context: ChannelHandlerContext) {
        guard !self.isPumping else { return }
        self.isPumping = true
        defer { self.isPumping = false }
        while context.channel.isWritable, let answer = self.answer, !answer.isWaiting {
            guard let piece = answer.stream.piece(answer.next) else {
                self.answer = nil
                self.end(answer, context)
                return
            }
            if !piece.isEmpty {
                let bytes = ByteBuffer(bytes: piece)
                context.write(self.wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
            }
            self.answer?.next += 1
            if answer.stream.interval > .zero {
                self.answer?.isWaiting = true
                self.after(answer.stream.interval, context) { handler, context in
                    handler.answer?.isWaiting = false
                    handler.pump(context)
                }
            }
            context.flush()
        }
    }

    private func end(_ answer: Answer, _ context: ChannelHandlerContext) {
        guard !answer.closes else {
            context.flush()
            context.close(promise: nil)
            return
        }
        let trailers = answer.stream.trailers.map { ($0.name, $0.value) }
        let end = HTTPServerResponsePart.end(trailers.isEmpty ? nil : HTTPHeaders(trailers))
        context.writeAndFlush(self.wrapOutboundOut(end), promise: nil)
    }

    /// Runs `body` after `delay`, or at once if that is zero, unless the stream closes.
    private func after(
        _ delay: Duration,
        _ context: ChannelHandlerContext,
        _ body: @escaping (StreamHandler, ChannelHandlerContext) -> Void
    ) {
        guard delay > .zero else {
            body(self, context)
            return
        }
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(in: .init(delay)) {
            body(self, context)
        }
    }
}
