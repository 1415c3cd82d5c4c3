import DemoServer
import NIOPosix

/// Runs `body` against a server of its own on a free port, and stops the server.
func withDemo(
    _ options: DemoOptions = DemoOptions(),
    isSecure: Bool = false,
    _ body: (DemoAPI) async throws -> Void
) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let demo = try await DemoAPI.start(
        port: 0,
        securePort: isSecure ? 0 : nil,
        options: options,
        group: group
    )
    do {
        try await body(demo)
    } catch {
        await demo.stop()
        throw error
    }
    await demo.stop()
}
