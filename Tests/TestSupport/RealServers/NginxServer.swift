internal import Glibc

/// nginx on loopback with a configuration of its own, in a folder that goes with it.
///
///     let nginx = try await NginxServer.start(.init(keepaliveRequests: 3))
///     …GET nginx.baseURL + "/small"…
///
/// - `/small`, `/text` (10 kB, gzip where accepted, then chunked), `/large` (50 MB of zeros)
/// - `/chunked` has no Content-Length, `/trickle` sends 64 kB at 64 kB a second
/// - `/connection` is nginx's own number of the connection and of the request on it
/// - `/client` is the subject of the client's certificate, `/sni` the name that it asked for
/// - `/status` counts connections (`stub_status`)
/// - `/private/small` takes ann and secret by the Basic scheme
/// - `/redirect` and `/moved` lead to `/small` by 302 and 301; `/empty` is 204
/// - `/away?to=URL` leads to the URL by 302
/// - anything else is 404; POST to a file is 405
package final class NginxServer: Sendable {
    /// What the configuration says.
    package struct Options: Sendable, Hashable {
        /// `keepalive_timeout`: how long an idle connection stays open; 0 closes after each.
        package var keepaliveTimeout: Duration
        /// Whether the timeout is announced in a `Keep-Alive` field.
        package var announcesTimeout: Bool
        /// `keepalive_requests`: how many requests a connection may carry.
        package var keepaliveRequests: Int
        /// The certificate of the TLS server; nil is no TLS server.
        package var certificate: TestCertificates.Leaf?
        /// The authority of the certificates that clients of the TLS server must show; nil is
        /// none that they must.
        package var clientAuthority: String?
        /// Whether a client without a certificate is served all the same.
        package var servesStrangers: Bool
        /// Whether the TLS server speaks HTTP/2, and how many streams at once.
        package var http2Streams: Int?
        /// Further files of zeros, sent by `sendfile`: how many bytes each has, by name.
        package var zeros: [String: Int]

        /// Creates options; the defaults are nginx's.
        package init(
            keepaliveTimeout: Duration = .seconds(75),
            announcesTimeout: Bool = false,
            keepaliveRequests: Int = 1000,
            certificate: TestCertificates.Leaf? = nil,
            clientAuthority: String? = nil,
            servesStrangers: Bool = false,
            http2Streams: Int? = nil,
            zeros: [String: Int] = [:]
        ) {
            self.keepaliveTimeout = keepaliveTimeout
            self.announcesTimeout = announcesTimeout
            self.keepaliveRequests = keepaliveRequests
            self.certificate = certificate
            self.clientAuthority = clientAuthority
            self.servesStrangers = servesStrangers
            self.http2Streams = http2Streams
            self.zeros = zeros
        }
    }

    /// How many bytes `/large` has.
    package static let largeLength = 50 << 20

    /// The port of the cleartext server.
    package let port: Int
    /// The port of the TLS server.
    package let tlsPort: Int?

    private let folder: TemporaryFolder
    private let process: ServerProcess

    private init(
        port: Int,
        tlsPort: Int?,
        folder: consuming TemporaryFolder,
        process: ServerProcess
    ) {
        self.port = port
        self.tlsPort = tlsPort
        self.folder = folder
        self.process = process
    }

    deinit {
        // Before its folder goes.
        self.process.stop()
    }

    /// The root of the cleartext server.
    package var baseURL: String { "http://127.0.0.1:\(self.port)" }

    /// Starts nginx and waits until it listens; it stops when the value is released.
    package static func start(_ options: Options = Options()) async throws -> NginxServer {
        guard let program = RealProgram.nginx.path else { throw MissingProgram(program: .nginx) }
        return try await startOnFreePorts(options.certificate == nil ? 1 : 2) { ports in
            let folder = try TemporaryFolder()
            try self.writeContents(in: folder.path)
            for (name, length) in options.zeros {
                try makeFile("\(folder.path)/root/\(name)", length: length)
            }
            let configuration = self.configuration(options, ports, folder.path)
            try writeFile("\(folder.path)/nginx.conf", configuration)
            let process = try await ServerProcess(
                [program, "-p", folder.path, "-c", "nginx.conf", "-e", "\(folder.path)/error.log"],
                log: "\(folder.path)/error.log",
                ports: ports
            )
            return NginxServer(
                port: ports[0],
                tlsPort: ports.count > 1 ? ports[1] : nil,
                folder: folder,
                process: process
            )
        }
    }

    /// Stops nginx and closes its connections.
    package func stop() {
        self.process.stop()
    }

    private static func writeContents(in folder: String) throws {
        for name in ["root", "temporary"] { mkdir("\(folder)/\(name)", 0o700) }
        try writeFile("\(folder)/root/small", "hello\n")
        try writeFile("\(folder)/root/chunked", "hello, chunks\n")
        let line = "All work and no play makes a dull test. \n"
        try writeFile("\(folder)/root/text", String(repeating: line, count: 250))
        try makeFile("\(folder)/root/large", length: self.largeLength)
        try makeFile("\(folder)/root/trickle", length: 64 * 1024)
        try writeFile("\(folder)/users", "ann:{PLAIN}secret\n")
    }

    private static func configuration(
        _ options: Options,
        _ ports: [Int],
        _ folder: String
    ) -> String {
        let timeout = options.keepaliveTimeout
        let milliseconds = Int(timeout / .milliseconds(1))
        let announced = options.announcesTimeout ? " \(timeout.components.seconds)s" : ""
        let tls = options.certificate.map { leaf in
            """
            listen 127.0.0.1:\(ports[1]) ssl\(options.http2Streams == nil ? "" : " http2");
                    http2_max_concurrent_streams \(options.http2Streams ?? 128);
                    ssl_certificate \(leaf.certificate);
                    ssl_certificate_key \(leaf.key);
            """
        }
        let clients = options.clientAuthority.map {
            "ssl_client_certificate \($0);"
                + " ssl_verify_client \(options.servesStrangers ? "optional" : "on");"
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path temporary/\($0);"
        }
        let zeros = options.zeros.keys.sorted().map {
            "location = /\($0) { gzip off; sendfile on; }"
        }
        return """
            # As root, nginx would give up the rights to its own folder.
            \(getuid() == 0 ? "user root root;" : "")
            daemon off;
            worker_processes 1;
            pid nginx.pid;
            events { worker_connections 1024; }
            http {
                access_log off;
                \(temporary.joined(separator: " "))
                default_type text/plain;
                keepalive_timeout \(milliseconds)ms\(announced);
                keepalive_requests \(options.keepaliveRequests);
                gzip on;
                gzip_types text/plain;
                gzip_min_length 1000;
                server {
                    listen 127.0.0.1:\(ports[0]);
                    \(tls ?? "")
                    \(clients ?? "")
                    root root;
                    location = /large { gzip off; }
                    location = /chunked { ssi on; ssi_types *; }
                    location = /trickle { gzip off; limit_rate 64k; }
                    location = /connection { return 200 "$connection $connection_requests\\n"; }
                    location = /client { return 200 "$ssl_client_s_dn\\n"; }
                    location = /sni { return 200 "$ssl_server_name\\n"; }
                    location = /status { stub_status; }
                    location = /redirect { return 302 /small; }
                    location = /away { return 302 $arg_to; }
                    location = /moved { return 301 /small; }
                    location = /empty { return 204; }
                    \(zeros.joined(separator: " "))
                    location /private/ {
                        auth_basic "private";
                        auth_basic_user_file users;
                        alias root/;
                    }
                }
            }

            """
    }
}
