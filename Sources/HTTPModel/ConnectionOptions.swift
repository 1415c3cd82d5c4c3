/// How connections are made.
package struct ConnectionOptions: Sendable, Hashable {
    /// The bound on DNS, TCP, proxy and TLS together: `timeout.connect`.
    package var connectTimeout: Duration
    /// Whom we trust, and who we are: `tls.*`.
    package var tls: TLSOptions
    /// Which requests go through which proxy: `proxy`.
    package var proxy: ProxyChoice
    /// Where sockets lead and come from: `connect.*`.
    package var addressing: AddressingOptions
    /// Which HTTP versions connections may speak: `http.version`.
    package var version: HTTPVersionPolicy

    /// Creates options; the defaults are those of a new session without an environment.
    package init(
        connectTimeout: Duration = .seconds(10),
        tls: TLSOptions = TLSOptions(),
        proxy: ProxyChoice = .off,
        addressing: AddressingOptions = AddressingOptions(),
        version: HTTPVersionPolicy = .auto
    ) {
        self.version = version
        self.connectTimeout = connectTimeout
        self.tls = tls
        self.proxy = proxy
        self.addressing = addressing
    }
}

/// Everything that decides whom we trust and who we are (POOL.md rule 1).
///
/// Files are here by content, never by path alone: two paths may name one file, and one path two
/// files one after the other.
package struct TLSOptions: Sendable, Hashable {
    /// Whether certificates are verified: `tls.verify`.
    package var verifiesCertificates: Bool
    /// The trusted roots: `tls.ca`; nil is the system's.
    package var trustRoots: PEMFile?
    /// Our certificate, leaf first: `tls.cert`.
    package var certificate: PEMFile?
    /// Its private key: `tls.key`; nil if it is in the certificate's file.
    package var key: PEMFile?
    /// The passphrase of an encrypted key; never show it.
    package var revealedPassphrase: String?
    /// The lowest version that is offered: `tls.min`.
    package var minimumVersion: TLSMinimum
    /// The name that the server is asked for: `tls.sni`.
    package var serverName: TLSServerName

    /// Creates options; the defaults are those of a new session.
    package init(
        verifiesCertificates: Bool = true,
        trustRoots: PEMFile? = nil,
        certificate: PEMFile? = nil,
        key: PEMFile? = nil,
        revealedPassphrase: String? = nil,
        minimumVersion: TLSMinimum = .tls12,
        serverName: TLSServerName = .host
    ) {
        self.verifiesCertificates = verifiesCertificates
        self.trustRoots = trustRoots
        self.certificate = certificate
        self.key = key
        self.revealedPassphrase = revealedPassphrase
        self.minimumVersion = minimumVersion
        self.serverName = serverName
    }

    /// Whether a certificate lacks its key, or a key its certificate; connecting then fails.
    package var isIncomplete: Bool {
        if let certificate { return self.key == nil && !certificate.holdsKey }
        return self.key != nil
    }

    /// The same trust without what says who we are.
    package var anonymous: TLSOptions {
        var options = self
        options.certificate = nil
        options.key = nil
        options.revealedPassphrase = nil
        return options
    }

    /// The file that holds the private key.
    package var keyFile: PEMFile? {
        self.key ?? self.certificate.flatMap { $0.holdsKey ? $0 : nil }
    }
}

/// A PEM file as it was when it was named; equal to another of the same content.
package struct PEMFile: Sendable, Hashable {
    /// The path, for people.
    package var path: String
    /// What was in it.
    package var contents: [UInt8]

    /// Creates a file.
    package init(path: String, contents: [UInt8]) {
        self.path = path
        self.contents = contents
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.contents == rhs.contents }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.contents) }

    /// Whether it holds a private key that takes a passphrase: PKCS #8 (RFC 5958), or the older
    /// form with its header (RFC 1421, section 4.6.1.1).
    package var holdsEncryptedKey: Bool {
        self.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
            || self.contains("Proc-Type: 4,ENCRYPTED")
    }

    /// Whether it holds a certificate.
    package var holdsCertificate: Bool { self.contains("-----BEGIN CERTIFICATE-----") }

    /// Whether it holds a private key.
    package var holdsKey: Bool { self.contains("PRIVATE KEY-----") }

    private func contains(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, self.contents.count >= wanted.count else { return false }
        return self.contents.indices.dropLast(wanted.count - 1).contains { index in
            self.contents[index] == first && self.contents[index...].starts(with: wanted)
        }
    }
}

