import CZstd
import HTTPModel

/// Removes the zstd coding (RFC 8878) with the system's libzstd.
///
/// Frames in a row are one content, skippable ones are passed over.
final class ZstdDecoder: ContentDecoder {
    /// The largest window that a frame may ask for, in bytes (RFC 9659, section 3).
    static let windowLimitBytes = 1 << ZstdDecoder.windowLimitLog
    private static let windowLimitLog: Int32 = 23

    let coding = "zstd"
    private let context: OpaquePointer?
    private var input = DecoderInput()
    /// Whether the decoder stands between frames.
    private var isBetweenFrames = true

    init() {
        self.context = ZSTD_createDCtx()
        ZSTD_DCtx_setParameter(self.context, ZSTD_d_windowLogMax, Self.windowLimitLog)
    }

    deinit {
        ZSTD_freeDCtx(self.context)
    }

    func feed(_ bytes: [UInt8]) {
        self.input.feed(bytes)
    }

    func next(limit: Int) throws(ContentDecodingError) -> ContentDecoderStep {
        guard let context else { throw self.error(.corrupt(detail: "libzstd did not start")) }
        // A loop, because frames without content may follow each other by the thousand.
        while true {
            if let step = try self.step(context, limit: limit) { return step }
        }
    }

    /// Takes a step; nil if a frame has ended that had no content.
    private func step(
        _ context: OpaquePointer,
        limit: Int
    ) throws(ContentDecodingError) -> ContentDecoderStep? {
        // Asked without input between frames, it would wait for the next one's header.
        if self.isBetweenFrames, self.input.count == 0 { return .needsInput }
        var result = 0
        let output = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var out = ZSTD_outBuffer(dst: buffer.baseAddress, size: limit, pos: 0)
            self.input.consume { input in
                var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
                result = ZSTD_decompressStream(context, &out, &source)
                return source.pos
            }
            count = out.pos
        }
        guard ZSTD_isError(result) == 0 else { throw self.error(Self.problem(result)) }
        self.isBetweenFrames = result == 0
        guard output.isEmpty else { return .output(output) }
        // A frame without content, or a skippable one, may have another behind it.
        return self.isBetweenFrames && self.input.count > 0 ? nil : .needsInput
    }

    func finish() throws(ContentDecodingError) {
        guard self.isBetweenFrames else { throw self.error(.endsEarly) }
    }

    private static func problem(_ result: Int) -> DecodingProblem {
        if ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge {
            return .windowTooLarge(limitBytes: Self.windowLimitBytes)
        }
        return .corrupt(detail: String(cString: ZSTD_getErrorName(result)))
    }
}
