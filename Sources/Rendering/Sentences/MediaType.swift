/// A media type with the one parameter that matters for showing it (RFC 9110, section 8.3.1).
struct MediaType: Sendable, Hashable {
    /// Type and subtype in lower case, such as `application/json`; empty if there is none.
    let essence: String
    /// The value of the parameter `charset` in lower case.
    let charset: String?

    /// Reads the value of a Content-Type field; anything can be read.
    init(_ field: String) {
        let parts = field.split(separator: ";", omittingEmptySubsequences: false)
        self.essence = (parts.first.map(Self.trimmed) ?? "").lowercased()
        var charset: String?
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, Self.trimmed(pair[0]).lowercased() == "charset" else { continue }
            charset = String(Self.trimmed(pair[1]).filter { $0 != "\"" }).lowercased()
            break
        }
        self.charset = charset
    }

    /// Whether it is JSON, by name or by suffix (RFC 6839, section 3.1).
    var isJSON: Bool {
        self.essence == "application/json" || self.essence == "text/json" || self.hasSuffix("+json")
    }

    /// Whether it is a sequence of JSON values, a line each.
    var isJSONLines: Bool {
        [
            "application/jsonl", "application/x-ndjson", "application/ndjson",
            "application/x-jsonlines",
        ]
        .contains(self.essence)
    }

    /// Whether it is text for people, whatever its bytes.
    var isText: Bool {
        self.essence.hasPrefix("text/") || self.hasSuffix("+xml") || self.hasSuffix("+yaml")
            || self.isJSON || self.isJSONLines || Self.texts.contains(self.essence)
    }

    /// Whether it is never text.
    var isBinary: Bool {
        !self.isText
            && ["image/", "audio/", "video/", "font/"].contains { self.essence.hasPrefix($0) }
    }

    private static let texts: Set<String> = [
        "application/xml", "application/javascript", "application/ecmascript",
        "application/x-javascript", "application/x-www-form-urlencoded", "application/graphql",
        "application/yaml", "application/x-yaml", "application/toml", "application/sql",
        "application/x-sh", "application/x-pem-file", "message/http",
    ]

    private func hasSuffix(_ suffix: String) -> Bool { self.essence.hasSuffix(suffix) }

    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = text.firstIndex { !isBlank($0) } ?? text.endIndex
        let end = text.lastIndex { !isBlank($0) }.map { text.index(after: $0) } ?? start
        return text[start..<end]
    }
}
