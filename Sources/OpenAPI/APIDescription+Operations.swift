import HTTPModel

/// What an operation takes.
extension APIDescription {
    /// The parameters of an operation, those of its path first.
    package func parameters(of operation: APIOperation) -> [APIParameter] {
        let (node, pathItem) = self.nodes.operations[operation.index]
        var parameters: [APIParameter] = []
        for node in pathItem.elements("parameters") + node.elements("parameters") {
            guard let parameter = self.parameter(self.nodes.resolve(node)) else { continue }
            // One of the operation replaces one of the path item with the same name and place.
            let same = parameters.firstIndex {
                $0.name == parameter.name && $0.place == parameter.place
            }
            if let same { parameters[same] = parameter } else { parameters.append(parameter) }
        }
        return parameters
    }

    private func parameter(_ node: JSONValue) -> APIParameter? {
        guard let name = node.string("name"), let text = node.string("in"),
            let place = APIParameter.Place(rawValue: text)
        else { return nil }
        let content = node.members("content").first?.value["schema"]
        let schema = node["schema"] ?? content ?? node
        var value = SchemaReader(nodes: self.nodes).value(of: schema)
        if let example = node["example"] ?? node.members("examples").first?.value["value"] {
            value.example = example
        }
        return APIParameter(
            name: name,
            place: place,
            isRequired: node.flag("required") || place == .path,
            summary: (node.string("description") ?? "").firstSentence,
            value: value
        )
    }

    /// The forms that the content of a request may have, in the order of the description.
    package func content(of operation: APIOperation) -> [APIContent] {
        let (node, pathItem) = self.nodes.operations[operation.index]
        switch self.dialect {
        case .swagger2: return self.swaggerContent(node, pathItem)
        case .openAPI30, .openAPI31:
            let body = self.nodes.resolve(node["requestBody"] ?? .null)
            return body.members("content").map { member in
                let schema = member.value["schema"] ?? .null
                let example =
                    member.value["example"]
                    ?? member.value.members("examples").first
                    .flatMap { self.nodes.resolve($0.value)["value"] }
                return APIContent(
                    mediaType: member.key,
                    example: example ?? SchemaReader(nodes: self.nodes).example(of: schema),
                    schema: schema
                )
            }
        }
    }

    /// OpenAPI 2.0 has the content among the parameters.
    private func swaggerContent(_ node: JSONValue, _ pathItem: JSONValue) -> [APIContent] {
        let reader = SchemaReader(nodes: self.nodes)
        let types = node.elements("consumes").map(\.text)
        let parameters = (pathItem.elements("parameters") + node.elements("parameters"))
            .map(self.nodes.resolve)
        if let body = parameters.first(where: { $0.string("in") == "body" }) {
            let schema = body["schema"] ?? .null
            return (types.isEmpty ? ["application/json"] : types).map {
                APIContent(mediaType: $0, example: reader.example(of: schema), schema: schema)
            }
        }
        let form = parameters.filter { $0.string("in") == "formData" }
        guard !form.isEmpty else { return [] }
        let properties = form.compactMap { node in
            node.string("name").map { JSONValue.Member($0, node) }
        }
        let required = form.filter { $0.flag("required") }.compactMap { $0["name"] }
        let schema = JSONValue.object([
            .init("type", .string("object")), .init("properties", .object(properties)),
            .init("required", .array(required)),
        ])
        let type = types.first ?? "application/x-www-form-urlencoded"
        return [APIContent(mediaType: type, example: reader.example(of: schema), schema: schema)]
    }

    /// The members of content, or those of the member that `path` leads to.
    package func fields(of content: APIContent, below path: [String] = []) -> [APIField] {
        SchemaReader(nodes: self.nodes).fields(of: content.schema, below: path)
    }

    /// The statuses that an operation answers with, and what each means.
    package func responses(of operation: APIOperation) -> [(status: String, summary: String)] {
        let (node, _) = self.nodes.operations[operation.index]
        return node.members("responses").map { member in
            let response = self.nodes.resolve(member.value)
            return (member.key, (response.string("description") ?? "").firstSentence)
        }
    }

    /// What an operation does, at length; may be empty.
    package func text(of operation: APIOperation) -> String {
        self.nodes.operations[operation.index].operation.string("description") ?? ""
    }

    /// Whether an operation wants credentials.
    package func needsCredentials(_ operation: APIOperation) -> Bool {
        !self.nodes.operations[operation.index].operation.elements("security").isEmpty
    }
}
