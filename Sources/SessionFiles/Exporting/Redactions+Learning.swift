package import HTTPModel
import JSONPath

/// Learns what is kept out, so that it is wherever it stands later: a token that an answer gave
/// stands in the target of the next request.
extension Redactions {
    /// Whether messages can hold something that is kept out.
    package var concernsMessages: Bool {
        !self.fieldNames.isEmpty || !self.cookieNames.isEmpty || !self.jsonPaths.isEmpty
    }

    /// Learns from an exchange; `content` gives that of its response.
    package mutating func learn(from exchange: Exchange, content: () -> [UInt8]) {
        guard self.concernsMessages else { return }
        for attempt in exchange.attempts {
            for field in attempt.sentFields { self.learn(from: field) }
            guard case .response(let response) = attempt.result else { continue }
            for field in response.head.fields { self.learn(from: field) }
        }
        guard !self.jsonPaths.isEmpty, let value = try? JSONValue(parsing: content()) else {
            return
        }
        for path in self.jsonPaths {
            for node in (try? path.nodes(in: value)) ?? [] { self.learn(from: node.value, path) }
        }
    }

    private mutating func learn(from field: FieldLine) {
        let name = field.name.lowercased()
        if self.fieldNames.contains(name) { self.values.add(field.value, of: field.name) }
        guard name == "cookie" || name == "set-cookie" else { return }
        let pairs = field.value.split(separator: ";").prefix(name == "cookie" ? .max : 1)
        for pair in pairs {
            guard let equals = pair.firstIndex(of: "=") else { continue }
            let cookie = pair[..<equals].trimmed
            guard self.cookieNames.contains(cookie) else { continue }
            self.values.add(pair[pair.index(after: equals)...].trimmed, of: cookie)
        }
    }

    private mutating func learn(from value: JSONValue, _ path: JSONPathQuery) {
        switch value {
        case .object(let members): for member in members { self.learn(from: member.value, path) }
        case .array(let elements): for element in elements { self.learn(from: element, path) }
        case .string, .number: self.values.add(value.text, of: "\(path)")
        case .bool, .null: break
        }
    }
}
