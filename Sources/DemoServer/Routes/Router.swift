internal import NIOHTTP1

/// Finds the route for a request.
struct Router: Sendable {
    /// What was found.
    enum Match: Sendable {
        /// A route, and what its variables stand for.
        case route(Route, [String: String])
        /// The path exists, but not with this method; those that it has.
        case methodNotAllowed([HTTPMethod])
        /// No route has this path.
        case notFound
    }

    /// All routes, in the order in which they are listed.
    let routes: [Route]

    /// Finds the route for a method and path; HEAD is answered by the routes for GET.
    func match(_ method: HTTPMethod, _ path: String) -> Match {
        var allowed: [HTTPMethod] = []
        for route in self.routes {
            guard let values = route.template.match(path) else { continue }
            if route.method == method || (method == .HEAD && route.method == .GET) {
                return .route(route, values)
            }
            if route.method == .GET {
                allowed += [.GET, .HEAD]
            } else {
                allowed.append(route.method)
            }
        }
        return allowed.isEmpty ? .notFound : .methodNotAllowed(allowed + [.OPTIONS])
    }
}
