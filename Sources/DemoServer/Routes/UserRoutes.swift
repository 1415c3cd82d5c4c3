internal import NIOHTTP1

extension Routes {
    /// Users: pages of them, and each one to read, change and delete.
    static let userRoutes: [Route] = [
        Route(
            method: .GET,
            template: "/users",
            summary: "Users, page by page",
            group: .users,
            parameters: [
                .query("page", .integer, "The page, from 1."),
                .query("size", .integer, "How many users a page has, 1 to 100; 10 if not given."),
                .query("q", .string, "Only users whose name contains this."),
            ],
            statuses: [200, 400],
            respond: Self.listUsers
        ),
        Route(
            method: .POST,
            template: "/users",
            summary: "Add a user",
            group: .users,
            accepts: jsonOrForm,
            members: userContent,
            statuses: [201, 400, 422, 507]
        ) { request, state throws(RouteError) in
            let members = try Self.userMembers(request)
            let user = try state.change { store throws(RouteError) in try store.addUser(members) }
            return DemoResponse.json(user.json, status: .created)
                .adding("Location", "/users/\(user.id)")
                .adding("ETag", user.entityTag)
        },
        Route(
            method: .GET,
            template: "/users/{id}",
            summary: "One user",
            group: .users,
            parameters: [userID],
            statuses: [200, 304, 404]
        ) { request, state throws(RouteError) in
            let user = try Self.user(request, state.snapshot)
            return Conditional.response(to: request, entityTag: user.entityTag) {
                .json(user.json)
            }
        },
        Route(
            method: .PUT,
            template: "/users/{id}",
            summary: "Replace a user",
            group: .users,
            parameters: [userID],
            accepts: jsonOrForm,
            members: userContent,
            statuses: [200, 400, 404, 412, 422]
        ) { request, state throws(RouteError) in
            let members = try Self.userMembers(request)
            return try Self.change(request, state) { user in user.members = members }
        },
        Route(
            method: .PATCH,
            template: "/users/{id}",
            summary: "Change members of a user; null removes one",
            group: .users,
            parameters: [userID],
            accepts: jsonOrForm + ["application/merge-patch+json"],
            members: userContent,
            statuses: [200, 400, 404, 412, 422]
        ) { request, state throws(RouteError) in
            let patch = try Input.members(request)
            return try Self.change(request, state) { user throws(RouteError) in
                user.members = Self.merge(patch, into: user.members)
                try Self.validate(user.members)
            }
        },
        Route(
            method: .DELETE,
            template: "/users/{id}",
            summary: "Delete a user with all orders",
            group: .users,
            parameters: [userID],
            statuses: [204, 404],
            returns: nil
        ) { request, state throws(RouteError) in
            let id = Int(request.pathParameter("id")) ?? 0
            let removed = try state.change { store throws(RouteError) in store.removeUser(id) }
            guard removed else { throw .notFound(request.path) }
            return DemoResponse(.noContent)
        },
    ]

    /// What a user consists of.
    static let userContent = [
        ContentMember(
            name: "name",
            kind: .string,
            summary: "The full name.",
            example: "Eve",
            isRequired: true
        ),
        ContentMember(
            name: "email",
            kind: .string,
            summary: "Where to write to.",
            example: "eve@example.com"
        ),
        ContentMember(name: "age", kind: .integer, summary: "In years.", example: 42),
        ContentMember(
            name: "active",
            kind: .boolean,
            summary: "Whether the user may log in.",
            example: true
        ),
    ]

    /// The path variable that names a user.
    static let userID = Parameter.path("id", .integer, "The number of the user.")
    /// What routes take that take objects.
    static let jsonOrForm = ["application/json", "application/x-www-form-urlencoded"]

    /// The user that the path of a request names.
    static func user(_ request: DemoRequest, _ store: Store) throws(RouteError) -> User {
        guard let id = Int(request.pathParameter("id")), let user = store.user(id) else {
            throw .notFound("/users/\(request.pathParameter("id"))")
        }
        return user
    }

    private static func listUsers(
        _ request: DemoRequest,
        _ state: DemoState
    ) throws(RouteError) -> DemoResponse {
        let wanted = request.query["q"]?.lowercased() ?? ""
        let users = state.snapshot.users.filter {
            wanted.isEmpty || $0.name.lowercased().contains(wanted)
        }
        let page = try Input.integer(request, "page", in: 1...1_000_000, default: 1)
        let size = try Input.integer(request, "size", in: 1...100, default: 10)
        let items = users.dropFirst((page - 1) * size).prefix(size)
        let query = wanted.isEmpty ? "" : "&q=\(PercentCoding.encode(wanted))"
        let next =
            page * size < users.count ? "/users?page=\(page + 1)&size=\(size)\(query)" : nil
        let response = DemoResponse.json([
            "items": .array(items.map(\.json)),
            "page": .integer(page),
            "size": .integer(size),
            "total": .integer(users.count),
            "next": next.map { .string($0) } ?? .null,
        ])
        guard let next else { return response }
        return response.adding("Link", "<\(next)>; rel=\"next\"")
    }

    /// Changes the user that the path names, if the request's precondition holds.
    private static func change(
        _ request: DemoRequest,
        _ state: DemoState,
        _ body: (inout User) throws(RouteError) -> Void
    ) throws(RouteError) -> DemoResponse {
        let user = try state.change { store throws(RouteError) in
            var user = try Self.user(request, store)
            try Conditional.checkIfMatch(request, entityTag: user.entityTag)
            try body(&user)
            user.version += 1
            store.replace(user)
            return user
        }
        return DemoResponse.json(user.json).adding("ETag", user.entityTag)
    }

    /// The members of the user in the content of a request; an `id` there has no effect.
    private static func userMembers(_ request: DemoRequest) throws(RouteError) -> [JSON.Member] {
        let members = try Input.members(request).filter { $0.name != "id" }
        try self.validate(members)
        return members
    }

    private static func validate(_ members: [JSON.Member]) throws(RouteError) {
        let user = JSON.object(members)
        guard let name = user["name"]?.text, !name.isEmpty else {
            throw .content(member: "name", problem: "must be text that is not empty")
        }
        guard let age = user["age"], age != .null else { return }
        guard let years = age.integerValue, (0...150).contains(years) else {
            throw .content(member: "age", problem: "must be a whole number from 0 to 150")
        }
    }

    /// Merges as a JSON merge patch does, one level deep (RFC 7396).
    private static func merge(_ patch: [JSON.Member], into members: [JSON.Member]) -> [JSON.Member]
    {
        var merged = members
        for member in patch where member.name != "id" {
            let index = merged.firstIndex { $0.name == member.name }
            switch (index, member.value) {
            case (let index?, .null): merged.remove(at: index)
            case (let index?, _): merged[index] = member
            case (nil, .null): break
            case (nil, _): merged.append(member)
            }
        }
        return merged
    }
}
