import HTTPModel
import JSONPath

/// `@ignore header N, jsonpath P`: what is left out of comparisons with stored responses.
package struct IgnoreList: Sendable, Hashable {
    /// Names of fields, in lower case.
    package var fieldNames: Set<String> = []
    /// Places in JSON contents.
    private var paths: [JSONPathQuery] = []

    /// Creates a list that leaves out nothing.
    package init() {}

    /// Reads a value of the tag and adds to what is there; false if it is not one.
    package mutating func add(_ text: String) -> Bool {
        for item in text.splitOutsideBrackets {
            let (kind, name) = item.trimmed.firstWord
            guard !name.isEmpty else { return false }
            switch kind {
            case "header": self.fieldNames.insert(name.lowercased())
            case "jsonpath":
                guard let path = try? JSONPathQuery(name) else { return false }
                self.paths.append(path)
            default: return false
            }
        }
        return true
    }

    /// Adds what another list leaves out.
    mutating func formUnion(_ other: IgnoreList) {
        self.fieldNames.formUnion(other.fieldNames)
        self.paths += other.paths
    }

    /// The normalized paths in `value` that are left out.
    func places(in value: JSONValue) -> Set<[JSONPathNode.Step]> {
        var places: Set<[JSONPathNode.Step]> = []
        for path in self.paths {
            // What goes beyond the limits is compared: that errs towards telling a difference.
            guard let nodes = try? path.nodes(in: value) else { continue }
            places.formUnion(nodes.map(\.location))
        }
        return places
    }
}
