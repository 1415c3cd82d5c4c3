/// nghttpd on loopback, which speaks HTTP/2 over cleartext with prior knowledge.
///
/// `/small` is `hello`; anything else is 404.
package enum NghttpdServer {
    /// Starts nghttpd, which takes so many streams at once, and waits until it listens.
    package static func start(streams: Int = 100) async throws -> RealServer {
        try await RealServer.start(.nghttpd) { port, folder in
            try writeFile("\(folder)/small", "hello\n")
            return [
                "--no-tls", "--address=127.0.0.1", "--htdocs=\(folder)",
                "--max-concurrent-streams=\(streams)", "\(port)",
            ]
        }
    }
}
