/// haproxy on loopback with TLS, in front of a server of HTTP/1.1.
///
///     let nginx = try await NginxServer.start()
///     let haproxy = try await HAProxyServer.start(before: nginx.port, certificates.good)
package enum HAProxyServer {
    /// Starts haproxy, which speaks HTTP/2 and HTTP/1.1, and waits until it listens.
    ///
    /// It has few connections to the server at `port`, and takes so many streams on one of HTTP/2.
    package static func start(
        before port: Int,
        _ certificate: TestCertificates.Leaf,
        streams: Int = 100
    ) async throws -> RealServer {
        try await RealServer.start(.haproxy) { front, folder in
            // It wants both in one file.
            let pem = try readFile(certificate.certificate) + readFile(certificate.key)
            try writeFile("\(folder)/front.pem", pem)
            try writeFile(
                "\(folder)/haproxy.cfg",
                """
                global
                    maxconn 200
                    nbthread 1
                    tune.h2.max-concurrent-streams \(streams)
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 30s
                    timeout server 30s
                frontend front
                    bind 127.0.0.1:\(front) ssl crt \(folder)/front.pem alpn h2,http/1.1
                    default_backend back
                backend back
                    server one 127.0.0.1:\(port) maxconn 8

                """
            )
            return ["-db", "-f", "\(folder)/haproxy.cfg"]
        }
    }
}
