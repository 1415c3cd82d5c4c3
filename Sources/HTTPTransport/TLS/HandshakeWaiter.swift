import NIOCore
import NIOTLS

/// Waits for the end of the TLS handshake.
final class HandshakeWaiter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Says that the connection ended before the handshake did.
    struct EndedEarly: Error {}

    /// What ALPN agreed on.
    private(set) var negotiatedProtocol: String?
    private var promise: EventLoopPromise<Void>?

    init(_ promise: EventLoopPromise<Void>) {
        self.promise = promise
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent {
            self.negotiatedProtocol = negotiated
            self.finish { $0.succeed() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard self.promise != nil else {
            context.fireErrorCaught(error)
            return
        }
        self.finish { $0.fail(error) }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.finish { $0.fail(EndedEarly()) }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.finish { $0.fail(EndedEarly()) }
    }

    private func finish(_ body: (EventLoopPromise<Void>) -> Void) {
        guard let promise = self.promise else { return }
        self.promise = nil
        body(promise)
    }
}
