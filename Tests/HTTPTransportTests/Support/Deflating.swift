import CZlib

/// Compresses with the system's zlib, for decoders to undo.
enum Deflating {
    static let gzip: Int32 = 15 + 16
    static let zlib: Int32 = 15
    static let raw: Int32 = -15

    /// `bytes` in the format that the window bits stand for.
    static func compress(_ bytes: [UInt8], _ windowBits: Int32) -> [UInt8] {
        var stream = z_stream()
        guard linger_deflate_init(&stream, 6, windowBits) == Z_OK else { return [] }
        defer { deflateEnd(&stream) }
        var input = bytes
        let limit = Int(deflateBound(&stream, UInt(bytes.count))) + 64
        return [UInt8](unsafeUninitializedCapacity: limit) { output, count in
            input.withUnsafeMutableBufferPointer { buffer in
                stream.next_in = buffer.baseAddress
                stream.avail_in = UInt32(buffer.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(limit)
                deflate(&stream, Z_FINISH)
            }
            count = limit - Int(stream.avail_out)
        }
    }

    /// Text that compresses well and is longer than the decoder's window of output.
    static let longText = Array(
        (0..<20_000).map { "line \($0) of a long text\n" }.joined().utf8
    )
}
