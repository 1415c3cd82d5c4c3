import HTTPModel

/// One challenge of a `WWW-Authenticate` field (RFC 9110, section 11.3).
///
///     challenge  = scheme [ 1*SP ( token68 / #auth-param ) ]
///     auth-param = token BWS "=" BWS ( token / quoted-string )
///
/// A field may hold several, separated by the same commas that separate parameters.
struct Challenge: Hashable {
    /// The authentication scheme, as spelled.
    var scheme: String
    /// The parameters; names in lower case, values without quotes.
    ///
    /// The first of a name counts.
    var parameters: [String: String] = [:]

    /// The most challenges that are read from one response.
    static let limit = 16

    /// The challenges of all fields of a response, in order; what is malformed is left out.
    static func parse(_ values: [String]) -> [Challenge] {
        var result: [Challenge] = []
        for value in values {
            var scanner = ChallengeScanner(Array(value.utf8))
            while result.count < self.limit, let challenge = scanner.next() {
                result.append(challenge)
            }
        }
        return result
    }
}

/// Reads challenges from one field value.
private struct ChallengeScanner {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next challenge; nil at the end, or where the value makes no sense any more.
    mutating func next() -> Challenge? {
        self.skipSeparators()
        guard let scheme = self.token() else { return nil }
        var challenge = Challenge(scheme: scheme)
        guard self.peek == 0x20 || self.peek == 0x09 else { return challenge }
        while true {
            self.skipSeparators()
            let start = self.place
            guard let name = self.token() else { break }
            self.skipBlanks()
            guard self.take("=") else {
                // A name without a value is the scheme of the next challenge, or a token68.
                if self.place < self.bytes.count, self.isToken68Tail {
                    self.skipToken68()
                } else {
                    self.place = start
                }
                break
            }
            self.skipBlanks()
            guard let value = self.take("\"") ? self.quotedString() : self.token() else { break }
            if challenge.parameters[name.lowercasingASCII] == nil {
                challenge.parameters[name.lowercasingASCII] = value
            }
        }
        return challenge
    }

    private var peek: UInt8? { self.place < self.bytes.count ? self.bytes[self.place] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.peek == UInt8(ascii: character) else { return false }
        self.place += 1
        return true
    }

    private mutating func skipBlanks() {
        while self.peek == 0x20 || self.peek == 0x09 { self.place += 1 }
    }

    private mutating func skipSeparators() {
        while self.peek == 0x20 || self.peek == 0x09 || self.peek == UInt8(ascii: ",") {
            self.place += 1
        }
    }

    /// Whether what follows can only belong to a token68, such as `a/b`.
    private var isToken68Tail: Bool { self.peek == UInt8(ascii: "/") }

    private mutating func skipToken68() {
        while let byte = self.peek, byte != UInt8(ascii: ",") {
            _ = byte
            self.place += 1
        }
    }

    private mutating func token() -> String? {
        let start = self.place
        while let byte = self.peek, byte.isTokenByte { self.place += 1 }
        guard self.place > start else { return nil }
        return String(decoding: self.bytes[start..<self.place], as: UTF8.self)
    }

    /// The rest of a quoted string, whose opening quote has been taken; nil if it never closes.
    private mutating func quotedString() -> String? {
        var text: [UInt8] = []
        while let byte = self.peek {
            self.place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = self.peek else { return nil }
                self.place += 1
                text.append(escaped)
            default: text.append(byte)
            }
        }
        return nil
    }
}
