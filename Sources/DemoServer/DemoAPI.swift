package import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A small API of HTTP/1.1 to explore, which misbehaves on request; and over TLS, of HTTP/2 too.
///
/// It lives in memory: every server starts from the same users and orders, numbers its connections
/// from 1 and forgets everything when it stops. `GET /openapi.json` describes its routes; the
/// query parameters of ``Misbehaviour`` work on any of them.
///
///     let demo = try await DemoAPI.start(port: 0, group: group)
///     print(demo.baseURL)
///     await demo.stop()
package final class DemoAPI: Sendable {
    /// The port that it listens on.
    package let port: Int
    /// The address that it listens on, as given.
    package let host: String

    /// The same API over TLS, if it was asked for.
    package let secure: Secure?

    /// Where the API speaks TLS, and whom a client has to trust for that.
    package struct Secure: Sendable {
        /// The port.
        package let port: Int
        /// The certificate of the authority that made the server's, as PEM.
        package let authority: String
        fileprivate let listener: any Channel
    }

    private let listener: any Channel
    private let registry: ConnectionRegistry

    private init(
        listener: any Channel,
        host: String,
        port: Int,
        secure: Secure?,
        registry: ConnectionRegistry
    ) {
        self.listener = listener
        self.host = host
        self.port = port
        self.secure = secure
        self.registry = registry
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - host: The address to listen on; only this machine can reach the default.
    ///   - port: The port to listen on; 0 picks a free one.
    ///   - securePort: A port to speak TLS on, with HTTP/2 for clients that know it; 0 picks a free
    ///     one, nil is none.
    ///   - options: Limits and the idle timeout.
    ///   - group: What carries its connections; it must outlive the server.
    ///   - prepare: Called for each new connection before HTTP is set up on it, on its event loop:
    ///     the place to add TLS.
    /// - Returns: The running server.
    /// - Throws: What binding the port threw.
    package static func start(
        host: String = "127.0.0.1",
        port: Int,
        securePort: Int? = nil,
        options: DemoOptions = DemoOptions(),
        group: any EventLoopGroup,
        prepare: (@Sendable (any Channel) throws -> Void)? = nil
    ) async throws -> DemoAPI {
        let registry = ConnectionRegistry(limit: options.maximumConnections)
        let service = DemoService(options: options, registry: registry)
        let (listener, bound) = try await Self.listen(host, port, group) { channel in
            channel.eventLoop.makeCompletedFuture {
                try prepare?(channel)
                let number = try Self.admit(channel, service)
                try Self.addHandlers(to: channel, number: number, service: service)
            }
        }
        do {
            var secure: Secure?
            if let securePort {
                secure = try await Self.secure(host, securePort, group, service)
            }
            return DemoAPI(
                listener: listener,
                host: host,
                port: bound,
                secure: secure,
                registry: registry
            )
        } catch {
            try? await listener.close().get()
            throw error
        }
    }

    private static func secure(
        _ host: String,
        _ port: Int,
        _ group: any EventLoopGroup,
        _ service: DemoService
    ) async throws -> Secure {
        let authority = try ThrowAwayAuthority()
        let context = authority.context
        let (listener, bound) = try await Self.listen(host, port, group) { channel in
            channel.eventLoop.makeCompletedFuture {
                try Self.admit(channel, service)
            }.flatMap { number in
                SecureConnection.configure(channel, context, number: number, service: service)
            }
        }
        return Secure(port: bound, authority: authority.pem, listener: listener)
    }

    private static func listen(
        _ host: String,
        _ port: Int,
        _ group: any EventLoopGroup,
        _ initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> (any Channel, port: Int) {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer(initializer)
        let listener = try await bootstrap.bind(host: host, port: port).get()
        guard let bound = listener.localAddress?.port else {
            preconditionFailure("a bound TCP listener has a port")
        }
        return (listener, bound)
    }

    /// The root of the API, such as `http://127.0.0.1:8080`.
    package var baseURL: String { "http://\(self.authority):\(self.port)" }

    /// Its root over TLS, such as `https://127.0.0.1:8443`, if it speaks that.
    package var secureBaseURL: String? {
        self.secure.map { "https://\(self.authority):\($0.port)" }
    }

    private var authority: String { self.host.contains(":") ? "[\(self.host)]" : self.host }

    /// What the server has counted so far.
    package var statistics: DemoStatistics { self.registry.statistics }

    /// Stops listening, closes every connection and waits until they are closed.
    ///
    /// Running exchanges are cut off. Stopping twice is harmless.
    package func stop() async {
        // A listener that is closed already throws; it is closed, which is what was wanted.
        try? await self.listener.close().get()
        try? await self.secure?.listener.close().get()
        for channel in self.registry.drain() {
            channel.close(promise: nil)
            try? await channel.closeFuture.get()
        }
    }

    private static func admit(_ channel: any Channel, _ service: DemoService) throws -> Int {
        guard let number = service.registry.admit(channel) else { throw ConnectionLimitReached() }
        return number
    }

    /// Sets up HTTP/1.1 on a connection.
    static func addHandlers(
        to channel: any Channel,
        number: Int,
        service: DemoService
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        )
        try pipeline.addHandler(ConnectionHandler(number: number, service: service))
    }
}

/// Thrown in a connection's set-up, which closes that connection and no other.
private struct ConnectionLimitReached: Error {}
