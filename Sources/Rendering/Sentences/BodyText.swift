internal import HTTPModel

/// Content as a terminal shows it: JSON laid out, text decoded, binary described.
///
/// Where the output is no terminal, bytes go out as they are, and this is not asked.
package enum BodyText {
    /// What content is taken for.
    package enum Kind: Sendable, Hashable {
        /// There is none.
        case empty
        /// One JSON value, or several.
        case json
        /// A JSON value on each line.
        case jsonLines
        /// Text.
        case text
        /// Anything else.
        case binary
    }

    /// How much is looked at to tell text from binary.
    private static let sniffedBytes = 4096

    /// What `content` is taken for, by its type and, where that says little, by its bytes.
    package static func kind(of content: [UInt8], contentType: String?) -> Kind {
        guard !content.isEmpty else { return .empty }
        let type = MediaType(contentType ?? "")
        if type.isBinary { return .binary }
        let charset = Charset(declared: type.charset, bytes: content)
        let isWide = charset == .utf16BigEndian || charset == .utf16LittleEndian
        let sample = content.prefix(Self.sniffedBytes)
        if !isWide, sample.contains(0) { return .binary }
        if type.isJSON { return .json }
        if type.isJSONLines { return .jsonLines }
        if type.isText || isWide { return .text }
        guard Self.isUTF8(sample, isWhole: sample.count == content.count) else { return .binary }
        return type.essence.isEmpty && Self.startsLikeJSON(content) ? .json : .text
    }

    /// Whether content of this type comes bit by bit, each bit to be read when it comes.
    package static func isStream(contentType: String?) -> Bool {
        let type = MediaType(contentType ?? "")
        return type.essence == "text/event-stream" || type.isJSONLines
    }

    /// The content for a terminal, with a line feed at its end; empty for no content.
    ///
    /// With no layout, JSON stays as it came. A byte that could drive the terminal becomes a
    /// visible escape in any case.
    package static func text(
        _ content: [UInt8],
        contentType: String?,
        layout: JSONFormatter.Layout? = .pretty,
        in context: RenderingContext
    ) -> String {
        switch Self.kind(of: content, contentType: contentType) {
        case .empty: ""
        case .json: Self.json(content, type: contentType, layout: layout, in: context)
        case .jsonLines:
            Self.json(content, type: contentType, layout: layout.map { _ in .compact }, in: context)
        case .text: Self.plain(content, type: contentType, in: context)
        case .binary:
            Self.description(ofBinary: content.count, contentType: contentType, in: context) + "\n"
        }
    }

    /// What is said of content that is not printed: `image/png, 4.1 kB, not printed; …`.
    package static func description(
        ofBinary size: Int,
        contentType: String?,
        in context: RenderingContext = .plain
    ) -> String {
        let essence = Sanitizer.line(MediaType(contentType ?? "").essence)
        let name = essence.isEmpty ? "binary" : essence
        let text = "\(name), \(ByteText.text(size)), not printed; > FILE saves it"
        return context.adapted(context.styled(text, as: .dim))
    }

    private static func json(
        _ content: [UInt8],
        type: String?,
        layout: JSONFormatter.Layout?,
        in context: RenderingContext
    ) -> String {
        guard let layout else { return Self.plain(content, type: type, in: context) }
        let charset = Charset(declared: MediaType(type ?? "").charset, bytes: content)
        let options = JSONFormatter.Options(layout: layout, palette: context.palette)
        do {
            let output = try JSONFormatter.format(charset.utf8Bytes(of: content), options)
            return String(decoding: output, as: UTF8.self) + "\n"
        } catch {
            let text = Self.plain(content, type: type, in: context)
            // What was only guessed to be JSON need not be.
            guard type != nil else { return text }
            let note = "not valid JSON from byte \(error.offset) on, so shown as it came"
            return text + context.styled(note, as: .warning) + "\n"
        }
    }

    private static func plain(
        _ content: [UInt8],
        type: String?,
        in context: RenderingContext
    ) -> String {
        let charset = Charset(declared: MediaType(type ?? "").charset, bytes: content)
        let sanitizer = Sanitizer(.text, palette: context.palette)
        let text = sanitizer.sanitized(charset.utf8Bytes(of: content))
        return text.hasSuffix("\n") ? text : text + "\n"
    }

    /// Whether the sample is UTF-8; a sample that is not the whole may end inside a character.
    private static func isUTF8(_ sample: ArraySlice<UInt8>, isWhole: Bool) -> Bool {
        (0...(isWhole ? 0 : 3)).contains { cut in
            String(validating: sample.dropLast(cut), as: UTF8.self) != nil
        }
    }

    private static func startsLikeJSON(_ content: [UInt8]) -> Bool {
        let first = content.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}
