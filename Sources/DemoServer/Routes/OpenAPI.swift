internal import NIOHTTP1

/// Describes a table of routes as OpenAPI 3.1.
enum OpenAPI {
    /// The description of `routes`.
    static func document(for routes: [Route]) -> JSON {
        var paths: [(path: String, operations: [JSON.Member])] = []
        for route in routes {
            let path = route.template.description
            let operation = JSON.Member(
                route.method.rawValue.lowercased(),
                self.operation(route)
            )
            if let index = paths.firstIndex(where: { $0.path == path }) {
                paths[index].operations.append(operation)
            } else {
                paths.append((path, [operation]))
            }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "linger demo",
                "version": "1",
                "description": """
                A small API to explore, and to watch connections with. The query parameters \
                of /connection make the server misbehave, on any route.
                """,
            ],
            "servers": [["url": "/"]],
            "tags": .array(Route.Group.allCases.map { ["name": .string($0.rawValue)] }),
            "paths": .object(paths.map { .init($0.path, .object($0.operations)) }),
            "components": [
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer"],
                    "cookie": ["type": "apiKey", "in": "cookie", "name": "session"],
                ]
            ],
        ]
    }

    private static func operation(_ route: Route) -> JSON {
        var members: [JSON.Member] = [
            .init("operationId", .string(self.operationID(route))),
            .init("summary", .string(route.summary)),
            .init("tags", [.string(route.group.rawValue)]),
        ]
        if !route.parameters.isEmpty {
            members.append(.init("parameters", .array(route.parameters.map(self.parameter))))
        }
        if !route.accepts.isEmpty {
            let content = route.accepts.map { type in
                JSON.Member(type, route.members.isEmpty ? self.mediaType(type) : self.body(route))
            }
            members.append(.init("requestBody", ["content": .object(content)]))
        }
        if route.needsLogin {
            members.append(.init("security", [["token": []], ["cookie": []]]))
        }
        let responses = route.statuses.enumerated().map { index, status in
            JSON.Member(String(status), self.response(status, of: route, isUsual: index == 0))
        }
        members.append(.init("responses", .object(responses)))
        return .object(members)
    }

    /// Such as `getUsersId`: unique, because method and path are.
    private static func operationID(_ route: Route) -> String {
        let words = route.template.description.split { !$0.isLetter && !$0.isNumber }
        let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return route.method.rawValue.lowercased() + (name.isEmpty ? "Index" : name)
    }

    private static func parameter(_ parameter: Parameter) -> JSON {
        var members: [JSON.Member] = [
            .init("name", .string(parameter.name)),
            .init("in", .string(parameter.place.rawValue)),
            .init("description", .string(parameter.summary)),
            .init("schema", self.schema(parameter.kind)),
        ]
        if parameter.place == .path { members.append(.init("required", true)) }
        return .object(members)
    }

    /// The content of a request by its members.
    private static func body(_ route: Route) -> JSON {
        let properties = route.members.map { member in
            let type =
                switch member.kind {
                case .integer: "integer"
                case .string: "string"
                case .boolean: "boolean"
                }
            return JSON.Member(
                member.name,
                [
                    "type": .string(type), "description": .string(member.summary),
                    "example": member.example,
                ]
            )
        }
        let required = route.members.filter(\.isRequired).map { JSON.string($0.name) }
        return [
            "schema": [
                "type": "object", "required": .array(required), "properties": .object(properties),
            ]
        ]
    }

    private static func schema(_ kind: Parameter.Kind) -> JSON {
        switch kind {
        case .integer: ["type": "integer"]
        case .number: ["type": "number", "minimum": 0]
        case .string: ["type": "string"]
        case .switch: ["type": "integer", "enum": [0, 1]]
        }
    }

    private static func response(_ status: Int, of route: Route, isUsual: Bool) -> JSON {
        let description = JSON.Member("description", .string(self.reason(status)))
        let type = isUsual ? route.returns : status >= 400 ? "application/problem+json" : nil
        guard let type else { return .object([description]) }
        let content = JSON.object([.init(type, self.mediaType(type))])
        return .object([description, .init("content", content)])
    }

    private static func mediaType(_ type: String) -> JSON {
        let isObject = type.hasSuffix("json") || type.hasSuffix("form-urlencoded")
        return isObject && !type.hasSuffix("ndjson") ? ["schema": ["type": "object"]] : [:]
    }

    private static func reason(_ status: Int) -> String {
        HTTPResponseStatus(statusCode: status).reasonPhrase
    }
}
