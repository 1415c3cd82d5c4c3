/// Reads JSON values from bytes (RFC 8259), one after another.
///
/// Several values may follow each other, as in JSON Lines; a byte order mark at the beginning is
/// passed over. Bytes in strings that are no UTF-8, and escapes of lone surrogates, become U+FFFD.
package struct JSONParser: Sendable {
    private let bytes: [UInt8]
    /// The offset of the next byte.
    package private(set) var offset: Int
    private var depth = 0

    /// Creates a parser of these bytes.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Reads the next value; nil at the end.
    package mutating func next() throws(JSONSyntaxError) -> JSONValue? {
        self.skipBlanks()
        guard self.offset < self.bytes.count else { return nil }
        return try self.value()
    }

    /// Makes sure that nothing but blanks follows.
    package mutating func expectEnd() throws(JSONSyntaxError) {
        self.skipBlanks()
        if self.offset < self.bytes.count { throw self.unexpected() }
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        guard self.offset < self.bytes.count else { throw self.unexpected() }
        switch self.bytes[self.offset] {
        case UInt8(ascii: "{"): return try self.object()
        case UInt8(ascii: "["): return try self.array()
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.literal("true", .bool(true))
        case UInt8(ascii: "f"): return try self.literal("false", .bool(false))
        case UInt8(ascii: "n"): return try self.literal("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return .number(try self.number())
        default: throw self.unexpected()
        }
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONValue {
        try self.enter()
        var members: [JSONValue.Member] = []
        self.skipBlanks()
        if !self.take(UInt8(ascii: "}")) {
            repeat {
                self.skipBlanks()
                guard self.peek == UInt8(ascii: "\"") else { throw self.unexpected() }
                let key = try self.string()
                self.skipBlanks()
                try self.expect(UInt8(ascii: ":"))
                self.skipBlanks()
                members.append(JSONValue.Member(key, try self.value()))
                self.skipBlanks()
            } while self.take(UInt8(ascii: ","))
            try self.expect(UInt8(ascii: "}"))
        }
        self.depth -= 1
        return .object(members)
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONValue {
        try self.enter()
        var elements: [JSONValue] = []
        self.skipBlanks()
        if !self.take(UInt8(ascii: "]")) {
            repeat {
                self.skipBlanks()
                elements.append(try self.value())
                self.skipBlanks()
            } while self.take(UInt8(ascii: ","))
            try self.expect(UInt8(ascii: "]"))
        }
        self.depth -= 1
        return .array(elements)
    }

    /// Passes over the bracket that opens a container.
    private mutating func enter() throws(JSONSyntaxError) {
        guard self.depth < JSONSyntaxError.nestingLimit else {
            throw self.error(.tooDeep(limit: JSONSyntaxError.nestingLimit))
        }
        self.depth += 1
        self.offset += 1
    }

    private mutating func literal(
        _ text: String,
        _ value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        for byte in text.utf8 { try self.expect(byte) }
        return value
    }

    /// Reads a number by the grammar of RFC 8259, section 6, and keeps its spelling.
    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = self.offset
        _ = self.take(UInt8(ascii: "-"))
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        if self.take(UInt8(ascii: ".")) { try self.digits() }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        // "01" and "1x" are no numbers that something follows: they are wrong here.
        if let byte = self.peek, byte.isASCIIDigit || byte.isASCIILetter { throw self.unexpected() }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        guard let first = self.peek, first.isASCIIDigit else { throw self.unexpected() }
        while let byte = self.peek, byte.isASCIIDigit { self.offset += 1 }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        self.offset += 1
        let start = self.offset
        var decoded: [UInt8]?
        while let byte = self.peek {
            switch byte {
            case UInt8(ascii: "\""):
                self.offset += 1
                return decoded.map { String(decoding: $0, as: UTF8.self) }
                    ?? String(decoding: self.bytes[start..<self.offset - 1], as: UTF8.self)
            case UInt8(ascii: "\\"):
                // What stood before the first escape has not been copied yet.
                var copy = decoded ?? Array(self.bytes[start..<self.offset])
                decoded = nil
                let (value, length) = try self.escape()
                copy.append(contentsOf: String(Character(value)).utf8)
                self.offset += length
                decoded = copy
            case ..<0x20: throw self.error(.controlCharacterInString(byte))
            default:
                decoded?.append(byte)
                self.offset += 1
            }
        }
        throw self.unexpected()
    }

    /// Reads the escape at the current offset.
    private func escape() throws(JSONSyntaxError) -> (value: Unicode.Scalar, length: Int) {
        let rest = self.bytes[(self.offset + 1)...]
        switch JSONEscape(rest) {
        case .scalar(let value, let length): return (value, length + 1)
        case .incomplete:
            throw JSONSyntaxError(offset: self.bytes.count, problem: .unexpectedEnd)
        case .invalid(let offset):
            throw JSONSyntaxError(offset: self.offset + 1 + offset, problem: .invalidEscape)
        }
    }

    private var peek: UInt8? {
        self.offset < self.bytes.count ? self.bytes[self.offset] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(JSONSyntaxError) {
        guard self.take(byte) else { throw self.unexpected() }
    }

    private mutating func skipBlanks() {
        while let byte = self.peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            self.offset += 1
        }
    }

    private func unexpected() -> JSONSyntaxError {
        self.error(self.peek.map { .unexpectedByte($0) } ?? .unexpectedEnd)
    }

    private func error(_ problem: JSONSyntaxError.Problem) -> JSONSyntaxError {
        JSONSyntaxError(offset: self.offset, problem: problem)
    }
}
