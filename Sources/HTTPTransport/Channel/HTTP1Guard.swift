import HTTPModel
import NIOCore

/// Stands between the bytes of a connection and the HTTP/1.1 codec.
///
/// It counts bytes, keeps the raw head for display, knows where a response ends, and lets no byte
/// pass that no request asked for: not while the connection is idle (POOL.md rule 19), nor after
/// the end of a response (rule 22).
final class HTTP1Guard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case idle
        case head(toHEAD: Bool)
        case content(ResponseFraming)
        case condemned
    }

    /// The longest header section that is read, in bytes.
    static let headLimitBytes = 256 * 1024
    /// How many interim responses may precede the final one.
    static let interimResponseLimit = 100
    /// How many bytes of what came unasked are kept for display.
    static let unsolicitedLimitBytes = 256

    /// The heads that have come and not been taken by the handler behind the codec; the last one
    /// may be final, the others are interim.
    private(set) var heads: CircularBuffer<ResponseHead> = []
    /// Bytes received, above TLS.
    private(set) var bytesIn = 0
    /// Bytes sent, above TLS.
    private(set) var bytesOut = 0
    /// What came on the idle connection, or after a response.
    private(set) var unsolicited: [UInt8] = []
    /// Whether bytes followed the last response at once.
    private(set) var sawTrailingData = false
    /// How the current content is delimited; nil before the final head.
    private(set) var delimiter: ResponseFraming.Delimiter?

    private var state = State.idle
    private var headBytes: [UInt8] = []
    /// Bytes of the head's last line so far, without CR.
    private var headLineLength = 0
    private var interimCount = 0

    /// Expects a response from now on.
    func expectResponse(toHEAD: Bool) {
        self.state = .head(toHEAD: toHEAD)
        self.headBytes.removeAll(keepingCapacity: true)
        self.headLineLength = 0
        self.heads.removeAll(keepingCapacity: true)
        self.interimCount = 0
        self.sawTrailingData = false
        self.delimiter = nil
    }

    /// Takes the oldest head that has come.
    func takeHead() -> ResponseHead? {
        self.heads.popFirst()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = Self.unwrapInboundIn(data)
        self.bytesIn += buffer.readableBytes
        do throws(ProtocolFault) {
            while buffer.readableBytes > 0 {
                guard let passed = try self.pass(&buffer) else {
                    self.refuse(buffer, context: context)
                    return
                }
                // Before the response's end is told, and the next request perhaps sent: what
                // follows here was sent before that, and is no answer to it.
                if case .idle = self.state, buffer.readableBytes > 0 { self.sawTrailingData = true }
                if passed.readableBytes > 0 {
                    context.fireChannelRead(Self.wrapInboundOut(passed))
                }
            }
        } catch {
            self.state = .condemned
            context.fireErrorCaught(error)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.bytesOut += Self.unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    /// Takes off the part of `buffer` that may pass; nil if none of it may.
    private func pass(_ buffer: inout ByteBuffer) throws(ProtocolFault) -> ByteBuffer? {
        switch self.state {
        case .idle, .condemned:
            return nil
        case .content(var framing):
            let count = buffer.withUnsafeReadableBytes { framing.consume($0) }
            guard !framing.isMalformed else { throw ProtocolFault(.other("chunked coding")) }
            self.state = framing.isComplete ? .idle : .content(framing)
            return buffer.readSlice(length: count)
        case .head(let toHEAD):
            let count = try self.collectHead(buffer, toHEAD: toHEAD)
            return buffer.readSlice(length: count)
        }
    }

    /// Collects bytes of a head; returns how many of `buffer` belong to it.
    private func collectHead(
        _ buffer: ByteBuffer,
        toHEAD: Bool
    ) throws(ProtocolFault) -> Int {
        var taken = 0
        var isComplete = false
        buffer.withUnsafeReadableBytes { bytes in
            let room = Self.headLimitBytes + 1 - self.headBytes.count
            for byte in bytes.prefix(room) {
                taken += 1
                if byte == 0x0A {
                    // An empty line ends the head.
                    isComplete = self.headLineLength == 0
                    if isComplete { break }
                    self.headLineLength = 0
                } else if byte != 0x0D {
                    self.headLineLength += 1
                }
            }
            self.headBytes.append(contentsOf: bytes.prefix(taken))
        }
        guard self.headBytes.prefix(5).elementsEqual("HTTP/".utf8.prefix(self.headBytes.count))
        else {
            let first = self.headBytes.prefix(32)
            throw ProtocolFault(.notHTTP(firstBytes: String(decoding: first, as: UTF8.self)))
        }
        guard isComplete else {
            guard self.headBytes.count <= Self.headLimitBytes else {
                throw ProtocolFault(.headerSectionTooLong(limitBytes: Self.headLimitBytes))
            }
            return taken
        }
        try self.headCompleted(toHEAD: toHEAD)
        return taken
    }

    private func headCompleted(toHEAD: Bool) throws(ProtocolFault) {
        let head = try Self.parse(self.headBytes)
        self.headBytes.removeAll(keepingCapacity: true)
        self.headLineLength = 0
        self.heads.append(head)
        if head.status / 100 == 1 {
            guard head.status != 101 else { throw ProtocolFault(.unexpectedUpgrade) }
            self.interimCount += 1
            guard self.interimCount <= Self.interimResponseLimit else {
                throw ProtocolFault(.tooManyInterimResponses(limit: Self.interimResponseLimit))
            }
            return
        }
        let delimiter = try ResponseRules.delimiter(of: head, toHEAD: toHEAD)
        self.delimiter = delimiter
        let framing = ResponseFraming(delimiter)
        self.state = framing.isComplete ? .idle : .content(framing)
    }

    private static func parse(_ bytes: [UInt8]) throws(ProtocolFault) -> ResponseHead {
        // `withUnsafeBytes` does not carry typed errors.
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(ProtocolFault) in try ResponseHeadParser.parse(raw) }
        }
        return try result.get()
    }

    private func refuse(_ buffer: ByteBuffer, context: ChannelHandlerContext) {
        let room = Self.unsolicitedLimitBytes - self.unsolicited.count
        self.unsolicited.append(contentsOf: buffer.readableBytesView.prefix(max(0, room)))
        self.sawTrailingData = true
        context.fireUserInboundEventTriggered(UnsolicitedBytes())
    }
}

/// Says that bytes came which no request asked for.
struct UnsolicitedBytes: Sendable {}

/// Counts the bytes of a TLS connection on the wire, below TLS.
final class WireCounter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes received.
    private(set) var bytesIn = 0
    /// Bytes sent.
    private(set) var bytesOut = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.bytesIn += Self.unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.bytesOut += Self.unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }
}
