package import HTTPModel

/// Replaces the values of sensitive fields by references, and remembers which names a replay
/// expects (FILES.md 9.3, rule 6).
package struct SecretReplacement: Sendable, Hashable {
    /// Patterns for the names of sensitive fields, in lower case; `*` stands for any text.
    private let patterns: [String]
    private var namesByValue: [FieldLine: String] = [:]
    /// The names that a replay expects, in order of first use.
    package private(set) var expectedNames: [String] = []

    /// Creates a replacement; by default for the list of `redirect.sensitive`.
    package init(patterns: [String] = Self.defaultPatterns) {
        self.patterns = patterns.map { $0.lowercased() }
    }

    /// The fields that are sensitive unless the user says otherwise (PRODUCT.md section 4).
    package static let defaultPatterns = [
        "authorization", "cookie", "proxy-authorization", "x-api-key", "*-token", "*-key",
        "*-secret",
    ]

    /// The field with its secret replaced; unchanged if it is not sensitive or holds no literal.
    package mutating func replacing(_ field: FieldLine) -> FieldLine {
        guard self.isSensitive(field.name), !field.value.isEmpty else { return field }
        let (scheme, secret) = Self.split(field)
        guard Self.holdsLiteral(secret) else { return field }
        let key = FieldLine(field.name.lowercased(), secret)
        let name = self.namesByValue[key] ?? self.newName(for: field.name)
        self.namesByValue[key] = name
        return FieldLine(field.name, scheme + "{{\(name)}}")
    }

    /// Whether the field's value must not be written in clear.
    package func isSensitive(_ name: String) -> Bool {
        let name = name.lowercased()
        return self.patterns.contains { pattern in
            guard pattern.hasPrefix("*") else { return name == pattern }
            return name.hasSuffix(pattern.dropFirst())
        }
    }

    private mutating func newName(for field: String) -> String {
        let base = String(field.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
        var name = base
        var number = 2
        while self.expectedNames.contains(name) {
            name = "\(base)_\(number)"
            number += 1
        }
        self.expectedNames.append(name)
        return name
    }

    /// Schemes that say nothing secret; any other first word may be part of the secret.
    private static let schemes: Set<String> = [
        "basic", "bearer", "digest", "negotiate", "token",
    ]

    /// The authentication scheme stays readable: `Bearer {{AUTHORIZATION}}`.
    private static func split(_ field: FieldLine) -> (scheme: String, secret: String) {
        guard field.name.lowercased().hasSuffix("authorization"),
            let blank = field.value.firstIndex(of: " "),
            self.schemes.contains(field.value[..<blank].lowercased())
        else { return ("", field.value) }
        let end = field.value.index(after: blank)
        return (String(field.value[..<end]), String(field.value[end...]))
    }

    /// Whether there is more in `text` than references.
    private static func holdsLiteral(_ text: String) -> Bool {
        ReferenceSyntax.pieces(of: text).contains { piece in
            if case .text(let plain) = piece { !plain.trimmed.isEmpty } else { false }
        }
    }
}
