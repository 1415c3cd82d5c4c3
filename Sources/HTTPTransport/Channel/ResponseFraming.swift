/// Finds the end of a response's content in the bytes of the connection (RFC 9112, section 6.3).
///
/// It only counts; the codec behind it decodes. Because of it no byte that follows a response ever
/// reaches the codec, where half a head would wait to become the answer to the next request.
struct ResponseFraming: Equatable {
    /// How the content is delimited.
    enum Delimiter: Equatable {
        /// There is none: 1xx, 204, 304, or the answer to HEAD.
        case none
        /// By Content-Length.
        case length(Int)
        /// By the chunked coding.
        case chunked
        /// By the end of the connection.
        case endOfConnection
    }

    private enum State: Equatable {
        case content(remaining: Int)
        case chunkSize(value: Int, sawDigit: Bool, inExtension: Bool)
        case chunkData(remaining: Int)
        case chunkEnd
        case trailer(lineLength: Int)
        case untilEnd
        case complete
        case malformed
    }

    /// How the content is delimited.
    let delimiter: Delimiter
    private var state: State

    /// Creates a counter for content that is delimited so.
    init(_ delimiter: Delimiter) {
        self.delimiter = delimiter
        switch delimiter {
        case .none, .length(0): self.state = .complete
        case .length(let length): self.state = .content(remaining: length)
        case .chunked: self.state = .chunkSize(value: 0, sawDigit: false, inExtension: false)
        case .endOfConnection: self.state = .untilEnd
        }
    }

    /// Whether all content has been seen.
    var isComplete: Bool { self.state == .complete }

    /// Whether the chunked coding was broken.
    var isMalformed: Bool { self.state == .malformed }

    /// Consumes bytes; returns how many belong to this response.
    mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index < bytes.count {
            switch self.state {
            case .complete, .malformed: return index
            case .untilEnd: return bytes.count
            case .content(let remaining):
                let taken = min(remaining, bytes.count - index)
                index += taken
                self.state = taken == remaining ? .complete : .content(remaining: remaining - taken)
            case .chunkData(let remaining):
                let taken = min(remaining, bytes.count - index)
                index += taken
                self.state =
                    taken == remaining ? .chunkEnd : .chunkData(remaining: remaining - taken)
            case .chunkSize, .chunkEnd, .trailer:
                self.consumeFramingByte(bytes[index])
                index += 1
            }
        }
        return index
    }

    private mutating func consumeFramingByte(_ byte: UInt8) {
        switch self.state {
        case .chunkSize(let value, let sawDigit, let inExtension):
            self.state = Self.afterSizeByte(byte, value, sawDigit, inExtension)
        case .chunkEnd:
            if byte == UInt8(ascii: "\n") {
                self.state = .chunkSize(value: 0, sawDigit: false, inExtension: false)
            } else if byte != UInt8(ascii: "\r") {
                self.state = .malformed
            }
        case .trailer(let lineLength):
            if byte == UInt8(ascii: "\n") {
                self.state = lineLength == 0 ? .complete : .trailer(lineLength: 0)
            } else if byte != UInt8(ascii: "\r") {
                self.state = .trailer(lineLength: lineLength + 1)
            }
        case .content, .chunkData, .untilEnd, .complete, .malformed:
            preconditionFailure("no framing byte is expected in \(self.state)")
        }
    }

    private static func afterSizeByte(
        _ byte: UInt8,
        _ value: Int,
        _ sawDigit: Bool,
        _ inExtension: Bool
    ) -> State {
        if byte == UInt8(ascii: "\n") {
            guard sawDigit else { return .malformed }
            return value == 0 ? .trailer(lineLength: 0) : .chunkData(remaining: value)
        }
        if inExtension || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: ";")
            || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        {
            return .chunkSize(value: value, sawDigit: sawDigit, inExtension: true)
        }
        guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, value < Int.max >> 8 else {
            return .malformed
        }
        return .chunkSize(value: value << 4 | digit, sawDigit: true, inExtension: false)
    }
}
