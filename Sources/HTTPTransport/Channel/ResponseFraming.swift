import HTTPModel

/// Takes the content of a response out of the bytes of its connection (RFC 9112, section 6.3).
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

    /// What the next bytes are.
    enum Stretch: Equatable {
        /// So many bytes of content.
        case content(Int)
        /// So many bytes of the chunked coding around it.
        case framing(Int)
    }

    private enum State: Equatable {
        case content(remaining: Int)
        case untilEnd
        /// In the digits of a chunk's size.
        case size(Int, sawDigit: Bool)
        /// Behind the digits, in an extension that nobody knows.
        case sizeExtension(Int, length: Int)
        /// Between CR and LF behind a size.
        case sizeEnd(Int)
        case chunk(remaining: Int)
        /// Before the CR behind a chunk.
        case chunkEnd
        /// Between that CR and its LF.
        case chunkEndReturned
        /// In the trailer section, in a line of that length so far.
        case trailer(lineLength: Int)
        case complete
        case malformed
        /// An extension has not ended within the limit.
        case extensionTooLong
    }

    /// The longest extension of a chunk that is skipped, in bytes.
    static let extensionLimitBytes = 4096

    /// How the content is delimited.
    let delimiter: Delimiter
    /// The trailer section so far, with the empty line that ends it.
    private(set) var trailerSection: [UInt8] = []
    private var state: State

    /// Creates a reader of content that is delimited so.
    init(_ delimiter: Delimiter) {
        self.delimiter = delimiter
        switch delimiter {
        case .none, .length(0): self.state = .complete
        case .length(let length): self.state = .content(remaining: length)
        case .chunked: self.state = .size(0, sawDigit: false)
        case .endOfConnection: self.state = .untilEnd
        }
    }

    /// Whether all content has been seen.
    var isComplete: Bool { self.state == .complete }

    /// Whether the chunked coding was broken.
    var isMalformed: Bool { self.state == .malformed || self.state == .extensionTooLong }
    /// What is wrong with the chunked coding; nil if nothing is.
    var violation: ProtocolViolation? {
        switch self.state {
        case .malformed: .invalidChunkedCoding
        case .extensionTooLong: .chunkExtensionTooLong(limitBytes: Self.extensionLimitBytes)
        case .content, .untilEnd, .size, .sizeExtension, .sizeEnd, .chunk, .chunkEnd,
            .chunkEndReturned, .trailer, .complete:
            nil
        }
    }

    /// Consumes the first bytes of `bytes`, as far as they are of one kind.
    mutating func next(_ bytes: UnsafeRawBufferPointer) -> Stretch {
        switch self.state {
        case .untilEnd: return .content(bytes.count)
        case .content(let remaining):
            let taken = min(remaining, bytes.count)
            self.state = taken == remaining ? .complete : .content(remaining: remaining - taken)
            return .content(taken)
        case .chunk(let remaining):
            let taken = min(remaining, bytes.count)
            self.state = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
            return .content(taken)
        case .size, .sizeExtension, .sizeEnd, .chunkEnd, .chunkEndReturned, .trailer, .complete,
            .malformed, .extensionTooLong:
            return .framing(self.consumeFraming(bytes))
        }
    }

    /// Consumes what is not content; returns how many bytes.
    private mutating func consumeFraming(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch self.state {
            case .size(let value, let sawDigit):
                self.state = Self.afterSizeByte(byte, value, sawDigit)
            case .sizeExtension(let value, let length):
                self.state = Self.afterExtensionByte(byte, value, length)
            case .sizeEnd(let value):
                let following =
                    value == 0 ? State.trailer(lineLength: 0) : .chunk(remaining: value)
                self.state = byte == 0x0A ? following : .malformed
            case .chunkEnd: self.state = byte == 0x0D ? .chunkEndReturned : .malformed
            case .chunkEndReturned:
                self.state = byte == 0x0A ? .size(0, sawDigit: false) : .malformed
            case .trailer(let lineLength):
                self.trailerSection.append(byte)
                self.state = Self.afterTrailerByte(byte, lineLength)
            case .content, .chunk, .untilEnd, .complete, .malformed, .extensionTooLong:
                return index
            }
            index += 1
        }
        return index
    }

    private static func afterSizeByte(_ byte: UInt8, _ value: Int, _ sawDigit: Bool) -> State {
        if let digit = byte.hexadecimalValue {
            return value < Int.max >> 8 ? .size(value << 4 | digit, sawDigit: true) : .malformed
        }
        guard sawDigit else { return .malformed }
        switch byte {
        case 0x0D: return .sizeEnd(value)
        case UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t"):
            return .sizeExtension(value, length: 1)
        default: return .malformed
        }
    }

    private static func afterExtensionByte(_ byte: UInt8, _ value: Int, _ length: Int) -> State {
        if byte == 0x0D { return .sizeEnd(value) }
        // A bare LF would end the line for some and not for others: so requests are smuggled.
        guard byte != 0x0A else { return .malformed }
        guard length < Self.extensionLimitBytes else { return .extensionTooLong }
        return .sizeExtension(value, length: length + 1)
    }

    private static func afterTrailerByte(_ byte: UInt8, _ lineLength: Int) -> State {
        switch byte {
        case 0x0A: lineLength == 0 ? .complete : .trailer(lineLength: 0)
        case 0x0D: .trailer(lineLength: lineLength)
        default: .trailer(lineLength: lineLength + 1)
        }
    }
}

extension UInt8 {
    /// The value of this hexadecimal digit; nil if it is none.
    fileprivate var hexadecimalValue: Int? {
        switch self {
        case 0x30...0x39: Int(self - 0x30)
        case 0x41...0x46: Int(self - 0x41 + 10)
        case 0x61...0x66: Int(self - 0x61 + 10)
        default: nil
        }
    }
}
