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

    /// A chain of certificates, its end issued by an intermediate authority.
    package enum Chain: Sendable, CaseIterable {
        /// As it should be: the server's own, and its issuer.
        case whole
        /// Without the issuer.
        case withoutIssuer
        /// With an issuer that expired on 2021-01-01.
        case expiredIssuer
        /// With an issuer that is no authority.
        case issuerNoAuthority
        /// With another certificate of the issuer's name.
        case foreignIssuer
        /// With a root that nobody knows.
        case unknownRoot
        /// As it should be, with a certificate besides that nobody needs, expired on 2021-01-01.
        case spare
    }

    private let folder: TemporaryFolder
    private let maker: Maker

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
        self.maker = maker
        self.folder = folder
    }

    /// Makes a chain for `localhost`; its file has all certificates that are to be sent.
    package func makeChain(_ chain: Chain) throws -> Leaf {
        let name = "chain-\(chain)"
        let issuer = "\(name)-issuer"
        let names = "DNS:localhost,IP:127.0.0.1"
        let sent: String
        switch chain {
        case .unknownRoot:
            let leaf = try self.maker.issue(name, by: "unknown-ca", names: names)
            return try self.maker.append(leaf, "unknown-ca")
        case .expiredIssuer:
            try self.maker.makeIntermediate(issuer, valid: ("200101000000Z", "210101000000Z"))
            sent = issuer
        case .issuerNoAuthority:
            try self.maker.makeIntermediate(issuer, isAuthority: false)
            sent = issuer
        case .foreignIssuer:
            try self.maker.makeIntermediate(issuer)
            sent = "\(issuer)-2"
            try self.maker.makeIntermediate(sent, subject: issuer)
        case .whole, .withoutIssuer, .spare:
            try self.maker.makeIntermediate(issuer)
            sent = issuer
        }
        let leaf = try self.maker.issue(name, by: issuer, names: names)
        switch chain {
        case .withoutIssuer: return leaf
        case .spare:
            let spare = "\(name)-spare"
            try self.maker.makeIntermediate(spare, valid: ("200101000000Z", "210101000000Z"))
            return try self.maker.append(leaf, sent, spare)
        case .whole, .expiredIssuer, .issuerNoAuthority, .foreignIssuer, .unknownRoot:
            return try self.maker.append(leaf, sent)
        }
    }

    /// Makes a server's certificate for `names` as OpenSSL's configuration writes them, limited to
    /// the purposes `usage`.
    package func makeServer(
        _ name: String,
        names: String = "DNS:localhost",
        usage: String
    ) throws -> Leaf {
        try self.maker.issue(name, by: "ca", names: names, usage: usage)
    }

    /// Makes a certificate for a client, issued by the authority.
    package func makeClient(_ name: String = "client") throws -> Leaf {
        try self.maker.issue(name, by: "ca", names: "DNS:\(name)", usage: "clientAuth")
    }

    /// Encrypts the key of `leaf`; the older form has its own kind of header.
    package func encryptedKey(
        of leaf: Leaf,
        passphrase: String,
        inOlderForm: Bool = false
    ) throws -> String {
        try self.maker.encrypt(leaf.key, passphrase: passphrase, inOlderForm: inOlderForm)
    }
}

/// Runs the `openssl` command.
private struct Maker: Sendable {
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
        try self.prepareIssuing(name)
    }

    /// Writes what `openssl ca` wants of an authority.
    private func prepareIssuing(_ name: String) throws {
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
        usage: String = "serverAuth",
        valid: (from: String, to: String)? = nil
    ) throws -> TestCertificates.Leaf {
        try self.request(name, self.extensions(names, usage: usage))
        try self.sign(name, by: authority, valid: valid)
        return self.leaf(name)
    }

    /// Makes an authority that the authority of all issued.
    func makeIntermediate(
        _ name: String,
        subject: String? = nil,
        isAuthority: Bool = true,
        valid: (from: String, to: String)? = nil
    ) throws {
        try self.request(
            name,
            [
                "-addext", "basicConstraints=critical,CA:\(isAuthority ? "TRUE" : "FALSE")",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            ],
            subject: subject
        )
        try self.sign(name, by: "ca", valid: valid)
        try self.prepareIssuing(name)
    }

    /// Puts further certificates behind that of `leaf`.
    func append(
        _ leaf: TestCertificates.Leaf,
        _ names: String...
    ) throws -> TestCertificates.Leaf {
        let joined = "\(leaf.certificate).chain"
        let others = names.map { "\(self.folder)/\($0).pem" }
        let texts = try ([leaf.certificate] + others).map { path in
            try ProcessRunner.run(
                self.program,
                ["x509", "-in", path],
                environment: RealProgram.environment
            ).standardOutput
        }
        try writeFile(joined, texts.joined())
        return .init(certificate: joined, key: leaf.key)
    }

    /// Encrypts a key, and returns where it is.
    func encrypt(_ key: String, passphrase: String, inOlderForm: Bool) throws -> String {
        let output = "\(key).encrypted\(inOlderForm ? "-older" : "")"
        try self.run(
            [
                inOlderForm ? "ec" : "pkey", "-in", key, "-aes256", "-passout",
                "pass:\(passphrase)", "-out", output,
            ]
        )
        return output
    }

    private func request(
        _ name: String,
        _ extensions: [String],
        subject: String? = nil
    ) throws {
        try self.run(
            ["req", "-subj", "/CN=\(subject ?? name)", "-out", "\(name).csr"] + extensions
                + self.newKey(name)
        )
    }

    private func sign(
        _ name: String,
        by authority: String,
        valid: (from: String, to: String)?
    ) throws {
        let dates = valid.map { ["-startdate", $0.from, "-enddate", $0.to] } ?? []
        try self.run(
            [
                "ca", "-batch", "-notext", "-config", "\(authority).conf",
                "-in", "\(name).csr", "-out", "\(name).pem",
            ] + dates
        )
    }

    /// Makes a certificate for `names` that is its own issuer.
    func makeSelfSigned(_ name: String, names: String) throws -> TestCertificates.Leaf {
        try self.run(
            ["req", "-x509", "-days", "30", "-subj", "/CN=\(name)", "-out", "\(name).pem"]
                + self.extensions(names) + self.newKey(name)
        )
        return self.leaf(name)
    }

    private func extensions(_ names: String, usage: String = "serverAuth") -> [String] {
        [
            "-addext", "subjectAltName=\(names)",
            "-addext", "basicConstraints=critical,CA:FALSE",
            "-addext", "extendedKeyUsage=\(usage)",
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
