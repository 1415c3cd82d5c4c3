import HTTPModel

/// Content decoders in a row, outermost coding first, in front of a sink.
///
/// A few bytes can stand for endless ones, even between two codings where nobody sees them. So each
/// decoder's output is bounded by what came from the peer.
final class DecodingChain {
    /// The largest number of codings that are removed; more are refused.
    static let codingLimit = 5
    /// How many times as large as what came a decoder's output may be, once it is over
    /// `growthFloorBytes`; zlib can reach 1,032, br and zstd far more.
    static let growthLimit = 256
    /// Output up to this size may have grown by any factor, in bytes.
    static let growthFloorBytes = 16 * 1024 * 1024
    private static let windowBytes = 64 * 1024

    private let decoders: [any ContentDecoder]
    private let sink: any BodySink
    private var inputBytes = 0
    private var producedBytes: [Int]
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
                problem: .tooManyCodings(count: wanted.count, limit: Self.codingLimit)
            )
        }
        var decoders: [any ContentDecoder] = []
        // The coding that was applied last is listed last and removed first.
        for coding in wanted.reversed() {
            switch coding {
            case "gzip", "x-gzip": decoders.append(InflateDecoder(.gzip))
            case "deflate": decoders.append(InflateDecoder(.deflate))
            case "br": decoders.append(BrotliDecoder())
            case "zstd": decoders.append(ZstdDecoder())
            default: throw ContentDecodingError(coding: coding, problem: .unknownCoding)
            }
        }
        self.decoders = decoders
        self.producedBytes = [Int](repeating: 0, count: decoders.count)
        self.sink = sink
    }

    /// Decodes a piece of content into the sink.
    func write(_ bytes: [UInt8]) throws -> BodyFlow {
        self.inputBytes += bytes.count
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
                try self.count(bytes.count, from: stage)
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

    private func count(_ bytes: Int, from stage: Int) throws(ContentDecodingError) {
        self.producedBytes[stage] += bytes
        let produced = self.producedBytes[stage]
        guard produced > Self.growthFloorBytes, produced / Self.growthLimit > self.inputBytes else {
            return
        }
        throw self.decoders[stage].error(
            .grewTooMuch(
                receivedBytes: self.inputBytes,
                decodedBytes: produced,
                factorLimit: Self.growthLimit
            )
        )
    }
}
