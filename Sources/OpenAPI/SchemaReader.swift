import HTTPModel

/// Reads schemas: what a value may be, its members, an example.
struct SchemaReader {
    /// How deeply an example goes: schemas may contain themselves.
    private static let depthLimit = 6
    /// Schemas that one is put together from: `allOf` may name itself, many times over.
    private static let partsLimit = 1_000
    /// How many members an example has at most, over all.
    private static let memberLimit = 200

    let nodes: NodeTable

    /// What a value may be.
    func value(of schema: JSONValue) -> APIValue {
        let schema = self.flat(schema)
        let node = self.nodes.resolve(schema)
        // Of an array, the choices of an element are what one types.
        let items = node["items"].map { self.flat($0) }
        return APIValue(
            type: Self.typeText(of: node),
            choices: node["const"].map { [$0] } ?? node.elementsOrNil("enum")
                ?? items?.elementsOrNil("enum") ?? [],
            defaultValue: node["default"],
            example: self.example(of: schema)
        )
    }

    /// The members of an object, or of what `path` leads to in it.
    func fields(of schema: JSONValue, below path: [String]) -> [APIField] {
        var node = self.flat(schema)
        for step in path {
            if let items = node["items"] { node = self.flat(items) }
            if step.isEmpty || Int(step) != nil { continue }
            guard let next = node["properties"]?[step] else { return [] }
            node = self.flat(next)
        }
        if let items = node["items"] { node = self.flat(items) }
        let required = Set(node.elements("required").map(\.text))
        return node.members("properties").compactMap { member in
            let property = self.flat(member.value)
            guard !property.flag("readOnly") else { return nil }
            return APIField(
                name: member.key,
                summary: (property.string("description") ?? property.string("title") ?? "")
                    .firstSentence,
                isRequired: required.contains(member.key),
                value: self.value(of: property)
            )
        }
    }

    /// An example: the schema's own, or one that fits it.
    func example(of schema: JSONValue) -> JSONValue {
        var budget = Self.memberLimit
        return self.example(of: schema, depth: 0, &budget)
    }

    private func example(of schema: JSONValue, depth: Int, _ budget: inout Int) -> JSONValue {
        let node = self.flat(schema)
        if let example = node["example"] ?? node.elements("examples").first { return example }
        if let fixed = node["const"] ?? node["default"] ?? node.elements("enum").first {
            return fixed
        }
        switch Self.type(of: node) {
        case "object":
            var members: [JSONValue.Member] = []
            guard depth < Self.depthLimit else { return .object([]) }
            for member in node.members("properties") where budget > 0 {
                if self.nodes.resolve(member.value).flag("readOnly") { continue }
                budget -= 1
                members.append(
                    .init(member.key, self.example(of: member.value, depth: depth + 1, &budget))
                )
            }
            return .object(members)
        case "array":
            guard depth < Self.depthLimit, let items = node["items"] else { return .array([]) }
            return .array([self.example(of: items, depth: depth + 1, &budget)])
        case "integer", "number": return .number((node["minimum"] ?? .number("0")).text)
        case "boolean": return .bool(true)
        case "null": return .null
        default: return .string(Self.exampleText(node))
        }
    }

    private static func exampleText(_ node: JSONValue) -> String {
        switch node.string("format") {
        case "date-time": "2026-01-31T12:00:00Z"
        case "date": "2026-01-31"
        case "uuid": "00000000-0000-4000-8000-000000000000"
        case "email": "user@example.com"
        case "uri", "url": "https://example.com/"
        case "hostname": "example.com"
        case "ipv4": "192.0.2.1"
        case "ipv6": "2001:db8::1"
        default: "string"
        }
    }

    // MARK: Shapes

    /// The schema with its reference followed and its parts put together: all of `allOf`, and the
    /// first that is no `null` of `oneOf` and `anyOf`.
    private func flat(_ schema: JSONValue) -> JSONValue {
        var partsLeft = Self.partsLimit
        return self.flat(schema, depth: 0, &partsLeft)
    }

    private func flat(_ schema: JSONValue, depth: Int, _ partsLeft: inout Int) -> JSONValue {
        let node = self.nodes.resolve(schema)
        partsLeft -= 1
        guard case .object(let own) = node, depth < Self.depthLimit, partsLeft > 0 else {
            return node
        }
        let choice = (node.elements("oneOf") + node.elements("anyOf"))
            .first { $0["type"] != .string("null") }
        let parts = node.elements("allOf") + (choice.map { [$0] } ?? [])
        guard !parts.isEmpty else { return node }
        var members: [JSONValue.Member] = []
        var properties: [JSONValue.Member] = []
        var required: [JSONValue] = []
        let rest = own.filter { !["allOf", "oneOf", "anyOf"].contains($0.key) }
        let flatParts = parts.map { self.flat($0, depth: depth + 1, &partsLeft) }
        for part in flatParts + [.object(rest)] {
            guard case .object(let partMembers) = part else { continue }
            properties += part.members("properties")
            required += part.elements("required")
            for member in partMembers where !["properties", "required"].contains(member.key) {
                members.removeAll { $0.key == member.key }
                members.append(member)
            }
        }
        if !properties.isEmpty { members.append(.init("properties", .object(properties))) }
        if !required.isEmpty { members.append(.init("required", .array(required))) }
        return .object(members)
    }

    /// The type: of several (3.1), the first that is not `null`; of none, what its members say.
    private static func type(of node: JSONValue) -> String {
        if case .array(let types)? = node["type"] {
            return types.map(\.text).first { $0 != "null" } ?? "null"
        }
        if let type = node.string("type") { return type }
        if node["properties"] != nil { return "object" }
        return node["items"] != nil ? "array" : ""
    }

    private static func typeText(of node: JSONValue) -> String {
        let type = self.type(of: node)
        guard let format = node.string("format") else { return type }
        return type.isEmpty ? format : "\(type) (\(format))"
    }
}

extension JSONValue {
    fileprivate func elementsOrNil(_ key: String) -> [JSONValue]? {
        guard case .array(let elements)? = self[key] else { return nil }
        return elements
    }
}
