import HTTPModel

/// Removes one content coding (RFC 9110, section 8.4).
///
/// It is pulled: `feed` gives it input once it has none left, and `next` is called until it wants
/// more. So a sink that pauses leaves what is not yet decoded where it is.
protocol ContentDecoder: AnyObject {
    /// The coding's name.
    var coding: String { get }

    /// Gives it input; the decoder has used up what it had before.
    func feed(_ bytes: [UInt8])

    /// Decodes up to `limit` bytes of output.
    func next(limit: Int) throws(ContentDecodingError) -> ContentDecoderStep

    /// Checks that the coding was complete when the content ended.
    func finish() throws(ContentDecodingError)
}

/// What a decoder has to give.
enum ContentDecoderStep {
    /// Decoded bytes; there may be more.
    case output([UInt8])
    /// Nothing before more input comes.
    case needsInput
}

/// Why content could not be decoded.
struct ContentDecodingError: Error {
    /// The coding.
    var coding: String
    /// The decoder's words.
    var detail: String
}

/// Content decoders in a row, outermost coding first, in front of a sink.
final class DecodingChain {
    /// The largest number of codings that are removed; more are refused.
    static let codingLimit = 5
    private static let windowBytes = 64 * 1024

    private let decoders: [any ContentDecoder]
    private let sink: any BodySink
    /// Bytes handed to the sink.
    private(set) var outputBytes = 0

    /// Creates a chain for these codings, as Content-Encoding lists them; nil if there is nothing
    /// to do.
    ///
    /// - Throws: `ContentDecodingError` for an unknown coding, or for too many.
    init?(codings: [String], sink: any BodySink) throws(ContentDecodingError) {
        let wanted = codings.map { $0.lowercased() }.filter { $0 != "identity" }
        guard !wanted.isEmpty else { return nil }
        guard wanted.count <= Self.codingLimit else {
            throw ContentDecodingError(
                coding: wanted.joined(separator: ", "),
                detail: "more than \(Self.codingLimit) codings"
            )
        }
        var decoders: [any ContentDecoder] = []
        // The coding that was applied last is listed last and removed first.
        for coding in wanted.reversed() {
            switch coding {
            case "gzip", "x-gzip": decoders.append(InflateDecoder(.gzip))
            case "deflate": decoders.append(InflateDecoder(.deflate))
            default: throw ContentDecodingError(coding: coding, detail: "not supported")
            }
        }
        self.decoders = decoders
        self.sink = sink
    }

    /// Decodes a piece of content into the sink.
    func write(_ bytes: [UInt8]) throws -> BodyFlow {
        self.decoders[0].feed(bytes)
        return try self.pump()
    }

    /// Goes on after a pause, or after input: innermost decoder first, so that nothing overtakes.
    func pump() throws -> BodyFlow {
        var stage = self.decoders.count - 1
        while stage >= 0 {
            switch try self.decoders[stage].next(limit: Self.windowBytes) {
            case .needsInput:
                stage -= 1
            case .output(let bytes):
                if stage < self.decoders.count - 1 {
                    self.decoders[stage + 1].feed(bytes)
                    stage = self.decoders.count - 1
                    continue
                }
                self.outputBytes += bytes.count
                if try self.sink.write(bytes.span.bytes) == .pause { return .pause }
            }
        }
        return .continue
    }

    /// Checks that all codings were complete.
    func finish() throws(ContentDecodingError) {
        for decoder in self.decoders { try decoder.finish() }
    }
}
