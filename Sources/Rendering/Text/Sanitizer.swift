/// Makes text from elsewhere safe for a terminal: what could drive it becomes a visible escape.
///
/// Escaped are the C0 controls except TAB and LF, DEL, the C1 controls (U+0080 to U+009F), the
/// characters that reorder text (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), and
/// every byte that is not part of valid UTF-8. There is one form for each kind: a byte below 0x80
/// and an invalid byte are written `\x1b`, a character outside ASCII `\u{202e}`, in lower-case
/// hexadecimal. A backslash stays as it is, so the result is for eyes and cannot be read back;
/// doing it twice changes nothing.
///
/// In `.text`, CR LF shows as LF and a lone CR is escaped. In `.line`, for fields, reason phrases,
/// file names and certificates, TAB, LF, CR, U+2028 and U+2029 are escaped as well.
///
/// A value of this type also carries what is pending between chunks of a stream that may be cut
/// anywhere; the static and non-mutating functions need no such state.
package struct Sanitizer: Sendable {
    /// What the result is to fit into.
    package enum Extent: Sendable, Hashable {
        /// Several lines: TAB and LF stay.
        case text
        /// One line: TAB and LF are escaped too.
        case line
    }

    /// What the result is to fit into.
    package let extent: Extent
    let classes: [ByteClass]
    let escapeOpening: [UInt8]
    let escapeClosing: [UInt8]
    /// The beginning of a UTF-8 sequence, or a CR whose successor is not known.
    var pending: [UInt8] = []

    /// Creates a sanitizer; escapes look as the palette's role `escape` says.
    package init(_ extent: Extent = .text, palette: Palette = .plain) {
        self.extent = extent
        self.classes = ByteClass.table(for: extent)
        self.escapeOpening = Array(palette.opening(of: .escape).utf8)
        self.escapeClosing = Array(palette.closing(of: .escape).utf8)
    }

    /// The text on several lines, sanitised.
    package static func text(_ text: String) -> String { Self.textSanitizer.sanitized(text) }

    /// The bytes as text on several lines, sanitised.
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        Self.textSanitizer.sanitized(bytes)
    }

    /// The text as one line, sanitised.
    package static func line(_ text: String) -> String { Self.lineSanitizer.sanitized(text) }

    /// The bytes as one line of text, sanitised.
    package static func line(_ bytes: some Collection<UInt8>) -> String {
        Self.lineSanitizer.sanitized(bytes)
    }

    private static let textSanitizer = Self(.text)
    private static let lineSanitizer = Self(.line)

    /// The text, sanitised; `text` itself where nothing needs escaping.
    package func sanitized(_ text: String) -> String {
        var text = text
        return text.withUTF8 { buffer -> String? in
            self.isClean(buffer) ? nil : self.escaped(buffer)
        } ?? text
    }

    /// The bytes as text, sanitised.
    package func sanitized(_ bytes: some Collection<UInt8>) -> String {
        bytes.withContiguousStorageIfAvailable(self.escaped)
            ?? Array(bytes).withUnsafeBufferPointer(self.escaped)
    }

    /// Takes the next chunk of a stream and appends what can be shown of it.
    ///
    /// At most three bytes are held back until the next chunk or `finish(into:)`.
    package mutating func append(_ bytes: RawSpan, into output: inout [UInt8]) {
        bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: UInt8.self) { self.append($0, into: &output) }
        }
    }

    /// Takes the next chunk of a stream and returns what can be shown of it.
    package mutating func append(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        bytes.withUnsafeBufferPointer { self.append($0, into: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// Ends the stream: what was held back is no complete character, so it is escaped.
    ///
    /// The sanitizer is then ready for another stream.
    package mutating func finish(into output: inout [UInt8]) {
        for byte in self.pending { self.appendEscape(ofByte: byte, to: &output) }
        self.pending = []
    }

    /// Ends the stream and returns what is left to be shown.
    package mutating func finish() -> String {
        var output: [UInt8] = []
        self.finish(into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private func escaped(_ buffer: UnsafeBufferPointer<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(buffer.count + buffer.count / 8)
        var copy = self
        copy.pending = []
        copy.append(buffer, into: &output)
        copy.finish(into: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
