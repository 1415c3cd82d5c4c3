/// Certificates made by the `openssl` command, good and bad, in a folder that goes with the value.
///
///     let certificates = try TestCertificates()
///     let nginx = try await NginxServer.start(.init(certificate: certificates.expired))
package final class TestCertificates: Sendable {
    /// A certificate with its key, as PEM files.
    package struct Leaf: Sendable, Hashable {
        /// The path of the certificate.
        package let certificate: String
        /// The path of the private key.
        package let key: String
    }

    /// The path of the authority's certificate: what `tls.ca` must name.
    package let authority: String
    /// For `localhost` and 127.0.0.1, issued by the authority.
    package let good: Leaf
    /// The same, expired on 2021-01-01.
    package let expired: Leaf
    /// The same, not valid before 2049-01-01.
    package let notYetValid: Leaf
    /// Issued by the authority, for `other.example` alone.
    package let wrongName: Leaf
    /// Issued by itself, for `localhost` and 127.0.0.1.
    package let selfSigned: Leaf
    /// Issued by an authority that nobody knows, for `localhost` and 127.0.0.1.
    package let unknownAuthority: Leaf

    private let folder: TemporaryFolder

    /// Makes all of them, which takes a moment.
    package init() throws {
        guard let program = RealProgram.openssl.path else {
            throw MissingProgram(program: .openssl)
        }
        let folder = try TemporaryFolder()
        let maker = Maker(program: program, folder: folder.path)
        let localhost = "DNS:localhost,IP:127.0.0.1"
        try maker.makeAuthority("ca", subject: "linger test CA")
        try maker.makeAuthority("unknown-ca", subject: "unknown CA")
        self.authority = "\(folder.path)/ca.pem"
        self.good = try maker.issue("good", by: "ca", names: localhost)
        self.expired = try maker.issue(
            "expired",
            by: "ca",
            names: localhost,
            valid: ("200101000000Z", "210101000000Z")
        )
        self.notYetValid = try maker.issue(
            "not-yet-valid",
            by: "ca",
            names: localhost,
            valid: ("490101000000Z", "491231000000Z")
        )
        self.wrongName = try maker.issue("wrong-name", by: "ca", names: "DNS:other.example")
        self.selfSigned = try maker.makeSelfSigned("self-signed", names: localhost)
        self.unknownAuthority = try maker.issue("unknown", by: "unknown-ca", names: localhost)
        self.folder = folder
    }
}

/// Runs the `openssl` command.
private struct Maker {
    /// It did not do what was asked.
    struct Failed: Error, CustomStringConvertible {
        let arguments: [String]
        let log: String

        var description: String {
            "openssl \(self.arguments.joined(separator: " ")): \(self.log)"
        }
    }

    let program: String
    let folder: String

    /// Makes an authority: NAME.pem, NAME.key and what `openssl ca` wants.
    func makeAuthority(_ name: String, subject: String) throws {
        try self.run(
            [
                "req", "-x509", "-days", "30", "-subj", "/CN=\(subject)",
                "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                "-out", "\(name).pem",
            ] + self.newKey(name)
        )
        try writeFile("\(self.folder)/\(name).index", "")
        try writeFile(
            "\(self.folder)/\(name).conf",
            """
            [ca]
            default_ca = authority
            [authority]
            database = \(name).index
            new_certs_dir = .
            certificate = \(name).pem
            private_key = \(name).key
            rand_serial = yes
            unique_subject = no
            default_md = sha256
            default_days = 30
            copy_extensions = copy
            policy = anything
            [anything]
            commonName = supplied

            """
        )
    }

    /// Makes a certificate for `names`, issued by the authority `authority`.
    func issue(
        _ name: String,
        by authority: String,
        names: String,
        valid: (from: String, to: String)? = nil
    ) throws -> TestCertificates.Leaf {
        try self.run(
            ["req", "-subj", "/CN=\(name)", "-out", "\(name).csr"] + self.extensions(names)
                + self.newKey(name)
        )
        let dates = valid.map { ["-startdate", $0.from, "-enddate", $0.to] } ?? []
        try self.run(
            [
                "ca", "-batch", "-notext", "-config", "\(authority).conf",
                "-in", "\(name).csr", "-out", "\(name).pem",
            ] + dates
        )
        return self.leaf(name)
    }

    /// Makes a certificate for `names` that is its own issuer.
    func makeSelfSigned(_ name: String, names: String) throws -> TestCertificates.Leaf {
        try self.run(
            ["req", "-x509", "-days", "30", "-subj", "/CN=\(name)", "-out", "\(name).pem"]
                + self.extensions(names) + self.newKey(name)
        )
        return self.leaf(name)
    }

    private func extensions(_ names: String) -> [String] {
        [
            "-addext", "subjectAltName=\(names)",
            "-addext", "basicConstraints=critical,CA:FALSE",
            "-addext", "extendedKeyUsage=serverAuth",
        ]
    }

    private func newKey(_ name: String) -> [String] {
        [
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "\(name).key",
        ]
    }

    private func leaf(_ name: String) -> TestCertificates.Leaf {
        .init(certificate: "\(self.folder)/\(name).pem", key: "\(self.folder)/\(name).key")
    }

    private func run(_ arguments: [String]) throws {
        let output = try ProcessRunner.run(
            self.program,
            arguments,
            environment: RealProgram.environment,
            directory: self.folder
        )
        guard output.status == .exited(0) else {
            throw Failed(arguments: arguments, log: output.standardError)
        }
    }
}
