import Glibc
import NIOCore
import NIOSSL

/// What TLS says of an error, without the path and the numbers around it.
enum TLSErrorDetail {
    /// The words, or BoringSSL's code such as `WRONG_VERSION_NUMBER`.
    static func text(of error: any Error) -> String {
        switch error {
        case let system as IOError:
            String(cString: strerror(system.errnoCode))
        case NIOSSLError.handshakeFailed(let inner):
            self.text(of: inner)
        case BoringSSLError.sslError(let stack), BoringSSLError.unknownError(let stack):
            stack.last.map { self.reason(in: "\($0)") } ?? "\(error)"
        default:
            "\(error)"
        }
    }

    /// The reason's code in a line such as
    /// `error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at …:123`.
    private static func reason(in line: String) -> String {
        guard let found = line.firstMatch(of: /:OPENSSL_internal:([A-Z0-9_]+)/) else { return line }
        return String(found.output.1)
    }
}
