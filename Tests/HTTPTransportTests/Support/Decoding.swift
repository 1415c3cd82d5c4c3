import HTTPModel
import Testing

@testable import HTTPTransport

/// Decodes `pieces` through a chain; the sink's bytes.
func decode(
    _ codings: [String],
    _ pieces: [[UInt8]],
    sink: TestSink = TestSink()
) throws -> [UInt8] {
    let chain = try #require(try DecodingChain(codings: codings, sink: sink))
    for piece in pieces {
        var flow = try chain.write(piece)
        while flow == .pause { flow = try chain.pump() }
    }
    try chain.finish()
    #expect(chain.outputBytes == sink.current.count)
    return sink.current.bytes
}

/// The error that `body` throws, if it is one of decoding.
func decodingError(of body: () throws -> Void) -> ContentDecodingError? {
    do {
        try body()
        return nil
    } catch {
        return error as? ContentDecodingError
    }
}
