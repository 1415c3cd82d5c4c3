/// The text of a line as bytes, with the questions that lexing asks of it.
///
/// All syntax is ASCII, so bytes are enough: text is only ever cut next to an ASCII byte, and what
/// is cut out stays valid UTF-8.
struct SourceText: Sendable {
    let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    /// The byte at an offset, or `nil` outside the text.
    subscript(offset: Int) -> UInt8? {
        bytes.indices.contains(offset) ? bytes[offset] : nil
    }

    /// Whether ASCII text stands at an offset.
    func has(_ text: StaticString, at offset: Int) -> Bool {
        guard offset >= 0, offset + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { buffer in bytes[offset...].starts(with: buffer) }
    }

    /// The text of a range of offsets.
    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }

    /// The text of a span.
    func text(_ span: SourceSpan) -> String {
        text(span.lowerBound..<span.upperBound)
    }

    /// The range without blanks at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, bytes[lower].isBlank { lower += 1 }
        while upper > lower, bytes[upper - 1].isBlank { upper -= 1 }
        return lower..<upper
    }

    /// The range without blanks at its ends, but with a last one after a `\`: text for a shell.
    func trimmedForShell(_ range: Range<Int>) -> Range<Int> {
        let inner = trimmed(range)
        let run = bytes[inner].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
        guard !run.isMultiple(of: 2), inner.upperBound < range.upperBound else { return inner }
        return inner.lowerBound..<(inner.upperBound + 1)
    }

    /// The offset of the first blank at or after an offset, or the end of the text.
    func endOfRawWord(from offset: Int) -> Int {
        bytes[min(offset, count)...].firstIndex { $0.isBlank } ?? count
    }

    /// The length of a line break after a `\` at an offset, or 0.
    func lineBreakLength(at offset: Int) -> Int {
        if has("\n", at: offset) { return 1 }
        return has("\r\n", at: offset) ? 2 : 0
    }

    /// Whether the text ends in an odd number of a byte that escapes the line break.
    func endsInOddRun(of byte: UInt8) -> Bool {
        !bytes.reversed().prefix { $0 == byte }.count.isMultiple(of: 2)
    }
}

extension UInt8 {
    /// Space, TAB, LF or CR: what stands between words.
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

    /// A control character of ASCII.
    var isControl: Bool { self < 0x20 || self == 0x7F }

    /// `tchar` of RFC 9110, section 5.6.2.
    var isTokenCharacter: Bool {
        if isDigit || isLetter { return true }
        return "!#$%&'*+-.^_`|~".utf8.contains(self)
    }
}

extension StringProtocol {
    /// Whether the text is a token of RFC 9110, section 5.6.2.
    var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isTokenCharacter) }

    /// Whether the text is digits and nothing else.
    var isAllDigits: Bool { !isEmpty && utf8.allSatisfy(\.isDigit) }
}
