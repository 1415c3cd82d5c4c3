package import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A small HTTP/1.1 API to explore, which misbehaves on request.
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

    private let listener: any Channel
    private let registry: ConnectionRegistry

    private init(listener: any Channel, host: String, port: Int, registry: ConnectionRegistry) {
        self.listener = listener
        self.host = host
        self.port = port
        self.registry = registry
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - host: The address to listen on; only this machine can reach the default.
    ///   - port: The port to listen on; 0 picks a free one.
    ///   - options: Limits and the idle timeout.
    ///   - group: What carries its connections; it must outlive the server.
    ///   - prepare: Called for each new connection before HTTP is set up on it, on its event loop:
    ///     the place to add TLS.
    /// - Returns: The running server.
    /// - Throws: What binding the port threw.
    package static func start(
        host: String = "127.0.0.1",
        port: Int,
        options: DemoOptions = DemoOptions(),
        group: any EventLoopGroup,
        prepare: (@Sendable (any Channel) throws -> Void)? = nil
    ) async throws -> DemoAPI {
        let registry = ConnectionRegistry(limit: options.maximumConnections)
        let service = DemoService(options: options, registry: registry)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try prepare?(channel)
                    try Self.addHandlers(to: channel, service: service)
                }
            }
        let listener = try await bootstrap.bind(host: host, port: port).get()
        guard let bound = listener.localAddress?.port else {
            preconditionFailure("a bound TCP listener has a port")
        }
        return DemoAPI(listener: listener, host: host, port: bound, registry: registry)
    }

    /// The root of the API, such as `http://127.0.0.1:8080`.
    package var baseURL: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return "http://\(host):\(self.port)"
    }

    /// What the server has counted so far.
    package var statistics: DemoStatistics { self.registry.statistics }

    /// Stops listening, closes every connection and waits until they are closed.
    ///
    /// Running exchanges are cut off. Stopping twice is harmless.
    package func stop() async {
        // A listener that is closed already throws; it is closed, which is what was wanted.
        try? await self.listener.close().get()
        for channel in self.registry.drain() {
            channel.close(promise: nil)
            try? await channel.closeFuture.get()
        }
    }

    private static func addHandlers(to channel: any Channel, service: DemoService) throws {
        let pipeline = channel.pipeline.syncOperations
        guard let admission = service.registry.admit(channel) else {
            throw ConnectionLimitReached()
        }
        try pipeline.addHandler(
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        )
        try pipeline.addHandler(ConnectionHandler(number: admission, service: service))
    }
}

/// Thrown in a connection's set-up, which closes that connection and no other.
private struct ConnectionLimitReached: Error {}
