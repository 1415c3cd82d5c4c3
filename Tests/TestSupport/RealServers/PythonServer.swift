/// Servers written in Python: an HTTP/1.0 one, and httpbin.
///
///     let plain = try await PythonServer.http10(files: ["small": "hello\n"])
///     let httpbin = try await PythonServer.httpbin()
package final class PythonServer: Sendable {
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

    /// The root of the server.
    package var baseURL: String { "http://127.0.0.1:\(self.port)" }

    /// Starts `http.server`, which speaks HTTP/1.0 and closes after each response.
    package static func http10(files: [String: String] = ["small": "hello\n"]) async throws
        -> PythonServer
    {
        try await self.start(.python) { port, folder in
            for (name, text) in files { try writeFile("\(folder)/\(name)", text) }
            return ["-m", "http.server", "--bind", "127.0.0.1", "--directory", folder, "\(port)"]
        }
    }

    /// Starts httpbin under gunicorn, with threads, and connections that stay open.
    ///
    /// `keepAlive` is how many seconds an idle connection stays open.
    package static func httpbin(keepAlive: Int = 30) async throws -> PythonServer {
        try await self.start(.httpbin) { port, folder in
            [
                "-m", "gunicorn", "--worker-class", "gthread", "--threads", "8",
                "--keep-alive", "\(keepAlive)", "--graceful-timeout", "1",
                "--worker-tmp-dir", folder, "--bind", "127.0.0.1:\(port)", "httpbin:app",
            ]
        }
    }

    /// Stops the server.
    package func stop() {
        self.process.stop()
    }

    private static func start(
        _ program: RealProgram,
        _ arguments: (_ port: Int, _ folder: String) throws -> [String]
    ) async throws -> PythonServer {
        guard let path = program.path else { throw MissingProgram(program: program) }
        return try await startOnFreePorts(1) { ports in
            let folder = try TemporaryFolder()
            let process = try await ServerProcess(
                [path] + arguments(ports[0], folder.path),
                log: "\(folder.path)/log",
                ports: ports
            )
            return PythonServer(port: ports[0], folder: folder, process: process)
        }
    }
}
