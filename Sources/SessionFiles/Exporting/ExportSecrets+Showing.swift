import HTTPModel
import JSONPath

/// Text that may be read by anyone: each secret is `(redacted)`.
extension ExportSecrets {
    /// What stands in the place of a secret.
    static let hidden = "(redacted)"

    /// Pieces with their secrets hidden.
    func shown(_ pieces: [ExportPiece]) -> String {
        String(decoding: self.shownBytes(pieces), as: UTF8.self)
    }

    /// Pieces with their secrets hidden; one that stood in JSON without quotes gets them.
    func shownBytes(_ pieces: [ExportPiece]) -> [UInt8] {
        pieces.flatMap { piece in
            switch piece {
            case .literal(let bytes): bytes
            case .secret(_, let isBare): Array((isBare ? "\"\(Self.hidden)\"" : Self.hidden).utf8)
            }
        }
    }

    /// Text of which nothing is known, without what secret variables hold.
    package func shown(_ text: String) -> String {
        self.values.isEmpty ? text : self.shown(self.pieces(of: text))
    }

    /// Content with its secrets hidden, so that it can be stored beside a session file.
    package func shown(content: [UInt8], mediaType: String) -> [UInt8] {
        self.shownBytes(self.pieces(of: content, mediaType: mediaType))
    }

    /// The value of a field: of cookies the names stay, of URIs all but secret parameters.
    func shownValue(of field: FieldLine) -> String {
        switch field.name.lowercased() {
        case "set-cookie", "cookie": self.shownCookies(field)
        case "location", "content-location", "referer": self.shownReference(field.value)
        default: self.shown(self.pieces(of: field))
        }
    }

    /// A URI reference without user information, its secret parameters hidden; so are those of the
    /// fragment, where tokens are handed over too (RFC 6749, section 4.2.2).
    func shownReference(_ reference: String) -> String {
        // Most have none of it, and reports have many.
        let mayHide = reference.utf8.contains { $0 == 0x3F || $0 == 0x23 || $0 == 0x40 }
        guard !self.isOff, mayHide else { return self.shown(reference) }
        let (rest, fragment) = Self.split(reference, at: UInt8(ascii: "#"))
        let (head, query) = Self.split(rest, at: UInt8(ascii: "?"))
        let forms = [query, fragment].map { text in
            let form = Array(text.utf8.dropFirst())
            let mark = String(decoding: text.utf8.prefix(1), as: UTF8.self)
            return mark + self.shown(self.pieces(of: form, mediaType: SecretPieces.formType))
        }
        return self.shown(Self.withoutUserInfo(head)) + forms.joined()
    }

    /// What stands before a mark, and the rest with it.
    private static func split(_ text: String, at mark: UInt8) -> (String, String) {
        let place = text.utf8.firstIndex(of: mark) ?? text.endIndex
        return (String(text[..<place]), String(text[place...]))
    }

    /// A reference up to its query, without what stands before the `@` of its authority.
    private static func withoutUserInfo(_ text: String) -> String {
        guard let slashes = text.firstRange(of: "//"), !text[..<slashes.lowerBound].contains("/")
        else { return text }
        let authority = text[slashes.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return String(text[..<slashes.upperBound] + text[text.index(after: at)...])
    }

    /// Whether the value of some cookie is hidden, which a field of cookies is asked by.
    var hidesCookies: Bool { self.hidesField("Cookie") }

    /// Names stay, values go; attributes of a `Set-Cookie` stay.
    private func shownCookies(_ field: FieldLine) -> String {
        guard self.hidesCookies else { return self.shown(field.value) }
        let isSet = field.name.lowercased() == "set-cookie"
        return field.value.split(separator: ";", omittingEmptySubsequences: false).enumerated()
            .map { index, part in
                guard !isSet || index == 0, let equals = part.firstIndex(of: "=") else {
                    return isSet && index > 0 ? String(part) : Self.hidden
                }
                return part[...equals] + Self.hidden
            }
            .joined(separator: ";")
    }

    // MARK: JSON

    /// JSON text with what stands under sensitive keys hidden.
    func shownJSON(_ text: String) -> String { self.shown(self.pieces(ofJSON: text)) }

    /// Whether what `path` finds in `value` is kept out: `@redact` may mean it, or a sensitive key
    /// leads to it.
    func hides(_ path: JSONPathQuery, in value: JSONValue) -> Bool {
        if self.redactions.hidesJSON(path) { return true }
        guard let nodes = try? path.nodes(in: value) else { return true }
        return nodes.contains { self.hides(placeOf: $0.location) }
    }

    /// Whether a sensitive key leads to a place.
    func hides(placeOf location: [JSONPathNode.Step]) -> Bool {
        location.contains { step in
            switch step {
            case .name(let key): self.hidesKey(key)
            case .index: false
            }
        }
    }
}
