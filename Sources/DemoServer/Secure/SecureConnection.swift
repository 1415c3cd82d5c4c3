internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOSSL

/// Sets up a connection of TLS, and then HTTP/2 or HTTP/1.1 as the two sides agree (RFC 7301).
enum SecureConnection {
    /// How long a client may take for its handshake.
    private static let handshakeTimeout = TimeAmount.seconds(10)

    /// Sets up `channel` as connection `number`.
    static func configure(
        _ channel: any Channel,
        _ context: NIOSSLContext,
        number: Int,
        service: DemoService
    ) -> EventLoopFuture<Void> {
        let deadline = channel.eventLoop.scheduleTask(in: Self.handshakeTimeout) {
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }.flatMap {
            channel.configureHTTP2SecureUpgrade(
                h2ChannelConfigurator: { channel in
                    deadline.cancel()
                    return Self.speakHTTP2(on: channel, number: number, service: service)
                },
                http1ChannelConfigurator: { channel in
                    deadline.cancel()
                    return channel.eventLoop.makeCompletedFuture {
                        try DemoAPI.addHandlers(to: channel, number: number, service: service)
                    }
                }
            )
        }
    }

    private static func speakHTTP2(
        on channel: any Channel,
        number: Int,
        service: DemoService
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let streams = NIOLoopBound(
                StreamCount(channel: channel, idleTimeout: service.options.idleTimeout),
                eventLoop: channel.eventLoop
            )
            _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
                mode: .server,
                connectionConfiguration: .init(),
                streamConfiguration: .init()
            ) { stream in
                stream.eventLoop.makeCompletedFuture {
                    try stream.pipeline.syncOperations.addHandlers(
                        HTTP2FramePayloadToHTTP1ServerCodec(),
                        StreamHandler(number: number, service: service, streams: streams.value)
                    )
                }
            }
        }
    }
}

/// Counts the open streams of a connection of HTTP/2, and closes it when it was idle for too long
/// or is to take no more.
///
/// Streams and their connection live on one event loop, and everything here runs on it.
final class StreamCount {
    private let channel: any Channel
    private let idleTimeout: Duration?
    private var open = 0
    private var isLast = false
    private var timer: Scheduled<Void>?

    /// Creates the count of a connection without streams.
    init(channel: any Channel, idleTimeout: Duration?) {
        self.channel = channel
        self.idleTimeout = idleTimeout
        self.wait(idleTimeout)
    }

    deinit { self.timer?.cancel() }

    /// Says that a stream has begun.
    func began() {
        self.open += 1
        self.timer?.cancel()
    }

    /// Says that a stream has ended; the connection may be idle for `idle`, or as long as usual.
    func ended(idle: Duration? = nil) {
        self.open -= 1
        guard self.open == 0 else { return }
        self.wait(self.isLast ? .zero : idle ?? self.idleTimeout)
    }

    /// Says that the connection takes no more streams once its client knows (RFC 9113, section
    /// 6.8), and closes it when those that it has are done.
    func goAway() {
        guard !self.isLast else { return }
        self.isLast = true
        let payload = HTTP2Frame.FramePayload.goAway(
            lastStreamID: .maxID,
            errorCode: .noError,
            opaqueData: nil
        )
        self.channel.writeAndFlush(
            HTTP2Frame(streamID: .rootStream, payload: payload),
            promise: nil
        )
    }

    private func wait(_ idle: Duration?) {
        guard let idle else { return }
        let channel = self.channel
        self.timer = channel.eventLoop.scheduleTask(in: .init(idle)) { channel.close(promise: nil) }
    }
}
