import Glibc
import HTTPModel
import NIOCore

/// Reads the responses of one HTTP/1.1 connection out of its bytes (RFC 9112).
///
/// It is the only one that does: a codec behind it could disagree about where a response ends, and
/// would keep neither the reason phrase nor bytes that are not UTF-8. No byte is read that no
/// request asked for: not while the connection is idle (POOL.md rule 19), nor after the end of a
/// response (rule 22).
struct ResponseReader {
    /// A part of a response.
    enum Part: Equatable {
        /// An interim response.
        case interim(ResponseHead)
        /// The head of the final response.
        case head(ResponseHead)
        /// Some content, as it is within the transfer coding.
        case content(ByteBuffer)
        /// The end of the response, with its trailer section.
        case end(trailers: [FieldLine])
    }

    private enum State {
        case idle
        case head(toHEAD: Bool)
        case content
    }

    /// The longest header or trailer section that is read, in bytes.
    static let headLimitBytes = 256 * 1024
    /// How many interim responses may precede the final one.
    static let interimResponseLimit = 100

    private var state = State.idle
    private var framing = ResponseFraming(.none)
    /// The bytes of a head that has not come whole.
    private var headBytes: [UInt8] = []
    private var interimCount = 0
    /// The `Set-Cookie` fields of interim responses.
    private var interimSetCookies: [FieldLine] = []

    /// How the current or latest content is delimited; nil before the final head.
    private(set) var delimiter: ResponseFraming.Delimiter?

    /// Whether no response is expected.
    var isIdle: Bool {
        guard case .idle = self.state else { return false }
        return true
    }

    /// Expects a response from now on.
    mutating func expectResponse(toHEAD: Bool) {
        self.state = .head(toHEAD: toHEAD)
        self.headBytes.removeAll(keepingCapacity: true)
        self.interimCount = 0
        self.interimSetCookies = []
        self.delimiter = nil
    }

    /// Takes the next part off the front of `buffer`; nil if that needs more bytes.
    ///
    /// What is left in `buffer` after `.end` belongs to no response.
    mutating func next(_ buffer: inout ByteBuffer) throws(ProtocolFault) -> Part? {
        switch self.state {
        case .idle: return nil
        case .head(let toHEAD):
            guard let head = try self.nextHead(&buffer) else { return nil }
            return try self.accept(head, toHEAD: toHEAD)
        case .content: return try self.nextContent(&buffer)
        }
    }

    /// Hears that the connection has ended in an orderly way, which ends some responses.
    mutating func endOfConnection() -> Part? {
        guard case .content = self.state, self.delimiter == .endOfConnection else { return nil }
        self.state = .idle
        return .end(trailers: [])
    }

    // MARK: Heads

    private mutating func nextHead(
        _ buffer: inout ByteBuffer
    ) throws(ProtocolFault) -> ResponseHead? {
        if self.headBytes.isEmpty {
            // As a rule a head comes whole, and is read where it is.
            let whole = try buffer.withUnsafeReadableBytes { bytes in
                Result { () throws(ProtocolFault) in
                    try Self.headLength(bytes, from: 0).map { length throws(ProtocolFault) in
                        (try Self.parse(bytes[..<length]), length)
                    }
                }
            }.get()
            if let (head, length) = whole {
                buffer.moveReaderIndex(forwardBy: length)
                return head
            }
        }
        return try self.collectHead(&buffer)
    }

    private mutating func collectHead(
        _ buffer: inout ByteBuffer
    ) throws(ProtocolFault) -> ResponseHead? {
        let known = self.headBytes.count
        let piece = buffer.readableBytesView.prefix(Self.headLimitBytes + 1 - known)
        self.headBytes.append(contentsOf: piece)
        guard self.headBytes.prefix(5).elementsEqual("HTTP/".utf8.prefix(self.headBytes.count))
        else {
            let first = self.headBytes.prefix(32)
            throw ProtocolFault(.notHTTP(firstBytes: String(decoding: first, as: UTF8.self)))
        }
        let result = self.headBytes.withUnsafeBytes { bytes in
            Result { () throws(ProtocolFault) in
                // The end may have begun in what was there.
                try Self.headLength(bytes, from: max(0, known - 2)).map {
                    length throws(ProtocolFault) in (try Self.parse(bytes[..<length]), length)
                }
            }
        }
        guard let (head, length) = try result.get() else {
            guard self.headBytes.count <= Self.headLimitBytes else {
                throw ProtocolFault(.headerSectionTooLong(limitBytes: Self.headLimitBytes))
            }
            buffer.moveReaderIndex(forwardBy: piece.count)
            return nil
        }
        buffer.moveReaderIndex(forwardBy: length - known)
        self.headBytes.removeAll(keepingCapacity: true)
        return head
    }

