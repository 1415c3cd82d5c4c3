/// A server on loopback, in a process and a folder of its own, which go with it.
///
///     try await RealServer.start(.microsocks) { port, folder in ["-p", "\(port)"] }
package final class RealServer: Sendable {
    /// Its port on 127.0.0.1.
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

    /// The root of the server, if it speaks HTTP.
    package var baseURL: String { "http://127.0.0.1:\(self.port)" }

    /// Starts `program` on a free port and waits until it listens; `arguments` are made once the
    /// port and the folder, which takes the server's files and its log, are known.
    static func start(
        _ program: RealProgram,
        _ arguments: (_ port: Int, _ folder: String) throws -> [String]
    ) async throws -> RealServer {
        guard let path = program.path else { throw MissingProgram(program: program) }
        return try await startOnFreePorts(1) { ports in
            let folder = try TemporaryFolder()
            let process = try await ServerProcess(
                [path] + arguments(ports[0], folder.path),
                log: "\(folder.path)/log",
                ports: ports
            )
            return RealServer(port: ports[0], folder: folder, process: process)
        }
    }

    /// What it has written so far.
    package func log() throws -> String {
        try readFile("\(self.folder.path)/log")
    }

    /// Stops the server and closes its connections.
    package func stop() {
        self.process.stop()
    }
}
