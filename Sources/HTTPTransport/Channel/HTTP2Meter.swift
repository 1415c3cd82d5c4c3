import NIOCore

/// Stands between the bytes of an HTTP/2 connection and its codec, and counts them: in all, and by
/// the stream that their frames belong to (RFC 9113, section 4.1).
final class HTTP2Meter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes of one stream's frames, their heads included.
    struct Tally: Equatable {
        var sent = 0
        var received = 0
    }

    /// The first bytes of a connection, which are no frame (RFC 9113, section 3.4).
    private static let prefaceBytes = 24

    /// Bytes received, above TLS.
    private(set) var bytesIn = 0
    /// Bytes sent, above TLS.
    private(set) var bytesOut = 0
    private var tallies: [Int: Tally] = [:]
    private var inbound = HTTP2FrameWalker()
    private var outbound = HTTP2FrameWalker(skipping: HTTP2Meter.prefaceBytes)

    /// Counts for a stream from now on.
    func follow(_ stream: Int) {
        self.tallies[stream] = Tally()
    }

    /// What was counted for a stream so far.
    func tally(of stream: Int) -> Tally {
        self.tallies[stream] ?? Tally()
    }

    /// Ends counting for a stream.
    func forget(_ stream: Int) {
        self.tallies[stream] = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        self.bytesIn += buffer.readableBytes
        buffer.withUnsafeReadableBytes { bytes in
            self.inbound.walk(bytes) { self.tallies[$0]?.received += $1 }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let buffer = Self.unwrapOutboundIn(data)
        self.bytesOut += buffer.readableBytes
        buffer.withUnsafeReadableBytes { bytes in
            self.outbound.walk(bytes) { self.tallies[$0]?.sent += $1 }
        }
        context.write(Self.wrapOutboundOut(buffer), promise: promise)
    }
}

/// Finds the frames in a stream of bytes, however it is cut into pieces.
struct HTTP2FrameWalker {
    private static let headBytes = 9

    /// Bytes of the current frame, or of the preface, that are still to come.
    private var remaining: Int
    /// The stream of the current frame.
    private var stream = 0
    private var head: [UInt8] = []

    /// Creates a walker that skips the first bytes.
    init(skipping count: Int = 0) {
        self.remaining = count
        self.head.reserveCapacity(Self.headBytes)
    }

    /// Tells for each piece of a frame the stream that it belongs to and its length.
    mutating func walk(
        _ bytes: UnsafeRawBufferPointer,
        found: (_ stream: Int, _ count: Int) -> Void
    ) {
        var position = 0
        while position < bytes.count {
            if self.remaining > 0 {
                let count = min(self.remaining, bytes.count - position)
                found(self.stream, count)
                self.remaining -= count
                position += count
                continue
            }
            let count = min(Self.headBytes - self.head.count, bytes.count - position)
            self.head.append(contentsOf: bytes[position..<position + count])
            position += count
            guard self.head.count == Self.headBytes else { return }
            self.remaining = self.head[0..<3].reduce(0) { $0 << 8 | Int($1) }
            self.stream = self.head[5..<9].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
            self.head.removeAll(keepingCapacity: true)
            found(self.stream, Self.headBytes)
        }
    }
}
