/// A proxy in a process of its own, on loopback: microsocks for SOCKS, tinyproxy for HTTP.
///
///     let socks = try await ProxyServer.socks(user: "ann", password: "secret")
///     let http = try await ProxyServer.http()
package final class ProxyServer: Sendable {
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

    /// Starts a SOCKS proxy; with a name and a password it takes nobody else.
    package static func socks(
        user: String? = nil,
        password: String = ""
    ) async throws -> ProxyServer {
        try await self.start(.microsocks) { port, _ in
            let credentials = user.map { ["-u", $0, "-P", password] } ?? []
            return ["-i", "127.0.0.1", "-p", "\(port)"] + credentials
        }
    }

    /// Starts an HTTP proxy; with a name and a password it takes nobody else.
    ///
    /// It allows CONNECT to `connectPorts` alone; to all where that is empty.
    package static func http(
        user: String? = nil,
        password: String = "",
        connectPorts: [Int] = []
    ) async throws -> ProxyServer {
        try await self.start(.tinyproxy) { port, folder in
            var lines = [
                "Port \(port)", "Listen 127.0.0.1", "Timeout 60", "Allow 127.0.0.1",
                "MaxClients 20", "LogFile \"\(folder)/tinyproxy.log\"", "LogLevel Warning",
            ]
            if let user { lines.append("BasicAuth \(user) \(password)") }
            lines += connectPorts.map { "ConnectPort \($0)" }
            try writeFile("\(folder)/tinyproxy.conf", lines.joined(separator: "\n") + "\n")
            return ["-d", "-c", "\(folder)/tinyproxy.conf"]
        }
    }

    /// Stops the proxy.
    package func stop() {
        self.process.stop()
    }

    private static func start(
        _ program: RealProgram,
        _ arguments: (_ port: Int, _ folder: String) throws -> [String]
    ) async throws -> ProxyServer {
        guard let path = program.path else { throw MissingProgram(program: program) }
        return try await startOnFreePorts(1) { ports in
            let folder = try TemporaryFolder()
            let process = try await ServerProcess(
                [path] + arguments(ports[0], folder.path),
                log: "\(folder.path)/log",
                ports: ports
            )
            return ProxyServer(port: ports[0], folder: folder, process: process)
        }
    }
}
