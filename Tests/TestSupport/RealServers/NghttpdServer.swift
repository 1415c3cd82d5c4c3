/// nghttpd on loopback, which speaks HTTP/2 over cleartext with prior knowledge.
///
/// `/small` is `hello`; anything else is 404.
package enum NghttpdServer {
    /// Starts nghttpd, which takes so many streams at once, and waits until it listens.
    ///
    /// With `logsFrames` its log tells of every frame.
    package static func start(
        streams: Int = 100,
        logsFrames: Bool = false
    ) async throws -> RealServer {
        try await RealServer.start(.nghttpd) { port, folder in
            try writeFile("\(folder)/small", "hello\n")
            return [
                "--no-tls", "--address=127.0.0.1", "--htdocs=\(folder)",
                "--max-concurrent-streams=\(streams)",
            ] + (logsFrames ? ["--verbose"] : []) + ["\(port)"]
        }
    }

    /// How many requests a server that logs frames has seen.
    package static func requestCount(of server: RealServer) throws -> Int {
        try server.log().utf8.split(separator: UInt8(ascii: "\n"))
            .count { $0.elementsEqual("          ; Open new stream".utf8) }
    }
}
