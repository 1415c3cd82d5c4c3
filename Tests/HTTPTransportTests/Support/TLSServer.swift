import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import TestSupport

/// A TLS server on loopback that answers every request with `hello`.
final class TLSServer: Sendable {
    /// How it ends a connection, when told to.
    enum Goodbye: Sendable {
        /// With close_notify.
        case polite
        /// Without.
        case abrupt
    }

    /// The port on 127.0.0.1.
    let port: Int
    /// How many connections have completed the handshake.
    let accepted = Monitor(0)
    /// The heads of requests that came.
    let received = Monitor<[String]>([])

    private let listener: any Channel
    private let connections = Monitor<[any Channel]>([])

    /// Starts a server with a certificate.
    ///
    /// - Parameters:
    ///   - leaf: The certificate and its key.
    ///   - answer: What it answers to each request.
    ///   - maximumVersion: The highest version that it speaks; nil is all.
    ///   - protocols: What it offers by ALPN.
    /// - Throws: If the certificate cannot be read, or no port is free.
    init(
        _ leaf: TestCertificates.Leaf,
        answer: [UInt8] = FaultScript.response(),
        maximumVersion: TLSVersion? = nil,
        protocols: [String] = ["http/1.1"]
    ) async throws {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(leaf.certificate)
                .map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: leaf.key, format: .pem))
        )
        configuration.applicationProtocols = protocols
        configuration.maximumTLSVersion = maximumVersion
        let context = try NIOSSLContext(configuration: configuration)
        let accepted = self.accepted
        let connections = self.connections
        let received = self.received
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.change { $0.append(channel) }
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLServerHandler(context: context),
                        Answerer(answer: answer, accepted: accepted, heads: received)
                    )
                }
            }
        self.listener = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        self.port = self.listener.localAddress?.port ?? 0
    }

    deinit {
        self.listener.close(promise: nil)
        for channel in self.connections.current { channel.close(promise: nil) }
    }

    /// Closes all connections.
    func close(_ goodbye: Goodbye) {
        for channel in self.connections.current {
            switch goodbye {
            case .polite: channel.close(promise: nil)
            case .abrupt: channel.triggerUserOutboundEvent(Abruptly(), promise: nil)
            }
        }
    }

    /// Reads no more from the connections that there are.
    func stopReading() {
        for channel in self.connections.current {
            channel.setOption(.autoRead, value: false).whenComplete { _ in }
        }
    }

    private struct Abruptly: Sendable {}

    private final class Answerer: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: [UInt8]
        private let accepted: Monitor<Int>
        private let heads: Monitor<[String]>
        private var received: [UInt8] = []

        init(answer: [UInt8], accepted: Monitor<Int>, heads: Monitor<[String]>) {
            self.answer = answer
            self.accepted = accepted
            self.heads = heads
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted? = event as? TLSUserEvent {
                self.accepted.change { $0 += 1 }
            }
            context.fireUserInboundEventTriggered(event)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.received += Self.unwrapInboundIn(data).readableBytesView
            guard self.received.suffix(4).elementsEqual("\r\n\r\n".utf8) else { return }
            let head = String(decoding: self.received, as: UTF8.self)
            self.heads.change { $0.append(head) }
            self.received = []
            let buffer = context.channel.allocator.buffer(bytes: self.answer)
            context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
        }

        func triggerUserOutboundEvent(
            context: ChannelHandlerContext,
            event: Any,
            promise: EventLoopPromise<Void>?
        ) {
            // Closing from the TLS handler's own place passes its close_notify by.
            let pipeline = context.pipeline.syncOperations
            try? pipeline.context(handlerType: NIOSSLServerHandler.self).close(promise: promise)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
