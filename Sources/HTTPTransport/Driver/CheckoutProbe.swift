import Glibc
import HTTPModel
import NIOCore

/// Looks at the socket of an idle connection right before it is used again (POOL.md rule 20).
///
/// The loop itself hears of a FIN, a reset or bytes only when it next asks the kernel, which may be
/// after requests that are due now. Must be called on the channel's event loop.
enum CheckoutProbe {
    /// Why a connection must not carry a request; nil if nothing speaks against it.
    static func objection(to opened: Dial.Opened) -> CloseReason? {
        // Once the channel is closed the number may be another socket's.
        guard opened.channel.isActive else { return .peerClosed }
        // Where the kernel cannot be asked, the loop will tell.
        guard let socket = opened.socket else { return nil }
        switch opened.carrier {
        case .http1 where opened.wireCounter == nil: return self.peek(at: socket)
        // What waits may be a session ticket or a frame: the loop reads it in its turn.
        case .http1, .http2: return TCPInfo.isEstablished(opened) ? nil : .peerClosed
        }
    }

    /// The first of the bytes that wait on a connection of cleartext, which stay there.
    static func waitingBytes(on opened: Dial.Opened) -> [UInt8] {
        guard opened.channel.isActive, let socket = opened.socket else { return [] }
        let limit = HTTP1Handler.unsolicitedLimitBytes
        return [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
            count = max(0, recv(socket, buffer.baseAddress, limit, flags))
        }
    }

    /// Asks for the bytes that wait, without taking them: on cleartext of HTTP/1.1 there are none
    /// unless the peer sent what nobody asked for, and the end of the stream shows in their place.
    ///
    /// One call that answers what FIONREAD and TCP_INFO would in two.
    private static func peek(at socket: Int32) -> CloseReason? {
        withUnsafeTemporaryAllocation(
            byteCount: CloseReason.unsolicitedPrefixBytes,
            alignment: 1
        ) { buffer in
            let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
            let count = recv(socket, buffer.baseAddress, buffer.count, flags)
            if count > 0 { return CloseReason(unsolicited: buffer.prefix(count)) }
            if count == 0 { return .peerClosed }
            return switch errno {
            case EAGAIN, EINTR: nil
            case ECONNRESET, EPIPE: .peerReset
            default: .peerClosed
            }
        }
    }
}

extension CloseReason {
    /// How many bytes tell one reason from the other.
    fileprivate static let unsolicitedPrefixBytes = 12

    /// Why a connection closes on which bytes came that no request asked for (POOL.md rule 19).
    init(unsolicited bytes: some Sequence<UInt8>) {
        var start = bytes.prefix(Self.unsolicitedPrefixBytes).makeIterator()
        let isVersion = "HTTP/1.".utf8.allSatisfy { start.next() == $0 }
        // The minor version.
        _ = start.next()
        let isTimeout = isVersion && " 408".utf8.allSatisfy { start.next() == $0 }
        self = isTimeout ? .peer408 : .unsolicitedData
    }
}
