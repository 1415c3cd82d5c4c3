internal import NIOHTTP1

extension Routes {
    /// The routes that say what there is.
    static let discoveryRoutes: [Route] = [
        Route(
            method: .GET,
            template: "/",
            summary: "What there is, with links",
            group: .discovery
        ) { _, state in
            .json(Self.index(of: state.routes))
        },
        Route(
            method: .GET,
            template: "/openapi.json",
            summary: "This API as OpenAPI 3.1",
            group: .discovery
        ) { _, state in
            .json(OpenAPI.document(for: state.routes))
        },
    ]

    /// The index: for each group what can be fetched by GET without knowing anything.
    private static func index(of routes: [Route]) -> JSON {
        let groups = Route.Group.allCases.map { group in
            let members = routes.filter { $0.group == group }.map { route in
                JSON.Member(
                    "\(route.method.rawValue) \(route.template.description)",
                    .string(route.summary)
                )
            }
            return JSON.Member(group.rawValue.lowercased(), .object(members))
        }
        let tries: [JSON] = [
            "/users?page=2", "/users/7", "/slow?ms=800", "/stream/5", "/connection",
            "/connection?close-after=3", "/small?idle=5", "/anything?half-body=1",
        ]
        return .object(
            [
                .init("welcome", "A small API to explore, and to watch connections with."),
                .init("description", "/openapi.json"),
                .init("credentials", #"POST /login with {"user":"ann","password":"secret"}"#),
                .init("try", .array(tries)),
            ] + groups
        )
    }
}
