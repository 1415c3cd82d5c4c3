/// A proxy in a process of its own, on loopback: microsocks for SOCKS, tinyproxy for HTTP.
///
///     let socks = try await ProxyServer.socks(user: "ann", password: "secret")
///     let http = try await ProxyServer.http()
package enum ProxyServer {
    /// Starts a SOCKS proxy; with a name and a password it takes nobody else.
    package static func socks(
        user: String? = nil,
        password: String = ""
    ) async throws -> RealServer {
        try await RealServer.start(.microsocks) { port, _ in
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
    ) async throws -> RealServer {
        try await RealServer.start(.tinyproxy) { port, folder in
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
}
