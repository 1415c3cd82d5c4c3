/// The names of fields that are credentials, whatever their scheme: `redirect.sensitive`.
///
/// Such fields are bound to an origin as defaults and stripped when a redirect changes the origin
/// (SESSION.md, RD3).
package struct SensitiveFields: Sendable, Hashable {
    /// Lower-case names; a `*` at either end stands for anything.
    package let patterns: [String]
    private let exact: Set<String>
    private let suffixes: [String]
    private let prefixes: [String]
    private let infixes: [String]

    /// Creates a list from patterns, such as `authorization` and `*-token`.
    package init(_ patterns: [String]) {
        self.patterns = patterns.map { $0.lowercased() }.filter { !$0.isEmpty }
        var exact: Set<String> = []
        var suffixes: [String] = []
        var prefixes: [String] = []
        var infixes: [String] = []
        for pattern in self.patterns {
            switch (pattern.hasPrefix("*"), pattern.hasSuffix("*")) {
            case (false, false): exact.insert(pattern)
            case (true, false): suffixes.append(String(pattern.dropFirst()))
            case (false, true): prefixes.append(String(pattern.dropLast()))
            case (true, true): infixes.append(String(pattern.dropFirst().dropLast()))
            }
        }
        self.exact = exact
        self.suffixes = suffixes
        self.prefixes = prefixes
        self.infixes = infixes
    }

    /// The list of a new session.
    package static let standard = Self([
        "authorization", "cookie", "proxy-authorization", "x-api-key", "*-token", "*-key",
        "*-secret",
    ])

    /// Whether the field `name` is on the list; names are compared without case.
    package func contains(_ name: String) -> Bool {
        self.contains(canonical: name.lowercased())
    }

    /// Whether the field with the lower-case name `name` is on the list.
    func contains(canonical name: String) -> Bool {
        self.exact.contains(name)
            || self.suffixes.contains { name.hasSuffix($0) }
            || self.prefixes.contains { name.hasPrefix($0) }
            || self.infixes.contains { name.containsBytes(of: $0) }
    }
}

extension String {
    /// Whether `other` occurs in the string, byte by byte; the empty string does.
    fileprivate func containsBytes(of other: String) -> Bool {
        let wanted = Array(other.utf8)
        let bytes = Array(self.utf8)
        guard wanted.count <= bytes.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { start in
            bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}
