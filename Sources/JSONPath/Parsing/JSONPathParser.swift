import HTTPModel

/// Reads a query by the grammar of RFC 9535, appendix A; filters are in an extension.
struct JSONPathParser {
    let bytes: [UInt8]
    var offset = 0
    /// How many filters and parentheses are open.
    var depth = 0

    init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Reads a whole query.
    mutating func query() throws(JSONPathError) -> [Segment] {
        guard self.bytes.count <= JSONPathError.lengthLimit else {
            let limit = JSONPathError.lengthLimit
            throw JSONPathError(offset: limit, problem: .tooLong(limit: limit))
        }
        guard self.take("$") else { throw self.error(.missingRoot) }
        let segments = try self.segments()
        guard self.offset == self.bytes.count else { throw self.error(.unexpectedCharacter) }
        return segments
    }

    /// Reads all segments that follow; blanks may stand before each, not after the last.
    mutating func segments() throws(JSONPathError) -> [Segment] {
        var segments: [Segment] = []
        while true {
            let start = self.offset
            self.skipBlanks()
            if self.take("..") {
                segments.append(Segment(isDescendant: true, selectors: try self.selection()))
            } else if self.take(".") {
                segments.append(Segment(isDescendant: false, selectors: [try self.shorthand()]))
            } else if self.take("[") {
                segments.append(Segment(isDescendant: false, selectors: try self.bracketed()))
            } else {
                self.offset = start
                return segments
            }
        }
    }

    /// What follows two dots.
    private mutating func selection() throws(JSONPathError) -> [Selector] {
        if self.take("[") { return try self.bracketed() }
        return [try self.shorthand()]
    }

    /// `*` or a name that needs no quotes.
    private mutating func shorthand() throws(JSONPathError) -> Selector {
        if self.take("*") { return .wildcard }
        let start = self.offset
        while let byte = self.peek, Self.isNameByte(byte) { self.offset += 1 }
        // What people write and other tools take, `$.content-type` or `$.0`, has a better answer
        // than "unexpected character".
        let plainEnd = self.offset
        while let byte = self.peek, byte == UInt8(ascii: "-") || Self.isNameByte(byte) {
            self.offset += 1
        }
        let name = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        guard !name.isEmpty else { throw self.error(.missingName) }
        guard plainEnd == self.offset, !self.bytes[start].isASCIIDigit else {
            throw JSONPathError(offset: start, problem: .nameNeedsQuotes(name))
        }
        return .name(name)
    }

    /// The selectors up to `]`.
    private mutating func bracketed() throws(JSONPathError) -> [Selector] {
        var selectors: [Selector] = []
        repeat {
            self.skipBlanks()
            selectors.append(try self.selector())
            self.skipBlanks()
        } while self.take(",")
        guard self.take("]") else {
            throw self.error(self.peek == nil ? .unclosed : .unexpectedCharacter)
        }
        return selectors
    }

    private mutating func selector() throws(JSONPathError) -> Selector {
        switch self.peek {
        case UInt8(ascii: "'")?, UInt8(ascii: "\"")?: return .name(try self.string())
        case UInt8(ascii: "*")?:
            self.offset += 1
            return .wildcard
        case UInt8(ascii: "?")?:
            self.offset += 1
            return .filter(
                try self.nested { (parser) throws(JSONPathError) in
                    parser.skipBlanks()
                    return try parser.logicalOr()
                }
            )
        case UInt8(ascii: "-")?, UInt8(ascii: ":")?, (0x30...0x39)?: return try self.indexOrSlice()
        case nil: throw self.error(.unclosed)
        case UInt8(ascii: "]")?, UInt8(ascii: ",")?: throw self.error(.missingSelector)
        default: throw self.error(.unexpectedCharacter)
        }
    }

