import HTTPModel

/// What carries the requests of a connection: one at a time, or many on streams.
///
/// An enum rather than a protocol: the way to a request's connection is on the hot path.
enum Carrier {
    case http1(HTTP1Handler)
    case http2(HTTP2Handler, HTTP2Meter)

    /// The protocol's name as ALPN spells it (RFC 9113, section 3.1).
    var applicationProtocol: String {
        switch self {
        case .http1: "http/1.1"
        case .http2: "h2"
        }
    }

    /// Why it takes no more requests, as far as it knows itself.
    var reasonToEnd: CloseReason? {
        switch self {
        case .http1: nil
        case .http2(let handler, _): handler.goAway == nil ? nil : .goaway
        }
    }

    /// Bytes above TLS so far.
    var bytes: (in: Int, out: Int) {
        switch self {
        case .http1(let handler): (handler.bytesIn, handler.bytesOut)
        case .http2(_, let meter): (meter.bytesIn, meter.bytesOut)
        }
    }

    /// Whether the last answer came so fast that the next is worth a vigil.
    var answersAtOnce: Bool {
        switch self {
        case .http1(let handler): handler.answersAtOnce
        case .http2: false
        }
    }

    /// Sends a request; returns false if the connection is dead and nothing was handed to it.
    func begin(_ transfer: Transfer) -> Bool {
        switch self {
        case .http1(let handler): handler.begin(transfer)
        case .http2(let handler, _): handler.begin(transfer)
        }
    }

    /// Ends a request; of HTTP/1.1 its connection as well.
    func abort(_ transfer: Transfer, _ failure: TransferFailure) {
        switch self {
        case .http1(let handler): handler.abort(failure)
        case .http2(let handler, _): handler.abort(transfer, failure)
        }
    }

    /// Ends the connection with all that is on it.
    func abort(_ failure: TransferFailure) {
        switch self {
        case .http1(let handler): handler.abort(failure)
        case .http2(let handler, _): handler.abort(failure)
        }
    }

    /// Sends a PING; HTTP/1.1 has none, and the machine asks for none.
    func sendPing() {
        if case .http2(let handler, _) = self { handler.sendPing() }
    }

    /// Closes the connection, on which nothing is under way.
    func close() {
        switch self {
        case .http1(let handler): handler.close()
        case .http2(let handler, _): handler.close()
        }
    }
}
