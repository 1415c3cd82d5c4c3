import CZlib
import HTTPModel
import NIOCore

/// Applies the gzip coding to the content of a request, piece by piece (RFC 1952).
final class GzipEncoder {
    private static let gzipWindowBits: Int32 = 15 + 16
    private static let windowBytes = 64 * 1024

    private var stream = z_stream()
    private let isOpen: Bool
    private var isFinished = false

    /// Creates an encoder.
    init() {
        self.isOpen =
            linger_deflate_init(&self.stream, Z_DEFAULT_COMPRESSION, Self.gzipWindowBits) == Z_OK
    }

    deinit {
        if self.isOpen { deflateEnd(&self.stream) }
    }

    /// Encodes a piece; what comes out may be nothing yet.
    func encode(_ piece: ByteBuffer, into output: inout ByteBuffer) {
        var piece = piece
        piece.withUnsafeMutableReadableBytes { bytes in
            let input = bytes.bindMemory(to: UInt8.self)
            self.stream.next_in = input.baseAddress
            self.stream.avail_in = UInt32(input.count)
            self.run(Z_NO_FLUSH, into: &output)
            self.stream.next_in = nil
        }
    }

    /// Ends the coding; returns false if it had ended before.
    func finish(into output: inout ByteBuffer) -> Bool {
        guard !self.isFinished else { return false }
        self.isFinished = true
        self.run(Z_FINISH, into: &output)
        return true
    }

    /// Encodes until the window of output is not filled any more: then all input is used up.
    private func run(_ flush: Int32, into output: inout ByteBuffer) {
        // Only want of memory keeps zlib from starting, which nothing here could outlive.
        precondition(self.isOpen, "zlib could not start")
        while true {
            let written = output.writeWithUnsafeMutableBytes(
                minimumWritableBytes: Self.windowBytes
            ) { raw in
                let room = raw.bindMemory(to: UInt8.self)
                self.stream.next_out = room.baseAddress
                self.stream.avail_out = UInt32(Self.windowBytes)
                deflate(&self.stream, flush)
                return Self.windowBytes - Int(self.stream.avail_out)
            }
            if written < Self.windowBytes { return }
        }
    }
}

extension TransportRequest {
    /// The largest content in memory that is encoded before it goes out, in bytes: what takes
    /// longer than a few milliseconds is encoded as it goes.
    static let wholeEncodingLimitBytes = 1 << 20

    /// The request with its content encoded, if it is small enough: then its length can be said.
    ///
    /// Not every server takes chunks, and few need them for content of a few bytes.
    func encodingSmallContent() -> Self {
        guard self.coding == .gzip, case .bytes(let bytes) = self.body,
            bytes.count <= Self.wholeEncodingLimitBytes
        else { return self }
        let encoder = GzipEncoder()
        var output = ByteBuffer()
        encoder.encode(ByteBuffer(bytes: bytes), into: &output)
        _ = encoder.finish(into: &output)
        var request = self
        request.coding = nil
        request.body = .bytes(Array(output.readableBytesView))
        return request
    }
}
