import TestSupport
import Testing

/// A dot that ends a name makes it absolute: it is typed, and it is not sent as SNI (RFC 6066,
/// section 3).
@Suite("Program: host names that end in a dot", .requires(.openssl, .nginx))
struct AbsoluteNameTests {
    @Test func `SNI and the certificate go without the dot, Host goes as typed`() async throws {
        let workspace = try Workspace()
        let certificates = try TestCertificates()
        let nginx = try await NginxServer.start(.init(certificate: certificates.good))
        let port = try #require(nginx.tlsPort)
        let output = try workspace.run(
            lines: [
                "get https://localhost.:\(port)/sni", "get https://localhost:\(port)/sni",
                "show 1 request",
            ],
            options: [
                "--set", "tls.ca=\(certificates.authority)",
                "--set", "connect.resolve=localhost.=127.0.0.1",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput.hasPrefix("localhost\nlocalhost\n"))
        #expect(output.standardOutput.contains("Host: localhost.:\(port)"))
        // Another origin: neither its connection nor its cookies are shared.
        #expect(output.standardError.contains("#2 new"), "\(output.standardError)")
    }

    @Test func `a certificate for another name is refused with the dot too`() async throws {
        let workspace = try Workspace()
        let certificates = try TestCertificates()
        let nginx = try await NginxServer.start(.init(certificate: certificates.good))
        let port = try #require(nginx.tlsPort)
        let output = try workspace.run(
            lines: ["get https://other.test.:\(port)/sni"],
            options: [
                "--set", "tls.ca=\(certificates.authority)",
                "--set", "connect.resolve=other.test.=127.0.0.1",
            ]
        )
        #expect(output.status == .exited(1))
        #expect(output.standardError.contains("other.test"), "\(output.standardError)")
    }
}
