import HTTPModel
import NIOCore

/// Speaks with a proxy until the way to the origin is open, and is then removed.
final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var negotiation: any ProxyNegotiation
    private let proxy: String
    private var opened: EventLoopPromise<Void>?

    /// Creates a handler that keeps `opened` when the way is open, or says why not.
    init(
        _ negotiation: any ProxyNegotiation,
        proxy: Proxy,
        opened: EventLoopPromise<Void>
    ) {
        self.negotiation = negotiation
        self.proxy = proxy.description
        self.opened = opened
    }

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            self.send(try self.negotiation.begin(), context)
        } catch {
            self.finish(.failure(error))
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.finish(.failure(self.closed))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.opened != nil else {
            context.fireChannelRead(data)
            return
        }
        let bytes = Array(Self.unwrapInboundIn(data).readableBytesView)
        do {
            switch try self.negotiation.received(bytes) {
            case .wait: break
            case .send(let answer): self.send(answer, context)
            case .done: self.finish(.success(()))
            }
        } catch {
            self.finish(.failure(error))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard self.opened != nil else {
            context.fireErrorCaught(error)
            return
        }
        self.finish(.failure(self.closed))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.finish(.failure(self.closed))
        context.fireChannelInactive()
    }

    private var closed: ProxyFailure { ProxyFailure(proxy: self.proxy, reason: .closed) }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        let buffer = context.channel.allocator.buffer(bytes: bytes)
        context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
    }

    private func finish(_ result: Result<Void, ProxyFailure>) {
        guard let opened = self.opened else { return }
        self.opened = nil
        opened.completeWith(result.mapError { $0 as any Error })
    }
}
