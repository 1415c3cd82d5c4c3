import HTTPModel

/// Reads the raw head of a response.
///
/// What linger shows must be what came: the reason phrase, names as spelled, and field bytes that
/// are not UTF-8. It is strict where leniency has let messages be smuggled.
enum ResponseHeadParser {
    /// How many field lines are read.
    static let fieldLimit = 5_000

    /// Parses a head that ends in an empty line.
    ///
    /// Bytes that are not UTF-8 are read as ISO-8859-1, as RFC 9110, section 5.5 lets one expect;
    /// in Location they are percent-encoded, so that the redirect goes to the bytes that were sent.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) -> ResponseHead {
        var lines = Lines(bytes: bytes)
        guard let statusLine = lines.next() else {
            throw ProtocolFault(.notHTTP(firstBytes: ""))
        }
        var head = try Self.parseStatusLine(bytes, statusLine)
        head.fields = try Self.parseFields(bytes, &lines)
        return head
    }

    /// Parses a header or trailer section that ends in an empty line.
    static func parseFields(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ProtocolFault) -> [FieldLine] {
        var lines = Lines(bytes: bytes)
        return try Self.parseFields(bytes, &lines)
    }

    private static func parseFields(
        _ bytes: UnsafeRawBufferPointer,
        _ lines: inout Lines
    ) throws(ProtocolFault) -> [FieldLine] {
        var fields: [FieldLine] = []
        fields.reserveCapacity(8)
        while let line = lines.next(), !line.isEmpty {
            let first = bytes[line.lowerBound]
            if first == 0x20 || first == 0x09, let last = fields.indices.last {
                // Obsolete line folding: a blank stands for it (RFC 9112, section 5.2).
                let rest = Self.trimmed(bytes, line)
                try Self.checkValue(bytes, rest, name: fields[last].name)
                fields[last].value += " " + Self.text(bytes, rest)
                fields[last].isFolded = true
                continue
            }
            guard fields.count < Self.fieldLimit else {
                throw ProtocolFault(.tooManyFields(limit: Self.fieldLimit))
            }
            fields.append(try Self.parseFieldLine(bytes, line))
        }
        return fields
    }

    private static func parseStatusLine(
        _ bytes: UnsafeRawBufferPointer,
        _ line: Range<Int>
    ) throws(ProtocolFault) -> ResponseHead {
        // HTTP/1.1 SP 3DIGIT [ SP reason-phrase ]
        let start = line.lowerBound
        guard line.count >= 12, bytes[start + 8] == 0x20,
            line.count == 12 || bytes[start + 12] == 0x20,
            let status = Self.number(bytes, start + 9..<start + 12), status >= 100
        else {
            throw ProtocolFault(.notHTTP(firstBytes: Self.text(bytes, line)))
        }
        let version = Self.text(bytes, start..<start + 8)
        guard version.hasPrefix("HTTP/") else {
            throw ProtocolFault(.notHTTP(firstBytes: Self.text(bytes, line)))
        }
        // A minor version that is not known is read as the highest that is (RFC 9110, section 2.5).
        guard version.hasPrefix("HTTP/1."), bytes[start + 7].isASCIIDigit else {
            throw ProtocolFault(.unsupportedVersion(version))
        }
        let reason = line.count > 13 ? Self.text(bytes, start + 13..<line.upperBound) : ""
        return ResponseHead(status: status, reason: reason, version: version, fields: [])
    }

    private static func parseFieldLine(
        _ bytes: UnsafeRawBufferPointer,
        _ line: Range<Int>
    ) throws(ProtocolFault) -> FieldLine {
        guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")), colon > line.lowerBound
        else {
            throw ProtocolFault(.invalidField(name: Self.text(bytes, line)))
        }
        let name = Self.text(bytes, line.lowerBound..<colon)
        // A blank before the colon has let requests be smuggled (RFC 9112, section 5.1).
        guard bytes[line.lowerBound..<colon].allSatisfy(\.isTokenByte) else {
            throw ProtocolFault(.invalidField(name: name))
        }
        let value = Self.trimmed(bytes, colon + 1..<line.upperBound)
        try Self.checkValue(bytes, value, name: name)
        if name.equalsASCII("location") {
            return FieldLine(name, Self.locationText(bytes, value))
        }
        let text = Self.text(bytes, value)
        return FieldLine(name, text, isLatin1: Self.isLatin1(text, of: value))
    }

    /// Whether the text of some bytes is not UTF-8's: then it is as long in characters as in bytes,
    /// and longer in UTF-8.
    private static func isLatin1(_ text: String, of bytes: Range<Int>) -> Bool {
        text.utf8.count != bytes.count
    }

    /// Refuses what RFC 9110, section 5.5 calls dangerous within a value.
    private static func checkValue(
        _ bytes: UnsafeRawBufferPointer,
        _ value: Range<Int>,
        name: String
    ) throws(ProtocolFault) {
        guard !bytes[value].contains(where: { $0 == 0 || $0 == 0x0D }) else {
            throw ProtocolFault(.invalidField(name: name))
        }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        var value = 0
        for byte in bytes[range] {
            guard byte.isASCIIDigit else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    private static func trimmed(
        _ bytes: UnsafeRawBufferPointer,
        _ range: Range<Int>
    ) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, bytes[lower] == 0x20 || bytes[lower] == 0x09 { lower += 1 }
        while lower < upper, bytes[upper - 1] == 0x20 || bytes[upper - 1] == 0x09 { upper -= 1 }
        return lower..<upper
    }

    private static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        let slice = UnsafeRawBufferPointer(rebasing: bytes[range])
        // Heads are ASCII as a rule, and typed buffers are what the library is quick with.
        if slice.allSatisfy({ $0 < 0x80 }) {
            return slice.withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
        }
        if let text = String(validating: slice, as: UTF8.self) { return text }
        return String(String.UnicodeScalarView(slice.map { UnicodeScalar($0) }))
    }

    private static func locationText(
        _ bytes: UnsafeRawBufferPointer,
        _ range: Range<Int>
    ) -> String {
        let slice = UnsafeRawBufferPointer(rebasing: bytes[range])
        if let text = String(validating: slice, as: UTF8.self) { return text }
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var scalars = String.UnicodeScalarView()
        for byte in slice {
            if byte < 0x80 {
                scalars.append(UnicodeScalar(byte))
            } else {
                scalars.append("%")
                scalars.append(digits[Int(byte >> 4)])
                scalars.append(digits[Int(byte & 15)])
            }
        }
        return String(scalars)
    }

    /// The lines of a head without their ends, CR LF or a bare LF.
    private struct Lines {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        mutating func next() -> Range<Int>? {
            guard self.position < self.bytes.count else { return nil }
            let start = self.position
            let end = self.bytes[start...].firstIndex(of: 0x0A) ?? self.bytes.count
            self.position = end + 1
            let hasReturn = end > start && self.bytes[end - 1] == 0x0D
            return start..<(hasReturn ? end - 1 : end)
        }
    }
}

/// A broken protocol, as an error.
struct ProtocolFault: Error {
    /// How it was broken.
    var violation: ProtocolViolation

    init(_ violation: ProtocolViolation) {
        self.violation = violation
    }
}
