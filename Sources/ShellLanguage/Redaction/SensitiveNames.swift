/// Which fields, keys and variables hold secrets (LANGUAGE.md section 5, SESSION.md RD3).
package struct SensitiveNames: Hashable, Sendable {
    private let fieldPatterns: [String]

    /// Makes the list.
    ///
    /// Each pattern is a field name, perhaps with `*` at its start, its end or both (`*-token`);
    /// letters of either case are equal.
    package init(fieldPatterns: [String]) {
        self.fieldPatterns = fieldPatterns.map { $0.lowercased() }
    }

    /// Whether a field's value is a secret.
    package func holdsSecret(field name: String) -> Bool {
        let name = name.lowercased()
        return fieldPatterns.contains { pattern in
            switch (pattern.hasPrefix("*"), pattern.hasSuffix("*")) {
            case (false, false): name == pattern
            case (true, false): name.hasSuffix(pattern.dropFirst())
            case (false, true): name.hasPrefix(pattern.dropLast())
            case (true, true): name.contains(pattern.dropFirst().dropLast())
            }
        }
    }

    /// Whether the value of a key or variable is a secret: `passw|secret|token|api.?key|otp|pin$`.
    package func holdsSecret(key name: String) -> Bool {
        let name = name.lowercased()
        if ["passw", "secret", "token", "apikey", "otp"].contains(where: { name.contains($0) }) {
            return true
        }
        // The last segment of a path decides: `user[pin]` is a pin.
        let last = name.hasSuffix("]") ? name.dropLast() : name[...]
        return last.hasSuffix("pin") || Self.hasSeparatedAPIKey(name)
    }

    /// `api.?key` with one character between.
    private static func hasSeparatedAPIKey(_ name: String) -> Bool {
        let characters = Array(name)
        let parts = (Array("api"), Array("key"))
        guard characters.count >= 7 else { return false }
        return (0...(characters.count - 7)).contains { start in
            characters[start..<(start + 3)].elementsEqual(parts.0)
                && characters[(start + 4)..<(start + 7)].elementsEqual(parts.1)
        }
    }
}
