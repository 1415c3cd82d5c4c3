package import HTTPModel

/// A parameter that is added to the query of requests: `name==value`.
package struct QueryParameter: Sendable, Hashable {
    /// The name, not encoded.
    package var name: String
    /// The value, not encoded.
    package var value: String
    /// The only origin that it goes to; nil is all.
    package var scope: Origin?

    /// Creates a parameter.
    package init(_ name: String, _ value: String, scope: Origin? = nil) {
        self.name = name
        self.value = value
        self.scope = scope
    }
}

/// What one request says about a query parameter.
package enum QueryEdit: Sendable, Hashable {
    /// It has this value instead of the default ones; several of one name are all sent, in order.
    case set(String, String)
    /// It is absent.
    case remove(String)
}

/// The query parameters that requests carry unless they say otherwise.
package struct QueryDefaults: Sendable, Hashable {
    /// All parameters, in order; a name may occur more than once.
    package private(set) var parameters: [QueryParameter] = []

    /// Creates an empty list.
    package init() {}

    /// Whether there are none.
    package var isEmpty: Bool { self.parameters.isEmpty }

    /// Gives a parameter these values in `scope`, in the place of those it had there.
    package mutating func set(_ name: String, to values: [String], scope: Origin?) {
        let new = values.map { QueryParameter(name, $0, scope: scope) }
        let place = self.parameters.firstIndex { $0.name == name && $0.scope == scope }
        self.parameters.removeAll { $0.name == name && $0.scope == scope }
        let end = self.parameters.endIndex
        self.parameters.insert(contentsOf: new, at: min(place ?? end, end))
    }

    /// Removes a parameter in every scope; returns what was removed.
    @discardableResult
    package mutating func remove(_ name: String) -> [QueryParameter] {
        let removed = self.parameters.filter { $0.name == name }
        self.parameters.removeAll { $0.name == name }
        return removed
    }

    /// Puts back parameters that were kept elsewhere.
    mutating func restore(_ parameters: [QueryParameter]) {
        self.parameters = parameters
    }

    /// The target with the default parameters for its origin and those of the request.
    ///
    /// The target's own query stays in front, as it is; a parameter of the request takes the place
    /// of the default one of the same name (SESSION.md, section 2.2).
    package func apply(to target: URI, edits: [QueryEdit]) -> URI {
        guard !self.parameters.isEmpty || !edits.isEmpty else { return target }
        var merged = self.parameters.filter { $0.scope == nil || $0.scope == target.origin }
        var replaced: Set<String> = []
        for edit in edits {
            switch edit {
            case .remove(let name): merged.removeAll { $0.name == name }
            case .set(let name, let value):
                let isFirst = replaced.insert(name).inserted
                if isFirst, let place = merged.firstIndex(where: { $0.name == name }) {
                    merged.removeAll { $0.name == name }
                    merged.insert(QueryParameter(name, value), at: min(place, merged.endIndex))
                } else {
                    merged.append(QueryParameter(name, value))
                }
            }
        }
        guard !merged.isEmpty else { return target }
        let own = target.query.flatMap { $0.isEmpty ? nil : $0 }
        let added = merged.map {
            "\($0.name.percentEncodingAll)=\($0.value.percentEncodingAll)"
        }
        var result = target
        result.query = ((own.map { [$0] } ?? []) + added).joined(separator: "&")
        return result
    }
}
