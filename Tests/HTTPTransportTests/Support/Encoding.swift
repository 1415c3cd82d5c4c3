import CBrotliEncoding
import CZstd

/// Applies content codings, for decoders to undo.
enum Encoding: String, CaseIterable, Sendable {
    case gzip
    case deflate
    case br
    case zstd

    /// `bytes` in this coding.
    func encode(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .gzip: Deflating.compress(bytes, Deflating.gzip)
        case .deflate: Deflating.compress(bytes, Deflating.zlib)
        case .br: Self.brotli(bytes)
        case .zstd: Self.zstd(bytes)
        }
    }

    private static func brotli(_ bytes: [UInt8]) -> [UInt8] {
        let limit = BrotliEncoderMaxCompressedSize(bytes.count) + 64
        return [UInt8](unsafeUninitializedCapacity: limit) { output, count in
            var size = limit
            let isDone = BrotliEncoderCompress(
                5,
                22,
                BROTLI_MODE_TEXT,
                bytes.count,
                bytes,
                &size,
                output.baseAddress
            )
            count = isDone == 1 ? size : 0
        }
    }

    /// A frame of zstd, with a window of 2 to the power of `windowLog` bytes if given.
    static func zstd(_ bytes: [UInt8], windowLog: Int32? = nil) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        if let windowLog {
            ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
        }
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let limit = ZSTD_compressBound(bytes.count) + 64
        return [UInt8](unsafeUninitializedCapacity: limit) { output, count in
            var out = ZSTD_outBuffer(dst: output.baseAddress, size: limit, pos: 0)
            bytes.withUnsafeBytes { source in
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                // Not knowing that nothing follows, it announces the whole window.
                if windowLog != nil { ZSTD_compressStream2(context, &out, &input, ZSTD_e_flush) }
                while ZSTD_compressStream2(context, &out, &input, ZSTD_e_end) != 0 {}
            }
            count = out.pos
        }
    }

    /// Many zeros in few bytes.
    func bomb(of count: Int) -> [UInt8] {
        self.encode([UInt8](repeating: 0, count: count))
    }
}
