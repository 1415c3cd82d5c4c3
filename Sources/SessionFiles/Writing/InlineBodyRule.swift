import HTTPModel

/// Decides whether a body may stand in the file, so that every tool reads the same bytes
/// (FILES.md 2.5).
enum InlineBodyRule {
    /// Whether `text` may stand inline.
    ///
    /// `hasReferences`: `{{…}}` is meant as such and may stay, as long as each is complete.
    static func allows(_ text: String, hasReferences: Bool) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        guard !first.isBlankOrLineEnd, !last.isBlankOrLineEnd,
            text.unicodeScalars.first?.properties.isWhitespace == false,
            text.unicodeScalars.last?.properties.isWhitespace == false,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A }),
            !text.unicodeScalars.contains(where: { (0x80...0x9F).contains($0.value) }),
            // A byte order mark at the start would be read as part of the file's encoding.
            text.unicodeScalars.first != "\u{FEFF}",
            hasReferences ? ReferenceSyntax.isWhole(text) : !text.contains("{{")
        else { return false }
        return text.utf8.split(separator: 0x0A, omittingEmptySubsequences: true)
            .allSatisfy { !self.isDangerous(Substring($0)) }
    }

    /// The methods that begin a new request for some tool.
    private static let methods: Set<Substring> = [
        "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PROPFIND",
        "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH", "GRAPHQL",
    ]

    /// Whether some tool takes the line for something else than content.
    private static func isDangerous(_ line: Substring) -> Bool {
        // All white space that the tools' regular expressions skip, not only blanks.
        let visible = line.drop(while: \.isWhitespace)
        guard let first = visible.utf8.first else { return false }
        switch first {
        case UInt8(ascii: "#"), UInt8(ascii: "@"), UInt8(ascii: ">"): return true
        case UInt8(ascii: "/"):
            return visible.hasPrefix("//") || line.trimmedEnd == "/*"
        case UInt8(ascii: "%"): return line == "%}"
        case UInt8(ascii: "="): return line.hasPrefix("===")
        case UInt8(ascii: "?"):
            return visible.hasPrefix("??") && visible.dropFirst(2).contains { !$0.isWhitespace }
        case UInt8(ascii: "<"): return self.isFileLine(visible)
        default: return self.isRequestOrStatusLine(visible)
        }
    }

    private static func isFileLine(_ line: Substring) -> Bool {
        if line.hasPrefix("<>") { return true }
        var rest = line.dropFirst()
        if rest.hasPrefix("@") {
            rest = rest.dropFirst().drop { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        }
        // Scripts, too, though the rule's own expressions see them only with a blank before.
        return rest.isEmpty || rest.first?.isWhitespace == true || rest.hasPrefix("{%")
    }

    private static func isRequestOrStatusLine(_ line: Substring) -> Bool {
        if line.hasPrefix("HTTP/") {
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.count >= 2 && words[1].utf8.count >= 3
                && words[1].utf8.prefix(3).allSatisfy(\.isASCIIDigit)
                && ("1"..."5").contains(words[1].prefix(1))
        }
        let word = line.prefix { $0.isASCII && $0.isLetter }
        return self.methods.contains(word)
            && line[word.endIndex...].first?.isWhitespace == true
            && line[word.endIndex...].contains { !$0.isWhitespace }
    }
}

extension UInt8 {
    fileprivate var isBlankOrLineEnd: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension Substring {
    fileprivate var trimmedEnd: Substring {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
