import HTTPModel
import NIOCore
import NIOPosix
import NIOSSL

/// One connection being opened: DNS, happy eyeballs, TCP, proxy, TLS (POOL.md rule 44).
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
        /// The handlers that carry requests.
        let carrier: Carrier
        /// Counts bytes below TLS; nil for cleartext, where the carrier's count is the wire's.
        let wireCounter: WireCounter?
        /// The way to the origin.
        let route: ConnectionRoute
        /// The facts.
        let facts: ConnectionFacts
        /// The first SETTINGS of an HTTP/2 peer.
        var settings: HTTPModel.HTTP2Settings?
    }

    /// The addresses that were found lately; called on the event loop.
    struct AddressBook {
        /// The addresses of a name, if it was looked up lately.
        let known: (_ host: String) -> [SocketAddress]?
        /// Is told the addresses of a name that was looked up.
        let found: (_ host: String, _ addresses: [SocketAddress]) -> Void
    }

    let id: ConnectionID
    let key: ConnectionKey
    let loop: any EventLoop
    let connectTimeout: Duration
    let tls: TLSContexts.Entry?
    let book: AddressBook
    let owner: any HTTP1HandlerOwner & HTTP2HandlerOwner
    /// Is told when HTTP/2 has been chosen; requests can go out only after the peer's SETTINGS.
    let negotiatedHTTP2: () -> Void
    let emit: (PoolEvent.Kind) -> Void
    let startedAt: Instant
    var phase = TransportError.Phase.resolve
    /// Every socket that was opened: happy eyeballs tries several at once.
    var channels: [any Channel] = []
    var addresses: [SocketAddress] = []
    var certificateProblem: CertificateProblem?
    /// The certificates that came, until they are described; nil if nobody verified them.
    var presentedChain: [NIOSSLCertificate]?
    var isAbandoned = false
    var resolveTime: Duration?
    var connectStartedAt = Instant.start
    var connectTime = Duration.zero
    var proxyTime: Duration?
    var handshakeStartedAt = Instant.start
    /// An HTTP/2 connection whose peer has not sent its SETTINGS yet.
    var http2Carrier: Carrier?
    var ended: ((Result<Opened, any Error>) -> Void)?

    /// Prepares to open connection `id`.
    init(
        id: ConnectionID,
        key: ConnectionKey,
        loop: any EventLoop,
        connectTimeout: Duration,
        tls: TLSContexts.Entry?,
        book: AddressBook,
        owner: any HTTP1HandlerOwner & HTTP2HandlerOwner,
        negotiatedHTTP2: @escaping () -> Void,
        emit: @escaping (PoolEvent.Kind) -> Void
    ) {
        self.id = id
        self.key = key
        self.loop = loop
        self.connectTimeout = connectTimeout
        self.tls = tls
        self.book = book
        self.owner = owner
        self.negotiatedHTTP2 = negotiatedHTTP2
        self.emit = emit
        self.startedAt = MonotonicClock.now()
    }

    /// Opens the connection; `ended` is told what came of it, once, on the event loop.
    func start(ended: @escaping (Result<Opened, any Error>) -> Void) {
        self.ended = ended
        let origin = self.key.origin
        switch self.key.route {
        case .direct, .forward: self.dial(origin.host, port: origin.port)
        case .tunnel(let proxy), .socks(let proxy): self.dial(proxy.host, port: proxy.port)
        case .unix(let path): self.connect(toSocketAt: path)
        case .unusableProxy(let variable):
            self.end(.failure(ProxyFailure(proxy: variable, reason: .unusable)))
        }
    }

    private func dial(_ host: String, port: Int) {
        self.resolve(host) { addresses in
            self.connect(to: addresses.map { $0.with(port: port) }, host: host)
        }
    }

    /// Tells what came of it, once.
    func end(_ result: Result<Opened, any Error>) {
        let ended = self.ended
        self.ended = nil
        ended?(result)
    }

    /// Gives up: whatever opens later is closed.
    func abandon() {
        self.isAbandoned = true
        for channel in self.channels { channel.close(promise: nil) }
    }
}
