import NIOCore

/// Counts the bytes of a TLS connection on the wire, below TLS.
final class WireCounter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes received.
    private(set) var bytesIn = 0
    /// Bytes sent.
    private(set) var bytesOut = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.bytesIn += Self.unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.bytesOut += Self.unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }
}
