/// Lists the parts of multipart content as it arrives, and keeps none of it (RFC 2046, 5.1).
///
/// Between two calls it holds at most a delimiter's length of content, or a part's fields.
struct MultipartScanner: Sendable, Hashable {
    /// How many parts are listed; more are counted into the last.
    static let maximumParts = 100
    /// How long the fields of a part may be.
    static let maximumFieldBytes = 16 * 1024

    private enum State: Sendable, Hashable {
        /// Before the first delimiter.
        case preamble
        /// After a delimiter, where `--` or the end of the line follows.
        case afterDelimiter
        /// In the fields of a part.
        case fields
        /// In the content of a part.
        case content
        /// After the last delimiter, or after something that is no multipart content.
        case done
    }

    /// The parts so far.
    private(set) var parts: [ContentSummary.Part] = []
    /// Whether the last delimiter was seen.
    private(set) var isComplete = false

    private let delimiter: [UInt8]
    private var state = State.preamble
    private var held: [UInt8]

    /// Creates a scanner, or nil if `contentType` is not multipart with a boundary.
    init?(contentType: String) {
        let pieces = contentType.split(separator: ";").map { $0.drop { $0 == " " } }
        guard let type = pieces.first, type.lowercased().hasPrefix("multipart/") else { return nil }
        let boundary = pieces.dropFirst().lazy.compactMap { Self.parameter("boundary", in: $0) }
        guard let boundary = boundary.first, !boundary.isEmpty else { return nil }
        self.delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter has no line break before it; this one stands in for it.
        self.held = Array("\r\n".utf8)
    }

    /// Takes in the next bytes.
    mutating func append(_ bytes: [UInt8]) {
        self.held += bytes
        while self.advance() {}
    }

    /// Says that no more bytes come.
    mutating func finish() {
        if self.state == .content { self.count(self.held.count) }
        self.held = []
        self.state = .done
    }

    /// Makes one step; false if it needs more bytes.
    private mutating func advance() -> Bool {
        switch self.state {
        case .preamble, .content:
            guard let found = self.range(of: self.delimiter) else {
                let safe = max(0, self.held.count - self.delimiter.count + 1)
                if self.state == .content { self.count(safe) }
                self.held.removeFirst(safe)
                return false
            }
            if self.state == .content { self.count(found.lowerBound) }
            self.held.removeFirst(found.upperBound)
            self.state = .afterDelimiter
            return true
        case .afterDelimiter:
            guard self.held.count >= 2 else { return false }
            self.isComplete = self.held.starts(with: "--".utf8)
            self.state = self.isComplete ? .done : .fields
            // The line break stays: the fields' empty line is found even if there are no fields.
            return true
        case .fields:
            guard let end = self.range(of: Array("\r\n\r\n".utf8)) else {
                if self.held.count > Self.maximumFieldBytes { self.state = .done }
                return self.state == .done
            }
            if self.parts.count < Self.maximumParts {
                self.parts.append(Self.part(self.held[..<end.lowerBound]))
            }
            // Two bytes stay: the delimiter begins with the line break of an empty content.
            self.held.removeFirst(end.upperBound - 2)
            self.count(-2)
            self.state = .content
            return true
        case .done:
            self.held = []
            return false
        }
    }

    private mutating func count(_ bytes: Int) {
        guard !self.parts.isEmpty else { return }
        self.parts[self.parts.count - 1].length += bytes
    }

    /// Where `wanted` first stands in what is held; uploads are long, so this is a plain loop.
    private func range(of wanted: [UInt8]) -> Range<Int>? {
        self.held.withUnsafeBytes { held in
            var start = 0
            while start + wanted.count <= held.count {
                if held[start] == wanted[0], held[start...].starts(with: wanted) {
                    return start..<(start + wanted.count)
                }
                start += 1
            }
            return nil
        }
    }

    private static func part(_ fields: ArraySlice<UInt8>) -> ContentSummary.Part {
        var part = ContentSummary.Part()
        for line in String(decoding: fields, as: UTF8.self).split(separator: "\r\n") {
            let name = line.prefix { $0 != ":" }
            let value = line.dropFirst(name.count + 1).drop { $0 == " " }
            switch name.lowercased() {
            case "content-type":
                part.contentType = String(value)
            case "content-disposition":
                let pieces = value.split(separator: ";").map { $0.drop { $0 == " " } }
                part.name = pieces.lazy.compactMap { Self.parameter("name", in: $0) }.first
                part.filename = pieces.lazy.compactMap { Self.parameter("filename", in: $0) }.first
            default:
                break
            }
        }
        return part
    }

    /// The value of `name=value` or `name="value"`; nil if `text` is another parameter.
    private static func parameter(_ name: String, in text: some StringProtocol) -> String? {
        let key = text.prefix { $0 != "=" }
        guard key.lowercased() == name, key.count < text.count else { return nil }
        return String(text.dropFirst(key.count + 1).filter { $0 != "\"" })
    }
}
