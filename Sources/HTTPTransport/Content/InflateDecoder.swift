import CZlib
import HTTPModel

/// Removes the gzip or the deflate coding with the system's zlib.
///
/// `deflate` is zlib's format by RFC 9110, section 8.4.1.2; some servers send raw deflate, which is
/// told apart by the first two bytes.
final class InflateDecoder: ContentDecoder {
    /// Which coding.
    enum Format {
        case gzip
        case deflate
    }

    private enum Phase {
        case sniffing
        case inflating
        case betweenMembers
        case trailing
    }

    let coding: String
    private let format: Format
    private var stream = z_stream()
    private var isOpen = false
    private var phase: Phase
    private var input = DecoderInput()

    /// Creates a decoder.
    init(_ format: Format) {
        self.format = format
        self.coding = format == .gzip ? "gzip" : "deflate"
        self.phase = .sniffing
    }

    deinit {
        if self.isOpen { inflateEnd(&self.stream) }
    }

    func feed(_ bytes: [UInt8]) {
        self.input.feed(bytes)
    }

    func next(limit: Int) throws(ContentDecodingError) -> ContentDecoderStep {
        // A loop, because members without content may follow each other by the thousand.
        while true {
            if let step = try self.step(limit: limit) { return step }
        }
    }

    /// Takes a step; nil if a member has ended that had no content.
    private func step(limit: Int) throws(ContentDecodingError) -> ContentDecoderStep? {
        switch self.phase {
        case .trailing:
            self.input.skipAll()
            return .needsInput
        case .sniffing:
            // Two bytes tell zlib's format from raw deflate.
            guard self.input.count >= 2 else { return .needsInput }
            try self.open()
        case .betweenMembers:
            // gzip allows members in a row (RFC 1952, section 2.2); anything else is padding.
            guard self.input.count > 0 else { return .needsInput }
            guard self.input[0] == 0x1F else {
                self.phase = .trailing
                return nil
            }
            inflateReset(&self.stream)
            self.phase = .inflating
        case .inflating: break
        }
        return try self.inflateStep(limit: limit)
    }

    func finish() throws(ContentDecodingError) {
        switch self.phase {
        case .betweenMembers, .trailing: return
        case .sniffing where !self.input.hasBegun: return
        case .sniffing, .inflating: throw self.error(.endsEarly)
        }
    }

    private func open() throws(ContentDecodingError) {
        let windowBits: Int32
        switch self.format {
        case .gzip: windowBits = 15 + 16
        case .deflate:
            let first = self.input[0]
            let second = self.input[1]
            // RFC 1950, section 2.2: method 8, and the pair a multiple of 31.
            let isZlib = first & 0x0F == 8 && (Int(first) << 8 | Int(second)) % 31 == 0
            windowBits = isZlib ? 15 : -15
        }
        guard linger_inflate_init(&self.stream, windowBits) == Z_OK else {
            throw self.error(.corrupt(detail: "zlib could not start"))
        }
        self.isOpen = true
        self.phase = .inflating
    }

    private func inflateStep(limit: Int) throws(ContentDecodingError) -> ContentDecoderStep? {
        var status = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            self.input.consume { input in
                self.stream.next_in = input.baseAddress
                self.stream.avail_in = UInt32(input.count)
                self.stream.next_out = buffer.baseAddress
                self.stream.avail_out = UInt32(limit)
                status = inflate(&self.stream, Z_NO_FLUSH)
                return input.count - Int(self.stream.avail_in)
            }
            count = limit - Int(self.stream.avail_out)
        }
        switch status {
        case Z_STREAM_END:
            self.phase = self.format == .gzip ? .betweenMembers : .trailing
        case Z_OK, Z_BUF_ERROR: break
        default:
            let words = self.stream.msg.map { String(cString: $0) } ?? "corrupt data"
            throw self.error(.corrupt(detail: words))
        }
        guard output.isEmpty else { return .output(output) }
        return self.phase == .inflating ? .needsInput : nil
    }
}