/// The lowest version of TLS that is offered.
package enum TLSMinimum: String, Sendable, Hashable, CaseIterable {
    /// TLS 1.0, for servers that time forgot (RFC 8996 forbids it).
    case tls10 = "1.0"
    /// TLS 1.1, the same.
    case tls11 = "1.1"
    /// TLS 1.2.
    case tls12 = "1.2"
    /// TLS 1.3.
    case tls13 = "1.3"
}

/// The name that the server is asked for, and must have (RFC 6066, section 3).
package enum TLSServerName: Sendable, Hashable {
    /// The host of the URL; an address is never sent.
    case host
    /// None is sent; the certificate must be for the host.
    case none
    /// This one, which the certificate must be for.
    case name(String)
}

/// Where sockets lead and come from.
package struct AddressingOptions: Sendable, Hashable {
    /// Addresses by host name, which are used instead of a look-up: `connect.resolve`.
    package var overrides: [HostOverride]
    /// The Unix-domain socket that every connection goes to: `connect.unix`.
    package var unixPath: String?
    /// Which addresses are used: `connect.family`.
    package var family: AddressFamily
    /// The local address: `connect.source`.
    package var source: String?

    /// Creates options; the defaults are those of a new session.
    package init(
        overrides: [HostOverride] = [],
        unixPath: String? = nil,
        family: AddressFamily = .auto,
        source: String? = nil
    ) {
        self.overrides = overrides
        self.unixPath = unixPath
        self.family = family
        self.source = source
    }

    /// The addresses that stand for `host`; empty if it is looked up.
    package func addresses(for host: String) -> [String] {
        self.overrides.filter { $0.host == host }.map(\.address)
    }
}

/// An address that stands for a host name.
package struct HostOverride: Sendable, Hashable, CustomStringConvertible {
    /// The name, canonical as in `Origin`.
    package var host: String
    /// The address, without brackets.
    package var address: String

    /// Creates an override.
    package init(host: String, address: String) {
        self.host = host
        self.address = address
    }

    /// Reads `HOST=ADDRESS`; nil if that is not what it is.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        let address = Origin(scheme: .http, host: parts[1]).host
        guard let canonical = IPAddress(address) else { return nil }
        self.init(host: Origin(scheme: .http, host: parts[0]).host, address: canonical.text)
    }

    package var description: String { "\(self.host)=\(self.address)" }
}

/// A family of addresses.
package enum AddressFamily: String, Sendable, Hashable, CaseIterable {
    /// Whichever answers first (RFC 8305).
    case auto
    /// IPv4 only.
    case ipv4 = "4"
    /// IPv6 only.
    case ipv6 = "6"
}

/// Why options cannot be put in force.
package enum ConnectionOptionsError: Error, Sendable, Hashable {
    /// The roots hold no certificate that can be read; the library's words.
    case trustRoots(path: String, detail: String)
    /// Our certificate cannot be read.
    case certificate(path: String, detail: String)
    /// The private key cannot be read.
    case key(path: String, detail: String)
    /// The private key is encrypted, and the passphrase is not the right one, or missing.
    case passphrase(path: String)
    /// There is a certificate without a key, or a key without a certificate.
    case incomplete(certificate: String?, key: String?)
    /// The private key is not that of the certificate.
    case keyMismatch(certificate: String, key: String)
}
