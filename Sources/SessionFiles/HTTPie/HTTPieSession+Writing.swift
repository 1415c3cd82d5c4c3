package import HTTPModel

extension HTTPieSession {
    /// The text of the file, laid out as HTTPie does.
    package var text: String {
        let meta: [(String, JSONValue)] = [
            ("about", .string("HTTPie session file")),
            ("help", .string("https://httpie.io/docs#sessions")),
            // The version decides how HTTPie reads the rest.
            ("httpie", .string("3.2.4")),
        ]
        let blocks = [
            Self.block("__meta__", [meta], isList: false),
            Self.block("auth", [self.credentialMembers], isList: false),
            Self.block("cookies", self.cookies.map(Self.members), isList: true),
            Self.block("headers", self.storedFields.map(Self.members), isList: true),
        ]
        return "{\n\(blocks.joined(separator: ",\n"))\n}\n"
    }

    /// HTTPie does not keep fields of the content, nor conditions.
    package var storedFields: [FieldLine] {
        self.fields.filter { field in
            let name = field.name.lowercased()
            return !name.hasPrefix("content-") && !name.hasPrefix("if-")
        }
    }

    private var credentialMembers: [(String, JSONValue)] {
        guard let credentials = self.credentials else {
            return [("password", .null), ("type", .null), ("username", .null)]
        }
        return [("raw_auth", .string(credentials.text)), ("type", .string(credentials.type))]
    }

    private static func members(_ cookie: StoredCookie) -> [(String, JSONValue)] {
        [
            ("domain", cookie.domain.map { .string($0) } ?? .null),
            ("expires", cookie.expires.map { .number(String($0)) } ?? .null),
            ("name", .string(cookie.name)),
            ("path", .string(cookie.path)),
            ("secure", .bool(cookie.isSecure)),
            ("value", .string(cookie.value)),
        ]
    }

    private static func members(_ field: FieldLine) -> [(String, JSONValue)] {
        [("name", .string(field.name)), ("value", .string(field.value))]
    }

    private static func block(
        _ name: String,
        _ objects: [[(String, JSONValue)]],
        isList: Bool
    ) -> String {
        guard isList else {
            return "    \"\(name)\": \(Self.object(objects.first ?? [], indent: 4))"
        }
        guard !objects.isEmpty else { return "    \"\(name)\": []" }
        let elements = objects.map { "        \(Self.object($0, indent: 8))" }
        return "    \"\(name)\": [\n\(elements.joined(separator: ",\n"))\n    ]"
    }

    private static func object(_ members: [(String, JSONValue)], indent: Int) -> String {
        let blanks = String(repeating: " ", count: indent)
        let lines = members.map { "\(blanks)    \"\($0.0)\": \($0.1.compactText)" }
        return "{\n\(lines.joined(separator: ",\n"))\n\(blanks)}"
    }
}
