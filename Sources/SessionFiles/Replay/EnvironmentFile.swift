import HTTPModel

/// A file of variables by environment: `{"dev": {"host": "…"}, "$shared": {…}}`.
package struct EnvironmentFile: Sendable, Hashable {
    /// The names under which it lies besides session files; later ones win.
    package static let names = [
        "http-client.env.json", "http-client.private.env.json", "http-client.env.json.user",
    ]

    /// Those of an environment that all have.
    private static let shared: Set<String> = ["$shared", "$kulalaShared"]

    private var members: [JSONValue.Member]

    /// Why a file is none.
    package enum Failure: Error, Sendable, Hashable {
        /// Not JSON, or no object of objects.
        case malformed
    }

    /// Reads the content of a file.
    package init(_ bytes: [UInt8]) throws(Failure) {
        guard case .object(let members)? = try? JSONValue(parsing: bytes) else {
            throw .malformed
        }
        let isWhole = members.allSatisfy { if case .object = $0.value { true } else { false } }
        guard isWhole else { throw .malformed }
        self.members = members
    }

    /// The names of the environments.
    package var environments: Set<String> {
        Set(self.members.map(\.key)).subtracting(Self.shared)
    }

    /// The variables of an environment, those that all share first.
    package func variables(of environment: String) -> [(String, String)] {
        let shared = self.members.filter { Self.shared.contains($0.key) }
        let own = self.members.filter { $0.key == environment }
        return (shared + own).flatMap { member -> [(String, String)] in
            guard case .object(let variables) = member.value else { return [] }
            return variables.map { ($0.key, $0.value.text) }
        }
    }
}
