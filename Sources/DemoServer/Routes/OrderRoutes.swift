internal import NIOHTTP1

extension Routes {
    /// Orders: anyone may read them, to order you must be logged in.
    static let orderRoutes: [Route] = [
        Route(
            method: .GET,
            template: "/users/{id}/orders",
            summary: "The orders of a user",
            group: .orders,
            parameters: [userID],
            statuses: [200, 404]
        ) { request, state throws(RouteError) in
            let store = state.snapshot
            let user = try Self.user(request, store)
            let orders = store.orders.filter { $0.userID == user.id }
            return .json(["items": .array(orders.map(\.json)), "total": .integer(orders.count)])
        },
        Route(
            method: .GET,
            template: "/orders/{id}",
            summary: "One order",
            group: .orders,
            parameters: [orderID],
            statuses: [200, 404]
        ) { request, state throws(RouteError) in
            .json(try Self.order(request, state.snapshot).json)
        },
        Route(
            method: .POST,
            template: "/orders",
            summary: "Order something",
            group: .orders,
            accepts: jsonOrForm,
            members: [
                ContentMember(
                    name: "item",
                    kind: .string,
                    summary: "What is ordered.",
                    example: "tea",
                    isRequired: true
                ),
                ContentMember(name: "count", kind: .integer, summary: "How many.", example: 2),
            ],
            needsLogin: true,
            statuses: [201, 400, 401, 422, 507]
        ) { request, state throws(RouteError) in
            let login = try state.login(of: request)
            let members = try Input.members(request)
                .filter { $0.name != "id" && $0.name != "userId" }
            guard let item = JSON.object(members)["item"]?.text, !item.isEmpty else {
                throw .content(member: "item", problem: "must be text that is not empty")
            }
            let order = try state.change { store throws(RouteError) in
                try store.addOrder(of: login.userID, members)
            }
            return DemoResponse.json(order.json, status: .created)
                .adding("Location", "/orders/\(order.id)")
        },
        Route(
            method: .DELETE,
            template: "/orders/{id}",
            summary: "Cancel an order of yours",
            group: .orders,
            parameters: [orderID],
            needsLogin: true,
            statuses: [204, 401, 403, 404],
            returns: nil
        ) { request, state throws(RouteError) in
            let login = try state.login(of: request)
            let order = try Self.order(request, state.snapshot)
            guard order.userID == login.userID else {
                return .problem(.forbidden, "It is the order of user \(order.userID).")
            }
            try state.change { store throws(RouteError) in store.removeOrder(order.id) }
            return DemoResponse(.noContent)
        },
    ]

    private static let orderID = Parameter.path("id", .integer, "The number of the order.")

    private static func order(_ request: DemoRequest, _ store: Store) throws(RouteError) -> Order {
        let text = request.pathParameter("id")
        guard let id = Int(text), let order = store.orders.first(where: { $0.id == id }) else {
            throw .notFound("/orders/\(text)")
        }
        return order
    }
}