    /// How many bytes of `bytes` the first head takes, with the empty line that ends it, which is
    /// looked for from `start` on; nil if it does not end in them.
    private static func headLength(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var position = start
        while position < bytes.count,
            let found = memchr(base + position, 0x0A, bytes.count - position)
        {
            let feed = UnsafeRawPointer(found) - base
            position = feed + 1
            if position < bytes.count, bytes[position] == 0x0A { return position + 1 }
            if position + 1 < bytes.count, bytes[position] == 0x0D, bytes[position + 1] == 0x0A {
                return position + 2
            }
        }
        return nil
    }

    private static func parse(
        _ bytes: Slice<UnsafeRawBufferPointer>
    ) throws(ProtocolFault) -> ResponseHead {
        guard bytes.count <= Self.headLimitBytes else {
            throw ProtocolFault(.headerSectionTooLong(limitBytes: Self.headLimitBytes))
        }
        return try ResponseHeadParser.parse(UnsafeRawBufferPointer(rebasing: bytes))
    }

    private mutating func accept(
        _ head: ResponseHead,
        toHEAD: Bool
    ) throws(ProtocolFault) -> Part {
        var head = head
        if head.status / 100 == 1 {
            guard head.status != 101 else { throw ProtocolFault(.unexpectedUpgrade) }
            self.interimCount += 1
            guard self.interimCount <= Self.interimResponseLimit else {
                throw ProtocolFault(.tooManyInterimResponses(limit: Self.interimResponseLimit))
            }
            head.collectSetCookies(in: &self.interimSetCookies)
            return .interim(head)
        }
        let delimiter = try ResponseRules.delimiter(of: head, toHEAD: toHEAD)
        self.delimiter = delimiter
        self.framing = ResponseFraming(delimiter)
        self.state = .content
        head.interimSetCookies = self.interimSetCookies
        return .head(head)
    }

    // MARK: Content

    private mutating func nextContent(
        _ buffer: inout ByteBuffer
    ) throws(ProtocolFault) -> Part? {
        while !self.framing.isComplete {
            guard buffer.readableBytes > 0 else { return nil }
            let stretch = buffer.withUnsafeReadableBytes { self.framing.next($0) }
            if let violation = self.framing.violation { throw ProtocolFault(violation) }
            switch stretch {
            case .content(let count):
                guard let content = buffer.readSlice(length: count) else { return nil }
                return .content(content)
            case .framing(let count):
                buffer.moveReaderIndex(forwardBy: count)
                guard self.framing.trailerSection.count <= Self.headLimitBytes else {
                    throw ProtocolFault(.headerSectionTooLong(limitBytes: Self.headLimitBytes))
                }
            }
        }
        self.state = .idle
        let section = self.framing.trailerSection
        guard section.count > 2 else { return .end(trailers: []) }
        let trailers = section.withUnsafeBytes { bytes in
            Result { () throws(ProtocolFault) in try ResponseHeadParser.parseFields(bytes) }
        }
        return .end(trailers: try trailers.get())
    }
}

extension ResponseHead {
    /// How many `Set-Cookie` fields of interim responses are noted.
    private static let interimSetCookieLimit = 50

    /// Adds the `Set-Cookie` fields of an interim response to those before.
    func collectSetCookies(in noted: inout [FieldLine]) {
        for field in self.fields where field.name.isSameFieldName(as: "set-cookie") {
            guard noted.count < Self.interimSetCookieLimit else { return }
            noted.append(field)
        }
    }
}
