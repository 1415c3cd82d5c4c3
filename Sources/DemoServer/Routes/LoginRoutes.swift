internal import NIOHTTP1

extension Routes {
    /// Log-in by cookie and token, and the Basic scheme.
    static let loginRoutes: [Route] = [
        Route(
            method: .POST,
            template: "/login",
            summary: "Log in: sets the cookie `session` and gives a token",
            group: .login,
            accepts: jsonOrForm,
            members: [
                ContentMember(
                    name: "user",
                    kind: .string,
                    summary: "A user's first name.",
                    example: "ann",
                    isRequired: true
                ),
                ContentMember(
                    name: "password",
                    kind: .string,
                    summary: "The password of all users of the demo.",
                    example: "secret",
                    isRequired: true
                ),
            ],
            statuses: [200, 400, 401, 422]
        ) { request, state throws(RouteError) in
            let content = JSON.object(try Input.members(request))
            guard let name = content["user"]?.text else {
                throw .content(member: "user", problem: "must be the name of a user, as in ann")
            }
            guard let password = content["password"]?.text else {
                throw .content(member: "password", problem: "must be text")
            }
            let login = try state.change { store throws(RouteError) in
                store.logIn(name, password: password)
            }
            guard let login else {
                return .problem(.unauthorized, "Wrong user or password; ann and secret will do.")
            }
            return DemoResponse.json([
                "user": .string(login.user),
                "id": .integer(login.userID),
                "token": .string(login.token),
            ])
            .adding("Set-Cookie", "session=\(login.cookie); Path=/; HttpOnly; SameSite=Lax")
        },
        Route(
            method: .POST,
            template: "/logout",
            summary: "Log out: the cookie and the token are of no use any more",
            group: .login,
            needsLogin: true,
            statuses: [204, 401],
            returns: nil
        ) { request, state throws(RouteError) in
            let login = try state.login(of: request)
            try state.change { store throws(RouteError) in store.logOut(login) }
            return DemoResponse(.noContent)
                .adding("Set-Cookie", "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
        },
        Route(
            method: .GET,
            template: "/me",
            summary: "Who you are",
            group: .login,
            needsLogin: true,
            statuses: [200, 401]
        ) { request, state throws(RouteError) in
            let login = try state.login(of: request)
            let user = state.snapshot.user(login.userID)
            return .json(
                .object(
                    [
                        .init("user", .string(login.user)),
                        .init("id", .integer(login.userID)),
                    ] + (user?.members ?? [])
                )
            )
        },
        Route(
            method: .GET,
            template: "/basic/{user}/{password}",
            summary: "Takes exactly these credentials by the Basic scheme",
            group: .login,
            parameters: [
                .path("user", .string, "The user that is let in."),
                .path("password", .string, "The password that goes with it."),
            ],
            statuses: [200, 401]
        ) { request, _ in
            let user = request.pathParameter("user")
            let wanted = "\(user):\(request.pathParameter("password"))"
            guard Self.basicCredentials(of: request) == Array(wanted.utf8) else {
                return DemoResponse.problem(.unauthorized, "This takes other credentials.")
                    .adding("WWW-Authenticate", #"Basic realm="demo", charset="UTF-8""#)
            }
            return .json(["user": .string(user), "authenticated": true])
        },
    ]

    /// What the Basic scheme carries: user, colon, password (RFC 7617, section 2).
    private static func basicCredentials(of request: DemoRequest) -> [UInt8]? {
        let words = request.field("authorization")?.split(separator: " ") ?? []
        guard words.count == 2, words[0].lowercased() == "basic" else { return nil }
        return Base64.decode(words[1])
    }
}
