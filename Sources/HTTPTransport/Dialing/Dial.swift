import FoundationEssentials
import Glibc
import HTTPModel
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// One connection being opened: DNS, happy eyeballs, TCP, TLS (POOL.md rule 44).
///
/// `@unchecked Sendable` because it is made, read and changed only on the transport's event loop.
final class Dial: @unchecked Sendable {
    /// What was measured and learnt.
    ///
    /// `@unchecked Sendable` because its handlers are only touched on the event loop, by the actor
    /// that runs there and by the channel.
    struct Opened: @unchecked Sendable {
        /// The channel, with its handlers.
        let channel: any Channel
        /// The channel's socket, valid while the channel is active; looked up once, because the way
        /// to it is a dynamic cast and it is asked before each request.
        let socket: NIOBSDSocket.Handle?
        /// The handler that carries requests.
        let handler: HTTP1Handler
        /// Counts bytes below TLS; nil for cleartext, where the guard's count is the wire's.
        let wireCounter: WireCounter?
        /// The facts.
        let facts: ConnectionFacts
    }

    /// Where addresses come from.
    enum Addresses {
        /// Known: an address was given, or found lately.
        case known([SocketAddress], cached: Bool)
        /// To be looked up.
        case unknown
    }

    let id: ConnectionID
    let key: ConnectionKey
    private let loop: any EventLoop
    private let options: ConnectionOptions
    private let tls: TLSContexts.Entry?
    private unowned let owner: any HTTP1HandlerOwner
    private let emit: (PoolEvent.Kind) -> Void
    private let startedAt: Instant
    private var phase = TransportError.Phase.resolve
    /// Every socket that was opened: happy eyeballs tries several at once.
    private var channels: [any Channel] = []
    private var addresses: [SocketAddress] = []
    private var certificateProblem: CertificateProblem?
    private var isAbandoned = false
    private var resolveTime: Duration?
    private var connectStartedAt = Instant.start
    private var connectTime = Duration.zero
    private var handshakeStartedAt = Instant.start
    private var ended: ((Result<Opened, any Error>) -> Void)?

    /// Prepares to open connection `id`.
    init(
        id: ConnectionID,
        key: ConnectionKey,
        loop: any EventLoop,
        options: ConnectionOptions,
        tls: TLSContexts.Entry?,
        owner: any HTTP1HandlerOwner,
        emit: @escaping (PoolEvent.Kind) -> Void
    ) {
        self.id = id
        self.key = key
        self.loop = loop
        self.options = options
        self.tls = tls
        self.owner = owner
        self.emit = emit
        self.startedAt = MonotonicClock.now()
    }

    /// Opens the connection.
    ///
    /// - Parameters:
    ///   - addresses: Where it goes.
    ///   - found: Is told the addresses of a name that was looked up.
    ///   - ended: Is told what came of it, once, on the event loop.
    func start(
        _ addresses: Addresses,
        found: @escaping ([SocketAddress]) -> Void,
        ended: @escaping (Result<Opened, any Error>) -> Void
    ) {
        self.ended = ended
        switch addresses {
        case .known(let known, let cached):
            let ready = known.map { $0.with(port: self.key.origin.port) }
            if cached { self.emitResolved(ready, took: .zero, cached: true) }
            self.connect(to: ready)
        case .unknown:
            let origin = self.key.origin
            NameResolution.addresses(of: origin.host, port: origin.port, on: self.loop)
                .assumeIsolated()
                .whenComplete { result in
                    switch result {
                    case .success(let addresses):
                        guard !self.isAbandoned else {
                            self.end(.failure(ChannelError.alreadyClosed))
                            return
                        }
                        let took = self.startedAt.duration(to: MonotonicClock.now())
                        self.resolveTime = took
                        self.emitResolved(addresses, took: took, cached: false)
                        found(addresses)
                        self.connect(to: addresses)
                    case .failure(let error): self.end(.failure(error))
                    }
                }
        }
    }

    private func end(_ result: Result<Opened, any Error>) {
        let ended = self.ended
        self.ended = nil
        ended?(result)
    }

