/// Replaces secrets inside text: members of JSON, parameters, userinfo of URLs.
///
/// It works on the parts of a template, so that references stay as they are.
struct SecretText: Sendable {
    let names: SensitiveNames

    /// Returns the template with a secret value replaced by a question for it.
    ///
    /// A scheme before the credentials (`Bearer `) stays, and so does a value that is nothing but
    /// references. Text and references mixed are replaced as a whole.
    func replacing(_ value: Template, name: String) -> Template {
        var parts = value.parts
        var kept: [Template.Part] = []
        if case .literal(let text) = parts.first, let scheme = Self.scheme(in: text) {
            kept = [.literal(scheme)]
            parts[0] = .literal(String(text.dropFirst(scheme.count)))
        }
        let rest = Template(parts: parts, span: value.span)
        let hasLiteral = rest.parts.contains { part in
            if case .literal(let text) = part { text.utf8.contains { !$0.isBlank } } else { false }
        }
        guard hasLiteral else { return value }
        let question = Placeholder(secret: Self.secretName(name), span: value.span)
        return Template(parts: kept + [.placeholder(question)], span: value.span)
    }

    /// The scheme of credentials with the blank after it.
    private static func scheme(in text: String) -> String? {
        let schemes = ["bearer ", "basic ", "digest ", "token ", "apikey "]
        let scheme = schemes.first { text.lowercased().hasPrefix($0) }
        return scheme.map { String(text.prefix($0.count)) }
    }

    /// A name for the question: what cannot stand in a name becomes `_`.
    static func secretName(_ text: String) -> String {
        var name = ""
        for character in text {
            let isAllowed = character.isASCII && (character.isLetter || character.isNumber)
            name.append(isAllowed || character == "-" || character == "_" ? character : "_")
        }
        while name.hasSuffix("_") { name.removeLast() }
        guard let first = name.first else { return "secret" }
        return first.isLetter || first == "_" ? name : "_\(name)"
    }

    // MARK: Inside text

    /// Replaces values of JSON members (`"token": "…"`) and of parameters (`token=…`).
    func replacingMembers(in template: Template) -> Template {
        replacing(template) { bytes in
            Self.jsonMembers(in: bytes) + Self.parameters(in: bytes)
        }
    }

    /// Replaces parameters, and the user information before `@`, in a target.
    func replacingSecrets(inTarget template: Template) -> Template {
        replacing(template) { bytes in
            Self.userInformation(in: bytes) + Self.parameters(in: bytes)
        }
    }

    /// Replaces whatever can be told to be a secret, in text that may be a URL, JSON or a form.
    func replacingSecrets(inText template: Template) -> Template {
        replacing(template) { bytes in
            Self.userInformation(in: bytes) + Self.jsonMembers(in: bytes)
                + Self.parameters(in: bytes)
        }
    }

    /// A value in text, by the name that it stands under.
    private struct Found {
        let name: String
        let range: Range<Int>
        /// Whether it is a secret whatever its name is.
        var isCertain = false
    }

    private func replacing(_ template: Template, _ find: ([UInt8]) -> [Found]) -> Template {
        // References become one byte that is no text, so that values run across them.
        var bytes: [UInt8] = []
        var placeholders: [Int: Placeholder] = [:]
        for part in template.parts {
            switch part {
            case .literal(let text): bytes += text.utf8
            case .placeholder(let placeholder):
                placeholders[bytes.count] = placeholder
                bytes.append(Self.referenceByte)
            }
        }
        func parts(_ range: Range<Int>) -> [Template.Part] {
            var result: [Template.Part] = []
            var start = range.lowerBound
            for offset in range where placeholders[offset] != nil {
                result.append(.literal(String(decoding: bytes[start..<offset], as: UTF8.self)))
                result += placeholders[offset].map { [.placeholder($0)] } ?? []
                start = offset + 1
            }
            result.append(
                .literal(String(decoding: bytes[start..<range.upperBound], as: UTF8.self))
            )
            return result
        }
        var result: [Template.Part] = []
        var end = 0
        for found in find(bytes).sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
        where found.range.lowerBound >= end {
            guard
                found.isCertain || names.holdsSecret(key: found.name)
                    || names.holdsSecret(field: found.name)
            else { continue }
            result += parts(end..<found.range.lowerBound)
            let value = Template(parts: parts(found.range), span: template.span)
            result += replacing(value, name: found.name).parts
            end = found.range.upperBound
        }
        result += parts(end..<bytes.count)
        return Template(parts: result, span: template.span)
    }

