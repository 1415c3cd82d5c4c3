package import HTTPModel

/// Replaces the values of sensitive fields by references, and remembers which names a replay
/// expects (FILES.md 9.3, rule 6).
package struct SecretReplacement: Sendable {
    private let isSensitive: @Sendable (String) -> Bool
    let isSensitiveKey: @Sendable (String) -> Bool
    /// Names that mean something else already.
    private var reserved: Set<String> = []
    /// The variables that are taken from responses.
    private var responseVariables: Set<String> = []
    private var namesByValue: [FieldLine: String] = [:]
    /// The names that a replay expects, in order of first use.
    package private(set) var expectedNames: [String] = []
    /// The variables that stand where a secret does: what they hold is one.
    package private(set) var sensitiveReferences: Set<String> = []

    /// Creates a replacement for the fields that `isSensitive` names.
    ///
    /// The session judges, so that a field that stays with its origin on the wire is not written in
    /// clear either.
    ///
    /// - Parameters:
    ///   - isSensitive: Whether a field holds a secret.
    ///   - isSensitiveKey: Whether a key in a content holds one.
    package init(
        isSensitive: @escaping @Sendable (_ fieldName: String) -> Bool,
        isSensitiveKey: @escaping @Sendable (_ key: String) -> Bool = { _ in false }
    ) {
        self.isSensitive = isSensitive
        self.isSensitiveKey = isSensitiveKey
    }

    /// Keeps names from being given: those of variables that there are.
    package mutating func reserve(_ names: [String]) {
        self.reserved.formUnion(names)
    }

    /// Says which variables are taken from responses: what stands beside one is part of how it is
    /// written.
    package mutating func noteResponseVariables(_ names: [String]) {
        self.reserve(names)
        self.responseVariables.formUnion(names)
    }

    /// The field with its secret replaced; unchanged if it is not sensitive or holds no literal.
    package mutating func replacing(_ field: FieldLine) -> FieldLine {
        guard self.isSensitive(field.name), !field.value.isEmpty else { return field }
        self.noteReferences(in: field.value)
        let (scheme, secret) = Self.split(field)
        guard self.holdsSecret(secret) else { return field }
        let key = FieldLine(field.name.lowercased(), secret)
        let name = self.namesByValue[key] ?? self.newName(for: field.name)
        self.namesByValue[key] = name
        return FieldLine(field.name, scheme + "{{\(name)}}")
    }

    /// Has a replay expect a variable whose value is not written.
    package mutating func expect(_ name: String) {
        if !self.expectedNames.contains(name) { self.expectedNames.append(name) }
    }

    /// Says which variables hold secrets whatever they are called: `@redact var`.
    package mutating func noteSensitive(variables: Set<String>) {
        self.sensitiveReferences.formUnion(variables)
    }

    /// Remembers which variables stand in a secret's place.
    mutating func noteReferences(in text: String) {
        self.sensitiveReferences.formUnion(ReferenceSyntax.variables(in: text))
    }

    /// The name for a secret under a key of a content.
    mutating func name(forKey key: String, value: String) -> String {
        // Fields have no blank in their names.
        let place = FieldLine("key \(key)", value)
        if let known = self.namesByValue[place] { return known }
        let name = self.newName(from: key)
        self.namesByValue[place] = name
        return name
    }

    private mutating func newName(for field: String) -> String {
        self.newName(from: field.uppercased())
    }

    private mutating func newName(from text: String) -> String {
        var base = String(
            text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        )
        if !base.isIdentifier { base = "_" + base }
        var name = base
        var number = 2
        while self.expectedNames.contains(name) || self.reserved.contains(name) {
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

    /// Shorter text beside a value that a response gave is no secret, but a mark such as `k-`.
    private static let shortestSecret = 8

    private func holdsSecret(_ text: String) -> Bool {
        guard Self.holdsLiteral(text) else { return false }
        var isFromResponse = false
        var longest = 0
        for piece in ReferenceSyntax.pieces(of: text) {
            switch piece {
            case .text(let plain): longest = max(longest, plain.trimmed.utf8.count)
            case .reference(let inner):
                let name = String(inner.drop { $0 == "%" })
                isFromResponse =
                    isFromResponse || self.responseVariables.contains(name)
                    || name.contains(".response.") || name.hasPrefix("$.")
            }
        }
        return !isFromResponse || longest >= Self.shortestSecret
    }

    /// Whether there is more in `text` than references.
    static func holdsLiteral(_ text: String) -> Bool {
        ReferenceSyntax.pieces(of: text).contains { piece in
            if case .text(let plain) = piece { !plain.trimmed.isEmpty } else { false }
        }
    }
}