    /// Gives up: whatever opens later is closed.
    func abandon() {
        self.isAbandoned = true
        for channel in self.channels { channel.close(promise: nil) }
    }

    private func emitResolved(_ addresses: [SocketAddress], took: Duration, cached: Bool) {
        let texts = addresses.compactMap(\.ipAddress)
        self.emit(.resolved(addresses: texts, took: took, cached: cached))
    }

    // MARK: TCP

    private func connect(to addresses: [SocketAddress]) {
        self.phase = .connect
        self.addresses = addresses
        self.connectStartedAt = MonotonicClock.now()
        let bootstrap = ClientBootstrap(group: self.loop)
            .connectTimeout(.nanoseconds(self.options.connectTimeout.wholeNanoseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                self.opened(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        let connected: EventLoopFuture<any Channel>
        if addresses.count == 1, let only = addresses.first {
            connected = bootstrap.connect(to: only)
        } else {
            connected =
                bootstrap
                .resolver(KnownAddresses(addresses: addresses, loop: self.loop))
                .connect(host: self.key.origin.host, port: self.key.origin.port)
        }
        connected.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel): self.connected(channel)
            case .failure(let error): self.end(.failure(error))
            }
        }
    }

    private func opened(_ channel: any Channel) {
        self.channels.append(channel)
        if self.isAbandoned { channel.close(promise: nil) }
    }

    private func connected(_ channel: any Channel) {
        guard !self.isAbandoned else {
            channel.close(promise: nil)
            self.end(.failure(ChannelError.alreadyClosed))
            return
        }
        let now = MonotonicClock.now()
        self.connectTime = self.connectStartedAt.duration(to: now)
        self.emit(
            .tcpConnected(
                local: channel.localAddress?.text,
                remote: channel.remoteAddress?.text,
                took: self.connectTime
            )
        )
        if let tls = self.tls {
            self.shakeHands(on: channel, tls: tls)
        } else {
            self.end(Result { try self.install(on: channel, tls: nil) })
        }
    }

    // MARK: TLS

