import HTTPModel
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// Makes TLS contexts, and keeps one for each kind of options that there has been.
///
/// Options are known by a number, which stands for them in connection keys: equal options have
/// equal numbers, by content (POOL.md rule 3).
struct TLSContexts {
    /// A context, and what verifies for it.
    struct Entry: Sendable {
        /// NIOSSL's context.
        let context: NIOSSLContext
        /// The verifier; nil if certificates are not verified.
        let verifier: CertificateVerifier?
        /// The name that the server is asked for.
        let serverName: TLSServerName
    }

    /// One for each choice that ALPN may be given.
    private var kinds: [(options: TLSOptions, entries: [HTTPVersionPolicy: Entry])] = []

    /// The number that stands for `options`, from 1.
    mutating func number(of options: TLSOptions) -> UInt64 {
        let index = self.kinds.firstIndex { $0.options == options } ?? self.kinds.endIndex
        if index == self.kinds.endIndex { self.kinds.append((options, [:])) }
        return UInt64(index + 1)
    }

    /// Keeps a context that was made for `options`, and that offers all versions.
    mutating func keep(_ entry: Entry, for options: TLSOptions) {
        let number = self.number(of: options)
        self.kinds[Int(number) - 1].entries[.auto] = entry
    }

    /// The context for the options that `number` stands for, offering the versions of `policy`.
    ///
    /// - Throws: `ConnectionOptionsError` if their certificates or keys cannot be used.
    mutating func entry(
        _ number: UInt64,
        _ policy: HTTPVersionPolicy
    ) throws(ConnectionOptionsError) -> Entry {
        let index = Int(number) - 1
        precondition(self.kinds.indices.contains(index), "no TLS options have number \(number)")
        if let entry = self.kinds[index].entries[policy] { return entry }
        let entry = try Self.make(self.kinds[index].options, policy)
        self.kinds[index].entries[policy] = entry
        return entry
    }

    /// Makes a context; it may be called on any thread.
    static func make(
        _ options: TLSOptions,
        _ policy: HTTPVersionPolicy = .auto
    ) throws(ConnectionOptionsError) -> Entry {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = TLSVersion(options.minimumVersion)
        configuration.applicationProtocols =
            switch policy {
            case .auto: ["h2", "http/1.1"]
            case .http1: ["http/1.1"]
            case .http2: ["h2"]
            }
        // A peer that never answers close_notify must not hold the slot (POOL.md rule 8).
        configuration.shutdownTimeout = .milliseconds(250)
        // Our verifier decides: only so is the reason of a refusal known.
        configuration.trustRoots = .certificates([])
        configuration.certificateVerification =
            options.verifiesCertificates ? .noHostnameVerification : .none
        let verifier =
            options.verifiesCertificates
            ? CertificateVerifier(roots: try Self.roots(options.trustRoots)) : nil
        guard !options.isIncomplete else {
            throw .incomplete(certificate: options.certificate?.path, key: options.key?.path)
        }
        if let certificate = options.certificate {
            try Self.identify(&configuration, by: certificate, options)
        }
        do {
            return Entry(
                context: try NIOSSLContext(configuration: configuration),
                verifier: verifier,
                serverName: options.serverName
            )
        } catch {
            // Nothing else in the configuration can be wrong.
            let certificate = options.certificate?.path ?? ""
            throw .keyMismatch(certificate: certificate, key: options.key?.path ?? certificate)
        }
    }

    private static func roots(_ file: PEMFile?) throws(ConnectionOptionsError) -> CertificateStore {
        guard let file else { return .systemTrustRoots }
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(file.contents)
            // Roots that are none would trust nobody, and say so at each connection only.
            guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            return CertificateStore(
                try certificates.map { try Certificate(derEncoded: $0.toDERBytes()) }
            )
        } catch {
            throw .trustRoots(path: file.path, detail: TLSErrorDetail.text(of: error))
        }
    }

    /// Puts our certificate and its key into a configuration.
    private static func identify(
        _ configuration: inout TLSConfiguration,
        by file: PEMFile,
        _ options: TLSOptions
    ) throws(ConnectionOptionsError) {
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(file.contents)
            guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            configuration.certificateChain = certificates.map { .certificate($0) }
        } catch {
            throw .certificate(path: file.path, detail: TLSErrorDetail.text(of: error))
        }
        let keyFile = options.key ?? file
        configuration.privateKey = .privateKey(
            try Self.key(keyFile, passphrase: options.revealedPassphrase)
        )
    }

    private static func key(
        _ file: PEMFile,
        passphrase: String?
    ) throws(ConnectionOptionsError) -> NIOSSLPrivateKey {
        do {
            guard file.holdsEncryptedKey else {
                return try NIOSSLPrivateKey(bytes: file.contents, format: .pem)
            }
            guard let passphrase else { throw ConnectionOptionsError.passphrase(path: file.path) }
            return try NIOSSLPrivateKey(bytes: file.contents, format: .pem) { take in
                take(Array(passphrase.utf8))
            }
        } catch let error as ConnectionOptionsError {
            throw error
        } catch {
            // What a wrong passphrase decrypts to is no key, and nothing tells it from damage.
            throw file.holdsEncryptedKey
                ? .passphrase(path: file.path)
                : .key(path: file.path, detail: TLSErrorDetail.text(of: error))
        }
    }
}

extension TLSVersion {
    /// The version of a setting.
    fileprivate init(_ minimum: TLSMinimum) {
        switch minimum {
        case .tls10: self = .tlsv1
        case .tls11: self = .tlsv11
        case .tls12: self = .tlsv12
        case .tls13: self = .tlsv13
        }
    }
}
