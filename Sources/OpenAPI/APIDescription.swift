package import HTTPModel

/// What a service says of itself: its operations, and what each takes (OpenAPI 2.0, 3.0, 3.1).
///
/// Operations are found when the description is read; parameters, bodies and examples only when
/// they are asked for, because a large description has far more of them than anybody looks at.
package struct APIDescription: Sendable {
    /// The versions of the specification that are understood.
    package enum Dialect: String, Sendable, Hashable {
        case swagger2 = "2.0"
        case openAPI30 = "3.0"
        case openAPI31 = "3.1"
    }

    /// The version of the specification.
    package let dialect: Dialect
    /// The name of the service.
    package let title: String
    /// The version of the service.
    package let version: String
    /// Where it is served, as far as the description says: URLs, or paths from its own place.
    package let servers: [String]
    /// The path that all operations stand below: empty, or such as `/v1`.
    package let basePath: String
    /// The operations in the order of the description.
    package let operations: [APIOperation]
    /// The whole description, for what it refers to.
    let nodes: NodeTable

    /// The operation that a request to `path` means: of several, the one with most literal
    /// segments.
    package func operation(_ method: String, path: String) -> APIOperation? {
        var best: APIOperation?
        for operation in self.operations where operation.method == method {
            guard operation.path.matches(path) else { continue }
            if best.map({ operation.path.literalCount > $0.path.literalCount }) ?? true {
                best = operation
            }
        }
        return best
    }

    /// The operations on a path, which may be a template as it is written in the description.
    package func operations(onPath path: String) -> [APIOperation] {
        let exact = self.operations.filter { $0.path.description == path }
        guard exact.isEmpty else { return exact }
        let matching = self.operations.filter { $0.path.matches(path) }
        let most = matching.map(\.path.literalCount).max()
        return matching.filter { $0.path.literalCount == most }
    }
}

/// One operation of a service.
package struct APIOperation: Sendable, Hashable {
    /// The method, in upper case.
    package var method: String
    /// The path with its parameters, below the base path of the description, that path included.
    package var path: PathTemplate
    /// What it does, in a few words; may be empty.
    package var summary: String
    /// Its name in the description.
    package var operationID: String?
    /// Whether it should not be used any more.
    package var isDeprecated: Bool
    /// Where it stands in the table of nodes.
    let index: Int
}

/// A parameter of an operation.
package struct APIParameter: Sendable, Hashable {
    /// Where a parameter stands.
    package enum Place: String, Sendable, Hashable, CaseIterable {
        case path
        case query
        case header
        case cookie
    }

    /// The name.
    package var name: String
    /// Where it stands.
    package var place: Place
    /// Whether it must be given.
    package var isRequired: Bool
    /// What it means; may be empty.
    package var summary: String
    /// What it may be.
    package var value: APIValue
}

/// What a value may be, without the values inside it.
package struct APIValue: Sendable, Hashable {
    /// Its type and format, such as `integer` or `string (date-time)`; may be empty.
    package var type: String
    /// The values that are allowed, if they are listed.
    package var choices: [JSONValue]
    /// The value that stands for none.
    package var defaultValue: JSONValue?
    /// A value for an example.
    package var example: JSONValue

    /// Whether it is written as a string.
    package var isString: Bool { self.type.hasPrefix("string") }
}

/// A form that the content of a request may have.
package struct APIContent: Sendable, Hashable {
    /// The media type.
    package var mediaType: String
    /// An example: the description's own, or one made from the schema.
    package var example: JSONValue
    /// The schema; resolved where it is looked into.
    let schema: JSONValue
}

/// A member of the content of a request.
package struct APIField: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// What it means; may be empty.
    package var summary: String
    /// Whether it must be given.
    package var isRequired: Bool
    /// What it may be.
    package var value: APIValue
}

/// Why a text is no description of a service.
package enum APIDescriptionError: Error, Sendable, Hashable {
    /// Neither JSON nor YAML; what the parser says, and the line if it is known.
    case syntax(detail: String, line: Int?)
    /// No `openapi` or `swagger` member.
    case notADescription
    /// A version that is not understood.
    case unknownVersion(String)
}
