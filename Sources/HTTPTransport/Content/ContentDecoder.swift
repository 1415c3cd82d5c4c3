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
    /// What is wrong.
    var problem: DecodingProblem
}

extension ContentDecoder {
    /// An error of this decoder.
    func error(_ problem: DecodingProblem) -> ContentDecodingError {
        ContentDecodingError(coding: self.coding, problem: problem)
    }
}
