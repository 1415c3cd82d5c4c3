import TestSupport

/// Small requests many at a time: over 32 connections, and over 32 streams of one connection.
enum ConcurrencyBenchmark {
    private static let parallel = 32
    private static let requests = 100_000

    /// Over 32 connections of HTTP/1.1.
    static func runConnections(_ programs: Programs, rounds: Int) async throws -> Report {
        var report = Report("small requests over 32 connections of HTTP/1.1")
        guard RealProgram.nginx.path != nil else {
            report.add(remark: "skipped: no nginx")
            return report
        }
        let nginx = try await NginxServer.start(.init(keepaliveRequests: 1_000_000))
        defer { nginx.stop() }
        let url = "\(nginx.baseURL)/small"
        var contestants = [
            RateRace.Contestant(
                name: "linger",
                program: programs.linger,
                arguments: [
                    "--no-rc", "--set", "pool.size=\(self.parallel)",
                    "-c", "\(self.requests)x\(self.parallel) get \(url) > /dev/null",
                ],
                requests: self.requests,
                connections: 1...self.parallel
            )
        ]
        if let wrk = Programs.find("wrk") {
            contestants.append(
                .init(
                    name: "wrk",
                    program: wrk,
                    arguments: ["-t1", "-c\(self.parallel)", "-d3s", url],
                    // It opens one more to see whether the address answers.
                    connections: self.parallel...self.parallel + 1,
                    target: .atLeast(0.8),
                    ownRate: { self.number(after: "Requests/sec:", in: $0) }
                )
            )
        } else {
            report.add(remark: "no wrk (apt-get install wrk): its row is skipped")
        }
        if let curl = programs.curl {
            let requests = self.requests / 10
            contestants.append(
                .init(
                    name: "curl -Z",
                    program: curl,
                    arguments: [
                        "--disable", "--silent", "--parallel", "--parallel-max",
                        "\(self.parallel)", "--output", "/dev/null", "\(url)?[1-\(requests)]",
                    ],
                    requests: requests,
                    // It opens a new one now and then.
                    connections: 1...requests,
                    target: .atLeast(2)
                )
            )
        }
        try RateRace(nginx: nginx, contestants: contestants).run(rounds: rounds, into: &report)
        return report
    }

    /// Over 32 streams of one connection of HTTP/2.
    static func runStreams(_ programs: Programs, rounds: Int) async throws -> Report {
        var report = Report("small requests over 32 streams of one connection of HTTP/2, with TLS")
        guard RealProgram.nginx.path != nil, RealProgram.openssl.path != nil else {
            report.add(remark: "skipped: no nginx, or no openssl")
            return report
        }
        let server = try await SecureServer(http2Streams: 128)
        defer { server.nginx.stop() }
        let url = server.url
        let count = "\(self.requests)x\(self.parallel)"
        var contestants = [server.linger(programs, count, requests: self.requests)]
        if let h2load = Programs.find("h2load") {
            contestants.append(
                .init(
                    name: "h2load",
                    program: h2load,
                    arguments: [
                        "-c1", "-m\(self.parallel)", "-t1", "-n\(self.requests)", url,
                    ],
                    requests: self.requests,
                    connections: 1...1,
                    target: .atLeast(0.5)
                )
            )
        } else {
            report.add(remark: "no h2load (apt-get install nghttp2-client): its row is skipped")
        }
        try RateRace(nginx: server.nginx, contestants: contestants).run(
            rounds: rounds,
            into: &report
        )
        return report
    }

    /// One at a time over one kept connection of HTTP/1.1 with TLS.
    static func runTLS(_ programs: Programs, rounds: Int) async throws -> Report {
        var report = Report("small requests on one kept connection with TLS")
        guard RealProgram.nginx.path != nil, RealProgram.openssl.path != nil else {
            report.add(remark: "skipped: no nginx, or no openssl")
            return report
        }
        let server = try await SecureServer()
        defer { server.nginx.stop() }
        let requests = 20_000
        var contestants = [server.linger(programs, "\(requests)", requests: requests)]
        if let curl = programs.curl {
            contestants.append(
                .init(
                    name: "curl",
                    program: curl,
                    arguments: [
                        "--disable", "--silent", "--cacert", server.certificates.authority,
                        "--output", "/dev/null", "\(server.url)?[1-\(requests)]",
                    ],
                    requests: requests,
                    connections: 1...1
                )
            )
        }
        try RateRace(nginx: server.nginx, contestants: contestants).run(
            rounds: rounds,
            into: &report
        )
        return report
    }

    /// The number that stands behind a word.
    private static func number(after word: String, in text: String) -> Double? {
        guard let range = text.firstRange(of: word) else { return nil }
        let rest = text[range.upperBound...].drop { $0 == " " }
        return Double(rest.prefix { $0.isNumber || $0 == "." })
    }
}

/// nginx with TLS and a certificate of its own.
private struct SecureServer {
    let certificates: TestCertificates
    let nginx: NginxServer
    /// What is asked for.
    let url: String

    init(http2Streams: Int? = nil) async throws {
        self.certificates = try TestCertificates()
        self.nginx = try await NginxServer.start(
            .init(
                keepaliveRequests: 1_000_000,
                certificate: self.certificates.good,
                http2Streams: http2Streams
            )
        )
        self.url = "https://localhost:\(self.nginx.tlsPort ?? 0)/small"
    }

    /// linger, which repeats the request on one connection.
    func linger(
        _ programs: Programs,
        _ count: String,
        requests: Int
    ) -> RateRace.Contestant {
        .init(
            name: "linger",
            program: programs.linger,
            arguments: [
                "--no-rc", "--set", "tls.ca=\(self.certificates.authority)",
                "-c", "\(count) get \(self.url) > /dev/null",
            ],
            requests: requests,
            connections: 1...1
        )
    }
}
