/// nghttpd on loopback, which speaks HTTP/2 over cleartext with prior knowledge.
///
/// `/small` is `hello`; anything else is 404.
package final class NghttpdServer: Sendable {
    /// The port on 127.0.0.1.
    package let port: Int

    private let folder: TemporaryFolder
    private let process: ServerProcess

    private init(port: Int, folder: consuming TemporaryFolder, process: ServerProcess) {
        self.port = port
        self.folder = folder
        self.process = process
    }

    deinit {
        // Before its folder goes.
        self.process.stop()
    }

    /// Starts nghttpd, which takes so many streams at once, and waits until it listens.
    package static func start(streams: Int = 100) async throws -> NghttpdServer {
        guard let program = RealProgram.nghttpd.path else {
            throw MissingProgram(program: .nghttpd)
        }
        return try await startOnFreePorts(1) { ports in
            let folder = try TemporaryFolder()
            try writeFile("\(folder.path)/small", "hello\n")
            let process = try await ServerProcess(
                [
                    program, "--no-tls", "--address=127.0.0.1", "--htdocs=\(folder.path)",
                    "--max-concurrent-streams=\(streams)", "\(ports[0])",
                ],
                log: "\(folder.path)/log",
                ports: ports
            )
            return NghttpdServer(port: ports[0], folder: folder, process: process)
        }
    }
}
