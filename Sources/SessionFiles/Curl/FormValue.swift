/// Reads what stands behind the `=` of `-F`: content and its attributes.
///
///     value     = content *( ";" attribute )
///     content   = <"> *( char / "\" char ) <"> / *char
///     attribute = "type=" text / "filename=" text / …
struct FormValue {
    private var rest: Substring

    init(_ text: Substring) {
        self.rest = text
    }

    /// What is said about the content.
    struct Attributes {
        /// The media type.
        var type: String?
        /// The name that a file has for the server.
        var fileName: String?
        /// Whether there was nothing else.
        var isUnderstood = true
    }

    /// Whether something follows, such as a second file.
    var hasMore: Bool { !self.rest.isEmpty }

    /// Takes the content: quoted, or up to an attribute.
    mutating func content(endsAtComma: Bool) -> String {
        if let quoted = self.quoted() { return quoted }
        var end = self.rest.startIndex
        while end < self.rest.endIndex {
            let tail = self.rest[end...]
            if self.rest[end] == ";", Self.attributeNames.contains(where: { tail.hasPrefix($0) }) {
                break
            }
            if endsAtComma, self.rest[end] == ",", !tail.dropFirst().isEmpty { break }
            end = self.rest.index(after: end)
        }
        defer { self.rest = self.rest[end...] }
        return String(self.rest[..<end])
    }

    private static let attributeNames = [";type=", ";filename=", ";headers=", ";encoder="]

    /// Takes the attributes.
    mutating func attributes() -> Attributes {
        var result = Attributes()
        while self.rest.hasPrefix(";") {
            self.rest.removeFirst()
            let name = self.rest.prefix { $0 != "=" }
            guard let equals = self.rest.firstIndex(of: "=") else {
                result.isUnderstood = false
                return result
            }
            self.rest = self.rest[self.rest.index(after: equals)...]
            let value = self.quoted() ?? self.plainAttribute()
            switch name {
            case "type": result.type = value
            case "filename": result.fileName = value
            default: result.isUnderstood = false
            }
        }
        return result
    }

    private mutating func plainAttribute() -> String {
        var end = self.rest.startIndex
        while end < self.rest.endIndex {
            let tail = self.rest[end...]
            if Self.attributeNames.contains(where: { tail.hasPrefix($0) }) { break }
            end = self.rest.index(after: end)
        }
        defer { self.rest = self.rest[end...] }
        return String(self.rest[..<end])
    }

    /// Takes `"…"`, in which `\` stands before `\` and `"`.
    private mutating func quoted() -> String? {
        guard self.rest.hasPrefix("\"") else { return nil }
        var text = ""
        var index = self.rest.index(after: self.rest.startIndex)
        while index < self.rest.endIndex {
            let character = self.rest[index]
            let next = self.rest.index(after: index)
            if character == "\\", next < self.rest.endIndex,
                self.rest[next] == "\\" || self.rest[next] == "\""
            {
                text.append(self.rest[next])
                index = self.rest.index(after: next)
                continue
            }
            if character == "\"" {
                self.rest = self.rest[next...]
                return text
            }
            text.append(character)
            index = next
        }
        // Without an end the quote is a plain character.
        return nil
    }
}