    private static let referenceByte: UInt8 = 0xFF

    // MARK: Finding values

    /// The values of members: the inside of strings, bare numbers, objects and arrays as a whole.
    ///
    /// What is inside those follows.
    private static func jsonMembers(in bytes: [UInt8]) -> [Found] {
        var found: [Found] = []
        var offset = 0
        while let key = string(in: bytes, from: offset) {
            offset = key.upperBound + 1
            var start = offset
            while start < bytes.count, bytes[start].isBlank { start += 1 }
            guard start < bytes.count, bytes[start] == UInt8(ascii: ":") else { continue }
            start += 1
            while start < bytes.count, bytes[start].isBlank { start += 1 }
            guard start < bytes.count else { break }
            let name = String(decoding: bytes[key], as: UTF8.self)
            if bytes[start] == UInt8(ascii: "\"") {
                guard let value = string(in: bytes, from: start) else { break }
                found.append(Found(name: name, range: value))
                offset = value.upperBound + 1
            } else if "{[".utf8.contains(bytes[start]) {
                let end = bracketEnd(in: bytes, from: start)
                found.append(Found(name: name, range: start..<end))
            } else {
                let end = bytes[start...].firstIndex { $0.isBlank || ",}]".utf8.contains($0) }
                found.append(Found(name: name, range: start..<(end ?? bytes.count)))
            }
        }
        return found
    }

    /// Where the brackets are closed that open at `start`; the end if they never are.
    private static func bracketEnd(in bytes: [UInt8], from start: Int) -> Int {
        var depth = 0
        var isInString = false
        var offset = start
        while offset < bytes.count {
            let byte = bytes[offset]
            if isInString {
                if byte == UInt8(ascii: "\\") { offset += 1 }
                isInString = byte != UInt8(ascii: "\"")
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if "{[".utf8.contains(byte) {
                depth += 1
            } else if "}]".utf8.contains(byte) {
                depth -= 1
                if depth == 0 { return offset + 1 }
            }
            offset += 1
        }
        return bytes.count
    }

    /// The inside of the next string; `nil` if there is none that ends.
    private static func string(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        guard start < bytes.count,
            let open = bytes[start...].firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        var offset = open + 1
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "\"") { return (open + 1)..<offset }
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// The values of `name=value` between `?`, `&`, `;`, blanks and the ends.
    private static func parameters(in bytes: [UInt8]) -> [Found] {
        let borders = "?&; \t\r\n#".utf8
        var found: [Found] = []
        for piece in bytes.indices.split(whereSeparator: { borders.contains(bytes[$0]) }) {
            guard let equals = piece.first(where: { bytes[$0] == UInt8(ascii: "=") }),
                let first = piece.first, let last = piece.last, equals > first
            else { continue }
            let name = String(decoding: bytes[first..<equals], as: UTF8.self)
            found.append(Found(name: name, range: (equals + 1)..<(last + 1)))
        }
        return found
    }

    /// The password of `scheme://user:password@host`, where the user's name stays; without a colon
    /// all of it, which may be a token.
    private static func userInformation(in bytes: [UInt8]) -> [Found] {
        let slash = UInt8(ascii: "/")
        guard
            let start = bytes.indices.first(where: { index in
                bytes[index] == slash && index + 1 < bytes.count && bytes[index + 1] == slash
            })
        else { return [] }
        let authority = bytes[(start + 2)...].prefix { !"/?#".utf8.contains($0) }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return [] }
        guard let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":")) else {
            return [Found(name: "user", range: authority.startIndex..<at, isCertain: true)]
        }
        return [Found(name: "password", range: (colon + 1)..<at, isCertain: true)]
    }
}
