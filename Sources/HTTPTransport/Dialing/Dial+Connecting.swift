import Glibc
import HTTPModel
import NIOCore
import NIOPosix

/// Opens the socket.
extension Dial {
    /// Opens a socket to the first of `addresses` of `host` that answers (RFC 8305).
    func connect(to addresses: [SocketAddress], host: String) {
        self.phase = .connect
        self.addresses = addresses
        self.connectStartedAt = MonotonicClock.now()
        var bootstrap = self.bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
        if let source = self.key.addressing.constraints?.source {
            do {
                bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: source, port: 0))
            } catch {
                self.end(.failure(error))
                return
            }
        }
        if addresses.count == 1, let only = addresses.first {
            self.await(bootstrap.connect(to: only))
        } else {
            let known = KnownAddresses(addresses: addresses, loop: self.loop)
            let port = addresses.first?.port ?? self.key.origin.port
            self.await(bootstrap.resolver(known).connect(host: host, port: port))
        }
    }

    /// Opens a socket to a Unix-domain socket.
    func connect(toSocketAt path: String) {
        self.phase = .connect
        self.connectStartedAt = MonotonicClock.now()
        self.await(self.bootstrap.connect(unixDomainSocketPath: path))
    }

    /// How much is read at a time: a little from a connection that says little, and so much of a
    /// large response that what a read costs apart from its bytes does not show.
    private static let receiving = AdaptiveRecvByteBufferAllocator(
        minimum: 64,
        initial: 2048,
        maximum: 256 * 1024
    )

    /// How much waits for the kernel: two pieces of content, so that it never waits for us.
    private static let sending = ChannelOptions.Types.WriteBufferWaterMark(
        low: RequestWriter.pieceBytes,
        high: 2 * RequestWriter.pieceBytes
    )

    private var bootstrap: ClientBootstrap {
        ClientBootstrap(group: self.loop)
            .channelOption(.recvAllocator, value: Self.receiving)
            .channelOption(.writeBufferWaterMark, value: Self.sending)
            .connectTimeout(.nanoseconds(self.connectTimeout.wholeNanoseconds))
            .channelInitializer { channel in
                self.opened(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
    }

    private func opened(_ channel: any Channel) {
        self.channels.append(channel)
        // A child that inherited it would keep the connection open after us.
        if let socket = TCPInfo.socket(of: channel) { _ = fcntl(socket, F_SETFD, FD_CLOEXEC) }
        if self.isAbandoned { channel.close(promise: nil) }
        let watch = AttemptWatch { event in
            // Nobody asks any more what became of the other addresses.
            if !self.isAbandoned, self.ended != nil { self.emit(event) }
        }
        // Fails only on a channel that is closed already, which tries nothing.
        try? channel.pipeline.syncOperations.addHandler(watch)
    }

    private func await(_ connected: EventLoopFuture<any Channel>) {
        connected.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel) where self.isAbandoned:
                channel.close(promise: nil)
                self.end(.failure(ChannelError.alreadyClosed))
            case .success(let channel): self.connected(channel)
            case .failure(let error): self.end(.failure(error))
            }
        }
    }

    private func connected(_ channel: any Channel) {
        let now = MonotonicClock.now()
        self.connectTime = self.connectStartedAt.duration(to: now)
        self.emit(
            .tcpConnected(
                local: channel.localAddress?.text,
                remote: self.remoteText(of: channel),
                took: self.connectTime
            )
        )
        switch self.key.route {
        case .direct, .unix, .forward, .unusableProxy: self.secure(channel)
        case .tunnel(let proxy):
            self.pass(proxy, ConnectNegotiation(proxy, to: self.key.origin), on: channel)
        case .socks(let proxy): self.passSOCKS(proxy, on: channel)
        }
    }

    /// The peer's address and port, or the path of its socket.
    func remoteText(of channel: any Channel) -> String? {
        if case .unix(let path) = self.key.route { return path }
        return channel.remoteAddress?.text
    }
}
