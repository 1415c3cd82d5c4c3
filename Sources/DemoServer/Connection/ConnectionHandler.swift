internal import NIOCore
internal import NIOHTTP1

/// Carries the exchanges of one connection, one after another, and misbehaves as asked.
///
/// Requests that come while another is being answered wait in a short queue, so that pipelined
/// ones are answered in order (RFC 9112, section 9.3.2). Everything here runs on the event loop
/// of the connection.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    /// How many complete requests may wait; a client that sends more is cut off.
    private static let maximumBacklog = 32

    let service: DemoService
    /// The response that is being sent, if any.
    var answer: Answer?
    /// Set while a piece is written, because writing may call back (see ``pump(_:)``).
    var isPumping = false

    private let number: Int
    private var incoming: (request: DemoRequest, content: IncomingContent)?
    private var backlog: [DemoRequest] = []
    private var isAnswering = false
    private var answerTimer: Scheduled<Void>?
    private var idleTimer: Scheduled<Void>?

    /// Creates a handler for the connection with this number.
    init(number: Int, service: DemoService) {
        self.number = number
        self.service = service
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // Behind TLS the connection is active before the protocol is agreed on.
        guard context.channel.isActive else { return }
        self.becameIdle(context, misbehaving: Misbehaviour())
    }

    func channelActive(context: ChannelHandlerContext) {
        self.becameIdle(context, misbehaving: Misbehaviour())
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.answerTimer?.cancel()
        self.idleTimer?.cancel()
        self.answer = nil
        self.backlog = []
        self.incoming = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.began(head, context)
        case .body(let bytes):
            self.incoming?.content.append(bytes)
        case .end:
            self.ended(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.pump(context)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !self.isAnswering, context.channel.isActive else {
            context.close(promise: nil)
            return
        }
        self.isAnswering = true
        self.write(
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            context
        )
        self.closeWhenWritten(context)
    }

    // MARK: Requests

    private func began(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let facts = DemoRequest.ConnectionFacts(
            number: self.number,
            requestNumber: self.service.registry.requestArrived(on: self.number),
            clientPort: context.remoteAddress?.port
        )
        let request = DemoRequest(head: head, connection: facts)
        let content = IncomingContent(
            of: request,
            use: self.service.contentUse(of: request),
            limit: self.service.options.maximumContentBytes
        )
        self.incoming = (request, content)
        // What arrives slowly is bounded by the same time as what does not arrive.
        self.becameIdle(context, misbehaving: Misbehaviour())
        let expectation = request.field("expect")?.lowercased()
        if expectation == "100-continue", !self.isAnswering, request.isHTTP11 {
            self.write("HTTP/1.1 100 Continue\r\n\r\n", context)
            context.flush()
        }
    }

    private func ended(_ context: ChannelHandlerContext) {
        guard let (request, content) = self.incoming else { return }
        self.incoming = nil
        self.idleTimer?.cancel()
        let complete = content.completing(request)
        guard self.isAnswering else {
            self.respond(to: complete, context)
            return
        }
        guard self.backlog.count < Self.maximumBacklog else {
            context.close(promise: nil)
            return
        }
        self.backlog.append(complete)
    }

    private func respond(to request: DemoRequest, _ context: ChannelHandlerContext) {
        self.isAnswering = true
        var misbehaviour = Misbehaviour()
        var response: DemoResponse
        do {
            misbehaviour = try Misbehaviour(request.query)
            response = self.service.respond(to: request)
        } catch {
            response = error.response
        }
        if misbehaviour.ignoresClose, !request.isPersistent { self.renewDecoder(context) }
        let delay = response.delay + misbehaviour.delay
        self.after(delay, context) { handler, context in
            handler.send(response, to: request, misbehaving: misbehaviour, context)
        }
    }

    /// Puts a new decoder in place of one that takes no more requests after `Connection: close`.
    private func renewDecoder(_ context: ChannelHandlerContext) {
        typealias Decoder = ByteToMessageHandler<HTTPRequestDecoder>
        let pipeline = context.pipeline.syncOperations
        guard let decoder = try? pipeline.handler(type: Decoder.self) else { return }
        pipeline.removeHandler(decoder).assumeIsolated().whenSuccess {
            // Adding fails only in a pipeline that is gone, and then nothing more is decoded.
            let decoder = Decoder(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
            try? pipeline.addHandler(decoder, position: .before(self))
        }
    }

    /// Goes on with the next request, or waits for one.
    func answered(_ misbehaviour: Misbehaviour, _ context: ChannelHandlerContext) {
        self.isAnswering = false
        guard context.channel.isActive else { return }
        if !self.backlog.isEmpty {
            self.respond(to: self.backlog.removeFirst(), context)
        } else if self.incoming == nil {
            self.becameIdle(context, misbehaving: misbehaviour)
        }
    }

    // MARK: Time

    /// Runs `body` after `delay`, or at once if that is zero, unless the connection closes.
    func after(
        _ delay: Duration,
        _ context: ChannelHandlerContext,
        _ body: @escaping (ConnectionHandler, ChannelHandlerContext) -> Void
    ) {
        guard delay > .zero else {
            body(self, context)
            return
        }
        self.answerTimer = context.eventLoop.assumeIsolated().scheduleTask(in: .init(delay)) {
            body(self, context)
        }
    }

    private func becameIdle(
        _ context: ChannelHandlerContext,
        misbehaving misbehaviour: Misbehaviour
    ) {
        self.idleTimer?.cancel()
        let usual = self.service.options.idleTimeout.map {
            Misbehaviour.Idle(action: .close, after: $0)
        }
        guard let idle = misbehaviour.idle ?? usual else { return }
        self.idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: .init(idle.after)) {
            self.idleTimePassed(idle.action, context)
        }
    }

    private func idleTimePassed(
        _ action: Misbehaviour.IdleAction,
        _ context: ChannelHandlerContext
    ) {
        switch action {
        case .close:
            context.close(promise: nil)
        case .requestTimeout:
            self.isAnswering = true
            self.write(
                "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                context
            )
            self.closeWhenWritten(context)
        case .garbage:
            self.write("\u{1}\u{2} this is no response \u{7F}\r\n", context)
            context.flush()
        }
    }
}
