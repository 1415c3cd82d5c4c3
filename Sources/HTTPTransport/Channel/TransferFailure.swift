import HTTPModel
import NIOSSL

/// Why a request failed on its connection, and what to call the connection's end.
struct TransferFailure: Error {
    /// The phase.
    var phase: TransportError.Phase
    /// What happened.
    var cause: TransportError.Cause
    /// Why the connection closes.
    var closing: CloseReason
}

extension TransferFailure {
    /// What an error that the channel or the sink reports means for the request.
    init(_ error: any Error) {
        switch error {
        case let fault as ProtocolFault:
            self.init(violation: fault.violation)
        case let error as ContentDecodingError:
            self.init(
                phase: .decode,
                cause: .decoding(coding: error.coding, error.problem),
                closing: .bodyUnread
            )
        case let error as BodySinkError:
            self.init(phase: .receive, cause: .sink(detail: error.detail), closing: .bodyUnread)
        case is NIOSSLError, is BoringSSLError:
            self.init(
                phase: .receive,
                cause: .tls(detail: TLSErrorDetail.text(of: error)),
                closing: .protocolError
            )
        default:
            self.init(violation: .other("\(error)"))
        }
    }

    private init(violation: ProtocolViolation) {
        self.init(
            phase: .receive,
            cause: .protocolViolation(violation),
            closing: .protocolError
        )
    }
}