    private mutating func indexOrSlice() throws(JSONPathError) -> Selector {
        var parts: [Int?] = []
        repeat {
            self.skipBlanks()
            let isNumber = self.peek.map { $0 == UInt8(ascii: "-") || $0.isASCIIDigit } ?? false
            parts.append(isNumber ? try self.integer() : nil)
            let end = self.offset
            self.skipBlanks()
            if self.peek != UInt8(ascii: ":") { self.offset = end }
        } while parts.count < 3 && self.take(":")
        switch parts.count {
        case 1:
            guard let index = parts[0] else { throw self.error(.missingSelector) }
            return .index(index)
        case 2: return .slice(Slice(start: parts[0], end: parts[1], step: nil))
        default: return .slice(Slice(start: parts[0], end: parts[1], step: parts[2]))
        }
    }

    /// `0`, or digits without a leading zero, with a sign before it if negative.
    private mutating func integer() throws(JSONPathError) -> Int {
        let start = self.offset
        let isNegative = self.take("-")
        let first = self.offset
        while let byte = self.peek, byte.isASCIIDigit { self.offset += 1 }
        let digits = self.bytes[first..<self.offset]
        guard !digits.isEmpty, digits.first != 0x30 || (digits.count == 1 && !isNegative) else {
            throw JSONPathError(offset: start, problem: .invalidIndex)
        }
        // RFC 9535, section 2.1: within the range of I-JSON's exact values.
        let limit = 9_007_199_254_740_991
        guard let value = Int(String(decoding: digits, as: UTF8.self)), value <= limit else {
            throw JSONPathError(offset: start, problem: .integerOutOfRange)
        }
        return isNegative ? -value : value
    }

    /// A quoted string with its escapes decoded.
    mutating func string() throws(JSONPathError) -> String {
        let quote = self.bytes[self.offset]
        self.offset += 1
        var text: [UInt8] = []
        while let byte = self.peek {
            switch byte {
            case quote:
                self.offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try self.escape(quote: quote, into: &text)
            case ..<0x20: throw self.error(.controlCharacter)
            default:
                text.append(byte)
                self.offset += 1
            }
        }
        throw self.error(.unclosed)
    }

    private mutating func escape(
        quote: UInt8,
        into text: inout [UInt8]
    ) throws(JSONPathError) {
        let rest = self.bytes[(self.offset + 1)...]
        switch JSONEscape(rest, quote: quote) {
        case .scalar(let scalar, let length):
            // A lone surrogate, which JSON's reader repairs, is no character here; nor is the
            // other quote an escape.
            let isLone =
                scalar == "\u{FFFD}" && rest.first == UInt8(ascii: "u")
                && !rest.dropFirst().prefix(4).elementsEqual("fffd".utf8, by: { $0 | 0x20 == $1 })
            guard !isLone else { throw self.error(.invalidEscape) }
            text.append(contentsOf: String(Character(scalar)).utf8)
            self.offset += 1 + length
        case .incomplete:
            throw JSONPathError(offset: self.bytes.count, problem: .unclosed)
        case .invalid:
            throw self.error(.invalidEscape)
        }
    }

    // MARK: Bytes

    /// Runs `body` one level deeper.
    mutating func nested<Result>(
        _ body: (inout JSONPathParser) throws(JSONPathError) -> Result
    ) throws(JSONPathError) -> Result {
        guard self.depth < JSONPathError.nestingLimit else {
            throw self.error(.tooDeep(limit: JSONPathError.nestingLimit))
        }
        self.depth += 1
        defer { self.depth -= 1 }
        return try body(&self)
    }

    /// A letter, digit, `_` or anything beyond ASCII.
    static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
    }

    var peek: UInt8? { self.offset < self.bytes.count ? self.bytes[self.offset] : nil }

    /// Whether `text` follows.
    func isAt(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { self.bytes[self.offset...].starts(with: $0) }
    }

    mutating func take(_ text: StaticString) -> Bool {
        guard self.isAt(text) else { return false }
        self.offset += text.utf8CodeUnitCount
        return true
    }

    mutating func skipBlanks() {
        while let byte = self.peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            self.offset += 1
        }
    }

    func error(_ problem: JSONPathError.Problem) -> JSONPathError {
        JSONPathError(offset: self.offset, problem: problem)
    }
}
