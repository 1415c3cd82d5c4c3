import CBrotli
import HTTPModel

/// Removes the br coding (RFC 7932) with the system's libbrotlidec.
///
/// Windows larger than RFC 7932 allows are not enabled, so its state stays under 17 MiB. What
/// follows the end is passed over, as after gzip.
final class BrotliDecoder: ContentDecoder {
    let coding = "br"
    private let state: OpaquePointer?
    private var input = DecoderInput()
    private var isComplete = false

    init() {
        self.state = BrotliDecoderCreateInstance(nil, nil, nil)
    }

    deinit {
        if let state { BrotliDecoderDestroyInstance(state) }
    }

    func feed(_ bytes: [UInt8]) {
        self.input.feed(bytes)
    }

    func next(limit: Int) throws(ContentDecodingError) -> ContentDecoderStep {
        guard let state else { throw self.error(.corrupt(detail: "libbrotlidec did not start")) }
        guard !self.isComplete else {
            self.input.skipAll()
            return .needsInput
        }
        var result = BROTLI_DECODER_RESULT_ERROR
        let output = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var nextOut = buffer.baseAddress
            var availableOut = limit
            self.input.consume { input in
                var nextIn = UnsafePointer(input.baseAddress)
                var availableIn = input.count
                result = BrotliDecoderDecompressStream(
                    state,
                    &availableIn,
                    &nextIn,
                    &availableOut,
                    &nextOut,
                    nil
                )
                return input.count - availableIn
            }
            count = limit - availableOut
        }
        switch result {
        case BROTLI_DECODER_RESULT_SUCCESS: self.isComplete = true
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT, BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: break
        default:
            let words = BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state))
            throw self.error(.corrupt(detail: words.map { String(cString: $0) } ?? "corrupt data"))
        }
        return output.isEmpty ? .needsInput : .output(output)
    }

    func finish() throws(ContentDecodingError) {
        guard self.isComplete || !self.input.hasBegun else { throw self.error(.endsEarly) }
    }
}
