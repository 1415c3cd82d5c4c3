/// What is wrong with text that should be JSON.
struct JSONError: Error, Hashable {
    /// Where it was seen, in bytes from the start.
    let offset: Int
    /// What was seen.
    let problem: Problem

    /// The kinds of wrong.
    enum Problem: Hashable {
        /// The text ends before the value does.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// A number that is none, such as `01`.
        case invalidNumber
        /// An escape that is none, such as `\x` or half a surrogate pair.
        case invalidEscape
        /// Bytes that are not UTF-8.
        case invalidUTF8
        /// More than ``JSONParser/maximumDepth`` brackets inside each other.
        case tooDeep
    }
}

/// Reads one JSON value and nothing after it (RFC 8259).
struct JSONParser {
    /// How many arrays and objects may stand inside each other.
    static let maximumDepth = 64

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the value that `bytes` spell.
    static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        guard parser.index == bytes.count else { throw parser.unexpected() }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        self.skipBlanks()
        guard let byte = self.peek else { throw self.unexpected() }
        switch byte {
        case UInt8(ascii: "{"): return try self.object(depth: depth)
        case UInt8(ascii: "["): return try self.array(depth: depth)
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        default: throw self.unexpected()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        try self.open(depth)
        var members: [JSON.Member] = []
        if self.takes(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            self.skipBlanks()
            guard self.peek == UInt8(ascii: "\"") else { throw self.unexpected() }
            let name = try self.string()
            guard self.takes(UInt8(ascii: ":")) else { throw self.unexpected() }
            members.append(JSON.Member(name, try self.value(depth: depth + 1)))
        } while self.takes(UInt8(ascii: ","))
        guard self.takes(UInt8(ascii: "}")) else { throw self.unexpected() }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        try self.open(depth)
        var elements: [JSON] = []
        if self.takes(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try self.value(depth: depth + 1))
        } while self.takes(UInt8(ascii: ","))
        guard self.takes(UInt8(ascii: "]")) else { throw self.unexpected() }
        return .array(elements)
    }

    private mutating func open(_ depth: Int) throws(JSONError) {
        guard depth < Self.maximumDepth else { throw self.error(.tooDeep) }
        self.index += 1
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        for byte in word.utf8 {
            guard self.peek == byte else { throw self.unexpected() }
            self.index += 1
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = self.index
        if self.peek == UInt8(ascii: "-") { self.index += 1 }
        let leadingZero = self.peek == UInt8(ascii: "0")
        let whole = self.skipDigits()
        guard whole == 1 || (whole > 1 && !leadingZero) else { throw self.error(.invalidNumber) }
        if self.peek == UInt8(ascii: ".") {
            self.index += 1
            guard self.skipDigits() > 0 else { throw self.error(.invalidNumber) }
        }
        if let byte = self.peek, byte | 0x20 == UInt8(ascii: "e") {
            self.index += 1
            if let sign = self.peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                self.index += 1
            }
            guard self.skipDigits() > 0 else { throw self.error(.invalidNumber) }
        }
        return .number(String(decoding: self.bytes[start..<self.index], as: UTF8.self))
    }

    private mutating func string() throws(JSONError) -> String {
        self.index += 1
        var text: [UInt8] = []
        while let byte = self.peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw self.unexpected() }
            self.index += 1
            if byte == UInt8(ascii: "\\") {
                try self.appendEscape(to: &text)
            } else {
                text.append(byte)
            }
        }
        guard self.peek != nil else { throw self.unexpected() }
        self.index += 1
        guard let string = String(validating: text, as: UTF8.self) else {
            throw self.error(.invalidUTF8)
        }
        return string
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(JSONError) {
        guard let byte = self.peek else { throw self.unexpected() }
        self.index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(try self.codePoint()).utf8)
        default: throw self.error(.invalidEscape)
        }
    }

    /// Reads the digits after `\u`, and the second half of a surrogate pair.
    private mutating func codePoint() throws(JSONError) -> Character {
        var code = try self.fourDigits()
        if (0xD800..<0xDC00).contains(code) {
            for byte in #"\u"#.utf8 {
                guard self.peek == byte else { throw self.error(.invalidEscape) }
                self.index += 1
            }
            let low = try self.fourDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw self.error(.invalidEscape) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw self.error(.invalidEscape) }
        return Character(scalar)
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        guard self.index + 4 <= self.bytes.count else { throw self.error(.unexpectedEnd) }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(self.bytes[self.index])).hexDigitValue else {
                throw self.error(.invalidEscape)
            }
            code = code << 4 | UInt32(digit)
            self.index += 1
        }
        return code
    }

    private var peek: UInt8? {
        self.index < self.bytes.count ? self.bytes[self.index] : nil
    }

    /// Takes `byte` if it is the next after blanks.
    private mutating func takes(_ byte: UInt8) -> Bool {
        self.skipBlanks()
        guard self.peek == byte else { return false }
        self.index += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = self.peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { self.index += 1 }
    }

    private mutating func skipDigits() -> Int {
        let start = self.index
        while let byte = self.peek, (0x30...0x39).contains(byte) { self.index += 1 }
        return self.index - start
    }

    private func unexpected() -> JSONError {
        self.error(self.peek.map { .unexpectedByte($0) } ?? .unexpectedEnd)
    }

    private func error(_ problem: JSONError.Problem) -> JSONError {
        JSONError(offset: self.index, problem: problem)
    }
}
