import HTTPModel
import NIOCore
import NIOSSL
import SwiftASN1
import SystemPackage
import X509

/// Makes TLS contexts for the options in force, and keeps the one last made.
struct TLSContexts {
    /// A context, and what verifies for it.
    struct Entry: Sendable {
        /// NIOSSL's context.
        let context: NIOSSLContext
        /// The verifier; nil if certificates are not verified.
        let verifier: CertificateVerifier?
    }

    private var cached: (options: ConnectionOptions, entry: Entry)?

    /// A digest of what decides whom we trust (POOL.md rule 1): by content, never by path.
    static func digest(of options: ConnectionOptions) -> UInt64 {
        // FNV-1a: the parts are ours, so nobody searches for collisions.
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        mix([options.verifiesCertificates ? 1 : 0])
        if let path = options.trustRootsFile {
            mix((try? Self.contents(of: path)) ?? Array(path.utf8))
        }
        return digest
    }

    /// The context for `options`.
    ///
    /// - Throws: What NIOSSL or the operating system says of the certificates.
    mutating func entry(for options: ConnectionOptions) throws -> Entry {
        if let cached, cached.options == options { return cached.entry }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // A peer that never answers close_notify must not hold the slot (POOL.md rule 8).
        configuration.shutdownTimeout = .milliseconds(250)
        // Our verifier decides: only so is the reason of a refusal known.
        configuration.trustRoots = .certificates([])
        configuration.certificateVerification =
            options.verifiesCertificates ? .noHostnameVerification : .none
        let entry = Entry(
            context: try NIOSSLContext(configuration: configuration),
            verifier: options.verifiesCertificates
                ? CertificateVerifier(roots: try Self.roots(options)) : nil
        )
        self.cached = (options, entry)
        return entry
    }

    private static func roots(_ options: ConnectionOptions) throws -> CertificateStore {
        guard let path = options.trustRootsFile else { return .systemTrustRoots }
        let certificates = try NIOSSLCertificate.fromPEMBytes(Self.contents(of: path))
        return CertificateStore(
            try certificates.map { try Certificate(derEncoded: $0.toDERBytes()) }
        )
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            while true {
                let piece = try [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
                    count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                if piece.isEmpty { return bytes }
                bytes += piece
            }
        }
    }
}
