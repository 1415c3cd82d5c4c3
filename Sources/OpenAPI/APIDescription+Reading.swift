package import HTTPModel

extension APIDescription {
    private static let methods = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
    ]

    /// Reads a description in JSON or YAML.
    package init(parsing bytes: [UInt8]) throws(APIDescriptionError) {
        let first = bytes.first { $0 > 0x20 && $0 < 0x80 }
        if first == UInt8(ascii: "{") {
            do {
                try self.init(try JSONValue(parsing: bytes))
            } catch let error as JSONSyntaxError {
                let line = bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") } + 1
                throw .syntax(detail: "not JSON", line: line)
            } catch let error as APIDescriptionError {
                throw error
            } catch {
                throw .syntax(detail: "\(error)", line: nil)
            }
            return
        }
        try self.init(try YAMLReader.value(of: bytes))
    }

    /// Reads a description.
    package init(_ root: JSONValue) throws(APIDescriptionError) {
        let dialect = try Self.dialect(of: root)
        let info = root["info"] ?? .null
        let servers = Self.servers(of: root, dialect)
        let basePath = Self.basePath(of: root, dialect, servers)
        var nodes = NodeTable(root: root)
        var operations: [APIOperation] = []
        for entry in root.members("paths") where entry.key.hasPrefix("/") {
            let pathItem = nodes.resolve(entry.value)
            let path = PathTemplate(basePath + entry.key)
            guard case .object(let members) = pathItem else { continue }
            for member in members where Self.methods.contains(member.key.lowercased()) {
                operations.append(
                    APIOperation(
                        method: member.key.uppercased(),
                        path: path,
                        summary: Self.summary(of: member.value, pathItem),
                        operationID: member.value.string("operationId"),
                        isDeprecated: member.value.flag("deprecated"),
                        index: nodes.insert(member.value, in: pathItem)
                    )
                )
            }
        }
        self.dialect = dialect
        self.title = info.string("title") ?? ""
        self.version = info["version"]?.text ?? ""
        self.servers = servers
        self.basePath = basePath
        self.operations = operations
        self.nodes = nodes
    }

    private static func dialect(of root: JSONValue) throws(APIDescriptionError) -> Dialect {
        guard let version = (root["openapi"] ?? root["swagger"])?.text else {
            throw .notADescription
        }
        // YAML may have read 2.0 as a number.
        if version == "2" || version.hasPrefix("2.") { return .swagger2 }
        if version.hasPrefix("3.0") { return .openAPI30 }
        if version.hasPrefix("3.") { return .openAPI31 }
        throw .unknownVersion(version)
    }

    private static func servers(of root: JSONValue, _ dialect: Dialect) -> [String] {
        switch dialect {
        case .swagger2:
            guard let host = root.string("host") else { return [] }
            let schemes = root.elements("schemes").map(\.text)
            let path = root.string("basePath") ?? ""
            return (schemes.isEmpty ? ["https"] : schemes).map { "\($0)://\(host)\(path)" }
        case .openAPI30, .openAPI31:
            return root.elements("servers").compactMap { server in
                guard var url = server.string("url") else { return nil }
                for variable in server.members("variables") {
                    guard let value = variable.value["default"]?.text else { continue }
                    url = url.replacing("{\(variable.key)}", with: value)
                }
                return url
            }
        }
    }

    /// The path of the first server: the others are the same service elsewhere.
    private static func basePath(
        of root: JSONValue,
        _ dialect: Dialect,
        _ servers: [String]
    ) -> String {
        var path: String
        switch dialect {
        case .swagger2: path = root.string("basePath") ?? ""
        case .openAPI30, .openAPI31:
            let url = servers.first ?? ""
            if let range = url.firstRange(of: "://") {
                let rest = url[range.upperBound...]
                path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
            } else {
                path = url.hasPrefix("/") ? url : ""
            }
        }
        while path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// The summary, or the first sentence of the description, on one line.
    private static func summary(of operation: JSONValue, _ pathItem: JSONValue) -> String {
        let text =
            operation.string("summary") ?? operation.string("description")
            ?? pathItem.string("summary") ?? ""
        return text.firstSentence
    }
}

extension String {
    /// What stands before the first full stop or empty line, on one line.
    var firstSentence: String {
        let paragraph = self.prefix { $0 != "\n" }
        let text = paragraph.isEmpty ? self[...] : paragraph
        guard let stop = text.firstRange(of: ". ") else {
            return String(text.hasSuffix(".") ? text.dropLast() : text)
        }
        return String(text[..<stop.lowerBound])
    }
}
