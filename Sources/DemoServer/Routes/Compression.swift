internal import CZlib

/// The content codings that the demo can produce (RFC 9110, section 8.4.1).
enum Compression: String, Sendable {
    /// The zlib format, which is what `deflate` means.
    case deflate
    /// The gzip format.
    case gzip

    /// The content, coded.
    func encode(_ content: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        // 15 bits is the largest window; 16 more ask for a gzip header (zlib's manual).
        let windowBits: Int32 =
            switch self {
            case .deflate: 15
            case .gzip: 15 + 16
            }
        guard linger_deflate_init(&stream, Z_BEST_COMPRESSION, windowBits) == Z_OK else {
            preconditionFailure("zlib has no memory for a stream")
        }
        defer { deflateEnd(&stream) }
        var content = content
        var coded = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))))
        let result = content.withUnsafeMutableBufferPointer { input in
            coded.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return CZlib.deflate(&stream, Z_FINISH)
            }
        }
        // With room for deflateBound bytes, one call is enough.
        precondition(result == Z_STREAM_END, "deflateBound was too small")
        return Array(coded.prefix(Int(stream.total_out)))
    }
}