    private func shakeHands(on channel: any Channel, tls: TLSContexts.Entry) {
        self.phase = .handshake
        self.handshakeStartedAt = MonotonicClock.now()
        let wireCounter = WireCounter()
        let done = self.loop.makePromise(of: Void.self)
        do {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(wireCounter)
            try pipeline.addHandler(try self.makeTLSHandler(tls))
            try pipeline.addHandler(HandshakeWaiter(done))
        } catch {
            done.fail(error)
        }
        done.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success where self.isAbandoned: self.end(.failure(ChannelError.alreadyClosed))
            case .success: self.end(Result { try self.install(on: channel, tls: wireCounter) })
            case .failure(let error): self.end(.failure(error))
            }
        }
    }

    private func makeTLSHandler(_ tls: TLSContexts.Entry) throws -> NIOSSLClientHandler {
        let host = self.key.origin.host
        // SNI carries names only (RFC 6066, section 3).
        let serverName = host.isIPAddress ? nil : host
        guard let verifier = tls.verifier else {
            return try NIOSSLClientHandler(context: tls.context, serverHostname: serverName)
        }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        let loop = self.loop
        return try NIOSSLClientHandler(
            context: tls.context,
            serverHostname: serverName,
            customVerificationCallback: { chain, promise in
                let verdict = loop.makePromise(of: CertificateProblem?.self)
                verdict.completeWithTask {
                    await verifier.problem(with: chain, host: host, now: Date())
                }
                verdict.futureResult.whenComplete { result in
                    switch result {
                    case .success(nil): promise.succeed(.certificateVerified)
                    case .success(let problem):
                        bound.value.certificateProblem = problem
                        promise.succeed(.failed)
                    case .failure(let error): promise.fail(error)
                    }
                }
            }
        )
    }

    // MARK: Finishing

    private func install(on channel: any Channel, tls wireCounter: WireCounter?) throws -> Opened {
        let handler = HTTP1Handler(id: self.id, owner: self.owner)
        try channel.pipeline.syncOperations.addHandler(handler)
        return Opened(
            channel: channel,
            socket: TCPInfo.socket(of: channel),
            handler: handler,
            wireCounter: wireCounter,
            facts: self.facts(of: channel, isTLS: wireCounter != nil)
        )
    }

    private func facts(of channel: any Channel, isTLS: Bool) -> ConnectionFacts {
        let now = MonotonicClock.now()
        var facts = ConnectionFacts(
            localAddress: channel.localAddress?.text,
            remoteAddress: channel.remoteAddress?.text
        )
        facts.handshake = HandshakeTimings(dns: self.resolveTime, connect: self.connectTime)
        guard isTLS,
            let handler = try? channel.pipeline.syncOperations.handler(
                type: NIOSSLClientHandler.self
            )
        else { return facts }
        let took = self.handshakeStartedAt.duration(to: now)
        facts.handshake?.tls = took
        let pipeline = channel.pipeline.syncOperations
        let version = try? pipeline.nioSSL_tlsVersion()
        let alpn = try? pipeline.handler(type: HandshakeWaiter.self).negotiatedProtocol
        var tls = TLSFacts(
            version: version.flatMap(\.self)?.text ?? "unknown",
            alpn: alpn.flatMap(\.self),
            isVerified: self.tls?.verifier != nil
        )
        if let certificate = handler.peerCertificate { tls.describe(certificate) }
        facts.tls = tls
        self.emit(.tlsEstablished(tls, took: took))
        return facts
    }

    /// The error that the pool is told when opening failed.
    func transportError(for error: any Error) -> TransportError {
        let (phase, cause) = self.diagnosis(of: error)
        return TransportError(
            phase: phase,
            origin: self.key.origin,
            connection: self.id,
            cause: cause,
            elapsed: self.startedAt.duration(to: MonotonicClock.now())
        )
    }

    /// The error that the pool is told when `timeout.connect` passed.
    func timeoutError() -> TransportError {
        TransportError(
            phase: self.phase,
            origin: self.key.origin,
            connection: self.id,
            cause: .timedOut(limit: self.options.connectTimeout, setting: "timeout.connect"),
            elapsed: self.startedAt.duration(to: MonotonicClock.now())
        )
    }

    private func diagnosis(
        of error: any Error
    ) -> (TransportError.Phase, TransportError.Cause) {
        if let problem = self.certificateProblem {
            return (.handshake, .certificate(problem))
        }
        if let failure = error as? NameResolution.Failure { return (.resolve, failure.cause) }
        switch self.phase {
        case .connect:
            return (.connect, self.connectCause(of: error))
        case .handshake:
            return (.handshake, .tls(detail: Self.tlsDetail(of: error)))
        case .queue, .resolve, .send, .receive, .decode:
            return (self.phase, .resolverFailed(host: self.key.origin.host, detail: "\(error)"))
        }
    }

    private func connectCause(of error: any Error) -> TransportError.Cause {
        let tried = self.addresses.compactMap(\.text)
        if case ChannelError.connectTimeout? = error as? ChannelError {
            return .timedOut(limit: self.options.connectTimeout, setting: "timeout.connect")
        }
        var cause = error
        if let many = error as? NIOConnectionError, let last = many.connectionErrors.last {
            cause = last.error
        }
        guard let system = cause as? IOError else {
            return .unreachable(addresses: tried, detail: "\(cause)")
        }
        if system.errnoCode == ECONNREFUSED { return .refused(addresses: tried) }
        return .unreachable(
            addresses: tried,
            detail: String(cString: strerror(system.errnoCode))
        )
    }

    private static func tlsDetail(of error: any Error) -> String {
        if error is HandshakeWaiter.EndedEarly { return "the peer closed the connection" }
        return TLSErrorDetail.text(of: error)
    }
}

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

extension TLSVersion {
    /// The version's usual name.
    fileprivate var text: String {
        switch self {
        case .tlsv1: "TLS 1.0"
        case .tlsv11: "TLS 1.1"
        case .tlsv12: "TLS 1.2"
        case .tlsv13: "TLS 1.3"
        }
    }
}
