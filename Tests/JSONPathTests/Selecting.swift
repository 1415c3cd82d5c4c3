import HTTPModel
import JSONPath
import Testing

/// A query with what it must select.
struct Selection: Sendable, CustomTestStringConvertible {
    var query: String
    /// Nodes as `path=value`, in order.
    var nodes: [String]

    init(_ query: String, _ nodes: String...) {
        self.query = query
        self.nodes = nodes
    }

    var testDescription: String { self.query }

    /// What the query selects in a document.
    func selected(in document: String) throws -> [String] {
        let value = try JSONValue(parsing: document)
        let query = try JSONPathQuery(self.query)
        return try query.nodes(in: value).map { "\($0.path)=\($0.value.compactText)" }
    }
}
